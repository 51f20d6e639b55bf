import { suggest } from '../../base/index.ts';
import { elements } from '../formats/index.ts';
import { assign } from './assign.ts';
import { type Layout, storedShape, type WantedLayer, type WantedTensor, weightFits } from './layout.ts';
import { naturally, type PosteriorTensor } from './tensors.ts';

/** A stored tensor chosen for one of ours: by name, by a shape that nothing else has, or by the order of names. */
export interface Chosen {
  readonly tensor: PosteriorTensor;
  readonly by: 'name' | 'shape' | 'order';
}

/** A layer with the tensors chosen for it. A bias may be missing, or stand here where the layer has none itself. */
export interface PlacedLayer {
  readonly layer: WantedLayer;
  readonly weight: Chosen;
  readonly bias: Chosen | null;
}

export interface Placing {
  readonly placed: readonly PlacedLayer[];
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
function expected(layer: WantedLayer, target: WantedTensor, { layout, lead }: Stored): string {
  const shape = target === layer.weight ? storedShape(layer, layout) : target.shape;
  return `[${['', 'draws, ', 'chains, draws, '][lead]}${shape.join(', ')}]`;
}

/** What nothing was found for and what has no place, all of it, as one clause. */
function mismatch(
  open: ReadonlyArray<{ readonly layer: WantedLayer; readonly target: WantedTensor }>,
  left: readonly PosteriorTensor[],
  stored: Stored,
): string[] {
  const wanted = open.map(({ layer, target }) => {
    const [ours, theirs] = [`[${target.shape.join(', ')}]`, expected(layer, target, stored)];
    return `${target.name} ${ours}${ours === theirs ? '' : ` (stored as ${theirs})`}`;
  });
  const nothing = `no array of the file fits ${wanted.join(', ')} of the network`;
  const nowhere = `the network has no place for ${left.map(shown).join(', ')}`;
  const both = [...(open.length > 0 ? [nothing] : []), ...(left.length > 0 ? [nowhere] : [])];
  return both.length > 0 ? [both.join(', and ')] : [];
}

function fits(tensor: PosteriorTensor, layer: WantedLayer, target: WantedTensor, { layout, lead }: Stored): boolean {
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
  const ours = layers.flatMap(({ name, weight, bias }) => [
    weight.name,
    ...(bias ? [bias.name] : []),
    ...(batchNorms ? [`${name}.batchnorm`] : []),
  ]);
  for (const name of Object.keys(names)) {
    if (!ours.includes(name)) problems.push(`the network has no '${name}' (it has ${ours.join(', ')})`);
  }
  const find = (layer: WantedLayer, target: WantedTensor): Chosen | undefined => {
    const from = names[target.name];
    const tensor = stored.tensors.find(({ name }) => name === from);
    if (from === undefined) problems.push(`names says nothing about ${target.name}`);
    else if (!tensor) problems.push(`there is no '${from}' for ${target.name} (${suggest(from, known)})`);
    else if (fits(tensor, layer, target, stored)) return { tensor, by: 'name' };
    else
      problems.push(
        `${shown(tensor)} does not fit ${target.name}, which would be stored as ${expected(layer, target, stored)}`,
      );
    return undefined;
  };
  const placed = layers.flatMap(layer => {
    const weight = find(layer, layer.weight);
    const spared = batchNorms && layer.bias && names[layer.bias.name] === undefined;
    const bias = layer.bias && !spared ? find(layer, layer.bias) : null;
    return weight ? [{ layer, weight, bias: bias ?? null }] : [];
  });
  return { placed, problems };
}

/** Where the stored names are those of the network itself, as in our own files. */
export function placeByOwnNames(layers: readonly WantedLayer[], stored: Stored): Placing | undefined {
  const own = layers.flatMap(({ weight, bias }) => [weight.name, ...(bias ? [bias.name] : [])]);
  const names = new Set(stored.tensors.map(({ name }) => name));
  if (names.size !== own.length || !own.every(name => names.has(name))) return undefined;
  return placeByName(layers, stored, Object.fromEntries(own.map(name => [name, name])));
}

/** A module of a state dictionary. */
interface Module {
  readonly name: string;
  readonly weight?: PosteriorTensor;
  readonly bias?: PosteriorTensor;
}

/**
 * Modules with a weight and mostly a bias, placed by the shape of the weight and then by order of names. Every module
 * must find a place: a network with more layers than declared is another network.
 */
export function placeModules(layers: readonly WantedLayer[], stored: Stored): Placing {
  const { tensors, layout, lead } = stored;
  const modules = modulesOf(tensors);
  const weighted = modules.filter(({ weight }) => weight && ownShape(weight, lead).length > 1);
  const choices = assign(weighted, layers, ({ weight }, layer) => weightFits(layer, layout, ownShape(weight!, lead)));
  const problems: string[] = [];
  const open: { layer: WantedLayer; target: WantedTensor }[] = [];
  const placed: PlacedLayer[] = [];
  for (const layer of layers) {
    const choice = choices.get(layer);
    if (!choice) {
      for (const target of [layer.weight, layer.bias]) if (target) open.push({ layer, target });
      continue;
    }
    const { by, thing } = choice;
    const { weight, bias } = thing;
    if (bias && elements(ownShape(bias, lead)) !== layer.weight.shape[1]) {
      problems.push(`${shown(bias)} does not go with ${shown(weight!)}, which has ${layer.weight.shape[1]} outputs`);
    } else if (bias && !layer.bias && !layer.offsets) {
      problems.push(`${shown(bias)} has no place in layer ${layer.name}, which is declared with bias=false`);
    }
    placed.push({ layer, weight: { tensor: weight!, by }, bias: bias ? { tensor: bias, by } : null });
  }
  const used = new Set([...choices.values()].map(({ thing }) => thing));
  const left = modules.filter(module => !used.has(module) && !isIdentity(module, lead));
  const rest = left.flatMap(({ weight, bias }) => [weight, bias].flatMap(tensor => tensor ?? []));
  return { placed, problems: [...mismatch(open, rest, stored), ...problems] };
}

/** The name of a tensor's module: all before `.weight` or `.bias`. */
export const moduleOf = ({ name }: PosteriorTensor): string => name.replace(/\.?(weight|bias)$/, '');

function modulesOf(tensors: readonly PosteriorTensor[]): Module[] {
  const modules = new Map<string, Module>();
  for (const tensor of [...tensors].sort((a, b) => naturally(a.name, b.name))) {
    const name = moduleOf(tensor);
    const field = tensor.name.endsWith('bias') ? 'bias' : 'weight';
    modules.set(name, { ...modules.get(name), name, [field]: tensor });
  }
  return [...modules.values()].sort((a, b) => naturally(a.name, b.name));
}

/** A scale of one and an offset of zero, as the affine part of a normalisation may have. */
function isIdentity({ weight, bias }: Module, lead: number): boolean {
  const plain = (tensor: PosteriorTensor | undefined, value: number) =>
    !tensor ||
    (ownShape(tensor, lead).length < 2 && tensor.values.every(v => v === value) && !tensor.std?.some(std => std !== 0));
  return plain(weight, 1) && plain(bias, 0) && weight !== undefined;
}

/** Tensors of any name, each by its shape and then by order of names; what is left over is not the network's. */
export function placeTensors(layers: readonly WantedLayer[], stored: Stored): Placing {
  const { tensors, lead } = stored;
  const ordered = [...tensors].sort((a, b) => naturally(a.name, b.name));
  const places = layers.flatMap(layer =>
    [layer.weight, layer.bias].flatMap(target => (target ? [{ layer, target }] : [])),
  );
  type Spot = (typeof places)[number];
  const matches =
    (strict: boolean) =>
    (tensor: PosteriorTensor, { layer, target }: Spot) =>
      fits(tensor, layer, target, stored) &&
      (!strict || target === layer.weight || ownShape(tensor, lead).length === 1);
  // Biases may be stored as rows, [1, outputs], but not where that makes them look like weights.
  const strict = assign(ordered, places, matches(true));
  const choices = strict.size === places.length ? strict : assign(ordered, places, matches(false));
  const open = places.filter(spot => !choices.has(spot));
  const taken = new Set([...choices.values()].map(({ thing }) => thing));
  const left = ordered.filter(tensor => !taken.has(tensor));
  // What is left over is an error only where something is missing: samples hold other quantities too.
  const problems = open.length > 0 ? mismatch(open, left, stored) : [];
  if (open.length === 0 && !inOrder(layers, spot => choices.get(spot)!, places, ordered)) {
    problems.push(
      `the names ${ordered.map(({ name }) => `'${name}'`).join(', ')} are not in the order of the layers, so that tensors of the same shape cannot be told apart`,
    );
  }
  const chosen = (layer: WantedLayer, target: WantedTensor | null): Chosen | null => {
    const choice = choices.get(places.find(spot => spot.layer === layer && spot.target === target)!);
    return choice ? { tensor: choice.thing, by: choice.by } : null;
  };
  const placed = layers.flatMap(layer => {
    const weight = chosen(layer, layer.weight);
    return weight ? [{ layer, weight, bias: chosen(layer, layer.bias) }] : [];
  });
  return { placed, problems };
}

/** Whether order may decide: it need not, or weights and biases both follow the layers in the order of their names. */
function inOrder<Spot extends { readonly layer: WantedLayer; readonly target: WantedTensor }>(
  layers: readonly WantedLayer[],
  choice: (spot: Spot) => { readonly thing: PosteriorTensor; readonly by: string },
  places: readonly Spot[],
  ordered: readonly PosteriorTensor[],
): boolean {
  if (places.every(spot => choice(spot).by === 'shape')) return true;
  return [true, false].every(weights => {
    const at = places
      .filter(({ layer, target }) => layers.includes(layer) && (target === layer.weight) === weights)
      .map(spot => ordered.indexOf(choice(spot).thing));
    return at.every((index, i) => i === 0 || index > at[i - 1]!);
  });
}
