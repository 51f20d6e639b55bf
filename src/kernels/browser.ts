import type { Kernels } from './kernels.ts';
import { reference } from './reference.ts';
import { loadWasm } from './wasm/kernels.ts';

/**
 * What a browser offers: WebAssembly, or the reference where it has none with SIMD or where the page's content security
 * policy forbids it (it wants 'wasm-unsafe-eval'), of which browsers themselves tell in their console.
 */
export function kernelsHere(): Kernels {
  try {
    return loadWasm() ?? reference;
  } catch {
    return reference;
  }
}
