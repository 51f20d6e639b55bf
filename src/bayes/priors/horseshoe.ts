import { z } from 'zod';
import { fillNormal, fillUniform, fold } from '../../random/index.ts';
import type { PriorDefinition } from './prior.ts';

const schema = z.strictObject({
  kind: z.literal('horseshoe'),
  scale: z
    .number()
    .positive()
    .default(0.1)
    .describe('Global scale: smaller pulls more weights to zero; 0.1 by default.'),
});

/** Relative distance from zero within which the pole of the density is cut, so that gradients stay finite. */
const soft = 1e-3;

/**
 * The horseshoe with fixed global scale: w ~ N(0, λ²·scale²), λ half-Cauchy for each weight. Its density is
 * (2π³)^−½/scale · eˣ E₁(x), x = w²/(2 scale²): Carvalho, Polson & Scott, Biometrika 97(2), 2010, theorem 1.
 */
export const horseshoe: PriorDefinition<typeof schema> = {
  name: 'horseshoe',
  schema,
  build: ({ scale }, { size }) => {
    const constant = -0.5 * Math.log(2 * Math.PI ** 3) - Math.log(scale);
    return {
      kind: 'horseshoe',
      gaussian: null,
      draw(key, out) {
        const u = fillUniform(fold(key, 'local'), new Float64Array(size));
        fillNormal(key, out);
        for (let i = 0; i < size; i++) out[i] = out[i]! * scale * Math.tan(0.5 * Math.PI * u[i]!);
      },
      add(gradient, weights) {
        let total = 0;
        for (let i = 0; i < size; i++) {
          const z = weights[i]! / scale;
          const x = 0.5 * (z * z + soft * soft);
          const value = scaledExponentialIntegral(x);
          total += constant + Math.log(value);
          if (gradient) gradient[i]! += (1 - 1 / (x * value)) * (z / scale);
        }
        return total;
      },
    };
  },
  cite: [
    {
      tag: 'Carvalho10',
      text: 'C. M. Carvalho, N. G. Polson, J. G. Scott, The horseshoe estimator for sparse signals, Biometrika 97(2):465–480, 2010',
      id: '10.1093/biomet/asq017',
    },
  ],
};

/** eˣ E₁(x), x > 0: power series below 1, continued fraction (Lentz) above: Abramowitz & Stegun 5.1.11 and 5.1.22. */
function scaledExponentialIntegral(x: number): number {
  if (x < 1) {
    let sum = -0.5772156649015329 - Math.log(x);
    let term = -1;
    for (let k = 1; k < 40; k++) {
      term *= -x / k;
      sum += term / k;
      if (Math.abs(term) < 1e-17) break;
    }
    return Math.exp(x) * sum;
  }
  let b = x + 1;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 200; i++) {
    const a = -i * i;
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const factor = c * d;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return h;
}
