import { type Encoding, heldParts } from '../crossbar/index.ts';
import { heldMatrices, type Plan, planEncodings, weightsOf } from './plan.ts';

/** Neighbouring cells that hold neighbouring weights in the same way. */
export interface CellRun {
  readonly cell: number;
  readonly cellEnd: number;
  /** Places in weights [copies, weights]. */
  readonly weight: number;
  readonly weightEnd: number;
  readonly encoding: Encoding;
}

/** Cells of one run at most, so that work on them can make pauses. */
const together = 1 << 19;

const known = new WeakMap<Plan, readonly CellRun[]>();

/** All cells of a plan in as few runs as there can be; worked out once for each plan. */
export function cellRuns(plan: Plan): readonly CellRun[] {
  const found = known.get(plan) ?? [...pieces(plan)];
  known.set(plan, found);
  return found;
}

function* pieces(plan: Plan): Iterable<CellRun> {
  for (const run of joined(plan)) {
    const { cellsPerWeight } = run.encoding;
    const atATime = Math.max(1, Math.floor(together / cellsPerWeight));
    for (let weight = run.weight; weight < run.weightEnd; weight += atATime) {
      const weightEnd = Math.min(run.weightEnd, weight + atATime);
      const cellOf = (of: number) => run.cell + (of - run.weight) * cellsPerWeight;
      yield { ...run, cell: cellOf(weight), cellEnd: cellOf(weightEnd), weight, weightEnd };
    }
  }
}

/** Parts that follow each other in cells and in weights and are held alike, as one. */
function joined(plan: Plan): readonly CellRun[] {
  const encodings = planEncodings(plan);
  const alike = plan.mappings.map(mapping => JSON.stringify(mapping));
  const runs: (CellRun & { readonly how: string })[] = [];
  for (const { matrix, ...part } of heldParts(heldMatrices(plan))) {
    const [how, last] = [alike[matrix]!, runs.at(-1)];
    if (last?.how === how && last.weightEnd === part.weight) {
      runs[runs.length - 1] = { ...last, cellEnd: part.cellEnd, weightEnd: part.weightEnd };
    } else runs.push({ ...part, encoding: encodings[matrix]!, how });
  }
  return runs;
}

/** What a cell of a plan is there for. */
export interface CellsTold {
  /** Place of its weight in weights [copies, weights]. */
  weightOf(cell: number): number;
  /** Its place within the weight. */
  nthOf(cell: number): number;
  /** Whether it counts positive (1) or negative (−1). */
  signOf(cell: number): number;
}

/** What each cell of a plan is there for, quickest where cells are asked about one after the other. */
export function cellsTold(plan: Plan): CellsTold {
  const runs = cellRuns(plan);
  let at = 0;
  const runOf = (cell: number): CellRun => {
    if (cell < runs[at]!.cell) at = 0;
    while (cell >= runs[at]!.cellEnd) at++;
    return runs[at]!;
  };
  const nthOf = (cell: number) => {
    const run = runOf(cell);
    return (cell - run.cell) % run.encoding.cellsPerWeight;
  };
  return {
    weightOf: cell => {
      const { cell: first, weight, encoding } = runOf(cell);
      return weight + Math.floor((cell - first) / encoding.cellsPerWeight);
    },
    nthOf,
    signOf: cell => Math.sign(runOf(cell).encoding.coefficients[nthOf(cell)]!),
  };
}

/** Gives every copy of [copies, weights] what the first one has of the weights that all copies share, in place. */
export function shareFirst<A extends Float32Array>(values: A, { weights, matrices, heldOnce }: Plan): A {
  const shared = weightsOf(matrices.slice(0, heldOnce));
  for (let at = weights; shared > 0 && at < values.length; at += weights) values.copyWithin(at, 0, shared);
  return values;
}
