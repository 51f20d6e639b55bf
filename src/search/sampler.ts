import type { z } from 'zod';
import type { Citation } from '../base/index.ts';
import type { Key } from '../random/index.ts';
import type { Point, Space } from './space.ts';

/** What a trial found. */
export interface Told {
  /** The trial's number. Trials are told in its order; one told again replaces all that it said before. */
  readonly number: number;
  readonly point: Point;
  /** [objectives], all minimised; NaN where the work failed. */
  readonly values: readonly number[];
  /** [constraints], feasible where none is above 0. */
  readonly constraints?: readonly number[];
  /** Standard errors of the values, then of the constraints; what is missing is unknown, 0 says exact. */
  readonly errors?: readonly number[];
  /** How many independent blocks, such as chips, the values are means of; 1 by default. Pooled means weigh by it. */
  readonly blocks?: number;
}

/**
 * A way to choose the next point. Its state is plain data, a fold of `tell` over trials in order of their numbers, and
 * passes `structuredClone`. Nothing here keeps anything else: the same state, number, running points and key give the
 * same point. A state is never changed.
 */
export interface SearchSampler<S, O> {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly schema: z.ZodType<O>;
  readonly cite: readonly Citation[];
  init(space: Space, options: O, objectives: number): S;
  tell(state: S, told: Told): S;
  /** The point of trial `number`, while others are `running`. `key` is the study's, the same for all its trials. */
  ask(key: Key, state: S, number: number, running: readonly Point[]): Point;
}

/** A sampler whose state and options nobody outside looks into. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds samplers of different states.
export type AnySampler = SearchSampler<any, any>;
