import { createHash } from 'node:crypto';
import { InputError, jobOf, type Progress } from '../base/index.ts';
import {
  checkParameters,
  decodePosterior,
  encodePosterior,
  type LearningCurve,
  type Method,
  methods,
  type Posterior,
} from '../bayes/index.ts';
import { decodeNpz, encodeNpz } from '../data/index.ts';
import { kernels } from '../kernels/index.ts';
import { decodeChip, decodePlan, encodeChip, encodePlan, encodePlanCsv, isMeasured } from '../transfer/index.ts';
import { TrainingPlace } from './checkpoint.ts';
import { type Evaluation, evaluatePrediction } from './evaluate.ts';
import { foldPosterior } from './fold.ts';
import { copiesOf } from './plan.ts';
import { type Prediction, type Programmed, predictAll } from './predict.ts';
import { chipName, fingerprint, type RunDirectory } from './run-directory.ts';
import type { Experiment } from './schema.ts';
import type { Setting } from './setting.ts';
import { trainStage } from './train.ts';
import { type Transferred, transferAll } from './transfer.ts';
import { version } from './version.ts';
import { interruptible, type Watch } from './watch.ts';

/** Plans of more cells than this are written as Parquet only: as text they would run to hundreds of megabytes. */
const mostCsvCells = 500_000;

const posteriorFile = 'posterior.safetensors';
const curveFile = 'learning-curve.json';

/** What is noted as the inputs of training where a posterior made elsewhere took its place. */
export const adopted = 'adopted';

/** Files of a stage, by name. */
type Files = Readonly<Record<string, Uint8Array | string>>;

/** Makes what a stage is for, and its files; null where it is not to be kept. */
type Make<T> = (progress: Progress) => Promise<readonly [T, Files | null]>;

/**
 * One experiment in one run directory. Every stage is computed when asked for, unless the directory has it from equal
 * inputs; a stage's inputs are the sections of the experiment it depends on and the bytes of the files it reads, so
 * that a posterior or a chip put there by hand is taken up by the stages after it.
 */
export class Run {
  readonly setting: Setting;
  readonly directory: RunDirectory;
  private readonly watch: Watch;
  private readonly base?: Run;
  private readonly label: string;
  private readonly done = new Map<string, Promise<unknown>>();

  /** A variant has a label and the run that it is a variant of, whose posterior it shares where the inputs are equal. */
  constructor(setting: Setting, directory: RunDirectory, watch: Watch, label = '', base?: Run) {
    this.setting = setting;
    this.directory = directory;
    this.watch = watch;
    this.label = label;
    this.base = base;
  }

  posterior(): Promise<Posterior> {
    return this.once('train', async () => {
      const { setting, base, directory } = this;
      const inputs = this.trainInputs();
      if (inputs === base?.trainInputs()) return base.posterior();
      if ((await directory.record())?.stages.train?.inputs === adopted) return this.loadPosterior('import');
      if (await directory.isDone('train', inputs)) return this.loadPosterior('train');
      const place = new TrainingPlace(directory.file('checkpoint.safetensors'), inputs);
      const posterior = await interruptible(this.watch, signal =>
        this.compute<Posterior>('train', inputs, async progress => {
          const job = jobOf({ signal, threads: this.watch.threads, progress, checkpoint: place });
          const { posterior, curve } = await trainStage(setting, job);
          return [posterior, { [posteriorFile]: encodePosterior(posterior), [curveFile]: JSON.stringify(curve) }];
        }),
      );
      await place.done();
      return posterior;
    });
  }

  /**
   * Puts a posterior made elsewhere in the place of training, for this run and all that take up its directory.
   */
  async adopt(posterior: Posterior): Promise<void> {
    const { directory, setting } = this;
    checkParameters(posterior, setting.model.network.parameters, 'posterior');
    await directory.write(posteriorFile, encodePosterior(posterior));
    await directory.note('train', { inputs: adopted, seconds: 0, files: [posteriorFile] });
    this.done.set('train', Promise.resolve(posterior));
  }

  /** The posterior of the weights that go on arrays: batch normalisations are folded into it. */
  placed(): Promise<Posterior> {
    return this.once('place', async () => {
      const { folded } = this.setting;
      const posterior = await this.posterior();
      return folded ? foldPosterior(posterior, folded) : posterior;
    });
  }

  transferred(): Promise<Transferred> {
    return this.once('transfer', async () => {
      const { setting, directory } = this;
      const posterior = await this.placed();
      const { hardware, transfer, sampling, evaluate } = setting.experiment;
      const inputs = fingerprint(
        digest(encodePosterior(posterior)),
        hardware,
        setting.deviceText,
        transfer,
        sampling,
        evaluate.chips,
        this.seed(),
      );
      return this.stage<Transferred>(
        'transfer',
        inputs,
        async () => ({
          hardware: await this.loadProgrammed(''),
          deterministic: await this.loadProgrammed('deterministic/'),
          search: await directory.readJson('limit-search.json', 'transfer'),
        }),
        async progress => {
          await this.keepMeasured();
          const transferred = transferAll(setting, posterior, progress);
          const files = {
            ...programmedFiles('', transferred.hardware),
            ...programmedFiles('deterministic/', transferred.deterministic),
            'limit-search.json': `${JSON.stringify(transferred.search ?? {}, null, 2)}\n`,
          };
          return [transferred, files];
        },
      );
    });
  }

  /** A variant's prediction is as large as the base's and of use for its evaluation alone, so it is not written. */
  prediction(): Promise<Prediction> {
    return this.once('predict', async () => {
      const { setting, directory, base } = this;
      const [posterior, { hardware, deterministic }] = [await this.placed(), await this.transferred()];
      return this.stage<Prediction>(
        'predict',
        await this.predictInputs(),
        async () => decodeNpz(await directory.read('prediction.npz', 'predict'), 'prediction.npz'),
        async progress => {
          const prediction = predictAll(setting, posterior, hardware, deterministic, progress);
          return [prediction, base ? null : { 'prediction.npz': encodeNpz(prediction) }];
        },
      );
    });
  }

  evaluation(): Promise<Evaluation> {
    return this.once('evaluate', async () => {
      const { setting, base, directory } = this;
      return this.stage<Evaluation>(
        'evaluate',
        fingerprint(await this.predictInputs(), await base?.predictInputs()),
        () => directory.readJson<Evaluation>('evaluation.json', 'evaluate', 'hardware', true),
        async () => {
          const [posterior, { hardware }] = [await this.placed(), await this.transferred()];
          const prediction = await this.prediction();
          const reference = base && { prediction: await base.prediction(), sameDevice: base.sharesChips(setting) };
          const evaluation = evaluatePrediction(setting, posterior, prediction, hardware.chips, reference);
          if (base) this.done.delete('predict');
          return [evaluation, { 'evaluation.json': encodeEvaluation(evaluation) }];
        },
      );
    });
  }

  /** Losses seen while training; empty where the posterior was not trained by minimising one. */
  async learningCurve(): Promise<LearningCurve> {
    const { directory } = this;
    if (!(await directory.has(curveFile))) return { step: [], loss: [], part: [] };
    return directory.readJson<LearningCurve>(curveFile, 'train', 'step');
  }

  /** Seconds that each stage took when it was computed. */
  async seconds(): Promise<Record<string, number>> {
    const stages = { ...(await this.base?.directory.record())?.stages, ...(await this.directory.record())?.stages };
    return Object.fromEntries(Object.entries(stages).map(([name, stage]) => [name, stage.seconds]));
  }

  private once<T>(name: string, make: () => Promise<T>): Promise<T> {
    if (!this.done.has(name)) this.done.set(name, make());
    return this.done.get(name) as Promise<T>;
  }

  /** Loads a stage that is done with these inputs, or computes it. */
  private async stage<T>(name: string, inputs: string, load: () => Promise<T>, make: Make<T>): Promise<T> {
    return (await this.directory.isDone(name, inputs)) ? load() : this.compute(name, inputs, make);
  }

  /** Computes a stage, writes its files and notes it. */
  private async compute<T>(name: string, inputs: string, make: Make<T>): Promise<T> {
    const { directory, label } = this;
    const progress = this.watch.progress(label ? `${label}: ${name}` : name);
    progress(0);
    const start = performance.now();
    const [value, files] = await make(progress);
    const seconds = (performance.now() - start) / 1000;
    for (const [file, content] of Object.entries(files ?? {})) await directory.write(file, content);
    progress(1);
    if (files === null) return value;
    await directory.note(name, { inputs, seconds, files: Object.keys(files) });
    return value;
  }

  private async loadPosterior(madeBy: string): Promise<Posterior> {
    const posterior = decodePosterior(await this.directory.read(posteriorFile, madeBy), posteriorFile);
    checkParameters(posterior, this.setting.model.network.parameters, this.directory.file(posteriorFile));
    return posterior;
  }

  /** Whether another run's chips are made like this run's, whatever is put on them. */
  sharesChips({ experiment, times }: Setting): boolean {
    const own = this.setting;
    const chips = (e: Experiment, when: readonly number[]) => fingerprint(e.hardware, e.evaluate.chips, when);
    return chips(own.experiment, own.times) === chips(experiment, times);
  }

  private async predictInputs(): Promise<string> {
    const { experiment, times, deviceText } = this.setting;
    const { hardware, sampling, evaluate } = experiment;
    const posterior = digest(encodePosterior(await this.placed()));
    const chips = await this.digests((await this.transferred()).hardware.chips.length);
    return fingerprint(
      version,
      posterior,
      chips,
      hardware,
      deviceText,
      sampling,
      times,
      evaluate.grid,
      evaluate.softwareSamples,
      evaluate.calibration,
      evaluate.corruptions,
      this.dataDigest(),
      this.seed(),
    );
  }

  private trainInputs(): string {
    const { experiment, time, deviceText } = this.setting;
    const { posterior, network, hardware } = experiment;
    const method: Method = methods[posterior.method];
    const { precision: _precision, precisionLimit: _limit, ...trainedFor } = hardware;
    const copies = hardware.wires ? copiesOf(experiment) : undefined;
    const knowsHardware = method.usesHardware ? [trainedFor, time, deviceText, copies] : [];
    return fingerprint(version, kernels().name, this.seed(), this.dataDigest(), network, posterior, knowsHardware);
  }

  private seed(): number {
    return this.setting.experiment.seed;
  }

  private dataDigest(): string {
    const { train, validation, test, unseen } = this.setting.dataset;
    return [train, validation, test, unseen]
      .map(split => (split ? digest(split.inputs) + digest(split.labels) + digest(split.targets) : ''))
      .join();
  }

  /** Stops before programming anew where a chip's file holds what was read from a real array. */
  private async keepMeasured(): Promise<void> {
    for (let i = 0; i < this.setting.experiment.evaluate.chips; i++) {
      if (!(await this.directory.has(chipFile(i)))) continue;
      if (!isMeasured(await this.directory.read(chipFile(i), 'transfer'), chipFile(i))) continue;
      throw new InputError(
        `${this.directory.file(chipFile(i))}: holds measured conductances, which a new transfer would replace; move the file away, or use another folder with --out.`,
      );
    }
  }

  private async digests(chips: number): Promise<string[]> {
    const names = ['plan.parquet', ...Array.from({ length: chips }, (_, i) => chipFile(i))];
    const files = names.flatMap(name => [name, `deterministic/${name}`]);
    return Promise.all(files.map(async file => digest(await this.directory.read(file, 'transfer'))));
  }

  private async loadProgrammed(folder: string): Promise<Programmed> {
    const { directory, setting } = this;
    const planFile = `${folder}plan.parquet`;
    const plan = await decodePlan(
      await directory.read(planFile, 'transfer'),
      setting.network.matrices,
      setting.device,
      planFile,
    );
    const chips = [];
    for (let i = 0; i < setting.experiment.evaluate.chips; i++) {
      const file = `${folder}${chipFile(i)}`;
      chips.push(decodeChip(await directory.read(file, 'transfer'), plan, setting.device, file));
    }
    return { plan, chips };
  }
}

function programmedFiles(folder: string, { plan, chips }: Programmed): Files {
  return {
    [`${folder}plan.parquet`]: encodePlan(plan),
    ...(plan.target.length <= mostCsvCells ? { [`${folder}plan.csv`]: encodePlanCsv(plan) } : {}),
    ...Object.fromEntries(chips.map((chip, i) => [`${folder}${chipFile(i)}`, encodeChip(chip)])),
  };
}

const chipFile = (index: number): string => `chips/${chipName(index)}.safetensors`;

/** Numbers that are not defined are null in JSON. */
function encodeEvaluation(evaluation: Evaluation): string {
  return `${JSON.stringify({ schema: 'posterohm/evaluation/1', ...evaluation }, null, 1)}\n`;
}

function digest(data: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 16);
}
