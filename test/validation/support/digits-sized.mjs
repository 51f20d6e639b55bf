// Evaluates chips of a 784–16–10 network with random weights on random images and prints the most memory that it took:
// node digits-sized.mjs CHIPS TIMES SAMPLES ROWS
import { jobOf } from '../../../dist/base/index.js';
import { resolveExperiment } from '../../../dist/experiment/index.js';
import { addressOfData, evaluate, memoryStore, subjectOf } from '../../../dist/pipeline/index.js';
import { fillNormal, fillUniform, fold, keyOf } from '../../../dist/random/index.js';
import { memoryForResults } from '../../../dist/run/index.js';

const [chips, times, samples, rows] = process.argv.slice(2).map(Number);
const key = keyOf(1);
const pixels = 784;
const split = (name, count) => ({
  count,
  inputs: fillUniform(fold(key, name), new Float32Array(count * pixels)),
  labels: Int32Array.from({ length: count }, (_, i) => i % 10),
  targets: new Float32Array(),
});
const data = {
  name: 'random images',
  task: 'classification',
  inputShape: [pixels],
  inputNames: Array.from({ length: pixels }, (_, i) => `pixel ${i}`),
  outputNames: Array.from({ length: 10 }, (_, i) => String(i)),
  train: split('train', 16),
  validation: split('validation', 256),
  test: split('test', rows),
  origin: 'random',
};
const experiment = resolveExperiment(
  {
    data: { source: 'two-moons' },
    network: { layers: ['dense 16 relu', 'dense 10'] },
    posterior: { method: 'mean-field' },
    transfer: { method: 'joint', limit: 1 },
    sampling: { entropy: 'frozen', samples },
    evaluate: { chips, times: Array.from({ length: times }, (_, i) => 60 * 10 ** (i / 2)), archive: false },
  },
  'experiment',
);
const kept = memoryStore(memoryForResults);
const store = {
  once: (entry, make, job) => kept.once(entry, entry.stage === 'training' ? async () => trained : make, job),
};
const prepared = { data, dataAddress: addressOfData(data), deviceFiles: {}, store, build: () => '' };
const subject = subjectOf(experiment, prepared, jobOf());
const { parameters, size } = subject.model.network;
const trained = {
  posterior: {
    kind: 'moments',
    method: 'mean-field',
    info: {},
    parameters,
    size,
    mean: fillNormal(fold(key, 'weights'), new Float32Array(size)).map(z => z / 10),
    std: new Float32Array(size).fill(0.02),
  },
  curve: { steps: [] },
};
const before = process.resourceUsage().maxRSS * 1024;
await evaluate({ subject }, jobOf());
console.log(JSON.stringify({ before, most: process.resourceUsage().maxRSS * 1024 }));
