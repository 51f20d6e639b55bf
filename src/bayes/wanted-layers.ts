import type { DeclaredNorms, WantedLayer } from '../data/index.ts';
import type { Layer, Network, WeightLayer } from '../network/index.ts';

/** The layers of a network that have weights, as importing and exporting see them. */
export function wantedLayers({ layers }: Network): WantedLayer[] {
  const sinks = offsetSinks(layers);
  return layers.flatMap((layer, i): WantedLayer[] => {
    if (!layer.matrix) return [];
    const { name, weight, bias } = layer.matrix;
    const offsets = sinks.get(i);
    return [{ name, weight, bias, ...rowsOf(layer), ...(offsets === undefined ? {} : { offsets }) }];
  });
}

function rowsOf({ operation, inputShape, outputShape }: WeightLayer): Pick<WantedLayer, 'kind' | 'rows'> {
  if (operation.kind !== 'convolution') return { kind: 'dense', rows: inputShape };
  const { channels, groups, kernelHeight, kernelWidth } = operation.convolution;
  const window = outputShape.length === 3 ? [kernelHeight, kernelWidth] : [kernelWidth];
  return { kind: 'convolution', rows: [channels / groups, ...window] };
}

/**
 * Where two layers meet in a sum, the bias of one serves both: by the index of a layer without bias, the name of the
 * bias that the other one has.
 */
function offsetSinks(layers: readonly Layer[]): Map<number, string> {
  const sinks = new Map<number, string>();
  for (const { operation, inputs } of layers) {
    if (operation.kind !== 'sum') continue;
    const [branch, shortcut] = inputs.map(i => layers[i]?.matrix);
    const linear = branch?.activation === 'linear' && shortcut?.activation === 'linear';
    if (linear && branch.bias && !shortcut.bias) sinks.set(inputs[1]!, branch.bias.name);
  }
  return sinks;
}

/** The normalisations that a network declares itself. */
export function declaredNorms({ layers }: Network): DeclaredNorms {
  const scales = layers.flatMap(({ kind, operation }) =>
    kind === 'batchnorm' && operation.kind === 'scale' ? [operation] : [],
  );
  const groups = layers.filter(({ kind }) => kind === 'groupnorm');
  const scaled = groups.filter(({ operation }) => operation.kind === 'scale');
  return { scales, normalised: groups.length - 2 * scaled.length };
}
