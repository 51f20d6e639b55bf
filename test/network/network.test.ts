import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildNetwork, layerSchema, parseLayer, type WeightLayer } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { Tape } from '../../src/tensor/index.ts';

describe('the text form of layers', () => {
  test('reads fields in order and by name', () => {
    expect(parseLayer('dense 16 relu')).toEqual({ kind: 'dense', width: 16, activation: 'relu', bias: true });
    expect(parseLayer(' dense  3 ')).toEqual({ kind: 'dense', width: 3, activation: 'linear', bias: true });
    expect(parseLayer('dense 4 bias=false activation=tanh')).toEqual({
      kind: 'dense',
      width: 4,
      activation: 'tanh',
      bias: false,
    });
    expect(parseLayer('linear 1')).toEqual({ kind: 'linear', width: 1, bias: true });
  });

  test('says what is wrong and the way out', () => {
    expect(() => parseLayer('denes 16')).toThrow("unknown name 'denes'; did you mean 'dense'?");
    expect(() => parseLayer('relu')).toThrow(
      "layer 'relu': is an activation; write it into the layer that it follows: 'dense 16 relu'.",
    );
    expect(() => parseLayer('dense 16 rleu')).toThrow("activation: unknown name 'rleu'; did you mean 'relu'?");
    expect(() => parseLayer('dense 0')).toThrow("layer 'dense 0': width: must be at least 1, got 0.");
    expect(() => parseLayer('dense')).toThrow(/layer 'dense': width/);
    expect(() => parseLayer('dense 2 relu 5')).toThrow('more words than');
    expect(() => parseLayer('dense 2 widht=3')).toThrow("did you mean 'width'?");
    expect(layerSchema.safeParse('dense 16 rleu').error?.issues[0]?.message).toContain("did you mean 'relu'?");
    expect(layerSchema.parse({ kind: 'dense', width: 2 })).toEqual(parseLayer('dense 2'));
  });
});

test('parameters follow each other in the flat vector', () => {
  const network = buildNetwork(['dense 16 relu', 'dense 2 bias=false'], [3, 4]);
  expect(network.parameters.map(p => [p.name, [...p.shape], p.offset, p.size])).toEqual([
    ['0.weight', [12, 16], 0, 192],
    ['0.bias', [16], 192, 16],
    ['1.weight', [16, 2], 208, 32],
  ]);
  expect(network.size).toBe(240);
  expect(network.matrices.map(m => [m.name, m.rows, m.columns, m.positions])).toEqual([
    ['0', 13, 16, 1],
    ['1', 16, 2, 1],
  ]);
});

test('the last layer must fit the data', () => {
  expect(() => buildNetwork(['dense 3'], [2], { count: 2, reason: '2 classes' })).toThrow(
    "network.layers: the last layer has 3 outputs, but the data needs 2 (2 classes); end with 'dense 2'.",
  );
  expect(() => buildNetwork([], [2])).toThrow('at least one layer');
});

test('a network computes what its formula says', () => {
  const network = buildNetwork(['dense 2 tanh', 'dense 1'], [2]);
  const weights = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);
  const out = new Float64Array(1);
  network.predict(out, weights, 1, Float64Array.of(1, 2), 1);
  expect(out[0]).toBeCloseTo(0.7 * Math.tanh(0.1 + 0.6 + 0.5) + 0.8 * Math.tanh(0.2 + 0.8 + 0.6) + 0.9, 14);
});

test('predicting many samples is the forward pass of each', () => {
  const network = buildNetwork(['dense 5 relu', 'dense 4 hardtanh', 'dense 3'], [2, 2]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 7, 512, 1030),
      fc.nat(1000),
      (samples, count, seed) => {
        const weights = fillNormal(keyOf(seed), new Float32Array(samples * network.size));
        const inputs = fillNormal(keyOf(seed + 1), new Float32Array(count * 4));
        const out = new Float32Array(samples * count * 3);
        network.predict(out, weights, samples, inputs, count);
        for (let s = 0; s < samples; s++) {
          const tape = new Tape('f32');
          const flat = weights.subarray(s * network.size, (s + 1) * network.size);
          const tensors = network.parameters.map(p =>
            tape.constant(p.shape, flat.subarray(p.offset, p.offset + p.size)),
          );
          const x = tape.constant([count, 2, 2], inputs);
          const expected = network.forward(tape, x, tensors).value;
          for (let i = 0; i < count * 3; i++)
            expect(Math.abs(out[s * count * 3 + i]! - expected[i]!)).toBeLessThan(1e-5);
          const other = network.forwardWith(tape, x, (layer, y) =>
            layer.linear(
              tape,
              y,
              layer.parameters.map(p => tensors[network.parameters.indexOf(p)]!),
            ),
          );
          for (let i = 0; i < count * 3; i++) expect(Math.abs(other.value[i]! - expected[i]!)).toBeLessThan(1e-5);
        }
      },
    ),
    { numRuns: 10 },
  );
});

test('squared inputs and variances give the variance of a linear part', () => {
  const network = buildNetwork(['dense 3'], [4]);
  const tape = new Tape('f64');
  const std = fillNormal(keyOf(1), new Float64Array(network.size)).map(Math.abs);
  const x = fillNormal(keyOf(2), new Float64Array(4));
  const tensors = network.parameters.map(p =>
    tape.constant(
      p.shape,
      std.slice(p.offset, p.offset + p.size).map(s => s * s),
    ),
  );
  const variance = (network.layers[0] as WeightLayer).linear(
    tape,
    tape.constant(
      [1, 4],
      x.map(v => v * v),
    ),
    tensors,
  );
  for (let j = 0; j < 3; j++) {
    let expected = std[12 + j]! ** 2;
    for (let i = 0; i < 4; i++) expected += (x[i]! * std[i * 3 + j]!) ** 2;
    expect(variance.value[j]).toBeCloseTo(expected, 12);
  }
});
