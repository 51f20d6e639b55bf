import { addressOf, type Job, jobOf } from '../base/index.ts';
import {
  archivedArrays,
  type Compared,
  type Entry,
  type Evaluated,
  evaluate,
  nameOfEvaluation,
} from '../pipeline/index.ts';
import { openArchive } from './archive.ts';
import { decodeEvaluation, encodeEvaluation, evaluationFiles } from './evaluation-file.ts';
import { measuredElsewhere } from './measured-elsewhere.ts';
import type { OpenRun, Run } from './open.ts';
import { noteOpening } from './openings.ts';

/** A run with its evaluation, and its variants with theirs. */
export interface EvaluatedRun {
  readonly run: Run;
  readonly evaluated: Evaluated;
  readonly variants: ReadonlyArray<{ readonly name: string; readonly run: Run; readonly evaluated: Evaluated }>;
}

/** How jobs of parts of a run are told apart. */
export type JobFor = (label: string) => Job;

/** Evaluates a run and all its variants, computing what is missing. */
export async function evaluateRun({ run, variants }: OpenRun, jobFor: JobFor = () => jobOf()): Promise<EvaluatedRun> {
  const evaluated = await evaluationOf(run, jobFor);
  const found = [];
  for (const [name, variant] of variants) {
    found.push({ name, run: variant, evaluated: await evaluationOf(variant, jobFor) });
  }
  return { run, evaluated, variants: found };
}

/** A run with the evaluations that are in its folders; undefined where its own is not there yet, and without the variants whose are not. */
export async function evaluatedIfThere({ run, variants }: OpenRun): Promise<EvaluatedRun | undefined> {
  const find = async ({ subject, directory, variant }: Run) => {
    const names = await nameOfEvaluation({ subject, ...(variant && { base: variant.of }) });
    return (await directory.find(evaluationEntry(names)))?.value;
  };
  const evaluated = await find(run);
  if (!evaluated) return undefined;
  const found = [];
  for (const [name, variant] of variants) {
    const its = await find(variant);
    if (its) found.push({ name, run: variant, evaluated: its });
  }
  return { run, evaluated, variants: found };
}

/** The evaluation of one experiment; its predictions are archived beside it where the experiment says so. */
export async function evaluationOf(run: Run, jobFor: JobFor): Promise<Evaluated> {
  const { subject, directory, variant } = run;
  const compared = { subject, ...(variant && { base: variant.of }) };
  const job = jobFor(variant ? `${variant.name}: evaluate` : 'evaluate');
  const entry = evaluationEntry(await nameOfEvaluation(compared));
  if (!variant && subject.experiment.evaluate.archive && !(await directory.has(predictionEntry(entry)))) {
    return archived(run, compared, entry, job);
  }
  if (!(await directory.has(entry))) await countOpening(run);
  const elsewhere = measuredElsewhere(run, job);
  return subject.own.prepared.store.once(entry, () => evaluate(compared, job, { elsewhere }), job);
}

/** A run of a design that a study has found looks at the study's test rows. */
async function countOpening({ study, subject: { experiment } }: Run): Promise<void> {
  if (study !== undefined) await noteOpening(study, `run ${experiment.name}`);
}

/** Predicts anew with an archive of all outputs; the evaluation comes along. */
async function archived(run: Run, compared: Compared, entry: Entry<Evaluated>, job: Job): Promise<Evaluated> {
  const { subject, directory } = run;
  await countOpening(run);
  const start = performance.now();
  const archive = await openArchive(subject, directory.file('prediction.npz'));
  try {
    const evaluated = await evaluate(compared, job, {
      archive: archive.add,
      elsewhere: measuredElsewhere(run, job),
    });
    await archive.close();
    const seconds = (performance.now() - start) / 1000;
    await directory.note(predictionEntry(entry), ['prediction.npz'], seconds);
    return await subject.own.prepared.store.once(entry, async () => evaluated, job);
  } catch (error) {
    await archive.abandon();
    throw error;
  }
}

/** A run's predictions: all outputs in prediction.npz, made where it is missing, the shapes of its arrays by name, and the evaluation. */
export async function predictionOf(
  run: Run,
  jobFor: JobFor,
): Promise<{ readonly arrays: Record<string, readonly number[]>; readonly evaluated: Evaluated }> {
  const { subject, variant } = run;
  const compared = { subject, ...(variant && { base: variant.of }) };
  const entry = evaluationEntry(await nameOfEvaluation(compared));
  const there = await run.directory.has(predictionEntry(entry));
  const evaluated = await (there ? evaluationOf(run, jobFor) : archived(run, compared, entry, jobFor('predict')));
  return {
    arrays: Object.fromEntries(archivedArrays(subject).arrays.map(({ name, shape }) => [name, shape])),
    evaluated,
  };
}

const predictionEntry = ({ address, recipe }: Pick<Entry<unknown>, 'address' | 'recipe'>) => ({
  stage: 'prediction',
  at: {},
  address: addressOf({ archive: address }),
  recipe: addressOf({ archive: recipe }),
});

function evaluationEntry(names: { readonly address: string; readonly recipe: string }): Entry<Evaluated> {
  return {
    stage: 'evaluation',
    at: {},
    ...names,
    bytes: ({ maps, evidence }) =>
      [maps, evidence]
        .flatMap(record => Object.values(record))
        .reduce((sum, { data }) => sum + data.byteLength, 1 << 18),
    codec: {
      files: evaluationFiles,
      encode: encodeEvaluation,
      decode: async files => decodeEvaluation(files),
    },
  };
}
