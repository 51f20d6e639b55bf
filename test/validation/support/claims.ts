import { expect } from 'vitest';

/** What is claimed of every run: the mean over seeds keeps to the bound, and so does the demonstration's own seed. */
export interface Claim<Run> {
  readonly name: string;
  readonly least?: number;
  readonly most?: number;
  readonly digits?: number;
  /** Found not to hold, as docs/validation.md says; the check fails should it hold after all. */
  readonly fails?: true;
  measure(run: Run): number;
}

/** Prints what was measured, seed by seed, beside what is claimed. */
export function check<Run extends { readonly seed: number }>(
  claims: readonly Claim<Run>[],
  runs: readonly Run[],
  own: number,
): void {
  const surprises: string[] = [];
  const lines = claims.map(({ name, least, most, digits = 3, fails = false, measure }) => {
    const values = runs.map(measure);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const keeps = (value: number) =>
      value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);
    const met = keeps(mean) && keeps(values[runs.findIndex(({ seed }) => seed === own)]!);
    if (met === fails) surprises.push(name);
    const goal = least === undefined ? `≤ ${most}` : `≥ ${least}`;
    const shown = [mean, ...values].map(value => value.toFixed(digits).padStart(8)).join('');
    return `${name.padEnd(66)}${goal.padStart(8)}${shown}  ${met ? 'met' : 'MISSED'}${fails ? ', known to miss' : ''}`;
  });
  const seeds = ['mean', ...runs.map(({ seed }) => `seed ${seed}`)].map(text => text.padStart(8)).join('');
  console.log([`${''.padEnd(66)}${'goal'.padStart(8)}${seeds}`, ...lines].join('\n'));
  expect(surprises).toEqual([]);
}
