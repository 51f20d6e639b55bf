import { type Job, jobOf } from '../base/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import { actualDevice, type Design } from '../experiment/index.ts';
import { type Outputs, probabilities, sourceOf } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import type { Assessment, Question } from './assessment.ts';
import { samplesOf } from './design-facts.ts';
import { gridOf } from './grid.ts';
import { measurementOf, softwareOf } from './measurement.ts';
import { type NetworkGiven, networkGiven, networkOf } from './network-of.ts';
import { Pipeline } from './pipeline.ts';
import { openReading, type ReadingGiven, readingGiven, type SplitRows } from './reading.ts';
import { designWith } from './source-designs.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

/** One predictor as somebody looks at it: the software, or a chip at a time. */
export interface LookedAt {
  /** Absent for software. */
  readonly chip?: { readonly number: number; readonly time: number };
  /** First samples that count; all by default. */
  readonly samples?: number;
  /** Another source of randomness than the experiment's own. */
  readonly source?: string;
}

/** The inputs that are looked at: so many test rows, and where inputs are a plane a grid over it. */
export interface Inputs {
  readonly rows: number;
  readonly side?: number;
}

/** What a predictor says of test inputs and of the plane, and its metrics on them. */
export async function lookAt(
  subject: Subject,
  { chip, samples, source }: LookedAt,
  { rows, side }: Inputs,
  metrics: readonly string[],
  job: Job,
): Promise<Assessment> {
  const { design, pipeline } = lookedAt(subject, source);
  const all = samplesOf(design);
  const question: Question = {
    key: fold(subject.root, 'question'),
    metrics,
    rows: { split: 'test', from: 0, count: Math.min(rows, subject.data.test.count) },
    parts: true,
    ...(samples !== undefined && samples < all && { samples }),
    ...(side !== undefined && { map: side }),
  };
  if (!chip) return pipeline.run(softwareOf(question, subject.experiment.evaluate.softwareSamples), {}, job);
  return pipeline.run(measurementOf(question), { chip: chip.number, time: chip.time }, job);
}

/** One input: a test row, or a point of the grid of `side` points a side. */
export interface OneInput {
  readonly of: 'test' | 'grid';
  readonly number: number;
  readonly side?: number;
}

/** What every sample of a chip says of one input, drawn as in `lookAt`: probabilities of classes, or outputs, [samples, outputs]. */
export async function samplesOfInput(
  subject: Subject,
  { chip, samples, source }: LookedAt & { readonly chip: NonNullable<LookedAt['chip']> },
  input: OneInput,
  job: Job,
): Promise<{ readonly samples: number; readonly outputs: number; readonly values: Float32Array }> {
  const { design, pipeline } = lookedAt(subject, source);
  const stage = samplesStage(input, Math.min(samples ?? samplesOf(design), samplesOf(design)));
  const outputs = await pipeline.run(stage, { chip: chip.number, time: chip.time }, job);
  const values = subject.data.task === 'classification' ? probabilities(outputs) : outputs.values;
  return { samples: outputs.samples, outputs: outputs.outputs, values };
}

/** What an experiment may be looked at with: every source, and what the device or posterior lacks for it. */
export async function sourcesOf(
  subject: Subject,
  names: readonly string[],
): Promise<readonly { readonly name: string; readonly lacks?: string }[]> {
  const { posterior } = await subject.own.get('training');
  return names.map(name => {
    const source = sourceOf({ entropy: name });
    const { sampling, hardware } = designWith(source, subject.design, samplesOf(subject.design));
    const lacks = source.lacks(subject.device, posterior, sampling, hardware);
    return { name, ...(lacks !== undefined && { lacks }) };
  });
}

/** The design with the source that is looked at, and its pipeline: chips of a source of its own are made beside those of the experiment. */
function lookedAt({ design, own, root }: Subject, source?: string): { design: Design; pipeline: Pipeline } {
  if (source === undefined || source === design.sampling.entropy) return { design, pipeline: own };
  const other = designWith(sourceOf({ entropy: source }), design, samplesOf(design));
  return { design: other, pipeline: new Pipeline(own.prepared, other, { key: root, job: jobOf() }) };
}

interface SamplesGiven extends NetworkGiven, ReadingGiven {
  readonly input: OneInput;
  readonly samples: number;
  readonly time: number;
}

/** Reads one input on a chip as a measurement of all does: it goes by the same name, and so by the same key. */
const samplesStage = (
  input: OneInput,
  samples: number,
): Stage<SamplesGiven, 'data' | 'posterior' | 'converters' | 'chip', Outputs> => ({
  name: 'measurement',
  per: ['chip', 'time'],
  needs: ['data', 'posterior', 'converters', 'chip'],
  project: (design, { chip, time }) => ({
    ...networkGiven(design),
    ...readingGiven(design),
    ...(design.hardware.shared && { number: chip }),
    device: actualDevice(design),
    input,
    samples,
    time: time!,
  }),
  async run(given, { data, posterior, converters, chip }, key, job) {
    const { network } = networkOf(given, data);
    const { validation } = data;
    const reading = await openReading(key, given, network, posterior, chip, converters, given.time, validation, job);
    return (await reading.outputs(rowOf(data, input), job, given.samples)).outputs;
  },
  bytes: ({ values }) => values.byteLength,
});

/** The one row as part of those it belongs to. */
function rowOf(data: Dataset, { of, number, side }: OneInput): SplitRows {
  const { inputs, count }: Pick<Split, 'inputs' | 'count'> = of === 'test' ? data.test : gridOf(data, side!)!;
  const width = inputs.length / count;
  return {
    name: of,
    inputs: inputs.slice(number * width, (number + 1) * width),
    count: 1,
    numbers: Int32Array.of(number),
  };
}
