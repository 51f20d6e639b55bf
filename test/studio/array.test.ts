import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { effectiveMatrix } from '../../src/crossbar/index.ts';
import { decodeParquet, decodeSafetensors } from '../../src/data/index.ts';
import { type Cells, conductanceAt, type DeviceFile, deviceFromSpec } from '../../src/device/index.ts';
import { cellTold } from '../../src/studio/cell-told.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import { pageOf, pagesOf, panelsOf } from '../../src/studio/panels.ts';
import { arrayRequests } from '../../src/studio/rooms/array.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

/** Relaxes, drifts and breaks, so that every quantity of a cell differs from the others. */
const device: DeviceFile = {
  name: 'rough',
  range: { low: 1e-5, high: 1e-4 },
  rest: { mean: 1e-6, std: 1e-7, shape: 'normal' },
  programming: { std: 4e-6 },
  drift: { startTime: 20, exponentMean: 0.05, exponentStd: 0.02 },
  provenance: 'assumption',
  stuck: { high: 0.05, low: 0.05 },
};
const folder = folderWith({
  'rough.yaml': JSON.stringify(device),
  'a.yaml': smallExperiment({
    posterior: '{ method: laplace }',
    hardware:
      '{ device: rough.yaml, array: { rows: 8, columns: 12 }, wires: { rowResistance: 5, columnResistance: 3 } }',
    sampling: '{ samples: 3, entropy: frozen }',
    evaluate: '{ chips: 2, times: [6 s] }',
  }),
});
const directory = 'run';
const given = { workspace: new FolderWorkspace(folder), job: jobOf() };
const time = 3600;

interface PlanRow {
  readonly layer: string;
  readonly copy: number;
  readonly weight: number;
  readonly cell: number;
  readonly sign: number;
  readonly intended: number;
  readonly array: number;
  readonly row: number;
  readonly column: number;
  readonly target: number;
}

/** Rows of the plan's file, and the cells of the second chip's. */
let rows: PlanRow[];
let cells: Cells;
let look: Awaited<ReturnType<(typeof arrayRequests)['array.look']['answer']>>;

beforeAll(async () => {
  const place = join(folder, directory);
  await posterohm('train', join(folder, 'a.yaml'), '--out', place, '--quiet');
  await expect(arrayRequests['array.look'].answer({ directory }, given)).resolves.toBeDefined();
  const { status, err } = await posterohm('transfer', place, '--quiet');
  expect([status, err]).toEqual([0, '']);
  const { columns } = await decodeParquet(readFileSync(join(folder, directory, 'plan.parquet')), 'plan.parquet');
  const names = Object.keys(columns);
  rows = Array.from(
    { length: columns.target!.data.length },
    (_, i) => Object.fromEntries(names.map(name => [name, columns[name]!.data[i]])) as unknown as PlanRow,
  );
  const chip = readFileSync(join(folder, directory, 'chips/chip-01.safetensors'));
  const { tensors } = decodeSafetensors(chip, 'chip-01');
  cells = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])) as unknown as Cells;
  look = await arrayRequests['array.look'].answer({ directory }, given);
});

/** All places of all pages with their plan's row, −1 where there is none, each with what is shown there. */
async function shown() {
  const planned = await arrayRequests['array.page'].answer({ directory, page: 0 }, given);
  const made = await arrayRequests['array.chip'].answer({ directory, page: 0, chip: 1, time, wires: true }, given);
  return planned.panels.flatMap((panel, p) =>
    Array.from({ length: panel.rows * panel.columns }, (_, i) => {
      const entry = p * panel.rows * panel.columns + i;
      return {
        array: panel.array,
        row: Math.floor(i / panel.columns),
        column: i % panel.columns,
        cell: planned.cells[entry]!,
        target: planned.target[entry]!,
        intended: planned.intended[entry]!,
        programmed: made.programmed[entry]!,
        now: made.now[entry]!,
        fault: made.fault[entry]!,
        seen: made.seen![entry]!,
      };
    }),
  );
}

test('every cell of the plan’s file is shown once, at its place, with its target, its weight and its state', async () => {
  const places = await shown();
  expect(look.arrays.arrays).toBe(2);
  expect(look.pages).toBe(1);
  expect(places.filter(({ cell }) => cell >= 0)).toHaveLength(rows.length);
  expect(cells.fault.some(code => code !== 0)).toBe(true);
  for (const place of places) {
    const number = rows.findIndex(r => r.array === place.array && r.row === place.row && r.column === place.column);
    expect(place.cell).toBe(number);
    if (number < 0) {
      expect([place.target, place.programmed, place.now, place.fault]).toEqual([Number.NaN, Number.NaN, Number.NaN, 0]);
      continue;
    }
    const row = rows[number]!;
    expect([place.target, place.intended]).toEqual([row.target, row.intended]);
    expect(place.programmed).toBe(cells.programmed[number]);
    expect(place.fault).toBe({ 0: 0, 1: 1, 2: 2, [-1]: 3 }[cells.fault[number]!]);
  }
});

test('a cell’s story is that of its row in the plan’s file', () => {
  for (const [number, row] of rows.entries()) {
    const { layer, copy, weight, place, sign } = cellTold(look.held, number);
    expect([look.held.matrices[layer]!.name, copy, weight, place, sign]).toEqual([
      row.layer,
      row.copy,
      row.weight,
      row.cell,
      row.sign,
    ]);
  }
  // Two inputs, a bias and outputs behind: weight 2·columns is the bias of the first output.
  const { columns } = look.held.matrices[0]!;
  const told = (weight: number) => cellTold(look.held, weight * look.held.matrices[0]!.signs.length);
  expect(told(0)).toMatchObject({ input: 0, output: 0, bias: false });
  expect(told(columns + 1)).toMatchObject({ input: 1, output: 1, bias: false });
  expect(told(2 * columns)).toMatchObject({ input: 2, output: 0, bias: true });
});

test('what cells conduct at a time, and what their wires let through, is what the device and Kirchhoff say', async () => {
  const made = deviceFromSpec(device, 'rough');
  const now = conductanceAt(made, cells, time, new Float32Array(rows.length));
  const grid = new Float64Array(8 * 12).fill(made.rest.mean);
  for (const [i, { array, row, column }] of rows.entries()) if (array === 1) grid[row * 12 + column] = now[i]!;
  const through = effectiveMatrix({
    rows: 8,
    columns: 12,
    conductance: grid,
    rowResistance: 5,
    columnResistance: 3,
  });
  let changed = 0;
  for (const { cell, array, row, column, ...place } of await shown()) {
    if (cell < 0) continue;
    expect(place.now).toBe(now[cell]);
    if (place.now !== place.programmed) changed++;
    if (array === 1) expect(place.seen / through[row * 12 + column]! - 1).toBeCloseTo(0, 6);
  }
  expect(changed).toBeGreaterThan(rows.length / 2);
});

test('wires are solved where they are asked for, and pages that are not there are refused', async () => {
  const { seen } = await arrayRequests['array.chip'].answer({ directory, page: 0, chip: 0, time: 0 }, given);
  expect(seen).toBeUndefined();
  await expect(arrayRequests['array.page'].answer({ directory, page: 1 }, given)).rejects.toThrow(
    'page: must be below 1',
  );
});

test('a run that is not trained says so and computes nothing', async () => {
  const untrained = join(folder, 'untrained');
  await posterohm('train', join(folder, 'a.yaml'), '--out', untrained, '--quiet');
  rmSync(join(untrained, 'stages'), { recursive: true });
  await expect(arrayRequests['array.look'].answer({ directory: 'untrained' }, given)).rejects.toThrow(
    'is not trained yet',
  );
});

describe('panels', () => {
  test.each([
    { arrays: 3, rows: 8, columns: 12 },
    { arrays: 200, rows: 128, columns: 128 },
    { arrays: 2, rows: 1024, columns: 1024 },
    { arrays: 2, rows: 2500, columns: 1100 },
    { arrays: 5, rows: 4096, columns: 16 },
  ])('show each cell of $arrays arrays of $rows × $columns on one page, a million at most', all => {
    const pages = Array.from({ length: pagesOf(all) }, (_, page) => panelsOf(all, page));
    let cells = 0;
    for (const [page, panels] of pages.entries()) {
      const own = panels.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
      expect(own).toBeGreaterThan(0);
      expect(own).toBeLessThanOrEqual(2 ** 20);
      cells += own;
      for (const { array, row, column, rows, columns } of panels) {
        expect([rows <= 1024, columns <= 1024]).toEqual([true, true]);
        for (const [r, c] of [
          [row, column],
          [row + rows - 1, column + columns - 1],
        ] as const)
          expect(pageOf(all, array, r, c)).toBe(page);
      }
    }
    expect(cells).toBe(all.arrays * all.rows * all.columns);
    expect(panelsOf(all, pages.length)).toEqual([]);
  });
});
