import { InputError } from '../../base/index.ts';
import { elements } from '../formats/index.ts';
import type { BatchNorm } from './batch-norms.ts';
import { type FittedTensor, join } from './join.ts';
import { type Layout, sourceOf, type WantedLayer } from './layout.ts';
import { type DeclaredNorms, pairNorms, undeclared } from './pair-norms.ts';
import { type MatchedLayer, ownShape, placeByName, placeByOwnNames, type Stored } from './place.ts';
import { placeModules } from './place-modules.ts';
import { placeTensors } from './place-tensors.ts';
import type { ForeignPosterior, PosteriorTensor } from './tensors.ts';

export interface FitOptions {
  /**
   * Foreign names by our names, `0.weight` and `0.bias`, and `0.batchnorm` for the normalisation that directly follows;
   * without them tensors are assigned by shape and order.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** How weights are arranged, where the format does not say it rightly. */
  readonly layout?: Layout;
}

/** One line of the shape report. */
export interface Assignment {
  readonly name: string;
  readonly shape: readonly number[];
  /** Empty for offsets that a batch normalisation alone brings. */
  readonly from: string;
  readonly fromShape: readonly number[];
  /** Whether entries had to change places. */
  readonly transposed: boolean;
  /** Told by its name, by a shape that nothing else has, or by the order of names among tensors of the same shape. */
  readonly by: 'name' | 'shape' | 'order';
  /** The batch normalisation that was multiplied into it. */
  readonly batchNorm?: string;
}

/** A foreign posterior in our names and layout. */
export interface FittedPosterior {
  readonly kind: ForeignPosterior['kind'];
  /** Draws or members in all; 1 for moments and points. */
  readonly count: number;
  readonly chains: number;
  readonly tensors: Readonly<Record<string, FittedTensor>>;
  readonly report: readonly Assignment[];
  /** Foreign arrays that were not used. */
  readonly unused: readonly string[];
}

/** What one way of reading the file comes to. */
interface Attempt extends Stored {
  readonly matched: readonly MatchedLayer[];
  /** Batch normalisations by the name of the layer that they are multiplied into. */
  readonly batchNorms: ReadonlyMap<string, BatchNorm>;
  readonly problems: readonly string[];
}

/**
 * Assigns foreign tensors to the layers of a network, brings them into its layout, and multiplies batch normalisations
 * into the layers that they follow, unless the network declares them itself (`declared`). All that does not fit is listed
 * in one error.
 */
export function fitForeign(
  foreign: ForeignPosterior,
  layers: readonly WantedLayer[],
  options: FitOptions = {},
  declared: DeclaredNorms = { scales: [], normalised: 0 },
): FittedPosterior {
  const arrangements = options.layout ? [options.layout] : foreign.layouts;
  const attempts = arrangements.flatMap(layout =>
    foreign.leads.map(lead =>
      attempt(foreign, layers, options.names, declared, { tensors: foreign.tensors, layout, lead }),
    ),
  );
  const good = attempts.filter(({ problems }) => problems.length === 0);
  if (good.length === 0) {
    const most = Math.max(...attempts.map(({ matched }) => matched.length));
    const { problems } = attempts.find(({ matched }) => matched.length === most)!;
    throw new InputError(
      `import (${foreign.format}${foreign.guessed ? ', since the names follow no other scheme' : ''}): ${problems.join('; ')}; check network.layers, or say which is which with --names.`,
    );
  }
  const fitting = new Set(good.map(({ layout }) => layout));
  if (fitting.size > 1 && layers.some(({ kind }) => kind === 'convolution')) {
    throw new InputError(
      `import (${foreign.format}): the shapes fit ${[...fitting].join(' as well as ')}; say which with --layout.`,
    );
  }
  return brought(foreign, good[0]!);
}

function attempt(
  foreign: ForeignPosterior,
  layers: readonly WantedLayer[],
  names: FitOptions['names'],
  { scales, normalised }: DeclaredNorms,
  stored: Stored,
): Attempt {
  const { matched, problems } = names
    ? placeByName(layers, stored, names, foreign.batchNorms.length > 0)
    : (placeByOwnNames(layers, stored) ??
      (foreign.modules ? placeModules(layers, stored, normalised) : placeTensors(layers, stored)));
  const found = [...problems];
  found.push(...differingDraws(matched, stored.lead));
  const batchNorms = new Map<string, BatchNorm>();
  if (scales.length > 0) found.push(...foreign.batchNorms.flatMap(norm => undeclared(norm, scales)));
  else if (problems.length === 0) found.push(...pairNorms(batchNorms, foreign.batchNorms, matched, names));
  for (const { layer, bias } of matched) {
    if (layer.bias && !bias && !batchNorms.has(layer.name) && problems.length === 0) {
      found.push(`there is no offset for ${layer.bias.name} [${layer.bias.shape}]; or declare bias=false`);
    }
    if (batchNorms.has(layer.name) && !layer.bias && !layer.offsets) {
      found.push(
        `'${batchNorms.get(layer.name)!.name}' shifts the outputs of layer ${layer.name}, which is declared with bias=false`,
      );
    }
  }
  return { ...stored, matched, batchNorms, problems: found };
}

/** Arrays with other numbers of draws than the first. */
function differingDraws(matched: readonly MatchedLayer[], lead: number): string[] {
  const tensors = matched.flatMap(({ weight, bias }) => [weight.tensor, ...(bias ? [bias.tensor] : [])]);
  const draws = ({ shape }: PosteriorTensor) => shape.slice(0, lead).join('×');
  return tensors
    .filter(tensor => draws(tensor) !== draws(tensors[0]!))
    .map(tensor => `'${tensor.name}' has ${draws(tensor)} draws where '${tensors[0]!.name}' has ${draws(tensors[0]!)}`);
}

function brought(foreign: ForeignPosterior, { matched, batchNorms, layout, lead }: Attempt): FittedPosterior {
  const leading = matched[0]?.weight.tensor.shape.slice(0, lead) ?? [];
  const count = elements(leading);
  const sources = matched.map(({ layer, weight }) => sourceOf(layer, layout, ownShape(weight.tensor, lead)));
  const report = matched.flatMap(({ layer, weight, bias }, i): Assignment[] => {
    const batchNorm = batchNorms.get(layer.name)?.name;
    const folded = batchNorm === undefined ? {} : { batchNorm };
    const line = ({ name, shape }: WantedLayer['weight'], chosen: MatchedLayer['bias'], transposed: boolean) => ({
      name,
      shape,
      from: chosen?.tensor.name ?? '',
      fromShape: chosen?.tensor.shape ?? [],
      transposed,
      by: chosen?.by ?? weight.by,
      ...folded,
    });
    const offsets =
      layer.bias ?? (bias && layer.offsets ? { name: layer.offsets, shape: [layer.weight.shape[1]!] } : null);
    return [line(layer.weight, weight, sources[i] !== null), ...(offsets ? [line(offsets, bias, false)] : [])];
  });
  const used = new Set(matched.flatMap(({ weight, bias }) => [weight.tensor, bias?.tensor]));
  return {
    kind: foreign.kind === 'samples' && lead === 0 ? 'point' : foreign.kind,
    count,
    chains: lead === 2 ? leading[0]! : 1,
    tensors: join(matched, sources, batchNorms, count),
    report,
    unused: [...foreign.ignored, ...foreign.tensors.filter(tensor => !used.has(tensor)).map(({ name }) => name)],
  };
}
