import { type Address, InputError, type Job, jobOf, type Pool, sideBySide } from '../base/index.ts';
import type { Trained } from '../bayes/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design, DeviceFiles } from '../experiment/index.ts';
import {
  type Entry,
  type Evidence,
  evaluateDesign,
  memoryStore,
  Pipeline,
  type Prepared,
  type Store,
  stages,
  type Wanted,
} from '../pipeline/index.ts';
import type { Key } from '../random/index.ts';
import { errorOf, type Failure, failureOf, type Handler } from '../workers/index.ts';
import { buildOf } from './builds.ts';

/** Kind of task that evaluates some designs. */
export const designKind = 'design';

/** What a design came to: what it is worth, or why it cannot be made. */
export type Outcome = { readonly evidence: Evidence } | { readonly fault: InputError };

export interface HowDesigns {
  readonly key: Key;
  readonly job: Job;
  /** Processes that the pool has; this many tasks are under way at once. */
  readonly processes: number;
  /** Hears of each design when it is done, in any order. */
  readonly done?: (place: number, outcome: Outcome) => void;
}

/** A design with the address of its posterior. */
interface Asked {
  readonly design: Design;
  readonly trained: Address;
}

/** Data, and posteriors by address: sent where the process says that it lacks them. */
interface Sent {
  readonly data?: { readonly data: Dataset; readonly deviceFiles: DeviceFiles };
  readonly trained: Readonly<Record<Address, Trained>>;
}

interface Payload {
  readonly data: Address;
  readonly designs: readonly Asked[];
  readonly wanted: Wanted;
  readonly key: Key;
  readonly sent?: Sent;
}

type Answer =
  | { readonly lacking: readonly Address[] }
  | {
      readonly outcomes: ReadonlyArray<{ readonly evidence: Evidence } | { readonly failure: Failure }>;
    };

/** Designs of one task at most. */
const mostTogether = 8;

/**
 * Evaluates designs in the processes of a pool, each as `evaluateDesign` does, to the same bits; a design that cannot be made
 * gets its fault. Posteriors that no store has are trained here first. A process is sent data and posteriors once and
 * keeps what it makes of them, so that designs which share a plan or chips should follow one another. A design whose plan
 * or chips were put in by hand, and all of them without a pool, are evaluated in this process.
 */
export async function evaluateDesigns(
  pool: Pool | undefined,
  prepared: Prepared,
  designs: readonly Design[],
  wanted: Wanted,
  { key, job, processes, done = () => {} }: HowDesigns,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let finished = 0;
  const settle = (place: number, outcome: Outcome) => {
    outcomes[place] = outcome;
    done(place, outcome);
    job.progress(++finished / designs.length);
  };
  const quiet = { ...job, progress: () => {} };
  const here = async (place: number) =>
    settle(place, await outcomeOf(() => evaluateDesign(prepared, designs[place]!, wanted, { key, job: quiet })));
  const known = new Map<Address, Trained>();
  const asked: { readonly place: number; readonly of: Asked; readonly account: Pick<Evidence, 'made' | 'adopted'> }[] =
    [];
  for (const [place, design] of designs.entries()) {
    const pipeline = new Pipeline(prepared, design, { key, job: quiet });
    const { address } = await pipeline.names(stages.training, {});
    if (prepared.store.adopted) {
      await pipeline.names(stages.plan, {});
      for (const chip of wanted.chips) await pipeline.names(stages.chip, { chip });
    }
    if (!pool || pipeline.account.adopted.some(label => label !== stages.training.name)) {
      await here(place);
      continue;
    }
    try {
      if (!known.has(address)) known.set(address, await pipeline.get('training'));
      asked.push({ place, of: { design, trained: address }, account: pipeline.account });
    } catch (error) {
      settle(place, faultOf(error));
    }
  }
  const together = Math.max(1, Math.min(mostTogether, Math.floor(asked.length / (2 * processes))));
  let next = 0;
  const lane = async (_: number, { signal }: Job) => {
    const own = jobOf({ ...quiet, signal });
    while (next < asked.length && !signal.aborted) {
      const part = asked.slice(next, next + together);
      next += part.length;
      const payload = { data: prepared.dataAddress, designs: part.map(({ of }) => of), wanted, key };
      const task = { id: `${part[0]!.place + 1}`, kind: designKind };
      let answer = (await pool!.run({ ...task, payload }, own)) as Answer;
      while ('lacking' in answer) {
        const sent = sentFor(answer.lacking, prepared, known);
        answer = (await pool!.run({ ...task, payload: { ...payload, sent } }, own)) as Answer;
      }
      for (const [i, outcome] of answer.outcomes.entries()) {
        const { place, account } = part[i]!;
        settle(
          place,
          'failure' in outcome ? faultOf(errorOf(outcome.failure)) : withAccount(outcome.evidence, account),
        );
      }
    }
  };
  await sideBySide(processes, job, lane);
  return outcomes;
}

async function outcomeOf(evaluate: () => Promise<Evidence>): Promise<Outcome> {
  try {
    return { evidence: await evaluate() };
  } catch (error) {
    return faultOf(error);
  }
}

function faultOf(error: unknown): Outcome {
  if (error instanceof InputError) return { fault: error };
  throw error;
}

/** What was made here and there; the posterior was put in the process's hands, not in people's. */
function withAccount(evidence: Evidence, { made, adopted }: Pick<Evidence, 'made' | 'adopted'>): Outcome {
  return { evidence: { ...evidence, made: [...made, ...evidence.made], adopted } };
}

function sentFor(lacking: readonly Address[], prepared: Prepared, known: ReadonlyMap<Address, Trained>): Sent {
  const { data, dataAddress, deviceFiles } = prepared;
  return {
    ...(lacking.includes(dataAddress) && { data: { data, deviceFiles } }),
    trained: Object.fromEntries(
      lacking.filter(address => known.has(address)).map(address => [address, known.get(address)!]),
    ),
  };
}

/** Bytes of results that a process keeps, and data sets and posteriors. */
const memory = 1 << 29;
const mostData = 2;
const mostTrained = 64;

const results = memoryStore(memory);
const dataKnown = new Map<Address, NonNullable<Sent['data']>>();
const trainedKnown = new Map<Address, Trained>();

/** Evaluates the designs of a task, or says what of their data and posteriors this process lacks. */
export const runDesignTask: Handler = async (payload, job): Promise<Answer> => {
  const { data: dataAddress, designs, wanted, key, sent } = payload as Payload;
  if (sent?.data) keepLast(dataKnown, dataAddress, sent.data, mostData);
  for (const [address, trained] of Object.entries(sent?.trained ?? {})) {
    keepLast(trainedKnown, address, trained, mostTrained);
  }
  const lacking = [
    ...(dataKnown.has(dataAddress) ? [] : [dataAddress]),
    ...new Set(designs.map(({ trained }) => trained).filter(address => !trainedKnown.has(address))),
  ];
  if (lacking.length > 0) return { lacking };
  const { data, deviceFiles } = dataKnown.get(dataAddress)!;
  const outcomes = [];
  for (const [i, { design, trained }] of designs.entries()) {
    const prepared = { data, dataAddress, deviceFiles, store: withTrained(trained), build: buildOf };
    const quiet = { ...job, progress: () => {} };
    const outcome = await outcomeOf(() => evaluateDesign(prepared, design, wanted, { key, job: quiet }));
    outcomes.push('fault' in outcome ? { failure: failureOf(outcome.fault) } : outcome);
    job.progress((i + 1) / designs.length);
  }
  return { outcomes };
};

/** The results of this process, with the posterior that was sent in the place of training. */
function withTrained(address: Address): Store {
  return {
    once: async <T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> =>
      entry.stage === stages.training.name ? (trainedKnown.get(address) as T) : results.once(entry, make, job),
    adopted: async stage => (stage === stages.training.name ? address : undefined),
  };
}

function keepLast<T>(known: Map<Address, T>, address: Address, value: T, most: number): void {
  known.delete(address);
  known.set(address, value);
  if (known.size > most) known.delete(known.keys().next().value!);
}
