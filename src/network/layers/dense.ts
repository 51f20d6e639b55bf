import { z } from 'zod';
import { affine, reshape, sizeOf, type Tape, type Tensor } from '../../tensor/index.ts';
import type { LayerMatrix, Parameter, WeightLayer } from '../network.ts';
import type { LayerDefinition, Place } from './definition.ts';
import { activationSchema, biasSchema } from './fields.ts';

const schema = z.strictObject({
  kind: z.literal('dense'),
  width: z.int().min(1).max(1_000_000).describe('Outputs of the layer.'),
  activation: activationSchema.default('linear'),
  bias: biasSchema.default(true),
});

/** y = activation(x·W + b), W [inputs, width], b [width]; inputs of any shape are read in a row. */
export const dense: LayerDefinition<typeof schema> = {
  name: 'dense',
  schema,
  words: ['width', 'activation'],
  build: (spec, place) => [denseLayer(spec, place)],
  cite: [],
};

const linearSchema = z.strictObject({
  kind: z.literal('linear'),
  width: z.int().min(1).max(1_000_000).describe('Outputs of the layer.'),
  bias: biasSchema.default(true),
});

/** A dense layer without activation. */
export const linear: LayerDefinition<typeof linearSchema> = {
  name: 'linear',
  schema: linearSchema,
  words: ['width'],
  build: (spec, place) => [denseLayer({ ...spec, activation: 'linear' }, place)],
  cite: [],
};

function denseLayer(
  { width, activation, bias }: { width: number; activation: LayerMatrix['activation']; bias: boolean },
  { name, inputShape, offset, source }: Place,
): WeightLayer {
  const inputs = sizeOf(inputShape);
  const weight: Parameter = { name: `${name}.weight`, shape: [inputs, width], offset, size: inputs * width };
  const offsets: Parameter | null = bias
    ? { name: `${name}.bias`, shape: [width], offset: offset + weight.size, size: width }
    : null;
  const apply = (tape: Tape, x: Tensor, [w, b]: readonly Tensor[], f: LayerMatrix['activation']) =>
    affine(tape, x.shape.length > 2 ? reshape(x, [x.size / inputs, inputs]) : x, w!, b ?? null, f);
  return {
    kind: 'dense',
    operation: { kind: 'dense' },
    inputs: [source],
    inputShape,
    outputShape: [width],
    parameters: offsets ? [weight, offsets] : [weight],
    matrix: {
      name,
      rows: inputs + (bias ? 1 : 0),
      columns: width,
      weight,
      bias: offsets,
      activation,
      positions: 1,
      groups: 1,
    },
    forward: (tape, [x], parameters) => apply(tape, x!, parameters, activation),
    linear: (tape, x, parameters) => apply(tape, x, parameters, 'linear'),
    gather: (out, x, count) => out.set(x.subarray(0, count * inputs)),
    scatter: (out, y, count) => out.set(y.subarray(0, count * width)),
  };
}
