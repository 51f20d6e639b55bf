import type { BatchNorm } from './batch-norms.ts';
import type { MatchedLayer } from './place.ts';
import { moduleOf } from './place-modules.ts';

/** x·factor + shift per channel, as a network declares it itself. */
export interface DeclaredScale {
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

/** The normalisations of a network. */
export interface DeclaredNorms {
  /** Its batch normalisations. */
  readonly scales: readonly DeclaredScale[];
  /** How many of its layers normalise by each input's own statistics, without a scale of their own. */
  readonly normalised: number;
}

/** Puts every batch normalisation to its layer; returns what cannot be told. */
export function pairNorms(
  batchNorms: Map<string, BatchNorm>,
  found: readonly BatchNorm[],
  matched: readonly MatchedLayer[],
  names: Readonly<Record<string, string>> = {},
): string[] {
  const layerOf = new Map(matched.map(({ layer, weight }) => [moduleOf(weight.tensor), layer]));
  const problems: string[] = [];
  const named = new Set<BatchNorm>();
  for (const { layer } of matched) {
    const from = names[`${layer.name}.batchnorm`];
    const norm = found.find(({ name }) => name === from);
    if (norm?.channels === layer.weight.shape[1]) named.add(norm) && batchNorms.set(layer.name, norm);
    else if (norm)
      problems.push(`'${from}' has ${norm.channels} channels where layer ${layer.name} has ${layer.weight.shape[1]}`);
    else if (from !== undefined) problems.push(`there is no batch normalisation '${from}' for layer ${layer.name}`);
  }
  const others = found.filter(norm => !named.has(norm));
  const modules = [...layerOf]
    .filter(([, { name }]) => !batchNorms.has(name))
    .map(([name, { weight }]) => ({ name, outputs: weight.shape[1]! }));
  const { pairs, problems: unclear } = followed(others, modules);
  for (const norm of others) {
    const layer = layerOf.get(pairs.get(norm.name) ?? '');
    if (layer && pairs.has(norm.name)) batchNorms.set(layer.name, norm);
  }
  return [...problems, ...unclear.map(sentence => `${sentence} (say it as 0.batchnorm=… among all names)`)];
}

/** Of a normalisation in the file that the network does not declare with the same numbers, a clause. */
export function undeclared({ name, channels, factor, shift }: BatchNorm, scales: readonly DeclaredScale[]): string[] {
  const close = (a: Float64Array, b: Float64Array) =>
    a.every((v, i) => Math.abs(v - b[i % channels]!) <= 1e-5 * (1 + Math.abs(v)));
  const same = scales.some(
    scale => scale.factor.length === channels && close(factor, scale.factor) && close(shift, scale.shift),
  );
  return same ? [] : [`no 'batchnorm' of network.layers has the numbers of '${name}'`];
}

/**
 * Which module each batch normalisation directly follows, told from their names: `conv1` and `bn1`, `0` and `1` of a
 * Sequential, `downsample.0` and `downsample.1`. Of normalisations for which that is not plain, a sentence.
 */
function followed(
  batchNorms: readonly BatchNorm[],
  modules: ReadonlyArray<{ readonly name: string; readonly outputs: number }>,
): { pairs: Map<string, string>; problems: string[] } {
  const pairs = new Map<string, string>();
  const problems: string[] = [];
  for (const { name, channels } of batchNorms) {
    const [parent, own] = split(name);
    const siblings = modules.filter(module => split(module.name)[0] === parent && module.outputs === channels);
    const numbered = /^\d+$/.test(own);
    const before = siblings.filter(module => Number(split(module.name)[1]) === Number(own) - 1);
    const alike = siblings.filter(module => numberIn(split(module.name)[1]) === numberIn(own));
    const found = numbered ? before : alike.length > 0 ? alike : siblings;
    const [module] = found;
    if (found.length !== 1 || !module) {
      problems.push(
        `which layer of ${channels} outputs the batch normalisation '${name}' directly follows cannot be told from the names`,
      );
    } else if ([...pairs.values()].includes(module.name)) {
      problems.push(`the batch normalisation '${name}' is the second one after '${module.name}'`);
    } else pairs.set(name, module.name);
  }
  return { pairs, problems };
}

function split(name: string): [parent: string, own: string] {
  const at = name.lastIndexOf('.');
  return [name.slice(0, Math.max(0, at)), name.slice(at + 1)];
}

/** `1` of `conv1`, `bn1` and `conv1_norm`: the last number in a name; nothing where there is none. */
const numberIn = (name: string): string => /\d+(?=\D*$)/.exec(name)?.[0] ?? '';
