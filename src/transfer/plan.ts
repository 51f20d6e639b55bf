import type { z } from 'zod';
import { atOnce, formatQuantity, insist, type Pieces } from '../base/index.ts';
import { type Posterior, spreadsAny } from '../bayes/index.ts';
import {
  type ArrayGeometry,
  type ConductanceRange,
  cellsPerWeightOf,
  type Encoding,
  encoding,
  type HeldMatrix,
  heldCells,
  heldParts,
  type Layout,
  type Mapping,
  type Placement,
  place,
} from '../crossbar/index.ts';
import { type Device, nearestTarget } from '../device/index.ts';
import { type LayerMatrix, type WeightRanges, weightLimits } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { TransferContext, TransferMethod } from './method.ts';

/**
 * What to program into every cell. Cells are in canonical order: copy after copy, within a copy weight after weight of
 * the flat vector, for each weight its mapping's cells (of a pair the positive one first). Matrices that all copies share have
 * cells in the first copy alone. Conductances in S, currents in A. Plain data, which `structuredClone` copies; `heldBy`,
 * `planEncodings` and `planPlacement` say what follows from it.
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
  /** How cells hold the weights of each matrix. */
  readonly mappings: readonly Mapping[];
  /** How many matrices, the first ones, all copies share: those whose weights no sample draws. */
  readonly heldOnce: number;
  /** Conductances that mappings put weights on: the device's programmable ones and that of its cells at rest. */
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
  /** How cells hold the weights of each matrix. */
  readonly mappings: readonly Mapping[];
  /** How many matrices, the first ones, all copies share; none by default. */
  readonly heldOnce?: number;
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
  const { posterior, device, matrices, geometry, layout, ranges, time, mappings, heldOnce = 0 } = request;
  checkServes(method, posterior, mappings);
  const cells = mappings.map(mapping => unitEncoding(device, mapping));
  const limits = weightLimits(matrices, ranges);
  const copies = method.copies ?? request.copies;
  const weights = weightsOf(matrices);
  const held = heldMatrices({ matrices, copies, mappings, heldOnce });
  const points = weightsOf(matrices.slice(0, heldOnce));
  const shared = heldCells(held.slice(0, heldOnce));
  if (copies > 1) checkPoints(posterior, points);
  const placement = geometry.count === undefined ? undefined : place(held, geometry, layout);
  const context: TransferContext = {
    posterior,
    device,
    copies,
    weights,
    matrices,
    limits,
    time,
    mappings,
    *encode(intended) {
      if (intended.length > weights) return yield* targetsOf(device, cells, held, intended, limits);
      const one = heldMatrices({ matrices, copies: 1, mappings, heldOnce });
      return context.repeat(yield* targetsOf(device, cells, one, intended, limits));
    },
    repeat: first => (copies === 1 ? first : repeated(new Float32Array(heldCells(held)), first, shared)),
  };
  const { intended, target, intendedAt } = yield* method.assign(fold(key, method.name), context, options);
  for (let at = weights; at < intended.length; at += weights) intended.copyWithin(at, 0, points);
  const plan: Plan = {
    method: method.name,
    device: device.name,
    copies,
    weights,
    ranges,
    mappings,
    heldOnce,
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
  mappings: readonly Mapping[],
): void {
  if (!serves) return;
  insist(kind === serves.posterior, {
    path: ['transfer', 'method'],
    rule: `'${name}' wants a posterior of ${serves.posterior}, got one of ${kind}`,
    hint: 'train another posterior or choose another method',
  });
  const other = mappings.find(({ mapping }) => mapping !== serves.mapping);
  insist(!other, {
    path: ['hardware', 'mapping'],
    rule: `'${name}' needs the mapping '${serves.mapping}', got '${other?.mapping}'`,
    hint: `choose { mapping: ${serves.mapping} }`,
  });
}

/** Refuses a posterior that spreads weights of which all copies are to share one. */
function checkPoints(posterior: Posterior, points: number): void {
  insist(points === 0 || !spreadsAny(posterior, points), {
    path: ['posterior'],
    rule: 'leaves weights random that are said to be points, so that one copy of them cannot serve all samples',
    hint: 'train it as posterior says, or say there which layers are random',
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

/** How the conductances of a plan's cells make the weights of each matrix, as shares of their limits (`planLimits`). */
export const planEncodings = ({ mappings, range }: Pick<Plan, 'mappings' | 'range'>): readonly Encoding[] =>
  mappings.map(mapping => encoding(mapping, range, 1));

/** What decides how cells hold matrices. */
type Holding = Pick<Plan, 'matrices' | 'copies' | 'mappings' | 'heldOnce'>;

/** The matrices of a plan as cells hold them. */
export const heldMatrices = ({ matrices, copies, mappings, heldOnce }: Holding): readonly HeldMatrix[] =>
  matrices.map(({ rows, columns }, m) => ({
    rows,
    columns,
    copies: m < heldOnce ? 1 : copies,
    cellsPerWeight: cellsPerWeightOf(mappings[m]!),
  }));

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
  const found = placements.get(plan) ?? place(heldMatrices(plan), plan.geometry, plan.layout);
  placements.set(plan, found);
  return found;
}

/** One copy of a plan as a plan of its own, with what all copies share. */
export function planOfCopy(plan: Plan, copy: number): Plan {
  if (plan.copies === 1) return plan;
  const { weights, intended, target, setCurrent } = plan;
  const one = { ...plan, copies: 1 };
  const [whole, shared] = [heldCells(heldMatrices(one)), sharedCells(plan)];
  const own = whole - shared;
  const part = (all: Float32Array) => {
    const out = all.slice(0, whole);
    if (copy > 0) out.set(all.subarray(whole + (copy - 1) * own, whole + copy * own), shared);
    return out;
  };
  return {
    ...one,
    intended: intended.subarray(copy * weights, (copy + 1) * weights),
    target: part(target),
    ...(setCurrent && { setCurrent: part(setCurrent) }),
  };
}

/** Cells that all copies of a plan share, the first ones. */
const sharedCells = (plan: Holding): number => heldCells(heldMatrices(plan).slice(0, plan.heldOnce));

/** Cells and arrays that a plan takes. */
export interface PlanSize {
  readonly cells: number;
  readonly arrays: number;
}

/** What a plan of so many copies would take, without making it. */
export function planSize(
  request: Pick<PlanRequest, 'matrices' | 'geometry' | 'layout' | 'mappings' | 'copies' | 'heldOnce'>,
): PlanSize {
  const { geometry, layout, heldOnce = 0, ...holding } = request;
  const { cells, arrays } = place(heldMatrices({ ...holding, heldOnce }), geometry, layout);
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
  encodings: readonly Encoding[],
  held: readonly HeldMatrix[],
  intended: Float32Array,
  limits: Float32Array,
): Pieces<Float32Array> {
  const target = new Float32Array(heldCells(held));
  let since = 0;
  for (const { matrix, cell, weight, weightEnd } of heldParts(held)) {
    const { cellsPerWeight, encode } = encodings[matrix]!;
    const cells = new Float64Array(cellsPerWeight);
    for (let i = weight, at = cell; i < weightEnd; i++) {
      const limit = limits[i % limits.length]!;
      encode(cells, 0, limit > 0 ? intended[i]! / limit : 0);
      for (let k = 0; k < cellsPerWeight; k++) target[at++] = nearestTarget(device, cells[k]!);
      if (++since % together === 0) yield;
    }
  }
  return target;
}

/** Targets of all copies from those of the first: the others lack the matrices in front that all share. */
function repeated(target: Float32Array, first: Float32Array, shared: number): Float32Array {
  target.set(first);
  const own = first.subarray(shared);
  for (let at = first.length; at < target.length; at += own.length) target.set(own, at);
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
