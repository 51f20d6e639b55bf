import { elements } from '../formats/index.ts';
import { assign } from './assign.ts';
import { type WantedLayer, weightFits } from './layout.ts';
import {
  type MatchedLayer,
  mismatch,
  ownShape,
  type Placing,
  type Spot,
  type Stored,
  shown,
  spotsOf,
} from './place.ts';
import { listed, naturally, type PosteriorTensor } from './tensors.ts';

/** A module of a state dictionary. */
interface Module {
  readonly name: string;
  readonly weight?: PosteriorTensor;
  readonly bias?: PosteriorTensor;
}

/**
 * Modules with a weight and mostly a bias, matched by the shape of the weight and then by order of names. Every module
 * must find a place: a network with more layers than declared is another network. Of affine parts with scale 1 and offset 0,
 * as many change nothing as the network has layers that normalise.
 */
export function placeModules(layers: readonly WantedLayer[], stored: Stored, normalised: number): Placing {
  const { tensors, layout, lead } = stored;
  const modules = modulesOf(tensors);
  const weighted = modules.filter(({ weight }) => weight && ownShape(weight, lead).length > 1);
  const choices = assign(weighted, layers, ({ weight }, layer) => weightFits(layer, layout, ownShape(weight!, lead)));
  const problems = unordered(
    [...choices.values()].flatMap(({ by, thing }) => (by === 'order' ? [thing] : [])),
    lead,
  );
  const open: Spot[] = [];
  const matched: MatchedLayer[] = [];
  for (const layer of layers) {
    const choice = choices.get(layer);
    if (!choice) {
      open.push(...spotsOf(layer));
      continue;
    }
    const { by, thing } = choice;
    const { weight, bias } = thing;
    if (bias && elements(ownShape(bias, lead)) !== layer.weight.shape[1]) {
      problems.push(`${shown(bias)} does not go with ${shown(weight!)}, which has ${layer.weight.shape[1]} outputs`);
    } else if (bias && !layer.bias && !layer.offsets) {
      problems.push(`${shown(bias)} has no place in layer ${layer.name}, which is declared with bias=false`);
    }
    matched.push({ layer, weight: { tensor: weight!, by }, bias: bias ? { tensor: bias, by } : null });
  }
  const used = new Set([...choices.values()].map(({ thing }) => thing));
  const rest: PosteriorTensor[] = [];
  let plain = normalised;
  for (const module of modules.filter(module => !used.has(module))) {
    const { name, weight, bias } = module;
    if (isIdentity(module, lead)) {
      if (plain-- <= 0) {
        problems.push(
          `'${name}' has scale 1 and offset 0 of a normalisation that network.layers does not have (name it there: 'groupnorm 4 from=${name}' with its number of groups, 1 for layer normalisation)`,
        );
      }
    } else if (weight && ownShape(weight, lead).length < 2) {
      problems.push(
        `'${name}' is of ${weight.shape.at(-1) ?? 1} channels without running statistics: the affine part of a normalisation or the slopes of a PReLU, whose layer network.layers has to name ('groupnorm 4 from=${name}', 'prelu from=${name}')`,
      );
    } else rest.push(...[weight, bias].flatMap(tensor => tensor ?? []));
  }
  return { matched, problems: [...mismatch(open, rest, stored), ...problems] };
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

/** Of modules of the same shape whose names differ in more than numbers, so that none of them is surely first, a clause. */
function unordered(modules: readonly Module[], lead: number): string[] {
  const alike = new Map<string, string[]>();
  for (const { name, weight } of modules) {
    const shape = ownShape(weight!, lead).join(', ');
    alike.set(shape, [...(alike.get(shape) ?? []), name]);
  }
  return [...alike].flatMap(([shape, names]) =>
    new Set(names.map(name => name.replace(/\d+/g, ''))).size > 1
      ? [`the names of ${listed(names)}, all of shape [${shape}], do not tell their order`]
      : [],
  );
}

/** A scale of one and an offset of zero, as the affine part of a normalisation may have. */
function isIdentity({ weight, bias }: Module, lead: number): boolean {
  const plain = (tensor: PosteriorTensor | undefined, value: number) =>
    !tensor ||
    (ownShape(tensor, lead).length < 2 && tensor.values.every(v => v === value) && !tensor.std?.some(std => std !== 0));
  return plain(weight, 1) && plain(bias, 0) && weight !== undefined;
}
