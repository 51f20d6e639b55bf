import { InputError, insist, type Job } from '../base/index.ts';
import {
  type Assignment,
  type DecodeOptions,
  decodeForeign,
  type FitOptions,
  type FittedPosterior,
  fitForeign,
  type NamedBytes,
} from '../data/index.ts';
import type { Parameter } from '../network/index.ts';
import { logDensity } from './density.ts';
import type { Model } from './model.ts';
import type { Posterior } from './posterior.ts';
import { decodePosterior, isPosterior } from './posterior-file.ts';
import { declaredNorms, wantedLayers } from './wanted-layers.ts';

export interface ImportOptions extends FitOptions, DecodeOptions {
  readonly progress?: Job['progress'];
}

/** A posterior of another tool on a declared network, and which tensor went where. */
export interface ImportedPosterior {
  readonly posterior: Posterior;
  /** Naming scheme, such as `bayesian-torch`; `posterohm` for our own files. */
  readonly format: string;
  readonly report: readonly Assignment[];
  /** Arrays that were not used. */
  readonly unused: readonly string[];
}

/**
 * Brings a posterior made elsewhere onto the network of a model: one file, or one file per member of an ensemble. All
 * tensors that do not fit are listed in one error. Batch normalisations are multiplied into the layers that they follow,
 * with the statistics of each member, unless the network declares them itself. Of draws, the best is the one with the highest posterior density
 * under the model. The spread of regression targets comes from the file (`noise.std`) or else from the model, where it
 * must be known. A file that `encodePosterior` made comes back as it was.
 */
export function importPosterior(
  files: readonly NamedBytes[],
  model: Model,
  { format, epsilon, taken, progress = () => {}, ...fit }: ImportOptions = {},
): ImportedPosterior {
  const own = files.length === 1 && !format && !fit.names && !fit.layout ? ownPosterior(files[0]!) : undefined;
  if (own) {
    checkParameters(own, model.network.parameters, files[0]!.name);
    const report = own.parameters.map(({ name, shape }) => ({
      name,
      shape,
      from: name,
      fromShape: shape,
      transposed: false,
      by: 'name' as const,
    }));
    return { posterior: own, format: 'posterohm', report, unused: [] };
  }
  const foreign = decodeForeign(files, { format, epsilon, taken });
  const fitted = fitForeign(foreign, wantedLayers(model.network), fit, declaredNorms(model.network));
  const noiseStd = noiseFor(model, foreign.noiseStd);
  return {
    posterior: posteriorOf(fitted, model, { format: foreign.format, files }, noiseStd, progress),
    format: foreign.format,
    report: fitted.report,
    unused: fitted.unused,
  };
}

/** Stops with one sentence that lists every tensor of a posterior that is not the network's. */
export function checkParameters(posterior: Posterior, wanted: readonly Parameter[], where: string): void {
  const shapes = (parameters: readonly Parameter[]) =>
    new Map(parameters.map(p => [p.name, `[${p.shape.join(', ')}]`]));
  const [has, needs] = [shapes(posterior.parameters), shapes(wanted)];
  const problems = [...new Set([...needs.keys(), ...has.keys()])]
    .filter(name => has.get(name) !== needs.get(name))
    .map(name => `${name} is ${has.get(name) ?? 'missing'} where the network has ${needs.get(name) ?? 'none'}`);
  insist(problems.length === 0, `${where}: ${problems.join('; ')}; check network.layers.`);
}

function ownPosterior({ name, bytes }: NamedBytes): Posterior | undefined {
  return isPosterior(bytes) ? decodePosterior(bytes, name) : undefined;
}

function posteriorOf(
  fitted: FittedPosterior,
  model: Model,
  { format, files }: { readonly format: string; readonly files: readonly NamedBytes[] },
  noiseStd: Float64Array | undefined,
  progress: Job['progress'],
): Posterior {
  const { kind, count, chains } = fitted;
  const { parameters, size } = model.network;
  checkValues(fitted, files.length === 1 ? files[0]!.name : `import (${format})`);
  const gather = (of: 'values' | 'std' | 'magnitude') => {
    const flat = new Float32Array(count * size);
    for (const { name, offset, size: length } of parameters) {
      const data = fitted.tensors[name]![of]!;
      for (let s = 0; s < count; s++) flat.set(data.subarray(s * length, (s + 1) * length), s * size + offset);
    }
    return flat;
  };
  const common = { method: `imported ${format}`, parameters, size, noiseStd, info: {} };
  if (kind === 'point') return { ...common, kind, mean: gather('values') };
  if (kind === 'moments') return { ...common, kind, mean: gather('values'), std: gather('std') };
  if (kind === 'bernoulli') {
    const [probability, magnitude] = [gather('values'), gather('magnitude')];
    return { ...common, kind, probability, magnitude, mean: magnitude.map((m, i) => (2 * probability[i]! - 1) * m) };
  }
  const samples = gather('values');
  return { ...common, kind, count, chains, samples, best: bestOf(samples, count, model, noiseStd, progress) };
}

/** Index of the draw with the highest posterior density. */
function bestOf(
  samples: Float32Array,
  count: number,
  model: Model,
  noiseStd: Float64Array | undefined,
  progress: Job['progress'],
): number {
  if (count === 1) return 0;
  const { size } = model.network;
  const density = logDensity(model);
  const position = new Float64Array(model.size);
  const gradient = new Float64Array(model.size);
  if (model.size > size) position.set(noiseStd!.map(Math.log), size);
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < count; s++) {
    position.set(samples.subarray(s * size, (s + 1) * size));
    const value = density.evaluate(gradient, position);
    if (value > highest) {
      highest = value;
      best = s;
    }
    progress((s + 1) / count, 'densities of the draws');
  }
  return best;
}

function noiseFor({ likelihood, targets }: Model, given: Float64Array | undefined): Float64Array | undefined {
  if (likelihood.kind !== 'homoscedastic') return undefined;
  if (given) {
    insist(
      given.length === targets && given.every(std => std > 0 && Number.isFinite(std)),
      `import: 'noise.std' must hold ${targets} positive spreads, one per target, got ${given.join(', ')}; correct it or leave it out.`,
    );
    return given;
  }
  if (likelihood.noiseStd !== 'learned') return new Float64Array(targets).fill(likelihood.noiseStd);
  throw new InputError({
    path: ['posterior', 'noise'],
    rule: "must be a number for a posterior whose file has no 'noise.std'",
    value: 'learned',
    hint: "give the spread of the targets around the network's output in standardised units",
  });
}

function checkValues({ kind, count, tensors, report }: FittedPosterior, where: string): void {
  const problems = report.flatMap(({ name, from, batchNorm }) => {
    const { values, std, magnitude } = tensors[name]!;
    const place = from === '' ? `'${batchNorm}'` : `'${from}'`;
    const broken = values.findIndex(value => !Number.isFinite(value));
    const draw = count > 1 ? ` (draw ${1 + Math.floor((broken * count) / values.length)} of ${count})` : '';
    const rules: ReadonlyArray<readonly [broken: boolean, rule: string]> = [
      [broken >= 0, `${place} holds values that are not finite${draw}`],
      [std?.every(s => s >= 0 && Number.isFinite(s)) === false, `the spread of ${place} is not finite or negative`],
      [
        kind === 'bernoulli' && !values.every(p => p >= 0 && p <= 1),
        `a probability in ${place} is not between 0 and 1`,
      ],
      [
        magnitude?.every(m => m > 0 && Number.isFinite(m)) === false,
        `a magnitude in ${place} is not positive and finite`,
      ],
    ];
    return rules.flatMap(([broken, rule]) => (broken ? [rule] : []));
  });
  insist(problems.length === 0, `${where}: ${problems.join('; ')}; save the posterior again.`);
}
