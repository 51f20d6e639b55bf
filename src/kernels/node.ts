import { isMainThread } from 'node:worker_threads';
import { InputError } from '../base/index.ts';
import type { Kernels } from './kernels.ts';
import { loadNative } from './native.ts';
import { reference } from './reference.ts';
import { loadWasm } from './wasm/kernels.ts';

const wayOut = "install Rust (cargo) and run 'npx posterohm doctor --build'";

/**
 * What Node offers: the native back end where it has been built, otherwise WebAssembly, or the reference where Node was
 * started without it; the latter two with one line on standard error. The environment variable POSTEROHM_KERNELS
 * (`native`, `wasm` or `reference`) forces one.
 */
export function kernelsHere(): Kernels {
  const wish = process.env.POSTEROHM_KERNELS;
  if (wish === 'reference') return reference;
  if (wish === 'wasm') {
    const wasm = loadWasm();
    if (wasm) return wasm;
    throw new InputError(
      "POSTEROHM_KERNELS: is 'wasm' but this Node runs no WebAssembly with SIMD; unset the variable.",
    );
  }
  if (wish && wish !== 'native') {
    throw new InputError(
      `POSTEROHM_KERNELS: must be 'native', 'wasm' or 'reference', got '${wish}'; unset it for the default.`,
    );
  }
  const native = loadNative();
  if (native) return native;
  if (wish === 'native') {
    throw new InputError(
      `POSTEROHM_KERNELS: is 'native' but the native kernels are not built; ${wayOut}, or unset the variable.`,
    );
  }
  const wasm = loadWasm();
  if (isMainThread) {
    const instead = wasm
      ? 'those in WebAssembly work in their place, 2 to 10 times slower'
      : 'training and prediction run 10 to 100 times slower in plain TypeScript';
    process.stderr.write(`posterohm: native kernels are not built, so ${instead}; for the fastest, ${wayOut}.\n`);
  }
  return wasm ?? reference;
}
