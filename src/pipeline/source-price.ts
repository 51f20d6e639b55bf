import { InputError, insist, together } from '../base/index.ts';
import type { ArchitectureInput, Workload } from '../cost/index.ts';
import { type Device, deviceOf, findDevice } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import { selectorBits } from '../inference/index.ts';

/** What the price of a design says of its source of randomness. */
export interface SourcePrice {
  readonly workload: Pick<
    Workload,
    | 'entropy'
    | 'copies'
    | 'readInterval'
    | 'batch'
    | 'inputPeriod'
    | 'settle'
    | 'secondProduct'
    | 'summed'
    | 'posterior'
    | 'weightBits'
    | 'cells'
    | 'write'
  >;
  /** The architecture that realises it where a design names none. */
  readonly kind: ArchitectureInput['kind'];
  /** Fields of architectures that the source decides. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Whether a design's source reads arrays whose sums are converted, word lines being driven together. */
export const convertsSums = (design: Design): boolean =>
  ['analog-core', 'frozen-copies'].includes(sourcePrice(design).kind);

/** What a design's source is priced as; sources that nothing realises are refused. */
export function sourcePrice({ sampling, posterior, hardware }: Design): SourcePrice {
  switch (sampling.entropy) {
    case 'frozen':
      return { workload: { entropy: 'frozen' }, kind: 'frozen-copies' };
    case 'read':
      return {
        workload: { entropy: 'read', ...pace(sampling) },
        kind: 'analog-core',
      };
    case 'frozen-read':
      return {
        workload: {
          entropy: 'frozen',
          copies: Math.min(sampling.copies, sampling.samples),
          ...pace(sampling),
        },
        kind: 'frozen-copies',
      };
    case 'binary':
      return {
        workload: { entropy: 'read', posterior: 'bernoulli', weightBits: 1, ...pace(sampling) },
        kind: 'binary-noise-plane',
        fields: { resample: resampleOf(sampling) },
      };
    case 'switching': {
      const bits = sampling.cells === undefined ? deviceOf(hardware.device) : findDevice(sampling.cells);
      const write = pulsesOf(bits);
      if (posterior.method !== 'bernoulli') {
        return { workload: { entropy: 'switching', ...pace(sampling), write }, kind: 'analog-core' };
      }
      const cells = {
        cell: bits.cell ?? 'rram',
        readVoltage: bits.readVoltage,
        conductance: (bits.range.low + bits.range.high) / 2,
        cellsPerWeight: 1,
        ...(bits.read && { readTime: bits.read.duration }),
      } as const;
      return {
        workload: { entropy: 'switching', posterior: 'bernoulli', weightBits: 1, cells, write },
        kind: 'binary-noise-plane',
        fields: { resample: resampleOf(sampling) },
      };
    }
    case 'reprogram':
      return { workload: { entropy: 'reprogram', settle: sampling.settle }, kind: 'analog-core' };
    case 'output':
      return {
        workload: {
          entropy: 'output',
          ...pace(sampling),
          secondProduct: sampling.spread === 'matched',
        },
        kind: 'analog-core',
      };
    case 'sum': {
      const { low, high } = deviceOf(hardware.device).range;
      const { cells, bits } = sampling;
      return {
        workload: {
          entropy: 'sum',
          weightBits: bits,
          summed: { cells, bits: selectorBits(cells), conductance: (low + high) / 2 },
        },
        kind: 'sram-cim',
        fields: { resample: resampleOf(sampling) },
      };
    }
    case 'generator': {
      const { bits, generator } = sampling;
      const binary = posterior.method === 'bernoulli';
      return {
        workload: {
          entropy: 'generator',
          ...(binary ? { posterior: 'bernoulli', weightBits: 1 } : { weightBits: bits }),
        },
        kind: 'digital-sram',
        fields: {
          generator: binary ? 'lfsr' : generator,
          parameterBits: bits,
          resample: resampleOf(sampling),
          noise: 'weights',
          lanesPerDraw: 1,
        },
      };
    }
  }
  throw new InputError({
    path: ['sampling', 'entropy'],
    rule: `no architecture realises '${(sampling as { entropy: string }).entropy}', so that it has no price`,
    hint: 'choose a source of the package to have one',
  });
}

/** How often a weight is drawn, as architectures have it. */
const resampleOf = ({ hold }: { readonly hold: 'input' | 'position' }) =>
  hold === 'input' ? 'per-sample' : 'per-read';

/** How fast reads of a source follow each other. */
const pace = (sampling: {
  readonly interval: number;
  readonly batch: number;
  readonly period?: number | undefined;
}) => ({
  readInterval: sampling.interval,
  batch: sampling.batch,
  ...(sampling.period !== undefined && { inputPeriod: sampling.period }),
});

/** A reset and a pulse; undefined where the device says not what they take. */
function pulsesOf({ write: { energy, duration, endurance } = {} }: Device): Workload['write'] {
  if (energy === undefined || duration === undefined) return undefined;
  return { pulses: 2, energy, duration, ...(endurance !== undefined && { endurance }) };
}

/**
 * The architecture of a design: its own, or the one that realises its source, which refuses other sources itself. A source that
 * decides fields of its architecture has no other, and the architecture may not say otherwise.
 */
export function realised({ architecture, sampling }: Design, { kind, fields }: Omit<SourcePrice, 'workload'>) {
  insist(!fields || !architecture || architecture.kind === kind, {
    path: ['architecture', 'kind'],
    rule: `'${architecture?.kind}' does not realise the entropy '${sampling.entropy}'`,
    hint: `choose '${kind}', or leave architecture out`,
  });
  const stated = { ...architecture } as Readonly<Record<string, unknown>>;
  together(
    Object.entries(fields ?? {}).map(
      ([field, value]) =>
        () =>
          insist(stated[field] === undefined || stated[field] === value, {
            path: ['architecture', field],
            rule: `must be ${typeof value === 'string' ? `'${value}'` : value}, as sampling has the entropy '${sampling.entropy}'`,
            value: stated[field],
            hint: 'leave it out, or change sampling',
          }),
    ),
  );
  return { ...(architecture ?? { kind }), ...fields } as ArchitectureInput;
}
