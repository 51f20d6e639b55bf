import { suggest } from '../../base/index.ts';
import { elements } from '../formats/index.ts';
import { type Layout, storedShape, type WantedLayer, type WantedTensor, weightFits } from './layout.ts';
import type { PosteriorTensor } from './tensors.ts';

/** A stored tensor chosen for one of ours: by name, by a shape that nothing else has, or by the order of names. */
export interface Chosen {
  readonly tensor: PosteriorTensor;
  readonly by: 'name' | 'shape' | 'order';
}

/** A layer with the tensors chosen for it. A bias may be missing, or stand here where the layer has none itself. */
export interface MatchedLayer {
  readonly layer: WantedLayer;
  readonly weight: Chosen;
  readonly bias: Chosen | null;
}

export interface Placing {
  readonly matched: readonly MatchedLayer[];
  /** All that does not fit, one clause each. */
  readonly problems: readonly string[];
}

/** What is stored, read in one way: an arrangement of the weights and a number of axes for draws before it. */
export interface Stored {
  readonly tensors: readonly PosteriorTensor[];
  readonly layout: Layout;
  readonly lead: number;
}

/** Shape without the axes of draws. */
export const ownShape = ({ shape }: PosteriorTensor, lead: number): readonly number[] => shape.slice(lead);

export const shown = ({ name, shape }: PosteriorTensor): string => `'${name}' [${shape.join(', ')}]`;

/** The shape under which a file would hold a tensor of ours. */
function expected({ layer, target }: Spot, { layout, lead }: Stored): string {
  const shape = target === layer.weight ? storedShape(layer, layout) : target.shape;
  return `[${['', 'draws, ', 'chains, draws, '][lead]}${shape.join(', ')}]`;
}

/** A tensor of ours and the layer it belongs to. */
export interface Spot {
  readonly layer: WantedLayer;
  readonly target: WantedTensor;
}

export const spotsOf = (layer: WantedLayer): Spot[] =>
  [layer.weight, layer.bias].flatMap(target => (target ? [{ layer, target }] : []));

/** What nothing was found for and what has no place, all of it, as one clause. */
export function mismatch(open: readonly Spot[], left: readonly PosteriorTensor[], stored: Stored): string[] {
  const wanted = (spots: readonly Spot[]) =>
    spots.map(spot => {
      const { target } = spot;
      const [ours, theirs] = [`[${target.shape.join(', ')}]`, expected(spot, stored)];
      return `${target.name} ${ours}${ours === theirs ? '' : ` (stored as ${theirs})`}`;
    });
  const unclear = (spot: Spot) => left.some(tensor => fits(tensor, spot, stored));
  const several = open.filter(spot => unclear(open.find(({ layer }) => layer === spot.layer)!));
  const none = open.filter(spot => !several.includes(spot));
  const both = [
    ...(none.length > 0 ? [`no array of the file fits ${wanted(none).join(', ')} of the network`] : []),
    ...(several.length > 0 ? [`more arrays than one may be ${wanted(several).join(', ')} of the network`] : []),
    ...(left.length > 0 ? [`the network has no place for ${left.map(shown).join(', ')}`] : []),
  ];
  return both.length > 0 ? [both.join(', and ')] : [];
}

/** Whether a stored tensor can be one of ours; biases may be stored as rows, [1, outputs]. */
export function fits(tensor: PosteriorTensor, { layer, target }: Spot, { layout, lead }: Stored): boolean {
  if (tensor.shape.length <= lead) return false;
  const own = ownShape(tensor, lead);
  return target === layer.weight ? weightFits(layer, layout, own) : elements(own) === target.shape[0];
}

/** Every tensor by the name given for it; with `batchNorms` to bring them, biases may go without. */
export function placeByName(
  layers: readonly WantedLayer[],
  stored: Stored,
  names: Readonly<Record<string, string>>,
  batchNorms = false,
): Placing {
  const problems: string[] = [];
  const known = stored.tensors.map(({ name }) => name);
  const ours = layers.flatMap(layer => [
    ...spotsOf(layer).map(({ target }) => target.name),
    ...(batchNorms ? [`${layer.name}.batchnorm`] : []),
  ]);
  for (const name of Object.keys(names)) {
    if (!ours.includes(name)) problems.push(`the network has no '${name}' (it has ${ours.join(', ')})`);
  }
  const find = (spot: Spot): Chosen | undefined => {
    const { target } = spot;
    const from = names[target.name];
    const tensor = stored.tensors.find(({ name }) => name === from);
    if (from === undefined) problems.push(`names says nothing about ${target.name}`);
    else if (!tensor) problems.push(`there is no '${from}' for ${target.name} (${suggest(from, known)})`);
    else if (fits(tensor, spot, stored)) return { tensor, by: 'name' };
    else
      problems.push(`${shown(tensor)} does not fit ${target.name}, which would be stored as ${expected(spot, stored)}`);
    return undefined;
  };
  const matched = layers.flatMap(layer => {
    const weight = find({ layer, target: layer.weight });
    const spared = batchNorms && layer.bias && names[layer.bias.name] === undefined;
    const bias = layer.bias && !spared ? find({ layer, target: layer.bias }) : null;
    return weight ? [{ layer, weight, bias: bias ?? null }] : [];
  });
  return { matched, problems };
}

/** Where the stored names are those of the network itself, as in our own files. */
export function placeByOwnNames(layers: readonly WantedLayer[], stored: Stored): Placing | undefined {
  const own = layers.flatMap(spotsOf).map(({ target }) => target.name);
  const names = new Set(stored.tensors.map(({ name }) => name));
  if (names.size !== own.length || !own.every(name => names.has(name))) return undefined;
  return placeByName(layers, stored, Object.fromEntries(own.map(name => [name, name])));
}
