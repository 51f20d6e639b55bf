import { InputError } from '../../base/index.ts';
import { batchNormsOf } from './batch-norms.ts';
import { type ArrayFile, type ForeignPosterior, noiseOf, type PosteriorTensor, tensorOf } from './tensors.ts';

/** How a tool names the two numbers that it holds of each weight, and what they mean. */
interface PairNaming {
  readonly format: string;
  readonly kind: 'moments' | 'bernoulli';
  readonly layouts: ForeignPosterior['layouts'];
  /** Whether names are those of modules, with deterministic layers beside the random ones. */
  readonly modules: boolean;
  /** Matches names of the first; the replacement of `first` by `second` gives the other name, `stem` the tensor's. */
  readonly pattern: RegExp;
  readonly first: string;
  readonly second: string;
  readonly stem: (name: string) => string;
  /** The spread from what is stored second; the magnitude of binary weights as it is. */
  readonly meaning: (stored: number) => number;
}

const softplus = (rho: number) => Math.max(rho, 0) + Math.log1p(Math.exp(-Math.abs(rho)));
const same = (stored: number) => stored;

const own = {
  format: 'posterohm',
  layouts: ['input-first'],
  modules: false,
  stem: (name: string) => name.replace(/^\w+\//, ''),
  meaning: same,
} as const;

const namings: readonly PairNaming[] = [
  {
    format: 'bayesian-torch',
    kind: 'moments',
    layouts: ['output-first'],
    modules: true,
    pattern: /(^|\.)mu_(kernel|weight|bias)$/,
    first: 'mu_',
    second: 'rho_',
    stem: name => name.replace(/mu_(?:kernel|weight)$/, 'weight').replace(/mu_bias$/, 'bias'),
    meaning: softplus,
  },
  {
    format: 'torchbnn',
    kind: 'moments',
    layouts: ['output-first'],
    modules: true,
    pattern: /(^|\.)(weight|bias)_mu$/,
    first: '_mu',
    second: '_log_sigma',
    stem: name => name.replace(/_mu$/, ''),
    meaning: Math.exp,
  },
  {
    format: 'blitz',
    kind: 'moments',
    layouts: ['output-first'],
    modules: true,
    pattern: /(^|\.)(weight|bias)_mu$/,
    first: '_mu',
    second: '_rho',
    stem: name => name.replace(/_mu$/, ''),
    meaning: softplus,
  },
  {
    format: 'numpyro-normal',
    kind: 'moments',
    layouts: ['input-first', 'channels-last'],
    modules: false,
    pattern: /_auto_loc$/,
    first: '_auto_loc',
    second: '_auto_scale',
    stem: name => name.replace(/_auto_loc$/, ''),
    meaning: same,
  },
  { ...own, kind: 'bernoulli', pattern: /^probability\//, first: 'probability/', second: 'magnitude/' },
  { ...own, kind: 'moments', pattern: /^mean\//, first: 'mean/', second: 'std/' },
];

/** Names of the schemes with two numbers per weight. */
export const pairFormats: readonly string[] = [...new Set(namings.map(naming => naming.format))];

/** Reads pairs where the names follow one of the schemes; undefined otherwise. */
export function readPairs(file: ArrayFile, wanted: string | undefined, epsilon: number): ForeignPosterior | undefined {
  const { arrays } = file;
  const names = Object.keys(arrays);
  const possible = namings.filter(
    ({ format, pattern }) => (wanted === undefined || wanted === format) && names.some(name => pattern.test(name)),
  );
  // Two schemes may name the first alike and the second not.
  const naming = possible.find(({ second }) => names.some(name => name.includes(second))) ?? possible[0];
  if (!naming) return undefined;
  const { format, kind, layouts, modules } = naming;
  const firsts = names.filter(name => naming.pattern.test(name));
  // Our own export of a single network has means alone.
  const alone = format === 'posterohm' && kind === 'moments' && !names.some(name => name.startsWith(naming.second));
  const { batchNorms, used } = modules ? batchNormsOf(file, epsilon) : { batchNorms: [], used: new Set<string>() };
  const known = new Set([...used, 'noise.std']);
  const missing: string[] = [];
  const tensors = firsts.map((name): PosteriorTensor => {
    const first = tensorOf(file, name, naming.stem(name));
    known.add(name);
    if (alone) return first;
    const at = name.lastIndexOf(naming.first);
    const other = name.slice(0, at) + naming.second + name.slice(at + naming.first.length);
    known.add(other);
    if (!arrays[other]) missing.push(`'${other}' to go with '${name}'`);
    else if (arrays[other].shape.join() !== first.shape.join()) {
      missing.push(`'${other}' of shape [${first.shape.join(', ')}] (it has [${arrays[other].shape.join(', ')}])`);
    }
    if (missing.length > 0) return first;
    const second = tensorOf(file, other).values.map(naming.meaning);
    return { ...first, ...(kind === 'bernoulli' ? { magnitude: second } : { std: second }) };
  });
  if (missing.length > 0) {
    throw new InputError(`${file.name}: lacks ${missing.join('; ')}; save the whole ${format} model.`);
  }
  const certain = modules ? names.filter(name => /(^|\.)(weight|bias)$/.test(name) && !known.has(name)) : [];
  for (const name of certain) {
    const tensor = tensorOf(file, name);
    tensors.push({ ...tensor, std: new Float64Array(tensor.values.length) });
    known.add(name);
  }
  return {
    format,
    kind: alone ? 'point' : kind,
    layouts,
    leads: [0],
    modules,
    tensors,
    batchNorms,
    ...noiseOf(file),
    ignored: names.filter(name => !known.has(name)),
  };
}
