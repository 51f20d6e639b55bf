import type { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import type { Layer } from '../network.ts';

/** Where a layer stands in a network. */
export interface Place {
  /** Prefix of its parameters' names: its number in the stack, from 0. */
  readonly name: string;
  readonly inputShape: readonly number[];
  /** First entry of its parameters in the network's flat vector. */
  readonly offset: number;
}

/** A kind of layer: adding one is a file with such a record and a line in the registry. */
export interface LayerDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Checks the object form; its `kind` is the name. */
  readonly schema: Schema;
  /** Fields in the order in which the text form gives them: `dense 16 relu` is `width` and `activation`. */
  readonly words: readonly string[];
  build(spec: z.output<Schema>, place: Place): Layer;
  readonly cite: readonly Citation[];
}
