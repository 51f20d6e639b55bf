import type { NdArray } from '../formats/index.ts';
import type { ArrayFile } from './tensors.ts';

/** What Keras and Flax call the arrays of a module, in the words of PyTorch. */
const words: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  scale: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
  mean: 'running_mean',
  var: 'running_var',
};

/** What Keras and Flax add to running variances where nothing else is said. */
const epsilons = { keras: 1e-3, flax: 1e-5 } as const;

/**
 * Weights of Keras (`sequential/dense/kernel`) and Flax (`params/Dense_0/kernel`, `batch_stats/BatchNorm_0/mean`), whose kernels
 * have their channels last, under names of modules (`sequential.dense.weight`). Files of other tools stay as they are.
 */
export function withModuleNames(file: ArrayFile): ArrayFile {
  const names = Object.keys(file.arrays);
  if (!names.some(name => /(^|[./])kernel$/.test(name))) return file;
  const keras = names.some(name => /(^|[./])(moving_variance|gamma|beta)$/.test(name));
  const renamed = names.map((name): [string, NdArray] => {
    const parts = name.split(/[./]/);
    if (/^(params|batch_stats)$/.test(parts[0]!)) parts.shift();
    const own = parts.pop()!;
    return [[...parts, words[own] ?? own].join('.'), file.arrays[name]!];
  });
  return { ...file, arrays: Object.fromEntries(renamed), kernels: { epsilon: epsilons[keras ? 'keras' : 'flax'] } };
}
