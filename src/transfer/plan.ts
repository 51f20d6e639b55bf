import type { z } from 'zod';
import { atOnce, formatQuantity, insist, type Pieces } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import {
  type ArrayGeometry,
  type ConductanceRange,
  type Encoding,
  encoding,
  type Layout,
  type Mapping,
  type Placement,
  place,
} from '../crossbar/index.ts';
import { type Device, nearestTarget } from '../device/index.ts';
import { type LayerMatrix, type WeightRanges, weightLimits } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { TransferMethod } from './method.ts';

/**
 * What to program into every cell. Cells are in canonical order: copy after copy, within a copy weight after weight of
 * the flat vector, for each weight its mapping's cells (of a pair the positive one first). Conductances in S, currents in A.
 * Plain data, which `structuredClone` copies; `planEncoding` and `planPlacement` say what follows from it.
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
  /** Largest |w| that the cells of each matrix can hold, and how its bias line is driven. */
  readonly ranges: WeightRanges;
  readonly mapping: Mapping;
  /** Conductances that the mapping puts weights on: the device's programmable ones and that of its cells at rest. */
  readonly range: Required<ConductanceRange>;
  readonly matrices: readonly LayerMatrix[];
  /** The arrays that the cells lie on, and how. */
  readonly geometry: ArrayGeometry;
  readonly layout: Layout;
  /** What each weight should be on average, [copies, weights]. */
  readonly intended: Float32Array;
  /** Time after programming at which the cells hold that, s; what drift takes later is lost. */
  readonly intendedAt: number;
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
  readonly mapping: Mapping;
  /** Largest |w| that the cells of each matrix can hold; larger weights are clipped. */
  readonly ranges: WeightRanges;
  /** Time after programming whose statistics the plan counts on, s. */
  readonly time: number;
}

/**
 * Chooses every cell's target by the given transfer method. Cells are placed on arrays when the placement is first asked for,
 * or at once where the number of arrays is limited, so that a plan which does not fit is refused here.
 */
export function* planInPieces<S extends z.ZodObject>(
  key: Key,
  method: TransferMethod<S>,
  options: z.output<S>,
  request: PlanRequest,
): Pieces<Plan> {
  const { posterior, device, matrices, geometry, layout, ranges, time, mapping } = request;
  checkServes(method, posterior, mapping);
  const cells = unitEncoding(device, mapping);
  const limits = weightLimits(matrices, ranges);
  const copies = method.copies ?? request.copies;
  const weights = weightsOf(matrices);
  const { cellsPerWeight } = cells;
  const placement =
    geometry.count === undefined ? undefined : placed(matrices, copies, cellsPerWeight, geometry, layout);
  const context = {
    posterior,
    device,
    copies,
    weights,
    limits,
    time,
    mapping,
    encode: (intended: Float32Array) => targetsOf(device, cells, intended, limits),
  };
  const { intended, target, intendedAt } = yield* method.assign(fold(key, method.name), context, options);
  const plan: Plan = {
    method: method.name,
    device: device.name,
    copies,
    weights,
    ranges,
    mapping,
    range: rangeOf(device),
    matrices,
    geometry,
    layout,
    intended,
    intendedAt,
    target,
    ...(device.setCurrent ? { setCurrent: yield* setCurrents(target, device) } : {}),
  };
  if (placement) placements.set(plan, placement);
  return plan;
}

/** Refuses a posterior or a mapping that a method does not serve. */
function checkServes(
  { name, serves }: Pick<TransferMethod, 'name' | 'serves'>,
  { kind }: Posterior,
  mapping: Mapping,
): void {
  if (!serves) return;
  insist(kind === serves.posterior, {
    path: ['transfer', 'method'],
    rule: `'${name}' wants a posterior of ${serves.posterior}, got one of ${kind}`,
    hint: 'train another posterior or choose another method',
  });
  insist(mapping.mapping === serves.mapping, {
    path: ['hardware', 'mapping'],
    rule: `'${name}' needs the mapping '${serves.mapping}', got '${mapping.mapping}'`,
    hint: `choose { mapping: ${serves.mapping} }`,
  });
}

/** `planInPieces` without turns for others. */
export const planTransfer = <S extends z.ZodObject>(...given: Parameters<typeof planInPieces<S>>): Plan =>
  atOnce(planInPieces(...given));

/** The plan with other targets, S; `name` is that of their file. Refuses what the device cannot be programmed to. */
export function withTargets(plan: Plan, device: Device, target: Float32Array, name: string): Plan {
  for (const [i, goal] of target.entries()) {
    const near = goal === 0 ? 0 : nearestTarget(device, goal);
    insist(Math.abs(near - goal) <= 1e-4 * device.range.high, {
      file: name,
      path: ['target', `cell ${i}`],
      rule: `must be 0 (at rest) or a conductance that ${device.name} can be programmed to, ${formatQuantity(device.range.low, 'S')} to ${formatQuantity(device.range.high, 'S')}`,
      value: goal,
    });
  }
  return { ...plan, target, ...(device.setCurrent && { setCurrent: atOnce(setCurrents(target, device)) }) };
}

/** Weights of one copy. */
export function weightsOf(matrices: readonly LayerMatrix[]): number {
  return matrices.reduce((total, { rows, columns }) => total + rows * columns, 0);
}

/** How the conductances of a plan's cells make its weights, as shares of their limits (`planLimits`). */
export const planEncoding = ({ mapping, range }: Pick<Plan, 'mapping' | 'range'>): Encoding =>
  encoding(mapping, range, 1);

const limits = new WeakMap<Plan, Float32Array>();

/** Largest |w| that the cells of each weight of a plan can hold, [weights]; worked out once for each plan. */
export function planLimits(plan: Plan): Float32Array {
  const found = limits.get(plan) ?? weightLimits(plan.matrices, plan.ranges);
  limits.set(plan, found);
  return found;
}

const placements = new WeakMap<Plan, Placement>();

/** Where a plan's cells lie; worked out once for each plan. Refuses more arrays than there are. */
export function planPlacement(plan: Plan): Placement {
  const { matrices, copies, geometry, layout } = plan;
  const found = placements.get(plan) ?? placed(matrices, copies, planEncoding(plan).cellsPerWeight, geometry, layout);
  placements.set(plan, found);
  return found;
}

function placed(
  matrices: readonly LayerMatrix[],
  copies: number,
  cellsPerWeight: number,
  geometry: ArrayGeometry,
  layout: Layout,
): Placement {
  const shapes = matrices.map(({ name, rows, columns }) => ({ name, rows, columns }));
  return place(shapes, copies, cellsPerWeight, geometry, layout);
}

/** Cells and arrays that a plan takes. */
export interface PlanSize {
  readonly cells: number;
  readonly arrays: number;
}

/** What a plan of so many copies would take, without making it. */
export function planSize(
  request: Pick<PlanRequest, 'matrices' | 'device' | 'geometry' | 'layout' | 'mapping' | 'copies'>,
): PlanSize {
  const { matrices, device, geometry, layout, mapping, copies } = request;
  const { cellsPerWeight } = unitEncoding(device, mapping);
  const { cells, arrays } = placed(matrices, copies, cellsPerWeight, geometry, layout);
  return { cells, arrays };
}

/** How a device's cells hold weights as shares of their limits. */
export const unitEncoding = (device: Device, mapping: Mapping): Encoding => encoding(mapping, rangeOf(device), 1);

/** What a mapping needs to know of a device. */
export const rangeOf = ({ rest, range: { low, high } }: Device): Required<ConductanceRange> => ({
  rest: rest.mean,
  low,
  high,
});

/** Weights that are turned into targets at a time, and targets into SET currents. */
const together = 1 << 15;
const currentsTogether = 1 << 19;

/** Cell targets of the intended weights; what the device cannot be programmed to goes to its nearest target. */
function* targetsOf(
  device: Device,
  { cellsPerWeight, encode }: Encoding,
  intended: Float32Array,
  limits: Float32Array,
): Pieces<Float32Array> {
  const target = new Float32Array(cellsPerWeight * intended.length);
  const cells = new Float64Array(cellsPerWeight);
  for (let i = 0; i < intended.length; i++) {
    const limit = limits[i % limits.length]!;
    encode(cells, 0, limit > 0 ? intended[i]! / limit : 0);
    for (let k = 0; k < cellsPerWeight; k++) target[i * cellsPerWeight + k] = nearestTarget(device, cells[k]!);
    if (i % together === together - 1) yield;
  }
  return target;
}

/** Points of the range between which SET currents are interpolated. */
const currentPoints = 4097;

/** SET currents at the points, A, by device. */
const currents = new WeakMap<Device, Float64Array>();

/** SET current of every cell, A; 0 at rest. */
function* setCurrents(target: Float32Array, device: Device): Pieces<Float32Array> {
  const { range, setCurrent } = device;
  const low = Math.max(range.low, range.high / currentPoints);
  const step = (range.high - low) / (currentPoints - 1);
  const table =
    currents.get(device) ?? Float64Array.from({ length: currentPoints }, (_, i) => setCurrent!(low + i * step));
  currents.set(device, table);
  const out = new Float32Array(target.length);
  for (let i = 0; i < out.length; i++) {
    if (i % currentsTogether === currentsTogether - 1) yield;
    const goal = target[i]!;
    if (goal === 0) continue;
    const place = Math.min(currentPoints - 1, Math.max(0, (goal - low) / step));
    const at = Math.min(currentPoints - 2, Math.floor(place));
    out[i] = table[at]! + (place - at) * (table[at + 1]! - table[at]!);
  }
  return out;
}
