import type { LayerMatrix } from './network.ts';

/** The weights that the cells of one matrix hold. */
export interface MatrixRange {
  /** Name of the matrix. */
  readonly name: string;
  /** Largest |w| that the cells of a weight hold: one for all columns, or one each, [columns]; 0 where all weights are 0. */
  readonly limit: number | readonly number[];
  /** What the bias line is driven with, in units of the layer's inputs: the cells of a bias hold up to as many times `limit`. 1 where there is no bias. */
  readonly biasDrive: number;
  /** Share of the matrix's weights that is beyond the range, of the posterior it was chosen for; absent where none was looked at. */
  readonly clipped?: number;
}

/** The ranges of all matrices that go on arrays, in the network's order. */
export type WeightRanges = readonly MatrixRange[];

/** Ranges some times as large. */
export const scaledRanges = (ranges: WeightRanges, factor: number): WeightRanges =>
  ranges.map(({ name, limit, biasDrive }) => ({
    name,
    limit: typeof limit === 'number' ? factor * limit : limit.map(of => factor * of),
    biasDrive,
  }));

/** Every matrix holds weights within ±limit, biases included. */
export const evenRanges = (matrices: readonly Pick<LayerMatrix, 'name'>[], limit: number): WeightRanges =>
  matrices.map(({ name }) => ({ name, limit, biasDrive: 1 }));

/** The largest limit of any column of a matrix. */
const largestLimit = ({ limit }: MatrixRange): number => (typeof limit === 'number' ? limit : Math.max(...limit));

/**
 * Weight per conductance of each column over that of the column with the most, [columns]: what a column's sum is divided by is a
 * current in common units. Undefined where all columns share a limit; 1 for columns without weights.
 */
export function columnScale(range: MatrixRange): Float32Array | undefined {
  const most = largestLimit(range);
  if (typeof range.limit === 'number' || most === 0) return undefined;
  return Float32Array.from(range.limit, limit => limit / most || 1);
}

/** Largest |w| that each weight's cells hold, in the order of the flat vector, [weights]. */
export function weightLimits(
  matrices: readonly Pick<LayerMatrix, 'rows' | 'columns' | 'bias'>[],
  ranges: WeightRanges,
): Float32Array {
  const limits = new Float32Array(matrices.reduce((total, { rows, columns }) => total + rows * columns, 0));
  let at = 0;
  matrices.forEach(({ rows, columns, bias }, m) => {
    const { limit, biasDrive } = ranges[m]!;
    for (let r = 0; r < rows; r++) {
      const drive = bias && r === rows - 1 ? biasDrive : 1;
      for (let j = 0; j < columns; j++, at++) limits[at] = drive * (typeof limit === 'number' ? limit : limit[j]!);
    }
  });
  return limits;
}
