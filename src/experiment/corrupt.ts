import { together, within } from '../base/index.ts';
import { corrupted, corruptions, type Dataset, type Split, sampleRows } from '../data/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { type Interval, intervals } from '../uncertainty/index.ts';
import { judgeOutputs, type Metrics, outputsOf, type Side } from './judge.ts';
import type { Prediction } from './predict.ts';
import type { Experiment } from './schema.ts';
import type { Setting } from './setting.ts';

/** The test split with inputs corrupted in one way and strength, judged at the first time. */
export interface CorruptedEvaluation {
  readonly corruption: string;
  readonly strength: number;
  readonly software: Metrics;
  /** Mean over chips with its 95 % interval. */
  readonly hardware: Readonly<Record<string, Interval>>;
  readonly deterministic: Readonly<Record<string, Interval>>;
}

/** The corruptions and strengths that an experiment asks for, in order. */
function asked({ evaluate }: Experiment): { name: string; strength: number }[] {
  return Object.entries(evaluate.corruptions).flatMap(([name, strengths]) =>
    (strengths ?? []).map(strength => ({ name, strength })),
  );
}

/** Name of a corrupted test split among the predictions. */
const splitName = (name: string, strength: number): string => `test/${name}/${strength}`;

/** Stops where inputs are of a kind that a corruption cannot be done to. */
export function checkCorruptions(experiment: Experiment, dataset: Dataset): void {
  const one = sampleRows(dataset.test, 1);
  together(
    asked(experiment).map(({ name, strength }) => () => {
      within(['evaluate', 'corruptions', name], () => corrupted(keyOf(0), one, dataset, name, strength));
    }),
  );
}

/** The test split under every corruption that the experiment asks for, by name. */
export function corruptedSplits({ experiment, dataset, key }: Setting): [string, Split][] {
  return asked(experiment).map(({ name, strength }) => [
    splitName(name, strength),
    corrupted(fold(key, 'corruption'), dataset.test, dataset, name, strength),
  ]);
}

/** Judges the predictions of corrupted inputs; undefined where the experiment asks for none. */
export function judgeCorrupted(setting: Setting, prediction: Prediction): CorruptedEvaluation[] | undefined {
  const wanted = asked(setting.experiment);
  if (wanted.length === 0) return undefined;
  const noise = prediction['software/noise']?.data as Float64Array | undefined;
  return wanted.map(({ name, strength }) => {
    const of = (side: Side) => prediction[`${side}/${splitName(name, strength)}`]!;
    const metrics = (side: Side, chip: number) =>
      judgeOutputs(setting, outputsOf(of(side), chip, 0), setting.dataset.test, noise).metrics;
    const overChips = (side: Side) =>
      intervals(Array.from({ length: of(side).shape[0]! }, (_, chip) => metrics(side, chip)));
    return {
      corruption: name,
      strength,
      software: metrics('software', 0),
      hardware: overChips('hardware'),
      deterministic: overChips('deterministic'),
    };
  });
}

/** What the strength of a corruption means, with its unit. */
export const strengthOf = (name: string): string => corruptions[name]!.strength;
