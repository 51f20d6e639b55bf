import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobOf } from '../src/base/index.ts';
import {
  buildModel,
  bulkEss,
  logDensity,
  type Model,
  posteriorSchema,
  type SamplePosterior,
  summariseChains,
} from '../src/bayes/index.ts';
import { decodeNpz, encodeNpz, ndArray } from '../src/data/index.ts';
import type { ExperimentInput } from '../src/experiment/index.ts';
import { probabilities } from '../src/inference/index.ts';
import { kernels } from '../src/kernels/index.ts';
import { fillNormal, keyOf } from '../src/random/index.ts';
import { openInput } from '../src/run/index.ts';
import type { Measurement } from './kernels.ts';

const chains = 4;
const warmup = 500;
const draws = 1000;

/** Folder of data sets, and the Python that may have NumPyro. */
const dataFolder = process.env.POSTEROHM_DATA ?? '.';
const python = process.env.POSTEROHM_PYTHON ?? 'python3';

/** A model that both sides sample: dense layers with tanh between them, softmax last, prior N(0, 1). */
interface Case {
  readonly name: string;
  readonly data: ExperimentInput['data'];
  readonly widths: readonly number[];
  /** What must mix: weights where they are identified, else the probabilities of the training inputs. */
  readonly judged: 'weights' | 'probabilities';
}

const logistic: Case = {
  name: 'logistic regression, breast cancer table',
  data: {
    source: 'csv',
    path: 'wdbc.data',
    header: false,
    target: 1,
    drop: [0],
    train: 0.8,
    validation: 0.1,
    test: 0.1,
  },
  widths: [2],
  judged: 'weights',
};

const moons: Case = {
  name: 'two moons, 2–16–2',
  data: { source: 'two-moons', train: 256, noise: 0.2 },
  widths: [16, 2],
  judged: 'probabilities',
};

/** Draws of all chains in a row, [chains·draws, weights], and the seconds they took. */
interface Sampled {
  readonly samples: Float32Array;
  readonly seconds: number;
}

/** As `posterohm train` does it: chains in child processes. Seconds from the first one's start to the posterior's file. */
async function ours({ data, widths }: Case, folder: string): Promise<Sampled & { readonly model: Model }> {
  const layers = widths.map((n, i) => `dense ${n}${i < widths.length - 1 ? ' tanh' : ''}`);
  const posterior = { method: 'nuts', chains, warmup, draws } as const;
  const experiment = { seed: 1, data, network: { layers }, posterior };
  const { run } = await openInput(experiment, 'bench/nuts.ts', dataFolder, { folder, job: jobOf({ threads: 2 }) });
  const { samples } = (await run.subject.own.get('training')).posterior as SamplePosterior;
  const { seconds } = (await run.directory.record('training'))!;
  return { samples, seconds, model: run.subject.model };
}

/** NumPyro on the same rows, and the seconds of its first run, which compiles; null where there is no NumPyro. */
function numpyro({ widths }: Case, { train }: Model, folder: string): (Sampled & { readonly first: number }) | null {
  const [source, target] = [join(folder, 'rows.npz'), join(folder, 'draws.npz')];
  const arrays = {
    inputs: ndArray([train.count, train.inputs.length / train.count], train.inputs),
    labels: ndArray([train.count], train.labels),
    layers: ndArray([widths.length], Int32Array.from(widths)),
  };
  writeFileSync(source, encodeNpz(arrays));
  const script = fileURLToPath(new URL('compare/nuts_numpyro.py', import.meta.url));
  const counts = ['--chains', chains, '--warmup', warmup, '--draws', draws].map(String);
  const done = spawnSync(python, [script, source, target, ...counts], { encoding: 'utf8' });
  if (done.status !== 0) {
    process.stderr.write(`nuts: ${python}: ${(done.stderr ?? String(done.error)).trim().split('\n').at(-1)}\n`);
    return null;
  }
  const { first, again } = JSON.parse(done.stdout) as { first: number; again: number };
  const samples = Float32Array.from(decodeNpz(readFileSync(target), target).draws!.data as Float64Array);
  return { samples, seconds: again, first };
}

/** What must mix, [chains·draws, quantities]. */
function judgedOf({ judged }: Case, { network, train }: Model, samples: Float32Array) {
  if (judged === 'weights') return { values: samples, quantities: network.size };
  const count = Math.min(64, train.count);
  const { outputs } = network;
  const values = new Float32Array(chains * draws * count * outputs);
  network.predict(values, samples, chains * draws, train.inputs, count);
  return { values: probabilities({ values, samples: chains * draws, count, outputs }), quantities: count * outputs };
}

type Judged = ReturnType<typeof judgedOf>;

/** Largest distance of the means of both sides' quantities, in standard errors: that they sample one density. */
function disagreement(a: Judged, b: Judged): number {
  const meanOf = ({ values, quantities }: Judged, q: number) => {
    const one = Float64Array.from({ length: chains * draws }, (_, d) => values[d * quantities + q]!);
    const mean = one.reduce((total, x) => total + x, 0) / one.length;
    const variance = one.reduce((total, x) => total + (x - mean) ** 2, 0) / one.length;
    return { mean, error: variance / bulkEss(one, chains) };
  };
  let most = 0;
  for (let q = 0; q < a.quantities; q++) {
    const [x, y] = [meanOf(a, q), meanOf(b, q)];
    most = Math.max(most, Math.abs(x.mean - y.mean) / Math.sqrt(x.error + y.error));
  }
  return most;
}

/** Both sides take turns and the least time of two spells counts for each, since other work only ever slows one down. */
async function compare(at: Case, times = 1): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-nuts-'));
  try {
    const before = await ours(at, join(folder, 'before'));
    const theirs = numpyro(at, before.model, folder);
    const after = await ours(at, join(folder, 'after'));
    const seconds = Math.min(before.seconds, after.seconds);
    const judged = judgedOf(at, before.model, before.samples);
    const essOf = ({ values, quantities }: Judged) => summariseChains(values, quantities, chains).bulkEssMin;
    const rate = essOf(judged) / seconds;
    const own = {
      name: `${at.name}: least bulk ESS of ${at.judged}`,
      value: rate,
      unit: 'ESS/s',
      note: `${essOf(judged).toFixed(0)} in ${seconds.toFixed(2)} s, from starting processes to writing the file`,
    };
    if (!theirs) {
      return [{ ...own, note: `${own.note}; NumPyro not measured: name a Python with it by POSTEROHM_PYTHON` }];
    }
    const others = judgedOf(at, before.model, theirs.samples);
    const ess = essOf(others);
    const other = ess / theirs.seconds;
    const apart = disagreement(judged, others);
    const took = `${ess.toFixed(0)} in ${theirs.seconds.toFixed(2)} s`;
    return [
      own,
      { name: '  over NumPyro', value: rate / other, unit: '×', goal: `≥ ${times}`, met: rate >= times * other },
      { name: '  NumPyro, compiled before', value: other, unit: 'ESS/s', note: took },
      { name: '  NumPyro with compilation', value: ess / theirs.first, unit: 'ESS/s' },
      { name: '  means apart, at most', value: apart, unit: 'standard errors', goal: '≤ 5', met: apart <= 5 },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gradients per second, one thread. */
function gradients() {
  const count = 256;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const inputs = fillNormal(keyOf(1), new Float32Array(2 * count));
  const train = { count, inputs, labels, targets: new Float32Array(0) };
  const data = { task: 'classification' as const, inputShape: [2], outputNames: ['a', 'b'], train };
  const options = posteriorSchema.parse({ method: 'nuts' });
  const model = buildModel(['dense 16 tanh', 'dense 2'], options, { ...data, validation: { ...train, count: 0 } });
  kernels().setThreads(1);
  const density = logDensity(model);
  const gradient = new Float64Array(model.size);
  const position = fillNormal(keyOf(2), new Float64Array(model.size));
  const rounds = Array.from({ length: 6 }, () => {
    const start = performance.now();
    for (let i = 0; i < 5000; i++) density.evaluate(gradient, position);
    return 5e6 / (performance.now() - start);
  });
  const value = Math.max(...rounds);
  const native = kernels().name === 'native';
  return {
    name: 'gradients of 2–16–2, 256 points, one thread',
    value,
    unit: '1/s',
    goal: '≥ 20,000 per second (native)',
    met: native ? value >= 20_000 : undefined,
  };
}

export const nuts = {
  async run() {
    return [gradients(), ...(await nuts.beside(1))];
  },
  /** Both models beside NumPyro, of whose effective draws a second ours are to be so many times as many. */
  async beside(times: number): Promise<Measurement[]> {
    const found = existsSync(join(dataFolder, 'wdbc.data'));
    if (!found) process.stderr.write('nuts: no wdbc.data in the folder that POSTEROHM_DATA names; left out.\n');
    return [...(found ? await compare(logistic, times) : []), ...(await compare(moons, times))];
  },
};
