import type { Job } from '../base/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { Question } from './assessment.ts';
import { corruptionsWanted } from './corruptions.ts';
import { samplesOf } from './design-facts.ts';
import { isPlane } from './grid.ts';
import { type Measurement, measurementOf } from './measurement.ts';
import { spreadChips } from './spread-chips.ts';
import type { Subject } from './subject.ts';

/** Receives the outputs of every chip and time as they are made, [samples, rows, outputs] by split; chips and times by place. */
export type Archive = (
  side: 'software' | 'hardware' | 'deterministic',
  at: { readonly chip: number; readonly time: number },
  outputs: Readonly<Record<string, Float32Array>>,
) => Promise<void>;

/** The chips of an experiment, or those of its deterministic twin. */
export type Side = 'hardware' | 'deterministic';

/** One chip to be measured at all times of an experiment, its outputs kept where they are archived. */
export interface ChipAsked {
  readonly side: Side;
  readonly chip: number;
  readonly outputs: boolean;
}

/** Measures chips as `measureChip` does, in other processes. */
export interface Elsewhere {
  /** Milliseconds after which the others are measured there unless the first one is done: processes need some to begin. */
  readonly from: number;
  measure(asked: ChipAsked, job: Job): Promise<Measurement[]>;
}

export interface EvaluateOptions {
  readonly archive?: Archive;
  /** Where chips are measured that take long; here where absent. */
  readonly elsewhere?: Elsewhere;
}

/** What an evaluation asks of software, and of chips at every time. */
export function questionOf({ experiment, data, root }: Subject, outputs = false): Question {
  const { evaluate } = experiment;
  const { calibration } = evaluate;
  const corruptions = corruptionsWanted(experiment);
  const { abstention } = evaluate;
  return {
    key: questionKey(root),
    evidence: true,
    parts: true,
    curves: true,
    ...(outputs && { outputs }),
    ...(isPlane(data) && { map: evaluate.grid }),
    ...(calibration !== 'none' && { correction: calibration }),
    ...(abstention && { abstention }),
    ...(corruptions.length > 0 && { corruptions }),
  };
}

/** Key of what is asked: the same of software, of every chip and of the twin's. */
export const questionKey = (root: Key): Key => fold(root, 'question');

/** Samples of the software prediction. */
export const softwareSamples = ({ experiment, design }: Subject): number =>
  experiment.evaluate.softwareSamples ?? samplesOf(design);

/** Measures all chips of a side at all times; their outputs go to the archive and are not kept. */
export async function measureAll(
  subject: Subject,
  side: Side,
  job: Job,
  { archive, elsewhere }: EvaluateOptions = {},
): Promise<Measurement[][]> {
  const { chips } = subject;
  let done = 0;
  const one = async (i: number, job: Job, through?: Elsewhere): Promise<Measurement[]> => {
    const asked = { side, chip: chips[i]!, outputs: archive !== undefined };
    const found = await measureChip(subject, asked, job, through);
    for (const [time, { outputs }] of found.entries()) if (outputs) await archive?.(side, { chip: i, time }, outputs);
    job.progress(++done / chips.length, `${side} chip ${done} of ${chips.length}`);
    return found.map(({ outputs: _outputs, ...rest }) => rest);
  };
  const there = elsewhere && {
    from: elsewhere.from,
    measure: (i: number, job: Job) => one(i, job, elsewhere),
  };
  return spreadChips(chips.length, job, one, there);
}

/** Measures one chip at all times, in their order; what no store has is measured `elsewhere` where that is given. */
export async function measureChip(
  subject: Subject,
  asked: ChipAsked,
  job: Job,
  elsewhere?: Elsewhere,
): Promise<Measurement[]> {
  const { side, chip, outputs } = asked;
  const { times, own, twin } = subject;
  const question = questionOf(subject, outputs);
  const pipeline = side === 'hardware' ? own : twin;
  const quiet = { ...job, progress: () => {} };
  let there: Promise<Measurement[]> | undefined;
  const found: Measurement[] = [];
  for (const [t, time] of times.entries()) {
    const by =
      elsewhere &&
      (async () => {
        there ??= elsewhere.measure(asked, quiet);
        return (await there)[t]!;
      });
    found.push(await pipeline.run(measurementOf(question), { chip, time }, quiet, by));
  }
  return found;
}
