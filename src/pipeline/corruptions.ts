import { together, within } from '../base/index.ts';
import { corrupted, corruptions, type Dataset, type Split, sampleRows } from '../data/index.ts';
import type { Experiment } from '../experiment/index.ts';
import { type Key, keyOf } from '../random/index.ts';

/** One way of corrupting inputs, and how strongly. */
export interface CorruptionWanted {
  readonly name: string;
  readonly strength: number;
}

/** The corruptions and strengths that an experiment asks for, in order. */
export const corruptionsWanted = ({ evaluate }: Pick<Experiment, 'evaluate'>): CorruptionWanted[] =>
  Object.entries(evaluate.corruptions).flatMap(([name, strengths]) =>
    (strengths ?? []).map(strength => ({ name, strength })),
  );

/** Name of a corrupted test split among the predictions. */
export const corruptedName = ({ name, strength }: CorruptionWanted): string => `test/${name}/${strength}`;

/** The test split under a corruption: the same for software and every chip. */
export const corruptedSplit = (key: Key, data: Dataset, { name, strength }: CorruptionWanted): Split =>
  corrupted(key, data.test, data, name, strength);

/** Stops where inputs are of a kind that a corruption cannot be done to. */
export function checkCorruptions(experiment: Experiment, data: Dataset): void {
  const one = sampleRows(data.test, 1);
  together(
    corruptionsWanted(experiment).map(({ name, strength }) => () => {
      within(['evaluate', 'corruptions', name], () => corrupted(keyOf(0), one, data, name, strength));
    }),
  );
}

/** What the strength of a corruption means, with its unit. */
export const strengthOf = (name: string): string => corruptions[name]!.strength;
