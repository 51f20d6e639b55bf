import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  decodeNpy,
  decodeNpz,
  decodeParquet,
  decodeSafetensors,
  encodeNpy,
  encodeNpz,
  encodeParquet,
  encodeSafetensors,
  ndArray,
} from '../../../src/data/index.ts';
import { lacking, missingPackages, runPython } from '../../support/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-python-'));
afterAll(() => rmSync(folder, { recursive: true }));

const python = (...lines: string[]) => runPython(folder, ...lines);

const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const weights = ndArray([2, 3], Float32Array.from([0.1, -2, 3, 4, 5, 6e-8]));
const labels = ndArray([4], BigInt64Array.from([0n, -1n, 2n, 2n ** 60n]));

const withoutNumPy = missingPackages('numpy');
describe.skipIf(withoutNumPy.length > 0)(`NumPy${lacking(withoutNumPy)}`, () => {
  test('reads our NPY and NPZ', () => {
    writeFileSync(join(folder, 'w.npy'), encodeNpy(weights));
    writeFileSync(join(folder, 'all.npz'), encodeNpz({ weights, labels, scalar: ndArray([], new Float64Array([7])) }));
    const said = python(
      'import numpy as np',
      "w, z = np.load('w.npy'), np.load('all.npz')",
      "print(w.dtype, w.shape, (w == z['weights']).all(), float(w[0, 0]), z['labels'].tolist(), z['scalar'].shape)",
    );
    expect(said).toBe('float32 (2, 3) True 0.10000000149011612 [0, -1, 2, 1152921504606846976] ()');
  });

  test('writes NPY and NPZ that we read', () => {
    python(
      'import numpy as np',
      'x = np.arange(24, dtype="<f8").reshape(2, 3, 4)',
      "np.save('c.npy', x); np.save('f.npy', np.asfortranarray(x)); np.save('half.npy', x.astype('f2'))",
      "np.save('big.npy', x.astype('>f4')); np.save('object.npy', np.array([{}], dtype=object))",
      "np.savez('plain.npz', x=x, b=x > 3); np.savez_compressed('small.npz', x=x, b=x > 3)",
    );
    const x = ndArray(
      [2, 3, 4],
      Float64Array.from({ length: 24 }, (_, i) => i),
    );
    expect(decodeNpy(read('c.npy'), 'c.npy')).toEqual(x);
    expect(decodeNpy(read('f.npy'), 'f.npy')).toEqual(x);
    expect(Array.from(decodeNpy(read('half.npy'), 'half.npy').data as Float32Array)).toEqual(
      Array.from(x.data as Float64Array),
    );
    expect(Array.from(decodeNpy(read('big.npy'), 'big.npy').data as Float32Array)).toEqual(
      Array.from(x.data as Float64Array),
    );
    expect(() => decodeNpy(read('object.npy'), 'object.npy')).toThrow(/pickled/);
    for (const name of ['plain.npz', 'small.npz']) {
      const arrays = decodeNpz(read(name), name);
      expect(arrays.x).toEqual(x);
      expect(arrays.b!.dtype).toBe('b1');
      expect(Array.from(arrays.b!.data as Uint8Array).indexOf(1)).toBe(4);
    }
  });
});

const withoutSafetensors = missingPackages('safetensors', 'numpy');
describe.skipIf(withoutSafetensors.length > 0)(`safetensors for Python${lacking(withoutSafetensors)}`, () => {
  test('both ways', () => {
    writeFileSync(
      join(folder, 'w.safetensors'),
      encodeSafetensors({ '0.weight': weights, labels }, { method: 'nuts' }),
    );
    const said = python(
      'from safetensors import safe_open',
      'from safetensors.numpy import load_file, save_file',
      "t = load_file('w.safetensors')",
      "print(sorted(t), t['0.weight'].shape, t['labels'].tolist(), safe_open('w.safetensors', 'np').metadata())",
      "save_file(t, 'back.safetensors', metadata={'a': 'b'})",
    );
    expect(said).toBe("['0.weight', 'labels'] (2, 3) [0, -1, 2, 1152921504606846976] {'method': 'nuts'}");
    const back = decodeSafetensors(read('back.safetensors'), 'back.safetensors');
    expect(back).toEqual({ tensors: { '0.weight': weights, labels }, metadata: { a: 'b' } });
  });
});

const withoutPandas = missingPackages('pyarrow', 'pandas');
describe.skipIf(withoutPandas.length > 0)(`pandas${lacking(withoutPandas)}`, () => {
  test('both ways', async () => {
    const plan = encodeParquet(
      {
        layer: { type: 'STRING', data: ['0', '0', '2'] },
        row: { type: 'INT32', data: new Int32Array([0, 1, 2]) },
        target: { type: 'FLOAT', data: new Float32Array([2e-5, 1e-4, 0]) },
        current: { type: 'DOUBLE', data: new Float64Array([1.2e-5, 6e-5, 0.1]) },
      },
      { scale: '20000' },
    );
    writeFileSync(join(folder, 'plan.parquet'), plan);
    const said = python(
      'import pandas, pyarrow.parquet as pq',
      "t = pandas.read_parquet('plan.parquet')",
      "t['big'] = [1, 2, 3]",
      "t.to_parquet('back.parquet'); t.to_parquet('zstd.parquet', compression='zstd')",
      "print([str(d) for d in t.dtypes][1:], t['layer'].tolist(), t['current'].tolist(), pq.read_metadata('plan.parquet').metadata[b'scale'])",
    );
    expect(said).toBe("['int32', 'float32', 'float64', 'int64'] ['0', '0', '2'] [1.2e-05, 6e-05, 0.1] b'20000'");
    const back = await decodeParquet(read('back.parquet'), 'back.parquet');
    expect(back.columns).toEqual({
      ...(await decodeParquet(plan, 'plan.parquet')).columns,
      big: { type: 'DOUBLE', data: new Float64Array([1, 2, 3]) },
    });
    await expect(decodeParquet(read('zstd.parquet'), 'zstd.parquet')).rejects.toThrow(/compressed with ZSTD/);
  });
});
