import { energyFraction } from '../diagnostics/convergence.ts';
import { noiseOf } from '../methods/fields.ts';
import type { Model } from '../model.ts';
import type { SamplePosterior } from '../posterior.ts';
import type { Chain } from './chain.ts';

/** The posterior of chains that `runChain` made for a method, in this order. */
export function gatherChains(method: string, model: Model, chains: readonly Chain[]): SamplePosterior {
  const { network, size } = model;
  const draws = chains[0]!.logDensity.length;
  const count = chains.length * draws;
  const samples = new Float32Array(count * network.size);
  const noise = new Float64Array(size - network.size);
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  chains.forEach((chain, c) => {
    for (let d = 0; d < draws; d++) {
      const row = c * draws + d;
      const position = chain.positions.subarray(d * size, (d + 1) * size);
      samples.set(position.subarray(0, network.size), row * network.size);
      for (let i = 0; i < noise.length; i++) noise[i]! += Math.exp(2 * position[network.size + i]!) / count;
      if (chain.logDensity[d]! > highest) {
        highest = chain.logDensity[d]!;
        best = row;
      }
    }
  });
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
  const learned = noise.length > 0 ? noise.map(Math.sqrt) : null;
  return {
    kind: 'samples',
    method,
    parameters: network.parameters,
    size: network.size,
    noiseStd: learned ?? noiseOf(model, noise),
    count,
    chains: chains.length,
    samples,
    best,
    info: {
      draws,
      divergences: chains.reduce((total, { divergent }) => total + divergent.reduce((a, b) => a + b, 0), 0),
      acceptance: chains.map(({ acceptance }) => mean(acceptance)),
      depth: chains.map(({ depth }) => mean(depth)),
      stepSize: chains.map(({ stepSize }) => stepSize),
      energyFraction: chains.map(({ energy }) => energyFraction(energy)),
      gradients: chains.reduce((total, { gradients }) => total + gradients, 0),
    },
  };
}
