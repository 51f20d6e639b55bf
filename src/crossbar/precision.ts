import { InputError } from '../base/index.ts';
import { convert, idealConverter } from './converters.ts';
import type { LayerDrive, ProductPrecision } from './drive.ts';
import { forwardCopies } from './forward.ts';

/**
 * What bfloat16 puts a layer's sums off by, as a share of what the device does to them: the root mean square difference
 * from single precision over the root mean square of their spread √(Σ x²·variance). Arguments as for `forwardCopies`,
 * before the output converters; `variance` is that of every weight between chips and reads, laid out like the weights.
 * Infinite where the device has no spread.
 */
export function bf16Error(x: Float32Array, weights: Float32Array, variance: Float32Array, drive: LayerDrive): number {
  const driven = new Float32Array(x.length);
  convert(driven, x, drive.input ?? idealConverter);
  const plain = { ...drive, input: undefined, output: undefined, columns: undefined, readNoise: undefined };
  const sums = (a: Float32Array, w: Float32Array, precision: ProductPrecision): Float32Array => {
    const out = new Float32Array(drive.copies * drive.count * drive.outputs);
    forwardCopies(out, a, w, { ...plain, precision });
    return out;
  };
  const exact = sums(driven, weights, 'single');
  const rounded = sums(driven, weights, 'bf16');
  const spread = sums(
    driven.map(value => value * value),
    variance,
    'single',
  );
  let error = 0;
  let noise = 0;
  for (let i = 0; i < exact.length; i++) {
    error += (rounded[i]! - exact[i]!) ** 2;
    noise += spread[i]!;
  }
  return error === 0 ? 0 : Math.sqrt(error / noise);
}

/** Refuses an error of bfloat16 (`bf16Error`) beyond the share of device noise that is allowed. */
export function checkBf16(error: number, limit: number): void {
  if (error <= limit) return;
  const measured = error === Number.POSITIVE_INFINITY ? 'infinitely many' : error.toPrecision(2);
  throw new InputError({
    path: ['hardware', 'precision'],
    rule: `'bf16' puts a layer's sums off by ${measured} times the device's own noise, beyond the ${limit} of hardware.precisionLimit`,
    hint: "use 'single'",
  });
}
