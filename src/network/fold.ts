import type { Floats } from '../kernels/index.ts';
import { buildNetwork } from './build.ts';
import { type LayerSpec, parseLayer } from './layer-spec.ts';
import { channelFactors } from './layers/index.ts';
import type { Network } from './network.ts';

/** A network with batch normalisations folded, and its weights from those of the network with them. */
export interface FoldedNetwork {
  readonly specs: readonly LayerSpec[];
  readonly network: Network;
  /** Means, samples or points: [size of the given network] → [size of the folded one]. */
  weights(given: Floats): Float64Array;
  /** Standard deviations: as `weights`, without the offsets. */
  stds(given: Floats): Float64Array;
}

interface Factors {
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

/**
 * Moves every `batchnorm` into the convolution or dense layer right before it: W·factor and b·factor + shift per
 * output, exactly the same function. What goes on an array is then the whole of the layer. One that follows anything
 * else, or a layer with an activation of its own, stays, and so does one with `fold: false`.
 */
export function foldBatchNorms(specs: readonly (string | LayerSpec)[], inputShape: readonly number[]): FoldedNetwork {
  const given = buildNetwork(specs, inputShape);
  const factors = new Map<string, Factors>();
  const folded = foldList(specs, '', factors);
  const network = buildNetwork(folded, inputShape);
  const move = (from: Floats, shifted: boolean) => {
    const to = new Float64Array(network.size);
    given.matrices.forEach(({ name, weight, bias, columns }, k) => {
      const target = network.matrices[k]!;
      const found = factors.get(name);
      const factor = (j: number) => (shifted ? (found?.factor[j] ?? 1) : Math.abs(found?.factor[j] ?? 1));
      for (let i = 0; i < weight.size; i++)
        to[target.weight.offset + i] = from[weight.offset + i]! * factor(i % columns);
      for (let j = 0; target.bias && j < columns; j++) {
        const own = bias ? from[bias.offset + j]! * factor(j) : 0;
        to[target.bias.offset + j] = own + (shifted ? (found?.shift[j] ?? 0) : 0);
      }
    });
    return to;
  };
  return { specs: folded, network, weights: from => move(from, true), stds: from => move(from, false) };
}

function foldList(given: readonly (string | LayerSpec)[], prefix: string, factors: Map<string, Factors>): LayerSpec[] {
  const specs = given.map(spec => (typeof spec === 'string' ? parseLayer(spec) : spec));
  const out: LayerSpec[] = [];
  specs.forEach((spec, i) => {
    const name = `${prefix}${i}`;
    if (spec.kind === 'residual') {
      const inner = foldList(spec.layers as readonly (string | LayerSpec)[], `${name}.`, factors);
      out.push({ ...spec, layers: inner });
      return;
    }
    if (spec.kind !== 'batchnorm') {
      out.push(spec);
      return;
    }
    const before = out[out.length - 1];
    const weighted = before?.kind === 'conv2d' || before?.kind === 'conv1d' || before?.kind === 'dense' ? before : null;
    if (spec.fold === false || weighted?.activation !== 'linear' || specs[i - 1]!.kind !== before!.kind) {
      out.push(spec);
      return;
    }
    factors.set(`${prefix}${i - 1}`, channelFactors(spec));
    out[out.length - 1] = { ...weighted, bias: true, activation: spec.activation };
  });
  return out;
}
