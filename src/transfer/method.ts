import type { z } from 'zod';
import type { Citation, Pieces } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import type { Mapping } from '../crossbar/index.ts';
import type { Device } from '../device/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import type { Key } from '../random/index.ts';

/** What a transfer method may look at. */
export interface TransferContext {
  readonly posterior: Posterior;
  readonly device: Device;
  /** Copies of the network to fill. */
  readonly copies: number;
  /** Weights of one copy: the leading entries of the posterior's flat vector. */
  readonly weights: number;
  readonly matrices: readonly LayerMatrix[];
  /** Largest |w| that the cells of each weight can hold, [weights]; 0 where all are 0. */
  readonly limits: Float32Array;
  /** Time after programming whose statistics count, s. */
  readonly time: number;
  /** How cells hold the weights of each matrix. */
  readonly mappings: readonly Mapping[];
  /** Targets of all cells, S, from the weights of all copies, [copies, weights], or of one that all are like, [weights]; weights beyond their limits are clipped to them. */
  encode(intended: Float32Array): Pieces<Float32Array>;
  /** Targets of all cells where every copy has those of the first, S. */
  repeat(first: Float32Array): Float32Array;
}

/** What every weight and cell should become. */
export interface Assignment {
  /** [copies, weights]; of weights that all copies share, those of the first count. */
  readonly intended: Float32Array;
  /** Of all cells as `encode` and `repeat` order them, S; 0 leaves the cell at rest. */
  readonly target: Float32Array;
  /** Time after programming at which the cells hold what is intended, s: 0 where targets are that by themselves. */
  readonly intendedAt: number;
}

/** A way to turn a posterior into targets. Adding one is one file and one line in the registry. */
export interface TransferMethod<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly schema: S;
  readonly cite: readonly Citation[];
  /** The only posterior and mapping that it serves; any where absent. */
  readonly serves?: { readonly posterior: Posterior['kind']; readonly mapping: Mapping['mapping'] };
  /** Number of copies the method always makes; as many as asked for where absent. */
  readonly copies?: number;
  /** The one weight vector [size] that every copy asks the cells for; draws where absent. */
  vector?(posterior: Posterior, options: z.output<S>): Float32Array;
  /** A generator: it yields between pieces of a few milliseconds. */
  assign(key: Key, context: TransferContext, options: z.output<S>): Pieces<Assignment>;
}
