/** A function of (mean, std) on a uniform grid, row-major [stdSteps + 1, meanSteps + 1]. */
export interface DistanceTable {
  readonly meanLow: number;
  readonly meanHigh: number;
  /** The first row is at a spread of 0, the last at this. */
  readonly stdHigh: number;
  readonly meanSteps: number;
  readonly stdSteps: number;
  readonly values: Float64Array;
}

/** Value and derivatives at (mean, std); outside the grid the distance to the grid is added. */
export function interpolateTable(table: DistanceTable, mean: number, std: number): [number, number, number] {
  const { meanLow, meanHigh, stdHigh, meanSteps, stdSteps, values } = table;
  const m = Math.min(meanHigh, Math.max(meanLow, mean));
  const s = Math.min(stdHigh, Math.max(0, std));
  const perMean = meanSteps / (meanHigh - meanLow);
  const perStd = stdSteps / stdHigh;
  const x = (m - meanLow) * perMean;
  const y = s * perStd;
  const i = Math.min(meanSteps - 1, Math.floor(x));
  const j = Math.min(stdSteps - 1, Math.floor(y));
  const [u, v] = [x - i, y - j];
  const at = j * (meanSteps + 1) + i;
  const next = at + meanSteps + 1;
  const [a, b, c, d] = [values[at]!, values[at + 1]!, values[next]!, values[next + 1]!];
  const value = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d);
  const outside = Math.hypot(mean - m, std - s);
  if (outside > 0) {
    return [
      value + outside,
      m === mean ? ((1 - v) * (b - a) + v * (d - c)) * perMean : (mean - m) / outside,
      s === std ? ((1 - u) * (c - a) + u * (d - b)) * perStd : (std - s) / outside,
    ];
  }
  return [value, ((1 - v) * (b - a) + v * (d - c)) * perMean, ((1 - u) * (c - a) + u * (d - b)) * perStd];
}
