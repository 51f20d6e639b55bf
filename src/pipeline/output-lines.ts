import type { Outputs } from '../inference/index.ts';
import type { Network } from '../network/index.ts';
import type { Compensation, OutputLines, Plan } from '../transfer/index.ts';

/** Rows to look at, and what a chip says of them at a time since it was programmed. */
interface Looked {
  readonly validation: { readonly inputs: Float32Array; readonly count: number };
  outputs(rows: Looked['validation'], time: number): Promise<Outputs>;
}

/**
 * What brings a chip's outputs at the time of a fit back to those of when the plan's weights counted; undefined for compensations that
 * leave outputs alone, and until then.
 */
export async function outputLines(
  { outputs: method }: Compensation,
  time: number,
  { intendedAt }: Plan,
  network: Network,
  { validation, outputs }: Looked,
): Promise<OutputLines | undefined> {
  if (!method || time <= intendedAt) return undefined;
  const count = Math.min(method.inputs, validation.count);
  const width = validation.inputs.length / validation.count;
  const rows = { inputs: validation.inputs.subarray(0, count * width), count };
  const now = meansOf(await outputs(rows, time));
  return method.fit(now, meansOf(await outputs(rows, intendedAt)), network.outputs);
}

/** Means over samples, [inputs, outputs]. */
function meansOf({ values, samples, count, outputs }: Outputs): Float64Array {
  const means = new Float64Array(count * outputs);
  for (let i = 0; i < values.length; i++) means[i % means.length]! += values[i]! / samples;
  return means;
}

/** Corrects outputs in place. */
export function straighten({ values, outputs }: Outputs, lines: OutputLines | undefined): void {
  if (!lines) return;
  const { gain, offset } = lines;
  for (let i = 0; i < values.length; i++) values[i] = gain[i % outputs]! * values[i]! + offset[i % outputs]!;
}
