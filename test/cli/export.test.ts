import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePosterior, posteriorMean } from '../../src/bayes/index.ts';
import { decodeNpz, decodeSafetensors, encodeNpz, ndArray } from '../../src/data/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { lacking, missingPackages, runPython } from '../support/python.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const missing = missingPackages('numpy', 'onnxruntime');

describe('export', async () => {
  const layers = ['dense 5 tanh', 'dense 4 relu', 'dense 3 hardtanh', 'dense 2'];
  const network = `{ layers: [${layers.join(', ')}] }`;
  const posterior = '{ method: mean-field, epochs: 3 }';
  const folder = folderWith({ 'small.yaml': smallExperiment({ network, posterior }) });
  const directory = join(folder, 'run');
  await posterohm('train', join(folder, 'small.yaml'), '--out', directory, '--quiet');
  const trained = decodePosterior(new Uint8Array(readFileSync(join(directory, 'posterior.safetensors'))));
  const write = async (name: string, ...options: string[]) => {
    const { status, err } = await posterohm(
      'export',
      'posterior',
      directory,
      '--out',
      join(folder, name),
      '--quiet',
      ...options,
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return new Uint8Array(readFileSync(join(folder, name)));
  };

  test('the ending of the file says the format; safetensors is the run’s own file', async () => {
    expect(await write('a.safetensors')).toEqual(
      new Uint8Array(readFileSync(join(directory, 'posterior.safetensors'))),
    );
    expect(Object.keys(decodeNpz(await write('a.npz'), 'a'))).toContain('std/3.bias');
    expect(await write('b.bin', '--format', 'npz')).toEqual(await write('c.npz'));
  });

  test('output-first turns matrices as PyTorch has them', async () => {
    const { tensors } = decodeSafetensors(await write('t.safetensors', '--layout', 'output-first'), 't');
    const { shape, data } = tensors['mean/0.weight']!;
    expect(shape).toEqual([5, 2]);
    // Entry (output 1, input 0) there is (0, 1) here.
    expect(data[2]).toBe(posteriorMean(trained)[1]);
  });

  test.skipIf(missing.length > 0)(`ONNX Runtime predicts what the mean network does${lacking(missing)}`, async () => {
    await write('mean.onnx');
    const inputs = Float32Array.from({ length: 40 }, (_, i) => 2 * Math.sin(1.3 * i));
    const built = buildNetwork(layers, [2]);
    const expected = new Float32Array(40);
    built.predict(expected, posteriorMean(trained), 1, inputs, 20);
    writeFileSync(join(folder, 'check.npz'), encodeNpz({ x: ndArray([20, 2], inputs), y: ndArray([20, 2], expected) }));
    const said = runPython(
      folder,
      'import numpy as np, onnxruntime as rt',
      'session = rt.InferenceSession("mean.onnx", providers=["CPUExecutionProvider"])',
      'check = np.load("check.npz")',
      'print(session.get_modelmeta().custom_metadata_map["method"])',
      'print(float(np.abs(session.run(["logits"], {"input": check["x"]})[0] - check["y"]).max()))',
    );
    const [method, error] = said.split('\n');
    expect(method).toBe('mean-field');
    expect(Number(error)).toBeLessThan(1e-5);
  });

  const refused: ReadonlyArray<readonly [options: readonly string[], sentence: RegExp]> = [
    [['--format', 'onxx'], /--format: unknown name 'onxx'; did you mean 'onnx'\?/],
    [['--layout', 'first'], /--layout: unknown name 'first'/],
    [['--seed', '3'], /--seed: a run directory keeps its own/],
  ];
  test.each(refused)('%j gets one sentence and status 2', async (options, sentence) => {
    const out = join(folder, 'refused.npz');
    const { status, err } = await posterohm('export', 'posterior', directory, '--out', out, ...options, '--quiet');
    expect(err).toMatch(sentence);
    expect({ status, written: existsSync(out) }).toEqual({ status: 2, written: false });
  });

  test('a place that cannot be written', async () => {
    const { status, err } = await posterohm(
      'export',
      'posterior',
      directory,
      '--out',
      join(folder, 'small.yaml', 'x.npz'),
      '--quiet',
    );
    expect(status).toBe(2);
    expect(err).toMatch(/x\.npz: cannot be written \(E\w+\); name another place with --out\./);
  });
});
