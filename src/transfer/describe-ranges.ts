import { formatNumber } from '../base/index.ts';
import type { MatrixRange, WeightRanges } from '../network/index.ts';

/** Share of a matrix's weights beyond its range above which there is a remark. */
const remarkable = 0.01;

/** The ranges in a few words: `±2`, or `±0.31 to ±2.4`. */
export function spanOfRanges(ranges: WeightRanges): string {
  const limits = ranges.flatMap(({ limit }) => limit);
  const [least, most] = [limits.reduce((a, b) => Math.min(a, b)), limits.reduce((a, b) => Math.max(a, b))].map(
    limit => `±${formatNumber(limit, 3)}`,
  );
  return least === most ? most! : `${least} to ${most}`;
}

/** Columns of a table of ranges, one matrix a row. */
export const rangeColumns = ['layer', 'largest |w|', 'bias line driven with', 'clipped'] as const;

/** One matrix's row: its name, range, drive of the bias line and share of weights beyond. */
export const rangeRow = (range: MatrixRange): string[] => [
  range.name,
  spanOfRanges([range]),
  formatNumber(range.biasDrive, 3),
  range.clipped === undefined ? '' : percent(range.clipped),
];

/** What speaks against the ranges of `what`, as a sentence where more than 1 % of the weights of some layer are clipped. */
export function rangeConcerns(ranges: WeightRanges, what = 'chips'): string[] {
  const named = ranges
    .filter(({ clipped = 0 }) => clipped > remarkable)
    .map(range => `${percent(range.clipped!)} of layer ${range.name} (${spanOfRanges([range])})`);
  return named.length > 0
    ? [`Weights of ${what} that are beyond their range and clipped to it: ${named.join(', ')}.`]
    : [];
}

/** The largest share of the weights of any layer that is clipped. */
export const mostClipped = (ranges: WeightRanges): string =>
  percent(ranges.reduce((most, { clipped = 0 }) => Math.max(most, clipped), 0));

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
