import { type Fault, InputError, jobOf, type Pool, type TracePoint } from '../base/index.ts';
import { readPart } from './parts.ts';
import { type Trace, withPoints } from './traces.ts';

/** A part of long work, such as training. */
export interface Part {
  readonly name: string;
  /** 0 … 1. */
  readonly fraction: number;
  readonly note: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended?: number;
  /** Seconds that it will still take, where that can be told. */
  readonly left?: number;
}

/** Long work that the studio does or did since it started. */
export interface Activity {
  readonly id: string;
  /** Kind of the task in `handlers.ts`. */
  readonly kind: string;
  readonly title: string;
  /** What it works on: no two at a time may share it. */
  readonly about: string;
  /** Where its results are, once that is known: a path in the workspace. */
  readonly place?: string;
  readonly state: 'waiting' | 'running' | 'stopping' | 'stopped' | 'failed' | 'done';
  readonly begun: number;
  readonly ended?: number;
  readonly parts: readonly Part[];
  /** What was wrong, of work that failed. */
  readonly faults?: readonly Fault[];
}

interface Watched {
  activity: Activity;
  traces: readonly Trace[];
  readonly stop: AbortController;
  over?: Promise<void>;
}

/** Activities that ended and are remembered at most. */
const mostKept = 50;

/** Long work in child processes: started, watched by any number of pages, stopped. What it makes is on disk. */
export class Activities {
  readonly #pool: Pool;
  readonly #folder: string | undefined;
  readonly #all = new Map<string, Watched>();
  readonly #listeners = new Set<() => void>();

  /** `folder` is the one of the studio, from which people name files. */
  constructor(pool: Pool, folder?: string) {
    this.#pool = pool;
    this.#folder = folder;
  }

  /** The latest first. */
  list(): Activity[] {
    return [...this.#all.values()].map(({ activity }) => activity).reverse();
  }

  /** Of all activities that are remembered. */
  traces(): readonly Trace[] {
    return [...this.#all.values()].flatMap(({ traces }) => traces);
  }

  /** Hears of every change until the returned function is called. */
  listen(hear: () => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  start({ kind, title, about, payload }: Pick<Activity, 'kind' | 'title' | 'about'> & { payload: unknown }): Activity {
    const busy = this.list().find(one => one.about === about && one.ended === undefined);
    if (busy) return busy;
    const id = newId();
    const stop = new AbortController();
    this.#all.set(id, {
      stop,
      traces: [],
      activity: { id, kind, title, about, state: 'waiting', begun: Date.now(), parts: [] },
    });
    const job = jobOf({
      signal: stop.signal,
      progress: (fraction, note, points) => this.#hear(id, fraction, note ?? '', points),
    });
    const over = this.#pool.run({ id, kind, payload }, job).then(
      () => this.#end(id, 'done'),
      (error: unknown) =>
        stop.signal.aborted ? this.#end(id, 'stopped') : this.#end(id, 'failed', faultsOfError(error, this.#folder)),
    );
    this.#all.get(id)!.over = over;
    this.#forget();
    this.#tell();
    return this.#all.get(id)!.activity;
  }

  /** Has work save its place and end. */
  stop(id: string): Activity {
    const found = this.#all.get(id);
    if (!found) throw new InputError({ path: ['id'], rule: 'names no work of this studio', value: id });
    if (found.activity.ended === undefined) {
      this.#set(id, { state: 'stopping' });
      found.stop.abort(new InputError('stopped on request; it can be taken up again.'));
    }
    return this.#all.get(id)!.activity;
  }

  /** Has all work save its place and end, and waits for it. */
  async close(): Promise<void> {
    for (const { id } of this.list()) this.stop(id);
    await Promise.all([...this.#all.values()].map(({ over }) => over));
  }

  #hear(id: string, fraction: number, text: string, points: readonly TracePoint[] = []): void {
    const { name, note, place } = readPart(text);
    const now = Date.now();
    const watched = this.#all.get(id)!;
    const { activity } = watched;
    if (points.length > 0) watched.traces = withPoints(watched.traces, id, name, points);
    const parts = activity.parts.map(part =>
      part.name === name || part.ended !== undefined ? part : { ...part, fraction: 1, ended: now, left: undefined },
    );
    const at = parts.findIndex(part => part.name === name);
    const begun = at < 0 ? now : parts[at]!.begun;
    const spent = (now - begun) / 1000;
    const part: Part = {
      name,
      fraction,
      note,
      begun,
      ...(fraction >= 1
        ? { ended: now }
        : fraction > 0.01 && spent > 0.5 && { left: (spent / fraction) * (1 - fraction) }),
    };
    this.#set(id, {
      ...(activity.state === 'waiting' && { state: 'running' }),
      ...(place !== undefined && { place }),
      ...(name !== '' && { parts: at < 0 ? [...parts, part] : parts.with(at, part) }),
    });
  }

  #end(id: string, state: 'done' | 'stopped' | 'failed', faults?: readonly Fault[]): void {
    const now = Date.now();
    const { parts } = this.#all.get(id)!.activity;
    this.#set(id, {
      state,
      ended: now,
      parts: parts.map(part => ({
        ...part,
        left: undefined,
        ...(part.ended === undefined && { ended: now, ...(state === 'done' && { fraction: 1 }) }),
      })),
      ...(faults && { faults }),
    });
  }

  #set(id: string, change: Partial<Activity>): void {
    const found = this.#all.get(id)!;
    found.activity = { ...found.activity, ...change };
    this.#tell();
  }

  #tell(): void {
    for (const hear of this.#listeners) hear();
  }

  #forget(): void {
    const over = [...this.#all].filter(([, { activity }]) => activity.ended !== undefined);
    for (const [id] of over.slice(0, Math.max(0, over.length - mostKept))) this.#all.delete(id);
  }
}

/** Names that do not come again when a studio is started anew; pages that no certificate protects have no `randomUUID`. */
const newId = (): string => Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(36)).join('-');

/** What an error says to people: faults of input, with files named from a folder, else its message. */
export function faultsOfError(error: unknown, folder?: string): readonly Fault[] {
  if (error instanceof InputError) return error.faults.map(fault => toldFrom(folder, fault));
  const message = error instanceof Error ? error.message : String(error);
  return [{ path: [], rule: message.split('\n')[0]! }];
}

function toldFrom(folder: string | undefined, { file, ...fault }: Fault): Fault {
  if (file === undefined) return fault;
  if (file === folder) return { file: '.', ...fault };
  const inside = folder !== undefined && /^[/\\]/.test(file.slice(folder.length)) && file.startsWith(folder);
  return { file: inside ? file.slice(folder.length + 1) : file, ...fault };
}
