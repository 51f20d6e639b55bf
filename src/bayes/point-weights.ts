import { z } from 'zod';
import type { Network } from '../network/index.ts';

export const randomLayersField = z
  .union([z.literal('all'), z.int().min(1).max(200)])
  .default('all')
  .describe(
    "Layers with weights, counted from the output, whose weights are random; those of layers before them are points: 'all' by default, 1 for the last one. Method map has none.",
  );

/** ln of the spread of a point while it is trained: far below what single precision tells apart, above 0 for arithmetic that divides by it. */
export const pointLogStd = Math.log(1e-9);

/** How many weights, the first of the flat vector, are points where only the last layers are random. */
export function pointWeights({ matrices }: Network, random: z.output<typeof randomLayersField>): number {
  return random === 'all' || random >= matrices.length ? 0 : matrices[matrices.length - random]!.weight.offset;
}

/** What the divergence of a point counts beyond −ln p(w): it has no entropy to lose. */
export const divergenceOfPoint = -pointLogStd - 0.5 - 0.5 * Math.log(2 * Math.PI);
