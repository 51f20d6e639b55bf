import { z } from 'zod';
import { fillNormal } from '../../random/index.ts';
import type { Prior, PriorDefinition } from './prior.ts';

const schema = z.strictObject({
  kind: z.literal('gaussian').default('gaussian'),
  std: z.number().positive().default(1).describe('Spread of every weight and bias; 1 by default.'),
  scaling: z
    .enum(['none', 'inputs'])
    .default('none')
    .describe(
      "'inputs' divides the spread of a layer's weights by the root of its number of inputs; 'none' by default.",
    ),
});

/**
 * Independent N(0, std²). With scaling by inputs, pre-activations keep their size however wide the layers are:
 * Neal, Bayesian Learning for Neural Networks, Springer 1996, section 2.1.
 */
export const gaussian: PriorDefinition<typeof schema> = {
  name: 'gaussian',
  schema,
  build: ({ std, scaling }, network) => {
    const stds = new Float64Array(network.size).fill(std);
    if (scaling === 'inputs') {
      for (const { weight } of network.matrices) {
        const inputs = weight.size / weight.shape[weight.shape.length - 1]!;
        stds.fill(std / Math.sqrt(inputs), weight.offset, weight.offset + weight.size);
      }
    }
    return gaussianPrior('gaussian', new Float64Array(network.size), stds);
  },
  cite: [],
};

/** Independent N(mean, std²) of each weight. */
export function gaussianPrior(kind: string, mean: Float64Array, std: Float64Array): Prior {
  let constant = -0.5 * mean.length * Math.log(2 * Math.PI);
  for (const s of std) constant -= Math.log(s);
  return {
    kind,
    gaussian: { mean, std },
    draw(key, out) {
      fillNormal(key, out);
      for (let i = 0; i < mean.length; i++) out[i] = mean[i]! + std[i]! * out[i]!;
    },
    precision(out) {
      for (let i = 0; i < mean.length; i++) out[i] = std[i]! ** -2;
    },
    add(gradient, weights) {
      let total = constant;
      for (let i = 0; i < mean.length; i++) {
        const z = (weights[i]! - mean[i]!) / std[i]!;
        total -= 0.5 * z * z;
        if (gradient) gradient[i]! -= z / std[i]!;
      }
      return total;
    },
  };
}
