import type { Pieces } from '../base/index.ts';
import { drawInPieces, type Posterior } from '../bayes/index.ts';
import { type LayerMatrix, type RangeSharing, type WeightRanges, WeightSizes } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { TransferMethod } from './method.ts';
import { transferMethodOf } from './methods/index.ts';

/** Weights that the sizes of a posterior without draws of its own are taken of, about. */
const mostSizes = 200_000;

/** Draws of it, where its weights are few. */
const mostDraws = 512;

/** Spreads from a mean within which every draw of a Gaussian lies: one in 10¹⁵ does not. */
const farthest = 8;

/** What ranges of weights are chosen for. */
export interface RangeRequest {
  readonly posterior: Posterior;
  readonly matrices: readonly LayerMatrix[];
  /** Options of the transfer, its method among them. */
  readonly transfer: { readonly method: string };
  readonly sharing: RangeSharing;
  /** Largest |input| of each matrix (`largestInputs`). */
  readonly inputs: readonly number[];
}

/** Sizes of the weights over the posterior's draws; of the vector of a method that makes one copy of one. */
export function* posteriorSizes(key: Key, request: RangeRequest): Pieces<WeightSizes> {
  const { copies } = methodOf(request);
  const vectors = (copies === 1 && vectorOf(request)) || (yield* someDraws(fold(key, 'limit'), request));
  return yield* sizesOf(request, vectors);
}

/** The largest size of each weight that a transfer may ask for. */
export function largestSizes(request: RangeRequest): Pieces<WeightSizes> {
  const { posterior } = request;
  if (posterior.kind === 'samples') return sizesOf(request, posterior.samples);
  if (posterior.kind === 'bernoulli') return sizesOf(request, posterior.magnitude);
  if (posterior.kind === 'point') return sizesOf(request, posterior.mean);
  const { mean, std } = posterior;
  return sizesOf(
    request,
    mean.map((m, i) => Math.abs(m) + farthest * std[i]!),
  );
}

/** The ranges with the share of each matrix's weights that the transfer asks for beyond them, which is clipped. */
export function* withClipped(key: Key, request: RangeRequest, ranges: WeightRanges): Pieces<WeightRanges> {
  const sizes = yield* sizesOf(request, vectorOf(request) ?? (yield* someDraws(fold(key, 'limit'), request)));
  return yield* sizes.counted(ranges);
}

const methodOf = ({ transfer }: RangeRequest): TransferMethod => transferMethodOf(transfer);

const vectorOf = (request: RangeRequest): Float32Array | undefined =>
  methodOf(request).vector?.(request.posterior, request.transfer);

const sizesOf = ({ posterior, matrices, sharing, inputs }: RangeRequest, vectors: Float32Array): Pieces<WeightSizes> =>
  WeightSizes.of(matrices, sharing, { vectors, size: posterior.size, inputs });

/** Weight vectors [draws, size]: the posterior's own, or enough of its moments or signs. */
function* someDraws(key: Key, { posterior }: RangeRequest): Pieces<Float32Array> {
  if (posterior.kind === 'samples') return posterior.samples;
  const count = Math.max(1, Math.min(mostDraws, Math.ceil(mostSizes / posterior.size)));
  return yield* drawInPieces(key, posterior, count);
}
