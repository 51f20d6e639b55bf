import { type Blocks, type OverBlocks, resamples } from './blocks.ts';

/** Samples of rows that numbers are made of: tested ones, ones of unseen classes, and ones held back to set a threshold. */
export type Sample = 'rows' | 'unseen' | 'held';

/** How often each row of a sample counts. */
export type Weights = Readonly<Partial<Record<Sample, Float64Array>>>;

/** A number of which no influence of single rows is known, as a function of how often each of them counts. */
export interface Reweighted<Given> {
  readonly samples: readonly Sample[];
  /** Rows of each kind there must be several of, 1 for those, [rows]. */
  kinds?(given: Given): readonly Float64Array[];
  open(given: Given): (weights: Weights) => number;
}

/**
 * How a number varies where its rows are resampled, each sample by itself and for all chips alike, so that chips and rows are
 * crossed. `added` are what resamples differ by from the number, over √resamples and raised by √((n + 1)/(n − 1)) of n blocks:
 * their squares add up to the variance over rows, and to the square of the bias, which resampling doubles. Undefined where a
 * sample, or a kind of its rows without which the number is not defined, is one piece of evidence.
 */
export function resampled<Given>(
  given: Given,
  { samples, kinds, open }: Reweighted<Given>,
  blocksOf: Readonly<Partial<Record<Sample, Blocks>>>,
): OverBlocks | undefined {
  const drawn = samples.flatMap(sample => {
    const blocks = blocksOf[sample];
    const worth = blocks?.worth();
    return blocks && worth ? [{ sample, blocks, worth, weights: new Float64Array(blocks.rows).fill(1) }] : [];
  });
  const ofKinds = (kinds?.(given) ?? []).map(counts => blocksOf.rows?.worth(counts));
  if (drawn.length < samples.length || ofKinds.includes(undefined)) return undefined;
  const statistic = open(given);
  const weights: Weights = Object.fromEntries(drawn.map(one => [one.sample, one.weights]));
  const value = statistic(weights);
  const fewest = Math.min(...drawn.map(({ worth }) => worth));
  const scale = Math.sqrt((fewest + 1) / (fewest - 1) / resamples);
  const added = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    for (const { blocks, weights } of drawn) blocks.resample(r, weights);
    added[r] = scale * (statistic(weights) - value);
  }
  return { added, degrees: Math.min(fewest, ...ofKinds.flatMap(worth => worth ?? [])) - 1 };
}
