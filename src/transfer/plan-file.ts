import { z } from 'zod';
import { check, InputError, insist } from '../base/index.ts';
import { type ArrayGeometry, heldCells, mappingSchema } from '../crossbar/index.ts';
import {
  type Column,
  decodeParquet,
  type Entries,
  encodeCsv,
  encodeParquet,
  type Table,
  type TableSource,
} from '../data/index.ts';
import type { Device } from '../device/index.ts';
import type { LayerMatrix, WeightRanges } from '../network/index.ts';
import { cellRuns, cellsTold, shareFirst } from './cell-runs.ts';
import { heldMatrices, type Plan, planPlacement, rangeOf, weightsOf } from './plan.ts';

const header = z.object({
  method: z.string(),
  device: z.string(),
  copies: z.number().int().min(1),
  weights: z.number().int().min(1),
  ranges: z.array(
    z.object({
      name: z.string(),
      limit: z.union([z.number().min(0), z.array(z.number().min(0))]),
      biasDrive: z.number().min(0),
      clipped: z.number().min(0).max(1).optional(),
    }),
  ),
  intendedAt: z.number().min(0),
  mappings: z.array(mappingSchema),
  heldOnce: z.number().int().min(0),
  layout: z.enum(['rows', 'tiles']),
  geometry: z.object({
    rows: z.number().int().min(1),
    columns: z.number().int().min(1),
    count: z.number().int().min(1).optional(),
  }),
});

type Header = Omit<z.output<typeof header>, 'ranges' | 'mappings'> & Pick<Plan, 'ranges' | 'mappings'>;

/**
 * The plan as a Parquet table, one row per cell: layer, copy, weight (index in the flat vector), cell of the weight, its sign, intended weight,
 * array, row, column, target (S) and, where the device has one, SET current (A).
 */
export function encodePlan(plan: Plan): Uint8Array {
  const { method, device, copies, weights, ranges, intendedAt, mappings, heldOnce, layout, geometry } = plan;
  const fields: Header = {
    method,
    device,
    copies,
    weights,
    ranges,
    intendedAt,
    mappings,
    heldOnce,
    layout,
    geometry,
  };
  return encodeParquet(planTable(plan), { posterohm: JSON.stringify(fields) });
}

/** The same table as CSV. */
export const encodePlanCsv = (plan: Plan): string => encodeCsv(planTable(plan));

/** Reads a plan back for a network with these matrices; `name` is the file's name for errors. */
export async function decodePlan(
  bytes: Uint8Array,
  matrices: readonly LayerMatrix[],
  device: Device,
  name: string,
): Promise<Plan> {
  const { columns, metadata } = await decodeParquet(bytes, name, { wanted: ['target', 'intended', 'setCurrent'] });
  if (!metadata.posterohm) {
    throw new InputError(
      `${name}: is not a plan: its metadata has no 'posterohm' entry; write one with posterohm transfer.`,
    );
  }
  const { geometry, ...rest } = check(header, JSON.parse(metadata.posterohm), name);
  insist(rest.device === device.name, {
    file: name,
    path: ['device'],
    rule: `must be ${device.name}, as hardware.device says, for targets are chosen for a device`,
    value: rest.device,
    hint: `make the plan again with posterohm transfer, or choose hardware.device: ${rest.device}`,
  });
  const weights = weightsOf(matrices);
  const known = rest.mappings.length === matrices.length && rest.heldOnce <= matrices.length;
  const cells = known ? heldCells(heldMatrices({ ...rest, matrices })) : 0;
  const target = numbers(columns, 'target', name);
  if (!known || weights !== rest.weights || target.length !== cells) {
    throw new InputError(
      `${name}: holds ${target.length} cells for ${rest.copies} copies of ${rest.weights} weights, but the network has ${weights} weights; make the plan again with posterohm transfer.`,
    );
  }
  checkRanges(rest.ranges, matrices, name);
  const perCell = numbers(columns, 'intended', name);
  const intended = new Float32Array(rest.copies * weights);
  const plan: Plan = {
    ...rest,
    geometry: geometry as ArrayGeometry,
    range: rangeOf(device),
    matrices,
    intended,
    target,
    ...(columns.setCurrent ? { setCurrent: numbers(columns, 'setCurrent', name) } : {}),
  };
  for (const { cell, weight, weightEnd, encoding } of cellRuns(plan)) {
    for (let i = weight; i < weightEnd; i++) intended[i] = perCell[cell + (i - weight) * encoding.cellsPerWeight]!;
  }
  shareFirst(intended, plan);
  if (geometry.count !== undefined) planPlacement(plan);
  return plan;
}

/** Refuses ranges that are not those of the matrices, column by column where each has its own. */
function checkRanges(ranges: WeightRanges, matrices: readonly LayerMatrix[], file: string): void {
  const fits = (of: WeightRanges[number], { name, columns }: LayerMatrix) =>
    of.name === name && (typeof of.limit === 'number' || of.limit.length === columns);
  if (ranges.length === matrices.length && ranges.every((range, m) => fits(range, matrices[m]!))) return;
  throw new InputError(
    `${file}: has weight ranges of the layers ${ranges.map(({ name }) => name).join(', ')}, which are not those of the network; make the plan again with posterohm transfer.`,
  );
}

function numbers(columns: Table, column: string, file: string): Float32Array {
  const found: Column | undefined = columns[column];
  if (!found || found.type === 'STRING') throw new InputError(`${file}: column '${column}' of numbers is missing.`);
  return found.data instanceof Float32Array ? found.data : Float32Array.from(found.data);
}

/** The plan's cells as columns that are made piece by piece; only addresses are worked out whole. */
function planTable(plan: Plan): TableSource {
  const { weights, matrices, target, setCurrent, intended } = plan;
  const cells = target.length;
  const address = { array: new Int32Array(cells), row: new Int32Array(cells), column: new Int32Array(cells) };
  planPlacement(plan).cellAddress(address);
  const layerOfWeight = matrices.flatMap(({ name, rows, columns }) => new Array<string>(rows * columns).fill(name));
  const { weightOf, nthOf, signOf } = cellsTold(plan);
  const whole = (of: (cell: number) => number) => ({
    type: 'INT32' as const,
    data: pieces(cells, length => new Int32Array(length), of),
  });
  return {
    layer: {
      type: 'STRING',
      data: pieces(
        cells,
        length => new Array<string>(length),
        cell => layerOfWeight[weightOf(cell) % weights]!,
      ),
    },
    copy: whole(cell => Math.floor(weightOf(cell) / weights)),
    weight: whole(cell => weightOf(cell) % weights),
    cell: whole(nthOf),
    sign: whole(signOf),
    intended: {
      type: 'FLOAT',
      data: pieces(
        cells,
        length => new Float32Array(length),
        cell => intended[weightOf(cell)]!,
      ),
    },
    array: { type: 'INT32', data: address.array },
    row: { type: 'INT32', data: address.row },
    column: { type: 'INT32', data: address.column },
    target: { type: 'FLOAT', data: target },
    ...(setCurrent ? { setCurrent: { type: 'FLOAT', data: setCurrent } as const } : {}),
  };
}

/** Entries that are made for a stretch of cells when it is asked for. */
function pieces<E, A extends { [cell: number]: E }>(
  length: number,
  empty: (length: number) => A,
  of: (cell: number) => E,
): Entries<A> {
  return {
    length,
    slice(from, to) {
      const end = Math.min(to, length);
      const part = empty(end - from);
      for (let cell = from; cell < end; cell++) part[cell - from] = of(cell);
      return part;
    },
  };
}
