import { InputError, insist, together } from '../base/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design, Experiment } from '../experiment/index.ts';
import { answersNeed, pairsNeeded } from '../uncertainty/index.ts';

/**
 * Stops where the data cannot bear the promise by which a design takes fewer samples, and where the logits of all samples are to be
 * corrected, as the field at `corrected` asks.
 */
export function checkStopping(
  { sampling }: Pick<Design, 'sampling'>,
  { task, validation }: Dataset,
  corrected?: readonly string[],
): void {
  const asked = sampling.stopping;
  if (!asked) return;
  const needed = pairsNeeded(asked);
  const path = ['sampling', 'stopping'];
  together([
    () =>
      insist(!corrected, {
        path: corrected ?? path,
        rule: 'corrects the logits of all samples, and sampling.stopping takes fewer',
        hint: 'leave one of them out',
      }),
    () => checkClasses(path, task, 'stops by the margin between classes'),
    () =>
      insist(Math.min(asked.pairs, validation.count) >= needed, {
        path,
        rule: `needs ${needed.toLocaleString('en-US')} validation rows, each on a chip of its own, to promise a risk of ${asked.risk}${asked.nll === undefined ? '' : ` and a loss of ${asked.nll} nats`} with an error of ${asked.error}`,
        value: Math.min(asked.pairs, validation.count),
        hint: 'raise data.validation and sampling.stopping.pairs, or allow a larger risk or error',
      }),
  ]);
}

/** Stops where the data cannot bear the promise about the answers that are given. */
export function checkAbstention({ evaluate }: Experiment, { task, validation }: Dataset): void {
  const asked = evaluate.abstention;
  if (!asked) return;
  const needed = answersNeed(asked);
  const path = ['evaluate', 'abstention'];
  together([
    () => checkClasses(path, task, 'goes by the probability of the class decided'),
    () =>
      insist(validation.count >= needed, {
        path,
        rule: `needs ${needed.toLocaleString('en-US')} validation rows to promise a risk of ${asked.risk} with an error of ${asked.error}`,
        value: validation.count,
        hint: 'raise data.validation, or allow a larger risk or error',
      }),
  ]);
}

function checkClasses(path: readonly string[], task: Dataset['task'], what: string): void {
  if (task === 'classification') return;
  throw new InputError({ path, rule: `${what}, and the data have targets`, hint: 'leave it out' });
}
