import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { entropySources } from '../../inference/index.ts';
import {
  gridOf,
  type Inputs,
  type LookedAt,
  lookAt,
  type Subject,
  samplesOf,
  samplesOfInput,
  sourcesOf,
} from '../../pipeline/index.ts';
import { calibrationSection, sequential } from '../../report/index.ts';
import { describedAs } from '../../uncertainty/index.ts';
import { insistTrained } from '../insist-trained.ts';
import { away } from '../request.ts';
import { shownSection } from '../section-view.ts';

const ofRun = z.strictObject({ directory: z.string(), variant: z.string().optional() });

const setting = ofRun.extend({
  /** s after programming. */
  time: z.number().min(0).max(1e10),
  chip: z.int().min(0).max(100_000),
  samples: z.int().min(1).max(100_000).optional(),
  source: z.enum(Object.keys(entropySources) as [string, ...string[]]).optional(),
});

/** Test rows that are looked at, at most: some pictures a second, whatever the network. */
const mostRows = 600;

/** Points per side of the plane at most. */
const mostSide = 60;

/** A few metrics that are said of every setting. */
const metricsOf: Readonly<Record<Subject['data']['task'], readonly string[]>> = {
  classification: ['accuracy', 'nll', 'ece'],
  regression: ['rmse', 'nll'],
};

const inputsOf = ({ data, experiment }: Subject): Inputs => ({
  rows: mostRows,
  ...(data.task === 'classification' &&
    data.inputShape.length === 1 &&
    data.inputShape[0] === 2 && { side: Math.min(mostSide, experiment.evaluate.grid) }),
});

const lookedAt = ({
  time,
  chip,
  samples,
  source,
}: z.output<typeof setting>): LookedAt & { chip: NonNullable<LookedAt['chip']> } => ({
  chip: { number: chip, time },
  ...(samples !== undefined && { samples }),
  ...(source !== undefined && { source }),
});

/** What a predictor says: metrics, and what is predicted with how much doubt, of test rows and of the plane. */
async function side(subject: Subject, at: LookedAt, job: Parameters<typeof lookAt>[4]) {
  const { metrics, map, parts } = await lookAt(subject, at, inputsOf(subject), metricsOf[subject.data.task], job);
  const shown = (found: NonNullable<typeof parts>) => ({
    mean: Float32Array.from(found.mean),
    total: Float32Array.from(found.total),
    aleatoric: Float32Array.from(found.aleatoric),
    epistemic: Float32Array.from(found.epistemic),
  });
  return { metrics, rows: shown(parts!), ...(map && { map: shown(map) }) };
}

export const uncertaintyRequests = {
  /** All that does not change with the setting. */
  'uncertainty.look': away(ofRun, async ({ directory, variant }, { workspace, job }) => {
    const run = await workspace.open(directory, variant);
    await insistTrained(run, directory);
    const { subject, variants, older } = run;
    const { data, experiment, design } = subject;
    const evaluated = await run.evaluated();
    const width = data.train.inputs.length / data.train.count;
    const original = (values: Float32Array, count: number) =>
      Float32Array.from(values.subarray(0, count * width), (value, i) =>
        data.inputScale ? data.inputScale.mean[i % width]! + data.inputScale.std[i % width]! * value : value,
      );
    const rows = Math.min(mostRows, data.test.count);
    const { side: points } = inputsOf(subject);
    return {
      title: experiment.title ?? experiment.name,
      older,
      variants,
      task: data.task,
      classes: data.outputNames,
      inputShape: data.inputShape,
      inputNames: data.inputNames,
      times: subject.times,
      time: subject.headlineTime,
      chips: subject.chips.length,
      samples: samplesOf(design),
      source: design.sampling.entropy,
      sources: await sourcesOf(subject, Object.keys(entropySources)),
      metrics: metricsOf[data.task].map(name => ({
        name,
        label: describedAs(name)[0]!.label,
        unit: describedAs(name)[0]!.unit,
      })),
      /** The plane that maps show, in the inputs' own units. */
      plane: points === undefined ? undefined : { side: points, x: planeEnds(subject, 0), y: planeEnds(subject, 1) },
      train: {
        inputs: original(data.train.inputs, Math.min(data.train.count, mostRows)),
        labels: data.train.labels.slice(0, mostRows),
      },
      test: {
        count: rows,
        inputs: original(data.test.inputs, rows),
        labels: data.test.labels.slice(0, rows),
        targets: data.test.targets.slice(0, (data.test.targets.length / data.test.count) * rows),
      },
      software: await side(subject, {}, job),
      scale: sequential(0, 1).table,
      sections: evaluated ? [shownSection(calibrationSection(evaluated.evaluation))] : [],
    };
  }),
  /** A chip at a setting. */
  'uncertainty.chip': away(setting, async (question, { workspace, job }) => {
    const run = await workspace.open(question.directory, question.variant);
    return side(run.subject, lookedAt(question), job);
  }),
  /** What every sample says of one input: a test row, or a point of the plane. */
  'uncertainty.input': away(
    setting.extend({ of: z.enum(['test', 'grid']), number: z.int().min(0).max(160_000) }),
    async (question, { workspace, job }) => {
      const { subject } = await workspace.open(question.directory, question.variant);
      const { rows, side: points } = inputsOf(subject);
      const most = question.of === 'test' ? Math.min(rows, subject.data.test.count) : (points ?? 0) ** 2;
      if (question.number >= most) {
        throw new InputError({ path: ['number'], rule: `must be below ${most}`, value: question.number });
      }
      const input = { of: question.of, number: question.number, ...(points !== undefined && { side: points }) };
      return samplesOfInput(subject, lookedAt(question), input, job);
    },
  ),
};

/** Ends of the plane along an input: three standard deviations of the training inputs to each side. */
function planeEnds(subject: Subject, axis: 0 | 1): readonly [number, number] {
  const { points, count } = gridOf(subject.data, 2)!;
  return [points[axis]!, points[2 * (count - 1) + axis]!];
}
