import { extname } from 'node:path';
import { lookUp } from '../../base/index.ts';
import { exportFormats, type SamplePosterior } from '../../bayes/index.ts';
import { layouts } from '../../data/index.ts';
import { type Subject, weightsOfChip } from '../../pipeline/index.ts';
import type { Chip } from '../../transfer/index.ts';
import type { Shell } from '../verb.ts';

/** Files that take a chip's weights: plain arrays. */
const formats = { npz: exportFormats.npz!, safetensors: exportFormats.safetensors! };

/**
 * The weights that a chip means at some times, without the noise of reads, as arrays `samples/0.weight` [copies, …], behind an
 * axis of times where there are several: what another tool needs to do with them as it does with weights of its own.
 */
export async function chipWeights(
  { design, network }: Subject,
  { chip, number }: { readonly chip: Chip; readonly number: number },
  times: readonly number[],
  file: string,
  layoutName: string,
  shell: Shell,
): Promise<{ readonly bytes: Uint8Array; readonly copies: number }> {
  const format = lookUp(formats, extname(file).slice(1), '--out');
  const layout = lookUp(layouts, layoutName, '--layout');
  const { parameters, size } = network;
  const { copies } = chip.plan;
  const samples = new Float32Array(times.length * copies * size);
  for (const [i, time] of times.entries()) {
    const weights = await weightsOfChip(design, number, chip, time, shell.job('read'));
    samples.set(weights, i * copies * size);
  }
  const posterior: SamplePosterior = {
    kind: 'samples',
    method: 'chip',
    parameters,
    size,
    samples,
    count: times.length * copies,
    chains: times.length,
    best: 0,
    info: {},
  };
  return { bytes: format.encode(posterior, network, { layout, metadata: {} }), copies };
}
