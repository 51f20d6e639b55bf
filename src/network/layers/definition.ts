import type { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import type { Layer } from '../network.ts';

/** Where a layer stands in a network. */
export interface Place {
  /** Prefix of its parameters' names: its number in the stack, from 0; inside a block, after the block's name. */
  readonly name: string;
  readonly inputShape: readonly number[];
  /** First entry of its parameters in the network's flat vector. */
  readonly offset: number;
  /** Which value it reads, as in `Layer.inputs`. */
  readonly source: number;
  /** Its index among the network's layers. */
  readonly index: number;
}

/** A kind of layer: adding one is a file with such a record and a line in the registry. */
export interface LayerDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Checks the object form; its `kind` is the name. */
  readonly schema: Schema;
  /**
   * Fields in the order in which the text form gives them: `dense 16 relu` is `width` and `activation`. A field
   * `layers` is written in brackets and stands at no place.
   */
  readonly words: readonly string[];
  /**
   * Of a layer with numbers of its own that other tools train: fields by the names of the tensors that they are in a module of
   * PyTorch. `from` in its spec names the module.
   */
  readonly tensors?: Readonly<Record<string, string>>;
  /** The layer, or the layers of a block in an order in which each reads only earlier ones; the last is the result. */
  build(spec: z.output<Schema>, place: Place): readonly Layer[];
  readonly cite: readonly Citation[];
}

/** Path of a layer in an experiment, for errors. */
export const pathOf = ({ name }: Place): readonly (string | number)[] => [
  'network',
  ...name.split('.').flatMap(index => ['layers', Number(index)]),
];
