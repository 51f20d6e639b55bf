import type { Posterior } from '../bayes/index.ts';
import { type ArrayGeometry, type Layout, type Placement, place } from '../crossbar/index.ts';
import { type Device, pairScale, pairTargets } from '../device/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { TransferMethod } from './method.ts';

/** Cells that hold one weight: a differential pair. */
export const cellsPerWeight = 2;

/**
 * What to program into every cell. Cells are in canonical order: copy after copy, within a copy weight after weight of
 * the flat vector, for each weight the positive cell and then the negative one. Conductances in S, currents in A.
 */
export interface Plan {
  /** Name of the transfer method. */
  readonly method: string;
  /** Name of the device that the targets were chosen for. */
  readonly device: string;
  /** Copies of the network on the chip. */
  readonly copies: number;
  /** Weights of one copy. */
  readonly weights: number;
  /** Largest |w| that a pair can hold. */
  readonly limit: number;
  /** Conductance difference of a pair that means a weight of one, S. */
  readonly gamma: number;
  readonly matrices: readonly LayerMatrix[];
  readonly placement: Placement;
  /** What each weight should be on average, [copies, weights]. */
  readonly intended: Float32Array;
  /** Target of each cell, S; 0 leaves it at rest. */
  readonly target: Float32Array;
  /** SET current of each cell, A, 0 at rest; absent where the device is not programmed by current. */
  readonly setCurrent?: Float32Array;
}

export interface PlanRequest {
  readonly posterior: Posterior;
  readonly matrices: readonly LayerMatrix[];
  readonly device: Device;
  readonly geometry: ArrayGeometry;
  readonly layout: Layout;
  readonly copies: number;
  /** Largest |w| that a pair can hold; larger weights are clipped. */
  readonly limit: number;
  /** Time after programming whose statistics the plan counts on, s. */
  readonly time: number;
}

/** Chooses every cell's target by the given transfer method and places the cells on arrays. */
export function planTransfer<O>(method: TransferMethod<O>, options: O, request: PlanRequest, key: Key): Plan {
  const { posterior, device, matrices, geometry, layout, limit, time } = request;
  const gamma = pairScale(device, limit);
  const copies = method.copies ?? request.copies;
  const shapes = matrices.map(({ name, rows, columns }) => ({ name, rows, columns }));
  const weights = shapes.reduce((total, { rows, columns }) => total + rows * columns, 0);
  const placement = place(shapes, copies, cellsPerWeight, geometry, layout);
  const context = { posterior, device, copies, weights, limit, gamma, time };
  const { intended, target } = method.assign(context, options, fold(key, method.name));
  return {
    method: method.name,
    device: device.name,
    copies,
    weights,
    limit,
    gamma,
    matrices,
    placement,
    intended,
    target,
    ...(device.setCurrent ? { setCurrent: setCurrents(target, device.setCurrent) } : {}),
  };
}

/** Cell targets of the intended weights, the device's gaps included; weights beyond the limit are clipped. */
export function pairTargetsOf(device: Device, intended: Float32Array, gamma: number, limit: number): Float32Array {
  const target = new Float32Array(cellsPerWeight * intended.length);
  for (let i = 0; i < intended.length; i++) {
    const [positive, negative] = pairTargets(device, Math.max(-limit, Math.min(limit, intended[i]!)), gamma);
    target[2 * i] = positive;
    target[2 * i + 1] = negative;
  }
  return target;
}

function setCurrents(target: Float32Array, current: (target: number) => number): Float32Array {
  const out = new Float32Array(target.length);
  for (let i = 0; i < out.length; i++) if (target[i]! > 0) out[i] = current(target[i]!);
  return out;
}
