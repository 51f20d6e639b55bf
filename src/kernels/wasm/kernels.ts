import type { Kernels } from '../kernels.ts';
import { reference } from '../reference.ts';
import { unary } from './elementwise.ts';
import { addNoise, addNoiseRows, fill, fillAt, fillRows } from './fills.ts';
import { Memory } from './memory.ts';
import { instantiate } from './module.ts';
import { affine, product, productBf16 } from './product.ts';

let loaded: Kernels | undefined;

/** The kernels in WebAssembly, or undefined where the platform cannot run them; compiled once. */
export function loadWasm(): Kernels | undefined {
  if (loaded) return loaded;
  const module = instantiate();
  loaded = module && over(new Memory(module));
  return loaded;
}

/** The kernels over one memory; what is not named is the reference's. */
function over(memory: Memory): Kernels {
  return {
    ...reference,
    name: 'wasm',
    instructions: 'WebAssembly SIMD',
    detail: 'WebAssembly SIMD, 1 thread',
    product: (...values) => product(memory, ...values),
    productBf16: (...values) => productBf16(memory, ...values),
    affine: (...values) => affine(memory, ...values),
    unary: (...values) => unary(memory, ...values),
    randomWords: (...values) => fill(memory, 'raw', ...values),
    uniform: (...values) => fill(memory, 'uniform', ...values),
    normal: (...values) => fill(memory, 'normal', ...values),
    addNoise: (...values) => addNoise(memory, ...values),
    uniformRows: (...values) => fillRows(memory, 'uniform', ...values),
    normalRows: (...values) => fillRows(memory, 'normal', ...values),
    addNoiseRows: (...values) => addNoiseRows(memory, ...values),
    uniformAt: (...values) => fillAt(memory, 'uniform', ...values),
    normalAt: (...values) => fillAt(memory, 'normal', ...values),
  };
}
