import { crossbarPorts, crossbarPotentials } from '../crossbar.ts';
import type { Kernels } from '../kernels.ts';
import { composed } from './composed.ts';
import { elementwise } from './elementwise.ts';
import { fills } from './fills.ts';
import { images } from './images.ts';
import { levels } from './levels.ts';
import { Memory } from './memory.ts';
import { instantiate } from './module.ts';
import { products } from './product.ts';
import { slicedProduct } from './sliced.ts';
import { softmax } from './softmax.ts';
import { starMesh } from './star-mesh.ts';
import { weights } from './weights.ts';

let loaded: Kernels | undefined;

/** The kernels in WebAssembly, or undefined where the platform cannot run them; compiled once. */
export function loadWasm(): Kernels | undefined {
  if (loaded) return loaded;
  const module = instantiate();
  loaded = module && over(new Memory(module));
  return loaded;
}

function over(memory: Memory): Kernels {
  const mesh = (front: Float64Array, size: number, eliminated: number) => starMesh(memory, front, size, eliminated);
  const steps = { ...products(memory), ...elementwise(memory), ...softmax(memory), ...levels(memory) };
  return {
    name: 'wasm',
    instructions: 'WebAssembly SIMD',
    detail: 'WebAssembly SIMD, 1 thread',
    setThreads() {},
    ...steps,
    ...composed(steps),
    ...weights(memory),
    ...fills(memory),
    crossbarPorts: (ports, cells, shape) => crossbarPorts(ports, cells, shape, mesh),
    crossbarPotentials: (v, injected, floating, cells, shape) =>
      crossbarPotentials(v, injected, floating, cells, shape, mesh),
    ...images(memory),
    slicedProduct: (y, x, w, table, lowest, shape) => slicedProduct(memory, y, x, w, table, lowest, shape),
  };
}
