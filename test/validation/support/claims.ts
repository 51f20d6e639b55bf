import { expect } from 'vitest';

/** What is claimed of every run: the mean over seeds keeps to the bound, and so does the demonstration's own seed. */
export interface Claim<Run> {
  readonly name: string;
  readonly least?: number;
  readonly most?: number;
  readonly digits?: number;
  measure(run: Run): number;
}

/** Prints what was measured, seed by seed, beside what is claimed. */
export function check<Run extends { readonly seed: number }>(
  claims: readonly Claim<Run>[],
  runs: readonly Run[],
  own: number,
): void {
  const failed: string[] = [];
  const lines = claims.map(({ name, least, most, digits = 3, measure }) => {
    const values = runs.map(measure);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const keeps = (value: number) =>
      value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);
    const met = keeps(mean) && keeps(values[runs.findIndex(({ seed }) => seed === own)]!);
    if (!met) failed.push(name);
    const goal = least === undefined ? `≤ ${most}` : `≥ ${least}`;
    const shown = [mean, ...values].map(value => value.toFixed(digits).padStart(8)).join('');
    return `${name.padEnd(66)}${goal.padStart(8)}${shown}  ${met ? 'met' : 'MISSED'}`;
  });
  const seeds = ['mean', ...runs.map(({ seed }) => `seed ${seed}`)].map(text => text.padStart(8)).join('');
  console.log([`${''.padEnd(66)}${'goal'.padStart(8)}${seeds}`, ...lines].join('\n'));
  expect(failed).toEqual([]);
}
