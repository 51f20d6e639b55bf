import { InputError } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors, type NdArray, ndArray } from '../data/index.ts';
import type { Parameter, WeightRanges } from '../network/index.ts';
import type { Posterior } from './posterior.ts';

const format = 'posterohm-posterior-1';

/**
 * A posterior as a safetensors file. Each network tensor is stored under its name with what it is in front:
 * `mean/0.weight` and `std/0.weight` (with `asked/0.weight` where
 * devices are to be asked for something else than the mean), or `samples/0.weight` [count, …shape]; `noise.std` where targets have noise. The
 * header's metadata hold `format`, `kind`, `method` and, as JSON, `details`.
 */
export function encodePosterior(posterior: Posterior): Uint8Array {
  const tensors: Record<string, NdArray> = {};
  const put = (prefix: string, flat: Float32Array, count: number | null) => {
    for (const { name, shape, offset, size } of posterior.parameters) {
      const rows = count ?? 1;
      const data = new Float32Array(rows * size);
      for (let s = 0; s < rows; s++) {
        const from = s * posterior.size + offset;
        data.set(flat.subarray(from, from + size), s * size);
      }
      tensors[`${prefix}/${name}`] = ndArray(count === null ? shape : [count, ...shape], data);
    }
  };
  const details: Record<string, unknown> = { info: posterior.info, order: posterior.parameters.map(p => p.name) };
  if (posterior.kind === 'samples') {
    put('samples', posterior.samples, posterior.count);
    details.chains = posterior.chains;
    details.best = posterior.best;
  } else put('mean', posterior.mean, null);
  if (posterior.kind === 'moments') {
    put('std', posterior.std, null);
    if (posterior.asked) put('asked', posterior.asked, null);
    if (posterior.tied) details.tied = posterior.tied;
    if (posterior.ranges) details.ranges = posterior.ranges;
  }
  if (posterior.kind === 'bernoulli') {
    put('probability', posterior.probability, null);
    put('magnitude', posterior.magnitude, null);
  }
  if (posterior.noiseStd) tensors['noise.std'] = ndArray([posterior.noiseStd.length], posterior.noiseStd);
  return encodeSafetensors(tensors, {
    format,
    kind: posterior.kind,
    method: posterior.method,
    details: JSON.stringify(details),
  });
}

/** Whether a file says of itself that `encodePosterior` made it: a safetensors header (JSON from byte 8 on) with its format. */
export function isPosterior(bytes: Uint8Array): boolean {
  if (bytes[8] !== 0x7b) return false;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return header.includes(`"format":"${format}"`);
}

/** The posterior in a file that `encodePosterior` made; `name` is the file's name for errors. */
export function decodePosterior(bytes: Uint8Array, name = 'posterior.safetensors'): Posterior {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  if (metadata.format !== format) {
    throw new InputError(
      `${name}: the header's 'format' must be '${format}', got '${metadata.format ?? ''}'; use 'posterohm import' for posteriors of other tools.`,
    );
  }
  const details = detailsOf(metadata.details ?? '', name);
  const sampled = metadata.kind === 'samples';
  const prefix = sampled ? 'samples' : 'mean';
  const find = (key: string): NdArray => {
    const found = tensors[key];
    if (found && found.dtype === 'f4') return found;
    throw new InputError(`${name}: must hold '${key}' in single precision; train or import the posterior again.`);
  };
  let offset = 0;
  const parameters: Parameter[] = details.order.map(parameter => {
    const stored = find(`${prefix}/${parameter}`).shape;
    const shape = sampled ? stored.slice(1) : stored;
    const size = shape.reduce((product, n) => product * n, 1);
    offset += size;
    return { name: parameter, shape, offset: offset - size, size };
  });
  const size = offset;
  const count = sampled ? (find(`samples/${details.order[0]}`).shape[0] ?? 0) : 1;
  const gather = (kind: string) => {
    const flat = new Float32Array(count * size);
    for (const p of parameters) {
      const { data, shape } = find(`${kind}/${p.name}`);
      if (data.length !== count * p.size) {
        throw new InputError(
          `${name}: '${kind}/${p.name}' has shape [${shape.join(', ')}], which does not fit the others.`,
        );
      }
      const values = data as Float32Array;
      const bad = values.findIndex(value => !Number.isFinite(value));
      if (bad >= 0) {
        throw new InputError({
          file: name,
          path: [`${kind}/${p.name}`],
          rule: `must be finite, got ${values[bad]} at entry ${bad}`,
          hint: 'train or import the posterior again',
        });
      }
      for (let s = 0; s < count; s++) flat.set(values.subarray(s * p.size, (s + 1) * p.size), s * size + p.offset);
    }
    return flat;
  };
  const noise = tensors['noise.std'];
  if (noise && !(noise.dtype === 'f8' && noise.data.every(std => Number.isFinite(std) && std > 0))) {
    throw new InputError({
      file: name,
      path: ['noise.std'],
      rule: 'must be finite and above 0, in double precision',
      hint: 'train or import the posterior again',
    });
  }
  const common = {
    method: metadata.method ?? '',
    parameters,
    size,
    noiseStd: noise ? Float64Array.from(noise.data as Float64Array) : undefined,
    info: details.info,
  };
  if (metadata.kind === 'moments') {
    const asked = `asked/${details.order[0]}` in tensors ? gather('asked') : undefined;
    const { tied, ranges } = details;
    return { ...common, kind: 'moments', mean: gather('mean'), std: gather('std'), tied, ranges, asked };
  }
  if (metadata.kind === 'bernoulli') {
    const [mean, probability, magnitude] = [gather('mean'), gather('probability'), gather('magnitude')];
    return { ...common, kind: 'bernoulli', mean, probability, magnitude };
  }
  if (metadata.kind === 'point') return { ...common, kind: 'point', mean: gather('mean') };
  if (!sampled) {
    throw new InputError(
      `${name}: the header's 'kind' must be samples, moments, bernoulli or point, got '${metadata.kind ?? ''}'; train or import the posterior again.`,
    );
  }
  const chains = details.chains ?? 1;
  const best = details.best ?? 0;
  if (count === 0 || count % chains !== 0 || best >= count) {
    throw new InputError(
      `${name}: ${count} draws do not divide into ${chains} chains; train or import the posterior again.`,
    );
  }
  return { ...common, kind: 'samples', count, chains, best, samples: gather('samples') };
}

interface Details {
  readonly order: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  readonly chains?: number;
  readonly best?: number;
  readonly tied?: { readonly device: string; readonly time: number };
  readonly ranges?: WeightRanges;
}

function detailsOf(text: string, name: string): Details {
  try {
    const details = JSON.parse(text) as Details;
    const whole = (n: unknown, least: number) => n === undefined || (Number.isSafeInteger(n) && (n as number) >= least);
    const named =
      Array.isArray(details.order) && details.order.length > 0 && details.order.every(n => typeof n === 'string');
    if (named && whole(details.chains, 1) && whole(details.best, 0)) return { ...details, info: details.info ?? {} };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new InputError(`${name}: the header's 'details' cannot be read; train or import the posterior again.`);
}
