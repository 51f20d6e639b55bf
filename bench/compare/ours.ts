import { jobOf } from '../../src/base/index.ts';
import { buildModel, methods, posteriorSchema, type StepMethod } from '../../src/bayes/index.ts';
import {
  conductanceAt,
  findDevice,
  fitDevice,
  type Measurements,
  ownProcedure,
  programCells,
  readSequence,
} from '../../src/device/index.ts';
import { calibrateReadout, entropySources, predictChip } from '../../src/inference/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { buildNetwork, presetLayers } from '../../src/network/index.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';

type Run = () => unknown;

const normals = (key: number, count: number) => fillNormal(keyOf(key), new Float32Array(count));

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

export function product(m: number, n: number, k: number): Run {
  const [a, b, c] = [normals(1, m * k), normals(2, k * n), new Float32Array(m * n)];
  return () => kernels().product(c, a, b, { m, n, k });
}

/** A product whose outputs get fresh noise of the variance that reads of the weights have. */
export function noisyProduct(m: number, n: number, k: number): Run {
  const [x, squares, w, v] = [normals(1, m * k), new Float32Array(m * k), normals(2, k * n), new Float32Array(k * n)];
  const [y, spread] = [new Float32Array(m * n), new Float32Array(m * n)];
  const rows = { numbers: Uint32Array.from({ length: m }, (_, i) => i), outer: 1, columns: n };
  v.fill(1e-4);
  let key = 0;
  return () => {
    const { product, unary, addNoiseRows } = kernels();
    product(y, x, w, { m, n, k });
    unary('square', squares, x);
    product(spread, squares, v, { m, n, k });
    addNoiseRows(y, y, spread, key++, 2, rows);
  };
}

/** A step of training with random images, four fifths of them dark, and ten classes. */
export function step(layers: readonly string[], inputShape: readonly number[], batch: number, method: string): Run {
  const count = 4 * batch;
  const inputs = fillUniform(keyOf(1), new Float32Array(count * sizeOf(inputShape))).map(u => Math.max(0, u - 0.8));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const train = { count, inputs, labels, targets: new Float32Array(0) };
  const outputNames = Array.from({ length: 10 }, (_, i) => String(i));
  const data = { task: 'classification' as const, inputShape, outputNames, train };
  const options = posteriorSchema.parse({ method, epochs: 100_000, batch });
  const model = buildModel(layers, options, { ...data, validation: { ...train, count: 0 } });
  const training = (methods[options.method] as StepMethod).start(keyOf(1), model, options, {});
  let at = 0;
  return () => training.step(at++);
}

export const lenetStep = (method: string) => step(presetLayers('lenet-5', 10), [1, 28, 28], 128, method);

/** A thousand digits by LeNet-5 with ten vectors of weights. */
export function prediction(): Run {
  const network = buildNetwork(presetLayers('lenet-5', 10), [1, 28, 28]);
  const weights = normals(1, 10 * network.size).map(w => 0.05 * w);
  const inputs = fillUniform(keyOf(2), new Float32Array(1000 * 784));
  const out = new Float32Array(10 * 1000 * 10);
  return () => network.predict(out, weights, 10, inputs, 1000);
}

/** `rows` images by `samples` copies of a network on tiles of 256 word lines, with read noise and converters of 8 bits. */
export function chip(preset: string, rows: number, samples: number): Run {
  const network = buildNetwork(presetLayers(preset, 10), [3, 32, 32]);
  const weights = normals(1, samples * network.size).map(w => 0.05 * w);
  const inputs = fillUniform(keyOf(2), new Float32Array(rows * 3072));
  const variances = new Float32Array(weights.length).fill(1e-4);
  const arrays = { inputBits: 8, outputBits: 8, arrayRows: 256 };
  const readout = calibrateReadout(network, weights, inputs, rows, arrays);
  const sampler = entropySources.frozen.open(
    keyOf(3),
    { network, weights, variances, readout },
    { entropy: 'frozen', samples },
  );
  const all = { first: 0, count: samples };
  return () => predictChip(sampler, network.outputs, { inputs, count: rows }, all, jobOf({ threads: 2 }), () => {});
}

const million = 1_000_000;

export function program(): Run {
  const device = findDevice('pcm-ibm');
  const targets = fillUniform(keyOf(1), new Float32Array(million)).map(u => u * device.range.high);
  let key = 0;
  return () => programCells(keyOf(key++), device, targets, ownProcedure(device));
}

export function age(): Run {
  const device = findDevice('pcm-ibm');
  const targets = fillUniform(keyOf(1), new Float32Array(million)).map(u => u * device.range.high);
  const cells = programCells(keyOf(1), device, targets, ownProcedure(device));
  const out = new Float32Array(million);
  return () => conductanceAt(device, cells, 86_400, out);
}

/** 16 levels of 250 cells each, every cell read at five times from a minute to a day after it was programmed. */
function measured(): Measurements {
  const device = findDevice('pcm-ibm');
  const [cells, times] = [16 * 250, [60, 360, 2160, 12_960, 86_400]];
  const targets = Float32Array.from({ length: cells }, (_, i) => (device.range.high * (1 + (i % 16))) / 16);
  const programmed = programCells(keyOf(1), device, targets, ownProcedure(device));
  const reads = times.map(time => conductanceAt(device, programmed, time, new Float32Array(cells)));
  const count = cells * times.length;
  return {
    count,
    conductance: Float64Array.from(
      { length: count },
      (_, i) => reads[i % times.length]![Math.floor(i / times.length)]!,
    ),
    target: Float64Array.from({ length: count }, (_, i) => targets[Math.floor(i / times.length)]!),
    time: Float64Array.from({ length: count }, (_, i) => times[i % times.length]!),
    device: Array.from({ length: count }, (_, i) => `${Math.floor(i / times.length)}`),
  };
}

/** A device fitted to measurements, with standard errors of 200 bootstraps over cells. */
export function fit(): Run {
  const data = measured();
  return () => fitDevice(data, { law: 'power' });
}

/** 64 reads of 512 × 512 cells one after the other, white or with memory. */
export function reads(memory: 'white' | 'spectrum'): Run {
  const conductance = new Float32Array(512 * 512).fill(12e-6);
  const out = new Float32Array(64 * conductance.length);
  const options = { count: 64, lag: 1e-5, time: 60, memory };
  let key = 0;
  return () => readSequence(keyOf(key++), findDevice('pcm-ibm'), { target: conductance }, conductance, options, out);
}
