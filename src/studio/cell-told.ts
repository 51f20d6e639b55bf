/** What says which weight a cell of a plan holds. */
export interface Held {
  readonly copies: number;
  readonly matrices: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: number;
    readonly bias: boolean;
  }[];
  /** Signs with which the cells of a weight count. */
  readonly signs: readonly number[];
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
  /** Which of the weight's cells it is, and the sign with which it counts. */
  readonly place: number;
  readonly sign: number;
}

/** What the cell of this number in the plan is there for. */
export function cellTold({ matrices, signs }: Held, cell: number): CellTold {
  const perCopy = signs.length * matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const within = cell % perCopy;
  const weight = Math.floor(within / signs.length);
  let [layer, rest] = [0, weight];
  for (; rest >= matrices[layer]!.rows * matrices[layer]!.columns; layer++) {
    rest -= matrices[layer]!.rows * matrices[layer]!.columns;
  }
  const { rows, columns, bias } = matrices[layer]!;
  const input = Math.floor(rest / columns);
  return {
    layer,
    copy: Math.floor(cell / perCopy),
    weight,
    input,
    output: rest % columns,
    bias: bias && input === rows - 1,
    place: within % signs.length,
    sign: signs[within % signs.length]!,
  };
}
