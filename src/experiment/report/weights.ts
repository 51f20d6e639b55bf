import type { Posterior } from '../../bayes/index.ts';
import { fold } from '../../random/index.ts';
import { formatNumber, type Section, weightDistributions } from '../../report/index.ts';
import { type Chip, readChip, weightSamples } from '../../transfer/index.ts';
import type { Evaluation } from '../evaluate.ts';
import { readOptions } from '../plan.ts';
import type { Setting } from '../setting.ts';

/** Weights whose distributions are drawn. */
const shownWeights = 6;

/** Posterior and realised distributions of some weights. */
export function weightsSection(
  setting: Setting,
  posterior: Posterior,
  { weightDistance }: Evaluation,
  chip: Chip,
): Section {
  const { key, times, network } = setting;
  const { weights, copies } = chip.plan;
  const { weights: realised } = readChip(chip, readOptions(setting, times[0]!));
  const samples = weightSamples(posterior, weights, fold(key, 'distance'));
  const step = Math.max(1, Math.floor(weights / shownWeights));
  const shown = Array.from({ length: Math.min(shownWeights, weights) }, (_, i) => i * step);
  const column = (rows: Float32Array, count: number, w: number) =>
    Float64Array.from({ length: count }, (_, s) => rows[s * weights + w]!);
  return {
    title: 'Weights: posterior and what the cells hold',
    text: [
      `Wasserstein distance between a weight’s posterior and its realised values, over all weights: mean ${formatNumber(weightDistance.mean, 3)}, largest ${formatNumber(weightDistance.largest, 3)} (weight units, first chip).`,
    ],
    figures: [
      {
        svg: weightDistributions({
          weights: shown.map(w => ({
            name: nameOfWeight(network.parameters, w),
            posterior: column(samples, samples.length / weights, w),
            realised: column(realised, copies, w),
          })),
        }),
        caption:
          'Weights spread evenly over the network: draws of the posterior, and the values over the programmed copies.',
      },
    ],
  };
}

function nameOfWeight(parameters: Setting['network']['parameters'], weight: number): string {
  const parameter = parameters.find(p => weight >= p.offset && weight < p.offset + p.size)!;
  const index = weight - parameter.offset;
  const columns = parameter.shape.at(-1)!;
  return parameter.shape.length > 1
    ? `${parameter.name}[${Math.floor(index / columns)}, ${index % columns}]`
    : `${parameter.name}[${index}]`;
}
