import { addressOf, type Job, jobOf, partOf } from '../base/index.ts';
import {
  archivedArrays,
  type Compared,
  type Entry,
  type Evaluated,
  evaluate,
  nameOfEvaluation,
} from '../pipeline/index.ts';
import type { Handler } from '../workers/index.ts';
import { openArchive } from './archive.ts';
import { decodeEvaluation, encodeEvaluation, evaluationFiles } from './evaluation-file.ts';
import { type ByProcesses, helpedRun, measuredElsewhere } from './measured-elsewhere.ts';
import type { OpenRun, Run } from './open.ts';
import { noteOpening } from './openings.ts';
import { type VariantsAsked, variantsSideBySide } from './variants-side-by-side.ts';

/** A run with its evaluation, and its variants with theirs. */
export interface EvaluatedRun {
  readonly run: Run;
  readonly evaluated: Evaluated;
  readonly variants: ReadonlyArray<{ readonly name: string; readonly run: Run; readonly evaluated: Evaluated }>;
}

/** How jobs of parts of a run are told apart. */
export type JobFor = (label: string) => Job;

/**
 * Evaluates a run and all its variants, computing what is missing. Once one is made whose chips are not worth a process each,
 * processes take variants as wholes.
 */
export async function evaluateRun({ run, variants }: OpenRun, jobFor: JobFor = () => jobOf()): Promise<EvaluatedRun> {
  const all = [run, ...variants.map(([, variant]) => variant)];
  const evaluations: Evaluated[] = [];
  let shared = false;
  for (const [i, one] of all.entries()) {
    const { evaluated, short } = await evaluationOf(one, jobFor);
    evaluations.push(evaluated);
    if (!short || shared) continue;
    shared = true;
    await variantsSideBySide(run, await missingOf(all.slice(i + 1)), jobFor, evaluateEach);
  }
  return {
    run,
    evaluated: evaluations[0]!,
    variants: variants.map(([name, variant], i) => ({ name, run: variant, evaluated: evaluations[i + 1]! })),
  };
}

/** Evaluates the variants of a task. */
export const runVariantsTask: Handler = async (payload, job) => {
  const { names, ...where } = payload as VariantsAsked;
  const variants = new Map((await helpedRun(where)).variants);
  await evaluateEach(
    names.map(name => variants.get(name)!),
    job,
  );
};

async function evaluateEach(runs: readonly Run[], job: Job): Promise<void> {
  for (const [i, run] of runs.entries()) {
    await evaluationOf(run, () => partOf(job, i / runs.length, (i + 1) / runs.length));
  }
}

/** Variants without their evaluation. */
async function missingOf(variants: readonly Run[]): Promise<Run[]> {
  const there = await Promise.all(
    variants.map(async run => run.directory.has(evaluationEntry(await nameOfEvaluation(comparedOf(run))))),
  );
  return variants.filter((_, i) => !there[i]);
}

const comparedOf = ({ subject, variant }: Run): Compared => ({ subject, ...(variant && { base: variant.of }) });

/** A run with the evaluations that are in its folders; undefined where its own is not there yet, and without the variants whose are not. */
export async function evaluatedIfThere({ run, variants }: OpenRun): Promise<EvaluatedRun | undefined> {
  const find = async (run: Run) => {
    const names = await nameOfEvaluation(comparedOf(run));
    return (await run.directory.find(evaluationEntry(names)))?.value;
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

interface Made {
  readonly evaluated: Evaluated;
  /** It was made here beside a pool, and so quickly that no chip went there. */
  readonly short: boolean;
}

/** The evaluation of one experiment; its predictions are archived beside it where the experiment says so. */
export async function evaluationOf(run: Run, jobFor: JobFor): Promise<Made> {
  const { subject, directory, variant } = run;
  const job = jobFor(variant ? `${variant.name}: evaluate` : 'evaluate');
  const entry = evaluationEntry(await nameOfEvaluation(comparedOf(run)));
  if (!variant && subject.experiment.evaluate.archive && !(await directory.has(predictionEntry(entry)))) {
    return archived(run, entry, job);
  }
  if (!(await directory.has(entry))) await countOpening(run);
  let elsewhere: ByProcesses | undefined;
  const make = () => {
    elsewhere = measuredElsewhere(run, job);
    return evaluate(comparedOf(run), job, { elsewhere });
  };
  const evaluated = await subject.own.prepared.store.once(entry, make, job);
  return { evaluated, short: elsewhere?.sent === 0 };
}

/** A run of a design that a study has found looks at the study's test rows. */
async function countOpening({ study, subject: { experiment } }: Run): Promise<void> {
  if (study !== undefined) await noteOpening(study, `run ${experiment.name}`);
}

/** Predicts anew with an archive of all outputs; the evaluation comes along. */
async function archived(run: Run, entry: Entry<Evaluated>, job: Job): Promise<Made> {
  const { subject, directory } = run;
  await countOpening(run);
  const start = performance.now();
  const archive = await openArchive(subject, directory.file('prediction.npz'));
  const elsewhere = measuredElsewhere(run, job);
  try {
    const made = await evaluate(comparedOf(run), job, { archive: archive.add, elsewhere });
    await archive.close();
    const seconds = (performance.now() - start) / 1000;
    await directory.note(predictionEntry(entry), ['prediction.npz'], seconds);
    const evaluated = await subject.own.prepared.store.once(entry, async () => made, job);
    return { evaluated, short: elsewhere?.sent === 0 };
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
  const entry = evaluationEntry(await nameOfEvaluation(comparedOf(run)));
  const there = await run.directory.has(predictionEntry(entry));
  const { evaluated } = await (there ? evaluationOf(run, jobFor) : archived(run, entry, jobFor('predict')));
  return {
    arrays: Object.fromEntries(archivedArrays(run.subject).arrays.map(({ name, shape }) => [name, shape])),
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
