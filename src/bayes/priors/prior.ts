import type { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import type { Floats } from '../../kernels/index.ts';
import type { Network } from '../../network/index.ts';
import type { Key } from '../../random/index.ts';

/** A distribution of the flat weight vector before any data is seen. Weights are independent under every prior here. */
export interface Prior {
  readonly kind: string;
  /** log p(weights), normalised; adds its gradient to `gradient` unless that is null. Reads the first `size` entries. */
  add(gradient: Floats | null, weights: Floats): number;
  /** Fills `out` with a draw of the weights. */
  draw(key: Key, out: Float64Array): void;
  /**
   * Writes the precision of the normal that each weight comes from, expected given the weight: the curvature of −log p
   * of a Gaussian, and of a mixture the part of it that is never negative. Absent where densities have poles.
   */
  precision?(out: Float64Array, weights: Floats): void;
  /** Mean and spread of each weight where the prior is Gaussian; null otherwise. */
  readonly gaussian: { readonly mean: Float64Array; readonly std: Float64Array } | null;
}

/** What a prior may ask for besides its options. */
export interface PriorContext {
  /** A maximum a posteriori estimate, for priors centred on one. */
  readonly point?: Floats;
}

/** A kind of prior: adding one is a file with such a record and a line in the registry. */
export interface PriorDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Checks the options; their `kind` is the name. */
  readonly schema: Schema;
  build(options: z.output<Schema>, network: Network, context: PriorContext): Prior;
  readonly cite: readonly Citation[];
}
