/** What says which weight a cell of a plan holds. */
export interface Held {
  readonly copies: number;
  readonly matrices: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: number;
    readonly bias: boolean;
    /** Signs with which the cells of a weight count. */
    readonly signs: readonly number[];
  }[];
  /** How many matrices, the first ones, have cells in the first copy alone. */
  readonly heldOnce: number;
}

/** What a cell of a plan is there for. */
export interface CellTold {
  readonly layer: number;
  readonly copy: number;
  /** Number of the weight in the flat vector of a copy. */
  readonly weight: number;
  /** Line of the matrix that drives it, and the output that it adds to. */
  readonly input: number;
  readonly output: number;
  /** Whether that line is the one of the biases. */
  readonly bias: boolean;
  /** Which of the weight's cells it is, how many there are, and the sign with which it counts. */
  readonly place: number;
  readonly cells: number;
  readonly sign: number;
}

/** Cells of a copy at which each layer begins, and behind the last their number. */
export function layerStarts({ matrices }: Held): readonly number[] {
  const starts = [0];
  for (const { rows, columns, signs } of matrices) starts.push(starts.at(-1)! + rows * columns * signs.length);
  return starts;
}

/** The copy that a cell belongs to, and its number within the first copy or one like it. */
export function withinCopy({ heldOnce }: Held, starts: readonly number[], cell: number): readonly [number, number] {
  const whole = starts.at(-1)!;
  if (cell < whole) return [0, cell];
  const shared = starts[heldOnce]!;
  const own = whole - shared;
  return [1 + Math.floor((cell - whole) / own), shared + ((cell - whole) % own)];
}

/** What the cell of this number in the plan is there for. */
export function cellTold(held: Held, cell: number): CellTold {
  const starts = layerStarts(held);
  const [copy, within] = withinCopy(held, starts, cell);
  const layer = starts.findLastIndex((start, l) => start <= within && l < held.matrices.length);
  const { rows, columns, bias, signs } = held.matrices[layer]!;
  const rest = Math.floor((within - starts[layer]!) / signs.length);
  const before = held.matrices.slice(0, layer).reduce((sum, m) => sum + m.rows * m.columns, 0);
  const input = Math.floor(rest / columns);
  const place = (within - starts[layer]!) % signs.length;
  return {
    layer,
    copy,
    weight: before + rest,
    input,
    output: rest % columns,
    bias: bias && input === rows - 1,
    place,
    cells: signs.length,
    sign: signs[place]!,
  };
}
