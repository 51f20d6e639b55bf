import type { Network } from '../network/index.ts';
import type { Posterior } from './posterior.ts';

/** What one random bit decides: an input of a layer, a single weight, or a whole layer. */
export const maskKinds = ['units', 'connections', 'scale'] as const;

export type MaskKind = (typeof maskKinds)[number];

/** How masks are drawn. */
export interface MaskOptions {
  readonly layers: 'all' | 'last';
  readonly share: number;
  readonly kind: MaskKind;
}

/** The random factors on the weights of one matrix: each run of weights shares one, which is `low` or `high`, with the mean 1. */
export interface Mask {
  /** Number of the matrix. */
  readonly matrix: number;
  /** First weight and number of weights, the bias line not among them. */
  readonly offset: number;
  readonly size: number;
  /** Weights that share a factor, and how many factors there are. */
  readonly run: number;
  readonly bits: number;
  /** Probability of the lower factor. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Factor that scale dropout puts on a layer. */
const halved = 0.5;

/** Masks on dense layers behind the first layer with weights, or on the last of these alone. */
export function masksOf({ layers }: Network, { layers: which, share, kind }: MaskOptions): Mask[] {
  const weighted = layers.filter(layer => layer.matrix);
  const dense = weighted.flatMap((layer, matrix) => (matrix > 0 && layer.kind === 'dense' ? [{ layer, matrix }] : []));
  const low = kind === 'scale' ? halved : 0;
  const mean = 1 - share + share * low;
  return (which === 'last' ? dense.slice(-1) : dense).map(({ layer, matrix }) => {
    const { offset, size, shape } = layer.matrix!.weight;
    const run = { units: size / shape[0]!, connections: 1, scale: size }[kind];
    return { matrix, offset, size, run, bits: size / run, share, low: low / mean, high: 1 / mean };
  });
}

/** The masks that a posterior of dropout was trained with; undefined for others. */
export function masksOfPosterior({ method, info }: Pick<Posterior, 'method' | 'info'>, network: Network) {
  if (method !== 'dropout') return undefined;
  const { share, kind, layers = 'all' } = info as Partial<MaskOptions>;
  return share === undefined || kind === undefined ? undefined : masksOf(network, { share, kind, layers });
}
