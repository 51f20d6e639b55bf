import { InputError } from '../../base/index.ts';
import { doublesOf } from '../formats/index.ts';
import { type ArrayFile, type ForeignPosterior, noiseOf, type PosteriorTensor } from './tensors.ts';

/** How a tool names mean and spread of a tensor, and how it stores the spread. */
interface PairNaming {
  readonly format: string;
  readonly layout: ForeignPosterior['layout'];
  /** Matches names of means; the replacement of `mean` by `spread` gives the other name, `stem` the tensor's. */
  readonly pattern: RegExp;
  readonly mean: string;
  readonly spread: string;
  readonly stem: (name: string) => string;
  readonly std: (stored: number) => number;
}

const softplus = (rho: number) => Math.max(rho, 0) + Math.log1p(Math.exp(-Math.abs(rho)));
const same = (std: number) => std;

const namings: readonly PairNaming[] = [
  {
    format: 'bayesian-torch',
    layout: 'output-first',
    pattern: /(^|\.)mu_(kernel|weight|bias)$/,
    mean: 'mu_',
    spread: 'rho_',
    stem: name => name.replace(/mu_(?:kernel|weight)$/, 'weight').replace(/mu_bias$/, 'bias'),
    std: softplus,
  },
  {
    format: 'torchbnn',
    layout: 'output-first',
    pattern: /(^|\.)(weight|bias)_mu$/,
    mean: '_mu',
    spread: '_log_sigma',
    stem: name => name.replace(/_mu$/, ''),
    std: Math.exp,
  },
  {
    format: 'numpyro-normal',
    layout: 'input-first',
    pattern: /_auto_loc$/,
    mean: '_auto_loc',
    spread: '_auto_scale',
    stem: name => name.replace(/_auto_loc$/, ''),
    std: same,
  },
  {
    format: 'posterohm',
    layout: 'input-first',
    pattern: /^mean\//,
    mean: 'mean/',
    spread: 'std/',
    stem: name => name.replace(/^mean\//, ''),
    std: same,
  },
];

/** Names of the schemes with a mean and a spread per tensor. */
export const pairFormats: readonly string[] = namings.map(naming => naming.format);

/** Reads means and spreads where the names follow one of the schemes; undefined otherwise. */
export function readPairs(source: ArrayFile, wanted?: string): ForeignPosterior | undefined {
  const { name: file, arrays } = source;
  const names = Object.keys(arrays);
  const naming = namings.find(
    ({ format, pattern }) => (wanted === undefined || wanted === format) && names.some(name => pattern.test(name)),
  );
  if (!naming) return undefined;
  if (naming.format === 'posterohm' && !names.some(name => name.startsWith(naming.spread))) return meansOnly(source);
  const used = new Set<string>();
  const missing: string[] = [];
  const tensors: PosteriorTensor[] = [];
  for (const name of names.filter(name => naming.pattern.test(name))) {
    const at = name.lastIndexOf(naming.mean);
    const other = name.slice(0, at) + naming.spread + name.slice(at + naming.mean.length);
    const mean = arrays[name]!;
    const spread = arrays[other];
    used.add(name).add(other);
    if (!spread) {
      missing.push(`'${other}' to go with '${name}'`);
      continue;
    }
    if (spread.shape.join() !== mean.shape.join()) {
      missing.push(`'${other}' of shape [${mean.shape.join(', ')}] (it has [${spread.shape.join(', ')}])`);
      continue;
    }
    const std = doublesOf(spread, `${file}, '${other}'`).map(naming.std);
    tensors.push({ name: naming.stem(name), shape: mean.shape, values: doublesOf(mean, `${file}, '${name}'`), std });
  }
  if (missing.length > 0) {
    throw new InputError(`${file}: lacks ${missing.join('; ')}; save the whole ${naming.format} model.`);
  }
  const ignored = names.filter(name => !used.has(name));
  const { format, layout } = naming;
  return { format, kind: 'moments', layout, tensors, ...noiseOf(source), ignored };
}

/** Our own export of a single network. */
function meansOnly(source: ArrayFile): ForeignPosterior {
  const { name: file, arrays } = source;
  const names = Object.keys(arrays).filter(name => name.startsWith('mean/'));
  return {
    format: 'posterohm',
    kind: 'point',
    layout: 'input-first',
    tensors: names.map(name => ({
      name: name.slice('mean/'.length),
      shape: arrays[name]!.shape,
      values: doublesOf(arrays[name]!, `${file}, '${name}'`),
    })),
    ...noiseOf(source),
    ignored: Object.keys(arrays).filter(name => !names.includes(name)),
  };
}
