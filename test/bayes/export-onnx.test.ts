import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportFormats, type PointPosterior } from '../../src/bayes/index.ts';
import { encodeNpz, ndArray } from '../../src/data/index.ts';
import { buildNetwork, type LayerSpec, type Network, presetLayers } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { sizeOf } from '../../src/tensor/index.ts';
import { protobufFields } from '../support/protobuf.ts';
import { lacking, missingPackages, runPython } from '../support/python.ts';

const batchnorm: LayerSpec = {
  kind: 'batchnorm',
  mean: [0.1, -0.2, 0.3, 0],
  variance: [1, 0.5, 2, 4],
  scale: [1, -1, 0.5, 2],
  shift: [0, 0.1, 0.2, 0.3],
  epsilon: 1e-3,
  activation: 'hardtanh',
};
const all: (string | LayerSpec)[] = [
  'conv2d 4 3x2 relu padding=same stride=2 groups=2',
  batchnorm,
  'residual [conv2d 6 3 tanh padding=1 stride=2, groupnorm 2, conv2d 6 3 padding=1 bias=false] hardtanh',
  'maxpool 2',
  { kind: 'prelu', slope: [0.2, -0.1, 0, 1.5, 0.3, 1] },
  { kind: 'groupnorm', groups: 3, scale: [1, 2, 3, 4, 5, 6], activation: 'relu' },
  'flatten',
  'residual [dense 12 relu, dense 7] relu',
  'linear 3',
];
const networks: ReadonlyArray<
  readonly [name: string, layers: readonly (string | LayerSpec)[], shape: readonly number[]]
> = [
  ['dense', ['dense 5 tanh', 'dense 4 hardtanh bias=false', 'dense 2'], [3]],
  ['lenet-5 on images without a channel axis', presetLayers('lenet-5', 10), [28, 28]],
  ['vgg-small', presetLayers('vgg-small', 10), [3, 32, 32]],
  ['resnet-8', presetLayers('resnet-8', 10), [3, 32, 32]],
  ['signal-cnn', presetLayers('signal-cnn', 4), [2, 64]],
  ['signals without a channel axis', ['conv1d 4 4 relu padding=same stride=3', 'avgpool 2', 'dense 2'], [37]],
  [
    'dilated ones',
    ['conv2d 3 3 tanh dilation=2 padding=same', 'conv2d 2 2 dilation=3', 'flatten', 'dense 2'],
    [2, 9, 8],
  ],
  ['every kind of layer', all, [2, 11, 13]],
  ['one that ends in pooling', ['conv2d 3 3', 'avgpool all'], [1, 5, 5]],
];

function posteriorOf({ parameters, size, matrices }: Network): PointPosterior {
  const mean = fillNormal(keyOf(1), new Float32Array(size));
  for (const { weight, rows } of matrices) {
    for (let i = 0; i < weight.size; i++) mean[weight.offset + i]! /= Math.sqrt(rows);
  }
  return { kind: 'point', method: 'map', parameters, size, mean, info: {} };
}

const onnx = (network: Network) =>
  exportFormats.onnx!.encode(posteriorOf(network), network, { layout: 'input-first', metadata: { note: 'seven' } });

/** Operators of a model in order, and its constants' shapes. */
function contents(model: Uint8Array) {
  const graph = protobufFields(model, 7)[0] as Uint8Array;
  const text = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array);
  return {
    operators: protobufFields(graph, 1).map(node => text(protobufFields(node as Uint8Array, 4)[0])),
    constants: Object.fromEntries(
      protobufFields(graph, 5).map(tensor => [
        text(protobufFields(tensor as Uint8Array, 8)[0]),
        protobufFields(tensor as Uint8Array, 1),
      ]),
    ),
  };
}

test('a residual network is written operator by operator', () => {
  const layers = ['conv2d 4 3 relu', 'groupnorm 2 tanh', 'residual [conv2d 6 3 padding=1 stride=2] relu', 'dense 2'];
  const network = buildNetwork(layers, [9, 7]);
  const { operators, constants } = contents(onnx(network));
  expect(operators).toEqual([
    ...['Reshape', 'Conv', 'Relu'],
    ...['Reshape', 'InstanceNormalization', 'Reshape', 'Tanh'],
    ...['Conv', 'Conv', 'Add', 'Relu'],
    ...['Flatten', 'Gemm', 'Identity'],
  ]);
  expect(constants).toMatchObject({
    '0.weight': [4, 1, 3, 3],
    '0.bias': [4],
    '2.0.weight': [6, 4, 3, 3],
    '2.shortcut.0.weight': [6, 4, 1, 1],
    '3.weight': [72, 2],
    '3.bias': [2],
  });
});

test('a dilated convolution says so', () => {
  const graph = protobufFields(onnx(buildNetwork(['conv2d 3 3 dilation=2', 'flatten', 'dense 2'], [7, 7])), 7)[0];
  const nodes = protobufFields(graph as Uint8Array, 1).map(node => node as Uint8Array);
  const text = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array);
  const convolution = nodes.find(node => text(protobufFields(node, 4)[0]) === 'Conv')!;
  const attributes = protobufFields(convolution, 5).map(attribute => attribute as Uint8Array);
  const dilations = attributes.find(attribute => text(protobufFields(attribute, 1)[0]) === 'dilations')!;
  // AttributeProto: the whole numbers of a list are field 8.
  expect(protobufFields(dilations, 8).map(Number)).toEqual([2, 2]);
});

const missing = missingPackages('numpy', 'onnxruntime');
describe(`ONNX Runtime${lacking(missing)}`, () => {
  test.skipIf(missing.length > 0)('says what the network says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'posterohm-onnx-'));
    networks.forEach(([, layers, shape], i) => {
      const network = buildNetwork(layers, shape);
      const inputs = fillNormal(keyOf(2), new Float32Array(3 * sizeOf(shape)));
      const outputs = new Float32Array(3 * network.outputs);
      network.predict(outputs, posteriorOf(network).mean, 1, inputs, 3);
      writeFileSync(join(folder, `${i}.onnx`), onnx(network));
      const check = { x: ndArray([3, ...shape], inputs), y: ndArray([3, network.outputs], outputs) };
      writeFileSync(join(folder, `${i}.npz`), encodeNpz(check));
    });
    const said = runPython(
      folder,
      'import json, numpy as np, onnxruntime as rt',
      'found = []',
      `for i in range(${networks.length}):`,
      '  session = rt.InferenceSession(f"{i}.onnx", providers=["CPUExecutionProvider"])',
      '  check = np.load(f"{i}.npz")',
      '  logits, = session.run(["logits"], {"input": check["x"]})',
      '  note = session.get_modelmeta().custom_metadata_map["note"]',
      '  found.append([note, list(logits.shape), float(np.abs(logits - check["y"]).max() / np.abs(check["y"]).max())])',
      'print(json.dumps(found))',
    );
    rmSync(folder, { recursive: true });
    const found = JSON.parse(said) as [string, number[], number][];
    found.forEach(([note, shape, error], i) => {
      const [name, layers, inputShape] = networks[i]!;
      expect([name, note, shape]).toEqual([name, 'seven', [3, buildNetwork(layers, inputShape).outputs]]);
      expect(error, name).toBeLessThan(1e-5);
    });
  });
});
