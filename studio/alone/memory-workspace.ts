import { addressOf, InputError, type Job, jobOf, within } from '../../src/base/index.ts';
import type { Files } from '../../src/data/index.ts';
import {
  type Experiment,
  type Fields,
  parseExperiment,
  resolveExperiment,
  variantOf,
} from '../../src/experiment/index.ts';
import {
  type Evaluated,
  evaluate,
  type Loaded,
  memoryStore,
  type Prepared,
  prepareExperiment,
  type Subject,
  subjectOf,
} from '../../src/pipeline/index.ts';
import { variantNamed } from '../../src/studio/variant-named.ts';
import type { FileFound, OpenedRun, RunFound, Workspace } from '../../src/studio/workspace.ts';

/** One experiment of a run: itself, or one of its variants. */
interface Part {
  readonly experiment: Experiment;
  readonly prepared: Prepared;
  evaluated?: Evaluated;
}

interface MemoryRun {
  readonly name: string;
  readonly own: Part;
  readonly variants: readonly (readonly [name: string, part: Part])[];
  /** Stages of which results were made. */
  readonly made: Set<string>;
  changed: number;
}

/** Bytes of results that are kept, those used last. */
const mostKept = 1 << 28;

/** Files and runs in the memory of a page: gone when it is closed. */
export class MemoryWorkspace implements Workspace {
  readonly folder = '';
  readonly #examples: Readonly<Record<string, string>>;
  readonly #files = new Map<string, { readonly bytes: Uint8Array; readonly changed: number }>();
  readonly #runs = new Map<string, MemoryRun>();
  readonly #store = memoryStore(mostKept);

  constructor(examples: Readonly<Record<string, string>>) {
    this.#examples = examples;
  }

  async read(path: string): Promise<Uint8Array> {
    const found = this.#files.get(path);
    if (found) return found.bytes;
    throw new InputError({ file: path, path: [], rule: 'does not exist', hint: 'go back home and choose another' });
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.#files.set(path, { bytes, changed: Date.now() });
  }

  async changedAt(path: string): Promise<number | undefined> {
    return this.#files.get(path)?.changed ?? this.#runs.get(path)?.changed;
  }

  async list(folder: string): Promise<readonly FileFound[]> {
    const head = folder === '' ? '' : `${folder}/`;
    return [...this.#files]
      .filter(([path]) => path.startsWith(head) && !path.slice(head.length).includes('/'))
      .map(([path, { bytes, changed }]) => ({ name: path.slice(head.length), changed, bytes: bytes.length }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async examples(): Promise<Readonly<Record<string, string>>> {
    return this.#examples;
  }

  async subject(file: string, text: string): Promise<Subject> {
    const { experiment, prepared } = await this.#prepared(file, resolveExperiment(parseExperiment(text, file), file));
    return subjectOf(experiment, prepared, jobOf());
  }

  async runs(): Promise<readonly RunFound[]> {
    return [...this.#runs].map(([path, run]) => foundOf(path, run)).sort((a, b) => b.changed - a.changed);
  }

  async open(directory: string, variant?: string): Promise<OpenedRun> {
    const run = this.#run(directory);
    const part = variant === undefined ? run.own : variantNamed(run.variants, variant);
    return {
      subject: subjectOf(part.experiment, part.prepared, jobOf()),
      variants: run.variants.map(([name]) => name),
      older: [],
      trained: async () => true,
      made: async () => [...run.made],
      changed: async () => [],
      evaluated: async () => part.evaluated,
    };
  }

  /** Sets up the run of an experiment file and says where it is found; the same experiment is the same run. */
  async begin(file: string): Promise<string> {
    const input = parseExperiment(new TextDecoder().decode(await this.read(file)), file);
    const experiment = resolveExperiment(input, file);
    const directory = `runs/${experiment.name}-${addressOf(input).slice(0, 6)}`;
    if (!this.#runs.has(directory)) this.#runs.set(directory, await this.#begun(file, input, experiment));
    return directory;
  }

  /** Evaluates a run and its variants, computing what is missing. */
  async evaluate(directory: string, named: (label: string) => Job): Promise<void> {
    const run = this.#run(directory);
    await this.#evaluatePart(run, run.own, undefined, named('evaluate'));
    for (const [name, part] of run.variants) {
      await this.#evaluatePart(run, part, run.own, named(`${name}: evaluate`));
    }
  }

  async #evaluatePart(run: MemoryRun, part: Part, base: Part | undefined, job: Job): Promise<void> {
    if (part.evaluated) return;
    const subject = subjectOf(part.experiment, part.prepared, job);
    try {
      part.evaluated = await evaluate(
        { subject, ...(base && { base: subjectOf(base.experiment, base.prepared, job) }) },
        job,
      );
    } finally {
      for (const label of subject.own.account.made) run.made.add(label.split(' ')[0]!);
      run.changed = Date.now();
    }
  }

  async #begun(file: string, input: Fields, experiment: Experiment): Promise<MemoryRun> {
    const loaded: Loaded = new Map();
    const variants: (readonly [string, Part])[] = [];
    const own = await this.#prepared(file, experiment, loaded);
    for (const name of Object.keys(experiment.variants)) {
      variants.push([name, await this.#prepared(file, variantOf(experiment, input, name, file), loaded)]);
    }
    return { name: experiment.name, own, variants, made: new Set(), changed: Date.now() };
  }

  async #prepared(file: string, experiment: Experiment, loaded?: Loaded): Promise<Part> {
    const options = { files: this.#beside(file), store: this.#store, loaded };
    return { experiment, prepared: await within(file, () => prepareExperiment(experiment, options)) };
  }

  /** Files as an experiment names them, from its own folder. */
  #beside(file: string): Files {
    const folder = file.split('/').slice(0, -1);
    const whole = (path: string) => [...folder, path].join('/');
    return {
      read: path => this.read(whole(path)),
      list: async path => (await this.list(whole(path))).map(({ name }) => name),
    };
  }

  #run(directory: string): MemoryRun {
    const found = this.#runs.get(directory);
    if (found) return found;
    throw new InputError({
      path: [],
      rule: 'is no run of this page, which forgets its runs when it is closed',
      value: directory,
      hint: 'begin one at home',
    });
  }
}

function foundOf(path: string, { name, own, variants, changed }: MemoryRun): RunFound {
  const { experiment, evaluated } = own;
  const common = {
    path,
    name,
    ...(experiment.title !== undefined && { title: experiment.title }),
    changed,
    device: experiment.hardware.device,
    variants: variants.length,
    report: false,
  };
  if (!evaluated) return { ...common, state: 'begun' };
  const { software, hardware, deterministic, task } = evaluated.evaluation;
  const metrics = { software: software.metrics, hardware: hardware.metrics, deterministic: deterministic.metrics };
  return { ...common, state: 'evaluated', metrics, task };
}
