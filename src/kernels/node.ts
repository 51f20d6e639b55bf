import { isMainThread } from 'node:worker_threads';
import { InputError } from '../base/index.ts';
import type { Kernels } from './kernels.ts';
import { loadNative } from './native.ts';
import { reference } from './reference.ts';

/**
 * What Node offers: the native back end where it has been built, otherwise the reference, with one line on standard error.
 * The environment variable POSTEROHM_KERNELS (`reference` or `native`) forces one.
 */
export function kernelsHere(): Kernels {
  const wish = process.env.POSTEROHM_KERNELS;
  if (wish === 'reference') return reference;
  if (wish && wish !== 'native') {
    throw new InputError(
      `POSTEROHM_KERNELS: must be 'reference' or 'native', got '${wish}'; unset it for the default.`,
    );
  }
  const native = loadNative();
  if (native) return native;
  if (wish === 'native') {
    throw new InputError(
      "POSTEROHM_KERNELS: is 'native' but the native kernels are not built; install Rust (cargo) and run 'npx posterohm doctor --build', or unset the variable.",
    );
  }
  if (isMainThread) {
    process.stderr.write(
      "posterohm: native kernels are not built, so training and prediction run 10 to 100 times slower in plain TypeScript; install Rust (cargo) and run 'npx posterohm doctor --build'.\n",
    );
  }
  return reference;
}
