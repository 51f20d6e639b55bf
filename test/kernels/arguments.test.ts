import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { native } from './backends.ts';

const library = fileURLToPath(new URL('../../native/posterohm-kernels.node', import.meta.url));

describe.skipIf(!native)('arguments of native kernels', () => {
  const patch = {
    channels: 1,
    height: 4,
    width: 4,
    kernelHeight: 2,
    kernelWidth: 2,
    stride: 1,
    padding: [0, 0, 0, 0] as [number, number, number, number],
    firstChannel: 0,
    patchChannels: 1,
    bias: false,
  };
  const sliced = { m: 1, n: 1, k: 1, bits: 1, twosComplement: false, slices: 1, sliceBits: 1, tileRows: 1 };
  const crossbar = { rows: 2, columns: 2, wires: [1, 1, 1, 1], bothDriven: false, bothSensed: false } as const;

  test('sizes whose product does not fit are refused', () => {
    const x = new Float32Array(16);
    const huge = {
      ...patch,
      padding: [2 ** 32, 2 ** 32, 2 ** 32, 2 ** 32] as const,
      kernelHeight: 2 ** 32,
      kernelWidth: 2 ** 32,
    };
    expect(() => native!.patches(x, x, 1, huge)).toThrow(/^internal: patches are too large/);
    expect(() => native!.patches(x, x, 1, { ...patch, patchChannels: 2 })).toThrow(/^internal: patches lie outside/);
  });

  test('arrays of a detached buffer are empty', () => {
    const [x, y] = [new Float32Array(16), new Float32Array(16)];
    structuredClone(x.buffer, { transfer: [x.buffer] });
    expect(() => native!.unary('exp', y, x)).toThrow(/^internal: .*shorter/);
    expect(native!.sum(x)).toBe(0);
  });

  test('arrays that a kernel writes and reads at once must not overlap where it cannot bear that', () => {
    const shared = new ArrayBuffer(256);
    const [y, w] = [new Float32Array(shared, 0, 1), new Int32Array(shared, 0, 1)];
    const levels = new Float32Array(3);
    expect(() => native!.slicedProduct(y, new Uint32Array(1), w, levels, -1, sliced)).toThrow(/^internal: .*overlap/);
    expect(() => native!.slicedProduct(y, new Uint32Array(1), new Int32Array(1), levels, -1, sliced)).not.toThrow();
    const cells = new Float64Array(shared, 0, 4);
    expect(() => native!.crossbarPorts(new Float64Array(shared, 24, 16), cells, crossbar)).toThrow(/overlap/);
    expect(() => native!.crossbarPorts(new Float64Array(shared, 32, 16), cells, crossbar)).not.toThrow();
  });

  test('labels that the gradient overwrites lead nowhere outside', () => {
    const [m, n] = [64, 10];
    const gradient = new Float32Array(m * n);
    const labels = new Int32Array(gradient.buffer, 4 * n, m);
    const loss = native!.softmaxCrossEntropy(gradient, new Float32Array(m * n), labels, m, n);
    expect(loss).toBeCloseTo(m * Math.log(n), 3);
  });

  test.skipIf(process.platform !== 'linux')('lacking memory is an error of the call', () => {
    const script = `
      const kernels = require(${JSON.stringify(library)});
      const k = 2 ** 27;
      const [x, w, y] = [new Uint32Array(k), new Int32Array(k), new Float32Array(1)];
      try {
        kernels.slicedProduct(y, x, w, new Float32Array(3), -1, 1, 1, k, 1, 0, 1, 1, 64);
      } catch (error) {
        console.log(error.name, error.message, kernels.sum(y));
      }`;
    const child = spawnSync('sh', ['-c', 'ulimit -v 20000000; exec "$0" -e "$1"', process.execPath, script], {
      encoding: 'utf8',
    });
    expect(child.stdout).toBe('RangeError memory allocation failed: a kernel needs 34.4 GB 0\n');
  });
});
