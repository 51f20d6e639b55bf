import { atOnce, formatDuration, formatNumber } from '../../base/index.ts';
import { marginals, type Posterior } from '../../bayes/index.ts';
import { type Evaluation, type Subject, wiresOf } from '../../pipeline/index.ts';
import { fold } from '../../random/index.ts';
import { type Chip, readChip, weightSamples } from '../../transfer/index.ts';
import { weightDistributions } from '../figures/weight-distributions.ts';
import type { Section } from '../report.ts';

/** Weights whose distributions are drawn. */
const shownWeights = 6;

/** Posterior and realised distributions of some weights. */
export function weightsSection(
  { root, headlineTime, network, design, device }: Subject,
  posterior: Posterior,
  { weightDistance }: Evaluation,
  chip: Chip,
): Section {
  const { compensation } = design.hardware;
  const wires = wiresOf(design);
  const { weights } = chip.plan;
  const { weights: realised } = readChip(chip, device, { time: headlineTime, compensation, ...(wires && { wires }) });
  const step = Math.max(1, Math.floor(weights / shownWeights));
  const shown = Array.from({ length: Math.min(shownWeights, weights) }, (_, i) => i * step);
  const samples = atOnce(weightSamples(fold(root, 'shown draws'), marginals(posterior, shown), shown.length));
  const column = (rows: Float32Array, columns: number, c: number) =>
    Float64Array.from({ length: rows.length / columns }, (_, s) => rows[s * columns + c]!);
  return {
    title: 'Weights: posterior and what the cells hold',
    text: [
      `Wasserstein distance between a weight’s posterior and its realised values, over all weights: mean ${formatNumber(weightDistance.mean, 3)}, largest ${formatNumber(weightDistance.largest, 3)} (weight units, first chip, ${formatDuration(headlineTime)} after programming).`,
    ],
    figures: [
      {
        figure: weightDistributions({
          weights: shown.map((w, i) => ({
            name: nameOfWeight(network.parameters, w),
            posterior: column(samples, shown.length, i),
            realised: column(realised, weights, w),
          })),
        }),
        caption:
          'Weights spread evenly over the network: draws of the posterior, and the values over the programmed copies.',
      },
    ],
  };
}

function nameOfWeight(parameters: Subject['network']['parameters'], weight: number): string {
  const parameter = parameters.find(p => weight >= p.offset && weight < p.offset + p.size)!;
  const index = weight - parameter.offset;
  const columns = parameter.shape.at(-1)!;
  return parameter.shape.length > 1
    ? `${parameter.name}[${Math.floor(index / columns)}, ${index % columns}]`
    : `${parameter.name}[${index}]`;
}
