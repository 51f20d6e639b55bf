import { z } from 'zod';
import { fillNormal, fold, type Key } from '../../random/index.ts';
import { checkFinite } from '../diverged.ts';
import type { StepMethod, Training } from '../method.ts';
import { MinibatchGradient } from '../minibatch-gradient.ts';
import type { Model } from '../model.ts';
import { epochsOf, floats, initialWeights, precisionOf } from '../optimise.ts';
import { noiseOf, posteriorFields } from './fields.ts';

const shared = {
  ...posteriorFields,
  epochs: z
    .int()
    .min(1)
    .optional()
    .describe('Passes over the training rows, all cycles together; 400 by default, or as many as make 10,000 steps.'),
  batch: z.int().min(1).default(64).describe('Rows per step; 64 by default.'),
  rate: z
    .number()
    .positive()
    .default(0.1)
    .describe('First step size of a cycle, divided by the number of training rows; 0.1 by default.'),
  cycles: z
    .int()
    .min(1)
    .default(8)
    .describe('Times the step size falls from its first value to zero, each finding another region; 8 by default.'),
  explore: z
    .number()
    .min(0)
    .lt(1)
    .default(0.7)
    .describe('Share of a cycle without added noise and without draws; 0.7 by default.'),
  drawsPerCycle: z.int().min(1).max(1_000_000).default(25).describe('Draws kept of each cycle; 25 by default.'),
  precision: z.enum(['single', 'double']).default('single').describe('Arithmetic; single by default.'),
  startStd: z.number().min(0).default(0).describe('Added spread of the random start; 0 by default.'),
};

const preconditioned = z
  .boolean()
  .default(true)
  .describe('Scales steps by the running size of the gradients (RMSprop); true by default.');

const sgldSchema = z.strictObject({
  method: z.literal('sgld'),
  ...shared,
  preconditioned,
});

const sghmcSchema = z.strictObject({
  method: z.literal('sghmc'),
  ...shared,
  friction: z.number().gt(0).max(1).default(0.1).describe('Momentum lost per step; 0.1 by default.'),
  preconditioned,
});

type Options = z.output<typeof sgldSchema> | z.output<typeof sghmcSchema>;

const cyclical = {
  tag: 'Zhang20',
  text: 'R. Zhang, C. Li, J. Zhang, C. Chen, A. G. Wilson, Cyclical stochastic gradient MCMC for Bayesian deep learning, ICLR 2020',
  id: 'arXiv:1902.03932',
};

/** Stochastic gradient Langevin dynamics with RMSprop preconditioning (without its small drift correction) and cycles. */
export const sgld: StepMethod<typeof sgldSchema> = {
  name: 'sgld',
  title: 'Stochastic gradient Langevin dynamics',
  schema: sgldSchema,
  draws: ({ cycles, drawsPerCycle }) => cycles * drawsPerCycle,
  start: (key, model, options) => startCycles(key, model, options),
  cite: [
    {
      tag: 'Welling11',
      text: 'M. Welling, Y. W. Teh, Bayesian learning via stochastic gradient Langevin dynamics, ICML 2011',
    },
    {
      tag: 'Li16',
      text: 'C. Li, C. Chen, D. Carlson, L. Carin, Preconditioned stochastic gradient Langevin dynamics for deep neural networks, AAAI 2016',
      id: 'arXiv:1512.07666',
    },
    cyclical,
  ],
};

/** Stochastic gradient Hamiltonian Monte Carlo with friction, RMSprop preconditioning (without its small drift correction) and cycles. */
export const sghmc: StepMethod<typeof sghmcSchema> = {
  name: 'sghmc',
  title: 'Stochastic gradient Hamiltonian Monte Carlo',
  schema: sghmcSchema,
  draws: ({ cycles, drawsPerCycle }) => cycles * drawsPerCycle,
  start: (key, model, options) => startCycles(key, model, options),
  cite: [
    {
      tag: 'Chen14',
      text: 'T. Chen, E. B. Fox, C. Guestrin, Stochastic gradient Hamiltonian Monte Carlo, ICML 2014',
      id: 'arXiv:1402.4102',
    },
    cyclical,
  ],
};

/** Memory of the running squared gradient, and what is added to its root (Li et al. 2016, section 5). */
const memory = 0.99;
const floor = 1e-5;

/** Largest share of the prior's variance that the first step size of a cycle may be: with more, a tight prior alone makes steps explode. */
const stable = 0.5;

/** Largest factor on the step size of each entry, a variance of 1 taken where the prior is not Gaussian. */
function boundsOf({ size, prior }: Model, rate: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => (stable * (prior.gaussian?.std[i] ?? 1) ** 2) / rate);
}

function startCycles(key: Key, model: Model, options: Options): Training {
  const { network, size, train } = model;
  const precision = precisionOf(options.precision);
  const minibatch = new MinibatchGradient(key, model, options.batch, precision);
  const { weights, gradient, batches } = minibatch;
  const velocity = floats(precision, options.method === 'sghmc' ? size : 0);
  const squares = floats(precision, options.preconditioned ? size : 0);
  const noise = floats(precision, size);
  const epochs = epochsOf(model, options, { passes: 400, steps: 10_000 });
  const steps = epochs * batches.perEpoch;
  const perCycle = Math.ceil(steps / options.cycles);
  const bound = boundsOf(model, options.rate / train.count);
  const quiet = Math.floor(options.explore * perCycle);
  const draws = Math.min(options.drawsPerCycle, perCycle - quiet);
  const count = draws * options.cycles;
  const samples = new Float32Array(count * network.size);
  const noiseVariance = new Float64Array(size - network.size);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  initialWeights(fold(key, 'start'), weights, model);
  if (options.startStd > 0) {
    fillNormal(fold(key, 'spread'), noise);
    for (let i = 0; i < size; i++) weights[i]! += options.startStd * noise[i]!;
  }

  const move = (index: number, t: number) => {
    const rate = ((options.rate / train.count) * (1 + Math.cos((Math.PI * t) / perCycle))) / 2;
    const noisy = t >= quiet;
    if (noisy) fillNormal(fold(fold(key, 'noise'), index), noise);
    const keep = options.method === 'sghmc' ? 1 - options.friction : 0;
    for (let i = 0; i < size; i++) {
      const g = gradient[i]!;
      let scale = 1;
      if (squares.length > 0) {
        const mean = g / train.count;
        squares[i] = index === 0 ? mean * mean : memory * squares[i]! + (1 - memory) * mean * mean;
        scale = 1 / (floor + Math.sqrt(squares[i]!));
      }
      scale = Math.min(scale, bound[i]!);
      if (options.method === 'sghmc') {
        velocity[i] = keep * velocity[i]! - rate * scale * g;
        if (noisy) velocity[i]! += Math.sqrt(2 * options.friction * rate * scale) * noise[i]!;
        weights[i]! += velocity[i]!;
      } else {
        weights[i]! -= 0.5 * rate * scale * g;
        if (noisy) weights[i]! += Math.sqrt(rate * scale) * noise[i]!;
      }
    }
  };

  return {
    steps: perCycle * options.cycles,
    step(index) {
      const cycle = Math.floor(index / perCycle);
      const t = index % perCycle;
      const loss = minibatch.evaluate(index);
      checkFinite(loss, Math.floor(index / batches.perEpoch));
      move(index, t);
      const span = perCycle - quiet;
      const before = Math.floor(((t - quiet) * draws) / span);
      const after = Math.floor(((t - quiet + 1) * draws) / span);
      if (t >= quiet && after > before) {
        const row = cycle * draws + before;
        samples.set(weights.subarray(0, network.size), row * network.size);
        for (let i = 0; i < noiseVariance.length; i++)
          noiseVariance[i]! += Math.exp(2 * weights[network.size + i]!) / count;
        if (loss < least) {
          least = loss;
          best = row;
        }
      }
      return { loss, note: `cycle ${cycle + 1} of ${options.cycles}` };
    },
    save: () => ({
      arrays: {
        weights: weights.slice(),
        velocity: velocity.slice(),
        squares: squares.slice(),
        samples: samples.slice(),
        noiseVariance: noiseVariance.slice(),
      },
      numbers: { best, least },
    }),
    load({ arrays, numbers }) {
      weights.set(arrays.weights!);
      velocity.set(arrays.velocity!);
      squares.set(arrays.squares!);
      samples.set(arrays.samples!);
      noiseVariance.set(arrays.noiseVariance!);
      best = numbers.best!;
      least = numbers.least!;
    },
    finish: () => ({
      kind: 'samples',
      method: options.method,
      parameters: network.parameters,
      size: network.size,
      noiseStd: noiseVariance.length > 0 ? noiseVariance.map(Math.sqrt) : noiseOf(model, noiseVariance),
      count,
      chains: options.cycles,
      samples,
      best,
      info: { epochs, cycles: options.cycles },
    }),
  };
}
