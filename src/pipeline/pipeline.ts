import { type Address, addressOf, type Job } from '../base/index.ts';
import type { Design } from '../experiment/index.ts';
import { kernels } from '../kernels/index.ts';
import { fold, type Key } from '../random/index.ts';
import { paced } from './paced.ts';
import type { Prepared } from './prepared.ts';
import type { At, Entry, Results, Stage } from './stage.ts';
import { type AnyStage, stageNamed, stages } from './stages/index.ts';
import { turnOf } from './turn.ts';

/** Two names of one result: with the builds of the code that makes it, and without. */
interface Names {
  readonly address: Address;
  readonly recipe: Address;
}

/** What was computed, and what was taken from people's hands, by stage and chip. */
export interface Account {
  readonly made: string[];
  readonly adopted: string[];
}

interface PipelineOptions {
  readonly key: Key;
  readonly job: Job;
  /** Whose stages people are shown, where there are others': that of a variant or of the deterministic twin. */
  readonly of?: string;
}

/** The stages of one design, each computed when its result is asked for and no store has it. */
export class Pipeline {
  readonly prepared: Prepared;
  /** As its reads are paced. */
  readonly design: Design;
  readonly account: Account = { made: [], adopted: [] };
  readonly #key: Key;
  readonly #job: Job;
  readonly #of: string;
  readonly #names = new Map<string, Promise<Names>>();

  constructor(prepared: Prepared, design: Design, { key, job, of }: PipelineOptions) {
    this.prepared = prepared;
    this.design = paced(design, prepared.data);
    this.#key = key;
    this.#job = job;
    this.#of = of ? `${of}: ` : '';
  }

  /** The result of a stage of the registry. */
  get<S extends keyof Results>(name: S, at: At = {}, job: Job = this.#job): Promise<Results[S]> {
    if (name === 'data') return Promise.resolve(this.prepared.data as Results[S]);
    return this.run(stageNamed(name as Exclude<S, 'data'>), at, job);
  }

  /**
   * The result of any stage, at the chip and time that it distinguishes. What no store has is made by the stage's `run`, or
   * by `elsewhere`, which has another process do the same.
   */
  async run<P, N extends keyof Results, T>(
    stage: Stage<P, N, T>,
    at: At = {},
    job: Job = this.#job,
    elsewhere?: () => Promise<T>,
  ): Promise<T> {
    if (stage.without?.(this.design)) return null as T;
    const own = this.#own(stage, at);
    const names = await this.names(stage, own);
    const given = stage.project(this.design, own);
    const needs = async () =>
      Object.fromEntries(
        await Promise.all(stage.needs.map(async need => [need, await this.get(need, at, job)] as const)),
      ) as Pick<Results, N>;
    const { codec } = stage;
    const entry: Entry<T> = {
      stage: stage.name,
      at: own,
      ...names,
      bytes: value => stage.bytes(value),
      ...(codec && {
        codec: {
          files: codec.files(own),
          encode: value => codec.encode(value, own),
          decode: async files => codec.decode(files, given, await needs(), own),
        },
      }),
    };
    const make = async (job: Job) => {
      const label = labelOf(stage.name, own);
      if (elsewhere) {
        this.account.made.push(label);
        return elsewhere();
      }
      const found = await needs();
      await turnOf(job);
      this.account.made.push(label);
      const shown = job.named ? { ...job, progress: job.named(`${this.#of}${label}`).progress } : job;
      return stage.run(given, found, this.#keyOf(stage.name, own), shown);
    };
    return this.prepared.store.once(entry, make, job);
  }

  /** Names of a stage's result: of what people put in its place by its content, else by its recipe. */
  names<P, N extends keyof Results, T>(stage: Stage<P, N, T>, at: At): Promise<Names> {
    return this.#remembered('names', stage, at, async (own, label) => {
      const natural = await this.recipe(stage, own);
      const adopted = await this.prepared.store.adopted?.(stage.name, own, natural.recipe);
      if (adopted === undefined) return natural;
      if (!this.account.adopted.includes(label)) this.account.adopted.push(label);
      return { address: adopted, recipe: adopted };
    });
  }

  /** Names that a stage's result has where nobody put anything in its place. */
  recipe<P, N extends keyof Results, T>(stage: Stage<P, N, T>, at: At): Promise<Names> {
    return this.#remembered('recipe', stage, at, async own => {
      if (stage.without?.(this.design)) {
        const none = addressOf({ stage: stage.name, without: true });
        return { address: none, recipe: none };
      }
      const needs: Record<string, Names> = {};
      for (const need of stage.needs) needs[need] = await this.#needed(need, own);
      const recipe = {
        stage: stage.name,
        given: stage.project(this.design, own),
        kernels: { name: kernels().name, instructions: kernels().instructions },
        key: this.#key,
        at: own,
      };
      const of = (which: keyof Names) =>
        Object.fromEntries(Object.entries(needs).map(([need, names]) => [need, names[which]]));
      return {
        address: addressOf({ ...recipe, needs: of('address'), build: this.prepared.build(stage.name) }),
        recipe: addressOf({ ...recipe, needs: of('recipe') }),
      };
    });
  }

  /** Stages of the registry are named once; those made for one question may share a name. */
  #remembered<P, N extends keyof Results, T>(
    kind: 'names' | 'recipe',
    stage: Stage<P, N, T>,
    at: At,
    make: (own: At, label: string) => Promise<Names>,
  ): Promise<Names> {
    const own = this.#own(stage, at);
    const label = labelOf(stage.name, own);
    if (!Object.values<unknown>(stages).includes(stage)) return make(own, label);
    const place = `${kind} ${label}`;
    const names = this.#names.get(place) ?? make(own, label);
    this.#names.set(place, names);
    return names;
  }

  #needed(need: keyof Results, at: At): Promise<Names> {
    const { dataAddress } = this.prepared;
    if (need === 'data') return Promise.resolve({ address: dataAddress, recipe: dataAddress });
    return this.names(stageNamed(need), at);
  }

  #own({ per }: Pick<AnyStage<unknown>, 'per'>, { chip, time }: At): At {
    return {
      ...(per.includes('chip') && { chip }),
      ...(per.includes('time') && { time }),
    };
  }

  /**
   * The key of a stage's randomness. Chips have theirs by number, whatever the design, so that chip n draws the same
   * numbers in every design; what a chip draws anew at other times is for the stage to tell apart.
   */
  #keyOf(name: string, { chip }: At): Key {
    const key = fold(this.#key, name);
    return chip === undefined ? key : fold(key, chip);
  }
}

/** `chip 3`, `training`. */
export const labelOf = (stage: string, { chip, time }: At): string =>
  [stage, ...(chip === undefined ? [] : [chip]), ...(time === undefined ? [] : [`${time} s`])].join(' ');
