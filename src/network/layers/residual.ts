import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { activate, add } from '../../tensor/index.ts';
import { type LayerSpec, layerSchema } from '../layer-spec.ts';
import type { Layer, PlainLayer } from '../network.ts';
import { stackLayers } from '../stack.ts';
import { type LayerDefinition, type Place, pathOf } from './definition.ts';
import { activationSchema } from './fields.ts';

const schema = z.strictObject({
  kind: z.literal('residual'),
  layers: z
    .array(z.lazy((): z.ZodType<unknown> => layerSchema))
    .min(1)
    .describe('Layers of the branch.'),
  activation: activationSchema.default('linear'),
});

/**
 * activation(branch(x) + shortcut(x)), written `residual [conv2d 16 3 relu padding=same, conv2d 16 3 padding=same] relu`.
 * The shortcut is x itself where the shapes agree; otherwise a projection without bias: a 1×1 convolution with the
 * stride that the branch has, or a dense layer where the branch ends in one.
 */
export const residual: LayerDefinition<typeof schema> = {
  name: 'residual',
  schema,
  words: ['activation'],
  build({ layers, activation }, place) {
    const branch = stackLayers(layers as readonly (string | LayerSpec)[], place);
    const end = branch[branch.length - 1]!.outputShape;
    const shortcut = projection(branch, end, place);
    const from = shortcut.length > 0 ? place.index + branch.length : place.source;
    return [...branch, ...shortcut, sum(end, [place.index + branch.length - 1, from], activation)];
  },
  cite: [
    { tag: 'He16', text: 'K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, CVPR 2016', id: 'arXiv:1512.03385' },
  ],
};

function sum(shape: readonly number[], inputs: readonly number[], activation: 'linear' | 'relu' | 'tanh' | 'hardtanh') {
  const layer: PlainLayer = {
    kind: 'sum',
    operation: { kind: 'sum', activation },
    inputs,
    inputShape: shape,
    outputShape: shape,
    parameters: [],
    matrix: null,
    forward: (tape, [a, b]) => activate(tape, add(tape, a!, b!), activation),
    apply(out, [a, b]) {
      kernels().binary('add', out, a!, b!);
      if (activation !== 'linear') kernels().unary(activation, out, out);
    },
  };
  return layer;
}

/** What brings the input to the branch's shape; nothing where it has it. */
function projection(branch: readonly Layer[], end: readonly number[], place: Place): Layer[] {
  const start = place.inputShape;
  if (start.length === end.length && start.every((side, i) => side === end[i])) return [];
  const offset = branch.flatMap(l => l.parameters).reduce((total, { size }) => total + size, place.offset);
  const at = { ...place, offset, index: place.index + branch.length };
  const stride = Math.ceil(start[1]! / end[1]!);
  const kinds: Readonly<Record<number, string>> = {
    1: `dense ${end[0]} bias=false`,
    2: `conv1d ${end[0]} 1 stride=${stride} bias=false`,
    3: `conv2d ${end[0]} 1 stride=${stride} bias=false`,
  };
  const text = kinds[end.length];
  const [layer] =
    start.length === end.length && text ? stackLayers([text], { ...at, name: `${place.name}.shortcut` }) : [];
  if (!layer?.outputShape.every((side, i) => side === end[i])) {
    throw new InputError({
      path: pathOf(place),
      rule: `the branch ends with shape [${end.join(', ')}], to which no stride brings its input [${start.join(', ')}]`,
      hint: 'use padding=same in the branch',
    });
  }
  return [layer];
}
