import { InputError, suggest } from '../../base/index.ts';
import { elements } from '../formats/index.ts';
import { type ForeignPosterior, naturally, type PosteriorTensor } from './tensors.ts';

/** A tensor of the declared network: weights [inputs, outputs], biases [outputs]. */
export interface WantedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface FitOptions {
  /** Foreign names by our names; without them tensors are assigned by order and shape. */
  readonly names?: Readonly<Record<string, string>>;
  /** How matrices are stored, where the format does not say it rightly. */
  readonly layout?: ForeignPosterior['layout'];
}

/** One line of the shape report. */
export interface Assignment {
  readonly name: string;
  readonly shape: readonly number[];
  readonly from: string;
  readonly fromShape: readonly number[];
  readonly transposed: boolean;
}

/** A foreign posterior in our names and layout. */
export interface FittedPosterior {
  readonly kind: ForeignPosterior['kind'];
  /** Draws or members in all; 1 for moments and points. */
  readonly count: number;
  readonly chains: number;
  /** By our names: `values` [count, …shape] row-major and, for moments, `std`. */
  readonly tensors: Readonly<Record<string, { readonly values: Float32Array; readonly std?: Float32Array }>>;
  readonly report: readonly Assignment[];
  /** Foreign arrays that were not used. */
  readonly unused: readonly string[];
}

/**
 * Assigns foreign tensors to those of a network and brings them into its layout. Tensors are taken in the natural order
 * of their names, and where shapes then disagree, by shape as long as that is unambiguous. Otherwise all disagreements
 * are listed in one error.
 */
export function fitForeign(
  foreign: ForeignPosterior,
  wanted: readonly WantedTensor[],
  { names, layout = foreign.layout }: FitOptions = {},
): FittedPosterior {
  const leads = foreign.kind === 'samples' ? [1, 2] : [0];
  let problems: string[] = [];
  for (const lead of leads) {
    const fits = (tensor: PosteriorTensor, { shape }: WantedTensor) =>
      sourceShapes(shape, layout, tensor.shape.slice(lead)) && tensor.shape.length > lead;
    const chosen = assign(foreign.tensors, wanted, fits, names);
    const draws = Array.isArray(chosen)
      ? new Set(chosen.map(tensor => tensor.shape.slice(0, lead).join('×')))
      : undefined;
    if (draws && draws.size <= 1) return brought(foreign, wanted, chosen as PosteriorTensor[], layout, lead);
    const found = draws
      ? [`numbers of draws differ: ${[...draws].join(', ')}`]
      : (chosen as { problems: string[] }).problems;
    if (problems.length === 0 || found.length < problems.length) problems = found;
  }
  throw new InputError(
    `import (${foreign.format}): ${problems.join('; ')}; check network.layers, or say which is which with names.`,
  );
}

/** Whether a stored shape (without leading axes) can hold the wanted one. */
function sourceShapes(
  wanted: readonly number[],
  layout: ForeignPosterior['layout'],
  stored: readonly number[],
): boolean {
  if (wanted.length !== 2)
    return stored.join() === wanted.join() || (wanted.length === 1 && elements(stored) === wanted[0]);
  const [inputs, outputs] = wanted as [number, number];
  if (stored.length < 2) return false;
  return layout === 'output-first'
    ? stored[0] === outputs && elements(stored.slice(1)) === inputs
    : stored.at(-1) === outputs && elements(stored.slice(0, -1)) === inputs;
}

type Fits = (tensor: PosteriorTensor, wanted: WantedTensor) => boolean;

function assign(
  tensors: readonly PosteriorTensor[],
  wanted: readonly WantedTensor[],
  fits: Fits,
  names?: Readonly<Record<string, string>>,
): PosteriorTensor[] | { problems: string[] } {
  if (names) return assignByName(tensors, wanted, fits, names);
  const ordered = [...tensors].sort((a, b) => naturally(a.name, b.name));
  const matrices = wanted.filter(({ shape }) => shape.length > 1);
  const candidates = ordered.filter(tensor => wanted.some(target => fits(tensor, target)));
  const order = new Map<WantedTensor, PosteriorTensor>();
  for (const group of [matrices, wanted.filter(target => !matrices.includes(target))]) {
    const taken = new Set(order.values());
    const fitting = candidates.filter(tensor => !taken.has(tensor) && group.some(target => fits(tensor, target)));
    group.forEach((target, i) => {
      if (fitting.length === group.length && fits(fitting[i]!, target)) order.set(target, fitting[i]!);
    });
    for (const target of group) {
      const possible = fitting.filter(tensor => fits(tensor, target));
      const rivals = group.filter(other => possible.some(tensor => fits(tensor, other)));
      if (!order.has(target) && possible.length === 1 && rivals.length === 1) order.set(target, possible[0]!);
    }
  }
  const chosen = wanted.flatMap(target => order.get(target) ?? []);
  if (chosen.length === wanted.length && new Set(chosen).size === chosen.length) return chosen;
  const given = ordered.map(tensor => `'${tensor.name}' [${tensor.shape.join(', ')}]`).join(', ');
  const open = wanted.filter(target => !order.has(target));
  return {
    problems: [
      ...(open.length > 0 ? open : wanted).map(
        ({ name, shape }) => `no single tensor fits ${name} [${shape.join(', ')}]`,
      ),
      `the file holds ${given}`,
    ],
  };
}

function assignByName(
  tensors: readonly PosteriorTensor[],
  wanted: readonly WantedTensor[],
  fits: Fits,
  names: Readonly<Record<string, string>>,
): PosteriorTensor[] | { problems: string[] } {
  const problems: string[] = [];
  const chosen: PosteriorTensor[] = [];
  const known = tensors.map(tensor => tensor.name);
  for (const target of wanted) {
    const from = names[target.name];
    const tensor = tensors.find(({ name }) => name === from);
    if (from === undefined) problems.push(`names says nothing about ${target.name}`);
    else if (!tensor) problems.push(`there is no '${from}' for ${target.name} (${suggest(from, known)})`);
    else if (!fits(tensor, target)) {
      problems.push(`'${from}' [${tensor.shape.join(', ')}] does not fit ${target.name} [${target.shape.join(', ')}]`);
    } else chosen.push(tensor);
  }
  return problems.length > 0 ? { problems } : chosen;
}

function brought(
  foreign: ForeignPosterior,
  wanted: readonly WantedTensor[],
  chosen: readonly PosteriorTensor[],
  layout: ForeignPosterior['layout'],
  lead: number,
): FittedPosterior {
  const leading = chosen[0]?.shape.slice(0, lead) ?? [];
  const count = elements(leading);
  const transposed = (target: WantedTensor) => layout === 'output-first' && target.shape.length === 2;
  const arranged = (values: Float64Array, target: WantedTensor) =>
    transposed(target) ? transpose(values, count, target.shape as [number, number]) : Float32Array.from(values);
  const tensors = wanted.map((target, i) => {
    const { values, std } = chosen[i]!;
    return [target.name, { values: arranged(values, target), ...(std && { std: arranged(std, target) }) }] as const;
  });
  return {
    kind: foreign.kind,
    count,
    chains: lead === 2 ? leading[0]! : 1,
    tensors: Object.fromEntries(tensors),
    report: wanted.map((target, i) => ({
      name: target.name,
      shape: target.shape,
      from: chosen[i]!.name,
      fromShape: chosen[i]!.shape,
      transposed: transposed(target),
    })),
    unused: [...foreign.ignored, ...foreign.tensors.filter(t => !chosen.includes(t)).map(t => t.name)],
  };
}

/** [count, outputs, inputs] → [count, inputs, outputs]. */
function transpose(values: Float64Array, count: number, [inputs, outputs]: readonly [number, number]): Float32Array {
  const out = new Float32Array(values.length);
  for (let s = 0; s < count; s++) {
    const from = s * inputs * outputs;
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) out[from + i * outputs + j] = values[from + j * inputs + i]!;
    }
  }
  return out;
}
