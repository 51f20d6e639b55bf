import { expect, test } from 'vitest';
import { OnnxGraph } from '../../../src/data/index.ts';
import { protobufFields } from '../../support/protobuf.ts';

const messages = (bytes: Uint8Array, field: number) => protobufFields(bytes, field) as Uint8Array[];
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** Numbers of the fields: onnx.proto of ONNX 1.8. */
test('a graph holds its nodes in order, named ends, constants, attributes and metadata', () => {
  const graph = new OnnxGraph();
  const matrix = graph.constant('w', [3, 2], new Float32Array([1, 2, 3, 4, 5, 6]));
  const shape = graph.constant('s', [2], BigInt64Array.from([0n, -1n]));
  const product = graph.node('MatMul', ['input', matrix]);
  const reshaped = graph.node('Reshape', [product, shape]);
  const result = graph.node('Made', [reshaped], { sizes: [3, 2], group: { int: 4 }, epsilon: { float: 0.5 } });
  const ends = { name: 'net', inputShape: [3], outputs: 2, metadata: { posterior: 'mean' } };
  const model = graph.encode(result, ends);

  expect([protobufFields(model, 1), messages(model, 8).map(set => protobufFields(set, 2))]).toEqual([[7], [[13]]]);
  expect(messages(model, 14).map(entry => [text(messages(entry, 1)[0]), text(messages(entry, 2)[0])])).toEqual([
    ['posterior', 'mean'],
  ]);
  const body = messages(model, 7)[0]!;
  const nodes = messages(body, 1).map(node => ({
    type: text(messages(node, 4)[0]),
    inputs: messages(node, 1).map(text),
    outputs: messages(node, 2).map(text),
  }));
  expect(nodes).toEqual([
    { type: 'MatMul', inputs: ['input', 'w'], outputs: [product] },
    { type: 'Reshape', inputs: [product, 's'], outputs: [reshaped] },
    { type: 'Made', inputs: [reshaped], outputs: [result] },
    { type: 'Identity', inputs: [result], outputs: ['logits'] },
  ]);
  const attributes = messages(messages(body, 1)[2]!, 5);
  expect(attributes.map(a => [text(messages(a, 1)[0]), protobufFields(a, 20)[0]])).toEqual([
    ['sizes', 7],
    ['group', 2],
    ['epsilon', 1],
  ]);
  expect([protobufFields(attributes[0]!, 8), protobufFields(attributes[1]!, 3)]).toEqual([[3, 2], [4]]);
  expect(new DataView(messages(attributes[2]!, 2)[0]!.slice().buffer).getFloat32(0, true)).toBe(0.5);
  const constants = messages(body, 5).map(tensor => ({
    name: text(messages(tensor, 8)[0]),
    shape: protobufFields(tensor, 1),
    type: protobufFields(tensor, 2)[0],
    raw: messages(tensor, 9)[0]!.slice().buffer,
  }));
  expect(constants.map(({ name, shape, type }) => [name, shape, type])).toEqual([
    ['w', [3, 2], 1],
    ['s', [2], 7],
  ]);
  expect(new Float32Array(constants[0]!.raw)).toEqual(new Float32Array([1, 2, 3, 4, 5, 6]));
  expect(new BigInt64Array(constants[1]!.raw)).toEqual(BigInt64Array.from([0n, -1n]));
  expect([11, 12].map(field => text(messages(messages(body, field)[0]!, 1)[0]))).toEqual(['input', 'logits']);
});
