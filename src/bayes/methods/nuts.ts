import { z } from 'zod';
import { fold, type Key } from '../../random/index.ts';
import { logDensity } from '../density.ts';
import { energyFraction } from '../diagnostics/convergence.ts';
import { addPrefix, type Method, type Training, withPrefix } from '../method.ts';
import type { Model } from '../model.ts';
import type { SamplePosterior } from '../posterior.ts';
import { type Chain, type ChainOptions, ChainRun } from '../samplers/chain.ts';
import { noiseOf, posteriorFields } from './fields.ts';

export const nutsSchema = z.strictObject({
  method: z.literal('nuts'),
  ...posteriorFields,
  chains: z.int().min(1).max(64).default(4).describe('Independent chains; 4 by default.'),
  warmup: z.int().min(0).max(1_000_000).default(500).describe('Steps of each chain that only adapt; 500 by default.'),
  draws: z.int().min(4).max(1_000_000).default(1000).describe('Draws kept of each chain; 1000 by default.'),
  targetAcceptance: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.8)
    .describe('Mean acceptance to which warm-up steers the step size; higher means shorter steps. 0.8 by default.'),
  maxDepth: z.int().min(1).max(20).default(10).describe('Most doublings of a trajectory; 10 by default.'),
  startStd: z.number().positive().default(0.5).describe('Spread of the random start of a chain; 0.5 by default.'),
});

export type NutsOptions = z.output<typeof nutsSchema>;

/** Draws from the exact posterior by Hamiltonian dynamics with trajectories that stop before they turn back. */
export const nuts: Method<typeof nutsSchema> = {
  name: 'nuts',
  title: 'No-U-turn sampler',
  schema: nutsSchema,
  start: (model, options, key) => sampleChains('nuts', model, options, key),
  cite: [
    {
      tag: 'Hoffman14',
      text: 'M. D. Hoffman, A. Gelman, The No-U-Turn Sampler: adaptively setting path lengths in Hamiltonian Monte Carlo, Journal of Machine Learning Research 15:1593–1623, 2014',
      id: 'arXiv:1111.4246',
    },
    {
      tag: 'Betancourt17',
      text: 'M. Betancourt, A conceptual introduction to Hamiltonian Monte Carlo, 2017',
      id: 'arXiv:1701.02434',
    },
  ],
};

/** Chains one after the other. */
export function sampleChains(
  method: string,
  model: Model,
  options: ChainOptions & { readonly chains: number },
  key: Key,
): Training {
  const density = logDensity(model);
  const runs: ChainRun[] = [];
  const perChain = options.warmup + options.draws;
  const run = (c: number) => {
    runs[c] ??= new ChainRun(density, options, fold(key, c));
    return runs[c];
  };
  return {
    steps: options.chains * perChain,
    step(index) {
      const c = Math.floor(index / perChain);
      run(c).step(index % perChain);
      return { note: `chain ${c + 1} of ${options.chains}` };
    },
    save() {
      const saved = runs.map((r, c) => {
        const { arrays, numbers } = r.save();
        return { arrays: addPrefix(arrays, `${c}.`), numbers: addPrefix(numbers, `${c}.`) };
      });
      return {
        arrays: Object.assign({}, ...saved.map(s => s.arrays)),
        numbers: Object.assign({}, ...saved.map(s => s.numbers)),
      };
    },
    load({ arrays, numbers }) {
      for (let c = 0; `${c}.gradients` in numbers; c++) {
        run(c).load({ arrays: withPrefix(arrays, `${c}.`), numbers: withPrefix(numbers, `${c}.`) });
      }
    },
    finish: () =>
      gatherChains(
        model,
        runs.map(r => r.result()),
        method,
      ),
  };
}

/** The posterior of chains that `runChain` made, in this order. */
export function gatherChains(model: Model, chains: readonly Chain[], method = 'nuts'): SamplePosterior {
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
