import { inTurns, type Job, jobOf } from '../../src/base/index.ts';
import { fitInPieces, type Measurements } from '../../src/device/index.ts';
import { designOf, type ExperimentInput, resolveExperiment } from '../../src/experiment/index.ts';
import { costOfDesign, memoryStore, Pipeline, type Results } from '../../src/pipeline/index.ts';
import { measurementOf, softwareOf } from '../../src/pipeline/measurement.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import type { Measurement } from '../kernels.ts';
import { preparedOf } from './support.ts';

const input: ExperimentInput = {
  data: { source: 'two-moons', train: 256, validation: 128, test: 500 },
  network: { layers: ['dense 128 relu', 'dense 128 relu', 'dense 2'] },
  posterior: { method: 'hardware-aware', epochs: 1, limit: 2, wires: true },
  hardware: { device: 'pcm-ibm', weightRange: 'column', wires: { rowResistance: 1, columnResistance: 1 } },
  transfer: { method: 'mean-field', limit: 'search', calibrationCopies: 2 },
  sampling: { samples: 16, entropy: 'frozen' },
};
const question = { key: keyOf(1), metrics: ['nll'], prefixes: [1, 16] };
const at = { chip: 0, time: 86_400 };

/**
 * A clock that says how long this thread has worked at most since it was started, ms: threads that collect and compile beside it
 * count in the process's processor time, and other programs in the time of day, so it is the lesser of both.
 */
function startClock(): () => number {
  const used = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const [processor, day] = [used(), performance.now()];
  return () => Math.min(used() - processor, performance.now() - day);
}

/** The longest stretch between two turns, ms, and the time until work stops that is told to halfway, ms. */
async function turnsOf(work: (job: Job) => Promise<unknown>): Promise<{ longest: number; stop: number }> {
  let since = startClock();
  let longest = 0;
  let turns = 0;
  const looked = (signal: AbortSignal, each = () => {}): Job => ({
    ...jobOf({ signal }),
    turn() {
      longest = Math.max(longest, since());
      each();
      signal.throwIfAborted();
      return new Promise<void>(resolve => setImmediate(resolve)).then(() => {
        since = startClock();
      });
    },
  });
  await work(looked(new AbortController().signal, () => turns++));
  longest = Math.max(longest, since());
  const control = new AbortController();
  const whole = turns;
  let count = 0;
  let told = Number.NaN;
  const halfway = () => {
    if (++count !== Math.ceil(whole / 2)) return;
    setTimeout(() => {
      told = performance.now();
      control.abort(new Error('stop'));
    });
  };
  await work(looked(control.signal, halfway)).catch(() => {});
  return { longest, stop: Number.isNaN(told) ? 0 : performance.now() - told };
}

/** Cells of five levels that fall as a power of time, each read five times. */
function readings(): Measurements {
  const [cells, times] = [1000, [1, 10, 100, 1e3, 1e4]];
  const noise = fillNormal(keyOf(3), new Float64Array(2 * cells * times.length));
  const rows = Array.from({ length: cells * times.length }, (_, r) => {
    const cell = Math.floor(r / times.length);
    const time = times[r % times.length]!;
    const target = 20e-6 * (1 + (cell % 5));
    const conductance = (0.95 * target + 2e-6 * noise[cell]!) * time ** -0.05 * (1 + 0.005 * noise[cells + r]!);
    return { target, time, device: `d${Math.floor(cell / 5)}`, conductance };
  });
  const numbers = (of: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, of);
  return {
    count: rows.length,
    target: numbers(({ target }) => target),
    time: numbers(({ time }) => time),
    device: rows.map(({ device }) => device),
    conductance: numbers(({ conductance }) => conductance),
  };
}

/** How often work on a large layer lets others run, and how soon it stops. */
export async function turns(): Promise<Measurement[]> {
  const prepared = await preparedOf(input);
  const design = designOf(resolveExperiment({ ...input }, 'bench'), prepared.deviceFiles);
  const store = memoryStore(2 ** 31);
  const pipeline = (job: Job, without?: string) =>
    new Pipeline(
      {
        ...prepared,
        store: { once: (entry, make, own) => (entry.stage === without ? make(own) : store.once(entry, make, own)) },
      },
      design,
      { key: keyOf(2), job },
    );
  const stage = (name: Exclude<keyof Results, 'data'>) => (job: Job) => pipeline(job, name).get(name, { chip: 0 }, job);
  const works: readonly [string, (job: Job) => Promise<unknown>][] = [
    ...(['training', 'range', 'plan', 'converters', 'chip'] as const).map(
      name => [name, stage(name)] as [string, (job: Job) => Promise<unknown>],
    ),
    ['prediction of a chip', job => pipeline(job, 'measurement').run(measurementOf(question), at, job)],
    ['prediction in software', job => pipeline(job, 'software').run(softwareOf(question), {}, job)],
    ['device fit', job => inTurns(fitInPieces(readings()), job)],
    ['cost', async () => costOfDesign({ design, data: prepared.data, name: 'bench' })],
  ];
  const rows: Measurement[] = [];
  for (const [name, work] of works) {
    await pipeline(jobOf()).get('chip', { chip: 0 });
    await pipeline(jobOf()).get('converters');
    const { longest, stop } = await turnsOf(work);
    rows.push(
      { name: `${name}, longest between turns`, value: longest, unit: 'ms', goal: '≤ 50 ms', met: longest <= 50 },
      { name: `${name}, until it stops`, value: stop, unit: 'ms', goal: '≤ 200 ms', met: stop <= 200 },
    );
  }
  return rows;
}
