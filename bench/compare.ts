import { availableParallelism } from 'node:os';
import { kernels } from '../src/kernels/index.ts';
import { age, chip, fit, lenetStep, noisyProduct, prediction, product, program, reads, step } from './compare/ours.ts';
import { least, Peers, python, spell, type Times } from './compare/peers.ts';
import type { Measurement } from './kernels.ts';
import { nuts } from './nuts.ts';

/** A work of ours beside the same work of peers (`compare/peers.py`), of which the fastest counts. */
interface Work {
  readonly topic: 'products' | 'training' | 'convolution' | 'devices';
  readonly name: string;
  readonly make: () => () => unknown;
  readonly peers: readonly string[];
  /** Least ratio of times, theirs over ours. */
  readonly goal: number;
}

const dense = ['dense 256 relu', 'dense 10'];

const works: readonly Work[] = [
  {
    topic: 'products',
    name: 'product 1024³',
    make: () => product(1024, 1024, 1024),
    peers: ['product 1024, NumPy', 'product 1024, PyTorch'],
    goal: 1,
  },
  {
    topic: 'products',
    name: 'product 784×512 × 1,000',
    make: () => product(1000, 512, 784),
    peers: ['product 784×512, NumPy', 'product 784×512, PyTorch'],
    goal: 1,
  },
  {
    topic: 'products',
    name: 'product 784×512 × 1,000 with fresh read noise',
    make: () => noisyProduct(1000, 512, 784),
    peers: ['noisy 784×512, NumPy'],
    goal: 1.5,
  },
  {
    topic: 'training',
    name: 'mean-field step, 784–256–10, batch 256',
    make: () => step(dense, [784], 256, 'mean-field'),
    peers: ['mean-field step, PyTorch'],
    goal: 2,
  },
  {
    topic: 'convolution',
    name: 'LeNet-5 step, batch 128, mean field',
    make: () => lenetStep('mean-field'),
    peers: ['LeNet-5 mean-field step, PyTorch'],
    goal: 1.5,
  },
  {
    topic: 'convolution',
    name: 'LeNet-5 step, batch 128, MAP',
    make: () => lenetStep('map'),
    peers: ['LeNet-5 MAP step, PyTorch'],
    goal: 1.2,
  },
  {
    topic: 'convolution',
    name: 'LeNet-5 prediction, 10 × 1,000',
    make: prediction,
    peers: ['LeNet-5 prediction, PyTorch'],
    goal: 1.2,
  },
  {
    topic: 'convolution',
    name: 'ResNet-8 on chip, 4 × 64, over plain passes',
    make: () => chip('resnet-8', 64, 4),
    peers: ['ResNet-8 passes, PyTorch'],
    goal: 1,
  },
  {
    topic: 'convolution',
    name: 'small VGG on chip, 4 × 64, over plain passes',
    make: () => chip('vgg-small', 64, 4),
    peers: ['small VGG passes, PyTorch'],
    goal: 1,
  },
  { topic: 'devices', name: 'program 10⁶ PCM cells', make: program, peers: ["program, IBM's kit"], goal: 1.5 },
  { topic: 'devices', name: 'program 10⁶ PCM cells over NumPy', make: program, peers: ['program, NumPy'], goal: 1 },
  { topic: 'devices', name: 'age 10⁶ PCM cells', make: age, peers: ['age, NumPy'], goal: 1 },
  {
    topic: 'devices',
    name: 'fit a device, 16 levels of 250 cells, 5 reads',
    make: fit,
    peers: ['fit, NumPy and SciPy'],
    goal: 1,
  },
];

const withMemory = 'reads with memory over white ones';
const sampled = 'NUTS';
const asked = ({ topic, name }: Work): string => `${topic}: ${name}`;
const names = [...works.map(asked), withMemory, sampled];

const rounds = 5;
const counts = availableParallelism() > 1 ? [1, 2] : [1];

/** Least times of a work by number of threads, ours and the fastest peer's, in turns. */
async function timesOf({ make, peers }: Work, all: readonly Peers[]) {
  const run = make();
  await run();
  const ours: (Times | undefined)[] = [];
  const theirs: (Times | undefined)[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [i, threads] of counts.entries()) {
      kernels().setThreads(threads);
      ours[i] = least(ours[i], await spell(run));
      for (const peer of peers) theirs[i] = least(theirs[i], await all[i]!.times(peer));
    }
  }
  return { ours: ours as Times[], theirs };
}

async function rowsOf(work: Work, all: readonly Peers[]): Promise<Measurement[]> {
  const { ours, theirs } = await timesOf(work, all);
  const rows: Measurement[] = counts.flatMap((threads, i): Measurement[] => {
    const name = `${work.name}, ${threads} thread${threads > 1 ? 's' : ''}`;
    const [own, other] = [ours[i]!, theirs[i]];
    const note = `ours ${own.wall.toPrecision(3)} ms, peer ${other ? `${other.wall.toPrecision(3)} ms` : 'not measured'}`;
    if (!other) return [{ name, value: Number.NaN, unit: '×', goal: `≥ ${work.goal}`, note }];
    const [wall, processor] = [other.wall / own.wall, other.processor / own.processor];
    return [
      { name, value: wall, unit: '×', goal: `≥ ${work.goal}`, met: wall >= work.goal, note },
      { name: '  processor time', value: processor, unit: '×' },
    ];
  });
  if (counts.length === 1) return rows;
  const gain = ours[0]!.wall / ours[1]!.wall;
  return [...rows, { name: '  two threads over one', value: gain, unit: '×', goal: '≥ 1.7', met: gain >= 1.7 }];
}

/** Reads with memory in units of white ones. */
async function memoryRow(): Promise<Measurement> {
  const [white, memory] = [reads('white'), reads('spectrum')];
  const times: (Times | undefined)[] = [];
  for (let round = 0; round < rounds; round++) {
    times[0] = least(times[0], await spell(white));
    times[1] = least(times[1], await spell(memory));
  }
  const value = times[1]!.wall / times[0]!.wall;
  return { name: withMemory, value, unit: '×', goal: '≤ 2', met: value <= 2 };
}

/** Our kernels, training, chips and samplers beside NumPy, PyTorch, NumPyro and IBM's kit in one run. */
export const compare = {
  names,
  /** The rows asked for. */
  async run(wanted: readonly string[] = names): Promise<Measurement[]> {
    process.stderr.write(`compare: ${kernels().detail}; peers of ${python}\n`);
    const all = counts.map(threads => new Peers(threads));
    const rows: Measurement[] = [];
    try {
      for (const work of works) if (wanted.includes(asked(work))) rows.push(...(await rowsOf(work, all)));
    } finally {
      for (const peers of all) peers.close();
    }
    kernels().setThreads(counts.at(-1)!);
    if (wanted.includes(withMemory)) rows.push(await memoryRow());
    if (wanted.includes(sampled)) rows.push(...(await nuts.beside(2)));
    return rows;
  },
};
