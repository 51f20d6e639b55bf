import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal } from '../random/index.ts';
import { checkConverter, convert, idealConverter } from './converters.ts';
import type { ColumnConverters, LayerDrive, Saturation } from './drive.ts';
import { eachPartialSum, like } from './partial-sums.ts';

/**
 * The linear part of a layer on hardware: out[S, N, outputs] from x ([N, inputs] shared or [S, N, inputs]) and the
 * effective weights [S, word lines, outputs] in weight units, bias line last. Inputs pass the DAC, every tile's
 * partial sums the ADC, partial sums are added as numbers; the activation is the caller's. `out`, `x` and `weights`
 * have one precision.
 */
export function forwardCopies(out: Floats, x: Floats, weights: Floats, drive: LayerDrive): Saturation {
  const output = drive.output ?? idealConverter;
  let saturated = 0;
  checkConverter(drive.input ?? idealConverter, 'hardware.input');
  checkConverter(output, 'hardware.output');
  const prepare = drive.columns && columnPreparation(out, drive.columns);
  let conversions = 0;
  const inputs = eachPartialSum(out, x, weights, drive, partial => {
    prepare?.before(partial, conversions);
    saturated += convert(partial, partial, output);
    prepare?.after(partial);
    conversions += partial.length;
  });
  return {
    inputs,
    inputsOf: (drive.input?.bits ?? null) === null ? 0 : x.length,
    outputs: saturated,
    outputsOf: output.bits === null ? 0 : out.length * (drive.boundaries.length - 1),
  };
}

/** Brings sums to the converter's range and puts its errors on, and takes them back to their units. */
function columnPreparation(out: Floats, { range, gainError, offset, noise }: ColumnConverters) {
  const ones = (values: Floats) => like(out, values.length).fill(1);
  const factor = gainError && ones(gainError);
  if (factor) kernels().axpy(factor, 1, as(factor, gainError));
  const shift = offset && as(out, offset);
  const scale = range && as(out, range);
  return {
    before(sums: Floats, first: number): void {
      if (factor) kernels().binary('multiply', sums, sums, factor);
      if (shift) kernels().axpy(sums, 1, shift);
      if (noise) kernels().axpy(sums, noise.std, fillNormal(noise.key, like(out, sums.length), first));
      if (scale) kernels().binary('divide', sums, sums, scale);
    },
    after(sums: Floats): void {
      if (scale) kernels().binary('multiply', sums, sums, scale);
    },
  };
}

/** The numbers in the precision of `floats`. */
function as(floats: Floats, numbers: Floats): Floats {
  if (floats instanceof Float32Array) return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
  return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
}
