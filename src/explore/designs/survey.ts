import { faultText, InputError } from '../../base/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { randomPoint } from '../../search/index.ts';
import type { Designs } from './open-designs.ts';
import { type Trainings, trainingsOf } from './trainings.ts';

/** What is known of a space before anything is trained. */
export interface Survey {
  /** Random designs that were looked at. */
  readonly tried: number;
  /** Those of them that cannot exist, by what stands against them, the commonest first. */
  readonly impossible: readonly Impossible[];
  readonly trainings: Trainings;
}

export interface Impossible {
  readonly count: number;
  readonly sentence: string;
}

/** Random designs that are looked at. */
const tries = 200;

/** Looks at random designs of a study; an `InputError` where none of them can exist. */
export async function surveyOf(key: Key, designs: Designs): Promise<Survey> {
  const { study, space } = designs;
  const reasons = new Map<string, number>();
  for (let n = 0; n < tries; n++) {
    try {
      await designs.at(randomPoint(fold(fold(key, 'tries'), n), space));
    } catch (error) {
      const sentence = impossibility(error);
      reasons.set(sentence, (reasons.get(sentence) ?? 0) + 1);
    }
  }
  const impossible = [...reasons].map(([sentence, count]) => ({ count, sentence })).sort((a, b) => b.count - a.count);
  if (impossible.reduce((sum, { count }) => sum + count, 0) === tries) {
    throw new InputError({
      file: study.file,
      path: ['variables'],
      rule: `none of ${tries} random designs can exist, ${impossible[0]!.count} of them because ${impossible[0]!.sentence}`,
      hint: 'change the values or the experiment',
    });
  }
  return { tried: tries, impossible, trainings: await trainingsOf(fold(key, 'trainings'), designs) };
}

/** Why a design cannot exist; other errors are thrown on. */
export function impossibility(error: unknown): string {
  if (!(error instanceof InputError)) throw error;
  return faultText(error.faults[0]!);
}
