import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeOnnx, type OnnxLayer } from '../../../src/data/index.ts';

const values = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));

/** Fields of a Protocol Buffers message: numbers for varints, bytes for the rest. */
function fields(bytes: Uint8Array): [number, number | Uint8Array][] {
  const out: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) out.push([tag >> 3, varint()]);
    else {
      const length = (tag & 7) === 5 ? 4 : varint();
      out.push([tag >> 3, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  return out;
}

const all = (bytes: Uint8Array, field: number) =>
  fields(bytes).flatMap(([f, value]) => (f === field ? [value as Uint8Array] : []));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const layers: OnnxLayer[] = [
  {
    kind: 'convolution',
    weight: values(18 * 5),
    bias: values(5),
    channels: 2,
    outputs: 5,
    window: [3, 3],
    stride: [1, 1],
    padding: [1, 1],
    activation: 'relu',
  },
  { kind: 'max-pool', window: [2, 2], stride: [2, 2] },
  { kind: 'flatten' },
  { kind: 'dense', weight: values(45 * 4), bias: values(4), outputs: 4, activation: 'hardtanh' },
  { kind: 'dense', weight: values(8), bias: null, outputs: 2, activation: 'linear' },
];

test('the graph has a node per step, named ends and the weights', () => {
  const model = encodeOnnx('net', [2, 6, 6], 2, layers, { posterior: 'mean' });
  const graph = all(model, 7)[0]!;
  expect(all(graph, 1).map(node => text(all(node, 4)[0]!))).toEqual([
    'Conv',
    'Relu',
    'MaxPool',
    'Flatten',
    'Gemm',
    'Clip',
    'Gemm',
    'Identity',
  ]);
  expect(text(all(all(graph, 11)[0]!, 1)[0]!)).toBe('input');
  expect(text(all(all(graph, 12)[0]!, 1)[0]!)).toBe('logits');
  const weights = new Map(all(graph, 5).map(tensor => [text(all(tensor, 8)[0]!), all(tensor, 9)[0]!]));
  expect(new Float32Array(weights.get('3.weight')!.slice().buffer)).toEqual(values(180));
  // Conv stores [outputs, inputs]: entry (1, 0) is ours (0, 1)
  expect(new Float32Array(weights.get('0.weight')!.slice().buffer)[18]).toBe(values(90)[1]);
});

const importable = spawnSync('python3', ['-c', 'import numpy, onnxruntime']).status === 0;
test.skipIf(!importable)('ONNX Runtime, where python3 has it, gives the same numbers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-onnx-'));
  writeFileSync(join(folder, 'net.onnx'), encodeOnnx('net', [2, 6, 6], 2, layers));
  const lines = [
    'import numpy as np, onnxruntime as rt',
    's = rt.InferenceSession("net.onnx", providers=["CPUExecutionProvider"])',
    'v = lambda n: np.sin(np.arange(n) * 1.7).astype("f4")',
    'x = np.cos(np.arange(3 * 72)).astype("f4").reshape(3, 2, 6, 6)',
    'p = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))',
    'w = v(90).reshape(2, 3, 3, 5)',
    'y = np.zeros((3, 5, 6, 6))',
    'for i in range(6):',
    '  for j in range(6): y[:, :, i, j] = np.einsum("nchw,chwo->no", p[:, :, i:i+3, j:j+3], w) + v(5)',
    'y = np.maximum(y, 0).reshape(3, 5, 3, 2, 3, 2).max((3, 5)).reshape(3, 45)',
    'z = np.clip(y @ v(180).reshape(45, 4) + v(4), -1, 1) @ v(8).reshape(4, 2)',
    'print(float(np.abs(s.run(["logits"], {"input": x})[0] - z).max()))',
  ];
  const run = spawnSync('python3', ['-c', lines.join('\n')], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(run.stderr).toBe('');
  expect(Number(run.stdout)).toBeLessThan(1e-5);
});
