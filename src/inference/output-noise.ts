import { kernels } from '../kernels/index.ts';
import type { LayerMatrix, Network } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { AfterRead } from './chip-sampler.ts';
import { groupWeights } from './readout.ts';
import { arrayWeights, type Driving, inputsOf } from './run-layers.ts';

/** Variance of the noise of every output: that of weights through a second product, or the same for all inputs. */
export type OutputVariance =
  | { readonly kind: 'matched' /** Of weights, [size]. */; readonly weights: Float32Array }
  | {
      readonly kind: 'constant' /** Of the columns of every matrix, [columns]. */;
      readonly columns: readonly Float32Array[];
    };

/**
 * Adds normal noise to the outputs of every matrix, anew for every row, position and sample. `matched`: an output has the
 * variance Σ x² σ² that weights of the spreads σ would give it, as local reparameterisation has (Kingma, Salimans & Welling 2015).
 */
export function outputNoise(key: Key, network: Network, variance: OutputVariance): AfterRead {
  const size = arrayWeights(network);
  const groups = network.matrices.map((matrix, layer) =>
    Array.from({ length: matrix.groups }, (_, group) => ({
      key: fold(fold(key, layer), group),
      held:
        variance.kind === 'matched'
          ? groupWeights(variance.weights, size, matrix, group)
          : columnsOf(variance.columns[layer]!, matrix, group),
    })),
  );
  return (sums, driving, { copies, sample, rows, scratch }) => {
    const { layer, group, matrix, count, shared } = driving;
    const { key, held } = groups[layer]![group]!;
    const columns = matrix.columns / matrix.groups;
    const numbers = { numbers: rows, first: sample, outer: copies, planes: matrix.positions, columns };
    const vectors = shared ? count : copies * count;
    const spread = scratch.take('output variance', vectors * columns);
    if (variance.kind === 'constant') for (let at = 0; at < spread.length; at += columns) spread.set(held, at);
    else
      secondProduct(
        spread,
        driving,
        held,
        vectors,
        columns,
        scratch.take('squared inputs', vectors * inputsOf(matrix)),
      );
    kernels().addNoiseRows(sums, sums, spread, key.word0, key.word1, numbers);
  };
}

/** Σ x² σ² of every output, [vectors, columns]. */
function secondProduct(
  out: Float32Array,
  { matrix, vectors: given }: Driving,
  variances: Float32Array,
  vectors: number,
  columns: number,
  squares: Float32Array,
): void {
  const k = inputsOf(matrix);
  kernels().unary('square', squares, given().subarray(0, squares.length));
  kernels().product(out, squares, variances.subarray(0, k * columns), { m: vectors, n: columns, k });
  if (!matrix.bias) return;
  const bias = variances.subarray(k * columns);
  for (let at = 0; at < out.length; at += columns) for (let j = 0; j < columns; j++) out[at + j]! += bias[j]!;
}

const columnsOf = (all: Float32Array, { columns, groups }: LayerMatrix, group: number): Float32Array =>
  all.subarray((group * columns) / groups, ((group + 1) * columns) / groups);
