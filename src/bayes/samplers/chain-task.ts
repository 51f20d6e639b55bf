import type { Job } from '../../base/index.ts';
import type { Dataset } from '../../data/index.ts';
import type { Key } from '../../random/index.ts';
import type { ChainMethod } from '../method.ts';
import { methods, type PosteriorOptions } from '../methods/index.ts';
import { buildModel, type Model } from '../model.ts';
import { type Chain, runChain } from './chain.ts';

/** Kind of the tasks that `runChainTask` does. */
export const chainKind = 'chain';

/** Options of a method that runs chains. */
export type ChainMethodOptions = Extract<PosteriorOptions, { readonly method: 'nuts' | 'hmc' }>;

/** All that one chain needs, in a form that passes between processes: no functions, arrays as they are. */
export interface ChainTask {
  /** The model is built again from layers, options, data and, of an empirical prior, what it is centred on. */
  readonly layers: Model['layers'];
  readonly options: ChainMethodOptions;
  readonly data: Pick<Dataset, 'task' | 'inputShape' | 'outputNames' | 'train' | 'validation'>;
  readonly point?: Float32Array;
  readonly key: Key;
  readonly index: number;
}

/** The task of chain `index`; the model's prior must be that of the options, around `point` where it is empirical. */
export function chainTask(
  key: Key,
  { layers, network, likelihood, targets, train }: Model,
  options: ChainMethodOptions,
  index: number,
  point?: Float32Array,
): ChainTask {
  const task = likelihood.kind === 'classification' ? 'classification' : 'regression';
  const outputs = task === 'classification' ? network.outputs : targets;
  const data = {
    task,
    inputShape: network.inputShape,
    outputNames: Array.from({ length: outputs }, (_, i) => `${i}`),
    train,
    validation: { count: 0, inputs: new Float32Array(0), labels: new Int32Array(0), targets: new Float32Array(0) },
  } as const;
  const classWeights = likelihood.kind === 'classification' && likelihood.weights;
  const own = classWeights ? { ...options, classWeights: Object.fromEntries(classWeights.entries()) } : options;
  return { layers, options: own, data, point, key, index };
}

/** Runs the chain of a task: what a child process does with one. */
export function runChainTask({ layers, options, data, point, key, index }: ChainTask, job: Job): Promise<Chain> {
  const { plan } = methods[options.method] as ChainMethod;
  return runChain(key, buildModel(layers, options, data, { point }), plan(options), index, job);
}
