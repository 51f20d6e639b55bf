import { InputError } from '../base/index.ts';
import { epochsOf, methods, passesOfAware, passesOfTied } from '../bayes/index.ts';
import { type Device, momentsAt, readStdOf } from '../device/index.ts';
import type { Fields } from '../experiment/index.ts';
import type { Subject } from './subject.ts';

/** The experiment whose variants compare the parts of hardware-aware training. */
export interface Ablation {
  /** Plain mean-field training, with the others as variants. */
  readonly input: Fields;
  /** Names of the parts that this device and these converters have. */
  readonly parts: readonly string[];
}

/**
 * Turns an experiment into its ablation: plain mean-field variational inference, and as variants the starting point of
 * hardware-aware training without any part, each part alone, all together, and the device-tied posterior. Every training
 * passes over the rows equally often (counting starting points and trials of weight ranges), with the options of the
 * experiment's posterior that its method knows. The transfer is the experiment's where its own posterior is one of these,
 * else `mean-field`, which programs the moments that hardware-aware training counts on. Variants of the experiment itself
 * are left out.
 */
export function ablationOf(input: Fields, subject: Subject): Ablation {
  const given = input.posterior as Fields;
  const own = given.method === 'hardware-aware' ? given : {};
  const options = methods['hardware-aware'].schema.parse({
    method: 'hardware-aware',
    ...knownTo('hardware-aware', given),
  });
  const epochs = epochsOf(subject.model, options);
  const { weightRange } = subject.experiment.hardware;
  const layers = subject.model.network.matrices.length;
  const passes = passesOfAware(epochs, options.limit, weightRange, layers);
  const tied = {
    ...knownTo('device-tied', given.method === 'device-tied' ? given : only(given, shared)),
    method: 'device-tied',
  } as const;
  const { limit } = methods['device-tied'].schema.parse(tied);
  const parts = partsOf(subject, own);
  if (Object.keys(parts).length === 0) {
    throw new InputError({
      path: ['hardware'],
      rule: 'has nothing that training could know',
      hint: 'choose a device with noise or converters with bits',
    });
  }
  const none = Object.fromEntries(Object.keys(off).map(part => [part, false]));
  const aware = (on: Readonly<Record<string, unknown>>) => ({
    posterior: { ...knownTo('hardware-aware', given), epochs, ...none, ...on, method: 'hardware-aware' },
  });
  const { variants: _variants, transfer = {}, ...rest } = input;
  const kept = (compared as readonly unknown[]).includes(given.method);
  return {
    parts: Object.keys(parts),
    input: {
      ...rest,
      transfer: {
        method: 'mean-field',
        ...(kept ? (transfer as object) : only(transfer as Fields, programmed)),
      },
      title: `${subject.experiment.name}: what each part of hardware-aware training is worth`,
      posterior: { ...knownTo('mean-field', given), method: 'mean-field', epochs: passes },
      variants: {
        'starting point alone': aware({}),
        ...Object.fromEntries(
          Object.entries(parts).map(([part, value]) => [`${part} alone`, aware({ [part]: value })]),
        ),
        'all parts': aware(parts),
        'device-tied': {
          posterior: { ...tied, epochs: Math.ceil(passes / passesOfTied(limit, weightRange, layers)) },
        },
      },
    },
  };
}

const compared = ['mean-field', 'hardware-aware', 'device-tied'] as const;

/** Options that every transfer has. */
const programmed = ['programming', 'limit'];

/** Parts of hardware-aware training, and what each is called in its options. */
const off = {
  technological: false,
  drift: false,
  readNoise: false,
  wires: false,
  converters: false,
  stuck: false,
} as const;

/** Options that mean the same for every method; step sizes and draws are each method's own. */
const shared = ['prior', 'noise', 'batch', 'precision'];

function only(options: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

const knownTo = (method: (typeof compared)[number], options: Fields): Fields =>
  only(
    options,
    Object.keys(methods[method].schema.shape).filter(name => name !== 'method'),
  );

/** What each part is switched on with, of those that the hardware has. */
function partsOf({ experiment, device, time, times }: Subject, own: Fields): Record<string, unknown> {
  const { inputBits, outputBits, readNoise, wires } = experiment.hardware;
  const range = driftRange(own, times, time);
  const high = device.range.high;
  const parts: Record<string, unknown> = { technological: own.technological || true };
  if (range && drifts(device, range)) parts.drift = range;
  if (readNoise && readStdOf(device, high, time, momentsAt(device, high, time).mean) > 0) parts.readNoise = true;
  if (wires) parts.wires = true;
  if (inputBits !== null || outputBits !== null) parts.converters = true;
  if (device.stuck.high + device.stuck.low > 0) parts.stuck = true;
  return parts;
}

/** The experiment's own range of read times, or from the first to the last time that it looks at. */
function driftRange(own: Fields, times: readonly number[], time: number): [number, number] | undefined {
  if (Array.isArray(own.drift)) return own.drift as [number, number];
  const positive = [...times, time].filter(t => t > 0);
  const [first, last] = [Math.min(...positive), Math.max(...positive)];
  return last > first ? [first, last] : undefined;
}

function drifts(device: Device, [first, last]: readonly [number, number]): boolean {
  const [before, after] = [first, last].map(t => momentsAt(device, device.range.high, t)) as [
    ReturnType<typeof momentsAt>,
    ReturnType<typeof momentsAt>,
  ];
  return before.mean !== after.mean || before.std !== after.std;
}
