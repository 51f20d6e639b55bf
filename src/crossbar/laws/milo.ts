import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { law } from './law.ts';

/** Largest voltage of the measured law, V. */
const MILO_RANGE = 0.5;

const cubicIn = (a: number, b: number, c: number, d: number) => (g: number) => {
  const x = Math.log10(g);
  return ((a * x + b) * x + c) * x + d;
};
const miloQuadratic = cubicIn(1.388e-4, 1.541e-3, 5.711e-3, 7.063e-3);
const miloCubic = cubicIn(0, 8.871e-5, 6.7919e-4, 1.2968e-3);

/** HfO2 memory as measured: I = G V + a₂ V² + a₃ V³ with a₂ and a₃ cubic in log₁₀ G. */
export const milo = law({
  schema: z.strictObject({ model: z.literal('rram-milo') }),
  run: (_, voltage, where) => {
    if (voltage > MILO_RANGE) {
      throw new InputError(
        `${where}: 'rram-milo' was measured up to ${MILO_RANGE} V, got ${voltage} V; lower the voltages.`,
      );
    }
    return {
      current: (g, v) => (g > 0 ? v * (g + v * (miloQuadratic(g) + v * miloCubic(g))) : 0),
      slope: (g, v) => (g > 0 ? g + v * (2 * miloQuadratic(g) + 3 * v * miloCubic(g)) : 0),
      spice: (g, v) => `(${v})*(${g}+(${v})*(${miloQuadratic(g)}+(${v})*${miloCubic(g)}))`,
    };
  },
  cite: [
    {
      tag: 'Milo21',
      text: 'Milo et al., Accurate program/verify schemes of resistive switching memory for in-memory neural network circuits, IRPS 2021 (constants as in CrossSim)',
    },
  ],
});
