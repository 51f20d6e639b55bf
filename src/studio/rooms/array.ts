import { z } from 'zod';
import { InputError, type Job } from '../../base/index.ts';
import { cellsAt } from '../../pipeline/index.ts';
import { diverging, sequential } from '../../report/index.ts';
import { cellsTold, type Plan, planEncodings, planPlacement } from '../../transfer/index.ts';
import type { Held } from '../cell-told.ts';
import { insistTrained } from '../insist-trained.ts';
import { type Arrays, type Panel, pagesOf, panelsOf } from '../panels.ts';
import { away } from '../request.ts';
import type { OpenedRun } from '../workspace.ts';

const ofRun = z.strictObject({ directory: z.string(), variant: z.string().optional() });

const ofPage = ofRun.extend({ page: z.int().min(0) });

const ofChip = ofPage.extend({
  chip: z.int().min(0).max(100_000),
  /** s after programming. */
  time: z.number().min(0).max(1e10),
  /** Whether the wires of the arrays are solved. */
  wires: z.boolean().optional(),
});

async function planOf({ subject }: OpenedRun, job: Job): Promise<{ readonly plan: Plan; readonly all: Arrays }> {
  const plan = await subject.own.get('plan', {}, job);
  const { rows, columns } = plan.geometry;
  return { plan, all: { arrays: planPlacement(plan).arrays, rows, columns } };
}

function panelsAsked(all: Arrays, page: number): readonly Panel[] {
  const pages = pagesOf(all);
  if (page < pages) return panelsOf(all, page);
  throw new InputError({ path: ['page'], rule: `must be below ${pages}`, value: page });
}

/** The page that was last asked for, by plan. */
const lastPages = new WeakMap<Plan, { readonly page: number; readonly cells: Int32Array }>();

/** Number in the plan of the cell at every place of a page, panel after panel, row by row; −1 where there is none. */
function cellsOfPage(plan: Plan, all: Arrays, page: number): { readonly panels: readonly Panel[]; cells: Int32Array } {
  const panels = panelsAsked(all, page);
  const last = lastPages.get(plan);
  if (last?.page === page) return { panels, cells: last.cells };
  const count = plan.target.length;
  const at = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
  planPlacement(plan).cellAddress(at);
  const first = panels[0]?.array ?? 0;
  const byArray: (Panel & { readonly from: number })[][] = [];
  let places = 0;
  for (const panel of panels) {
    byArray[panel.array - first] ??= [];
    byArray[panel.array - first]!.push({ ...panel, from: places });
    places += panel.rows * panel.columns;
  }
  const cells = new Int32Array(places).fill(-1);
  for (let i = 0; i < count; i++) {
    const own = byArray[at.array[i]! - first];
    if (!own) continue;
    for (const { from, row, column, rows, columns } of own) {
      const [r, c] = [at.row[i]! - row, at.column[i]! - column];
      if (r >= 0 && r < rows && c >= 0 && c < columns) cells[from + r * columns + c] = i;
    }
  }
  lastPages.set(plan, { page, cells });
  return { panels, cells };
}

/** Entries of the cells, and `none` where there is no cell. */
function entriesOf<A extends Float32Array | Uint8Array>(
  out: A,
  cells: Int32Array,
  of: ArrayLike<number>,
  none: number,
) {
  for (let i = 0; i < cells.length; i++) out[i] = cells[i]! < 0 ? none : of[cells[i]!]!;
  return out;
}

const numbersOf = (cells: Int32Array, of: ArrayLike<number>): Float32Array =>
  entriesOf(new Float32Array(cells.length), cells, of, Number.NaN);

export const arrayRequests = {
  /** The arrays of a chip, and what their cells are there for. */
  'array.look': away(ofRun, async ({ directory, variant }, { workspace, job }) => {
    const run = await workspace.open(directory, variant);
    await insistTrained(run, directory);
    const { subject, variants, older } = run;
    const { device } = subject;
    const { plan, all } = await planOf(run, job);
    const { blocks, utilisation, cells } = planPlacement(plan);
    const first = new Array<number>(plan.matrices.length).fill(Number.POSITIVE_INFINITY);
    for (const { matrix, array } of blocks) first[matrix] = Math.min(first[matrix]!, array);
    const encodings = planEncodings(plan);
    const held: Held = {
      copies: plan.copies,
      matrices: plan.matrices.map(({ name, rows, columns, bias }, m) => ({
        name,
        rows,
        columns,
        bias: bias !== null,
        signs: Array.from(encodings[m]!.coefficients, Math.sign),
      })),
      heldOnce: plan.copies > 1 ? plan.heldOnce : 0,
    };
    return {
      title: subject.experiment.title ?? subject.experiment.name,
      older,
      variants,
      device: device.title,
      rest: device.rest.mean,
      high: device.range.high,
      times: subject.times,
      time: subject.headlineTime,
      chips: subject.chips.length,
      method: plan.method,
      arrays: all,
      pages: pagesOf(all),
      cells,
      utilisation,
      held,
      /** The first array with cells of each layer. */
      first,
      wires: subject.design.hardware.wires !== undefined,
      amounts: sequential(0, 1).table,
      deviations: diverging(1).table,
    };
  }),
  /** What was planned for the cells of a page. */
  'array.page': away(ofPage, async ({ directory, variant, page }, { workspace, job }) => {
    const { plan, all } = await planOf(await workspace.open(directory, variant), job);
    const { panels, cells } = cellsOfPage(plan, all, page);
    const { weightOf } = cellsTold(plan);
    return {
      page,
      panels,
      cells,
      target: numbersOf(cells, plan.target),
      intended: Float32Array.from(cells, cell => (cell < 0 ? Number.NaN : plan.intended[weightOf(cell)]!)),
    };
  }),
  /** What became of them on a chip: programmed, at a time, and where it is asked for through the wires of their arrays. */
  'array.chip': away(ofChip, async ({ directory, variant, page, chip, time, wires }, { workspace, job }) => {
    const run = await workspace.open(directory, variant);
    const { plan, all } = await planOf(run, job);
    const { panels, cells } = cellsOfPage(plan, all, page);
    const wiresOf = { from: panels[0]?.array ?? 0, to: (panels.at(-1)?.array ?? -1) + 1 };
    const found = await cellsAt(run.subject, { chip, time, ...(wires && { wiresOf }) }, job);
    const { programmed, fault } = found.chip.cells;
    return {
      page,
      programmed: numbersOf(cells, programmed),
      now: numbersOf(cells, found.conductance),
      /** 0 works, 1 stuck high, 2 open, 3 stuck low. */
      fault: entriesOf(
        new Uint8Array(cells.length),
        cells,
        Uint8Array.from(fault, code => code & 3),
        0,
      ),
      ...(found.seen && { seen: numbersOf(cells, found.seen) }),
    };
  }),
};
