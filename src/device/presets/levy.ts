import type { Citation } from '../../base/index.ts';
import { interpolate, polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const uS = 1e-6;

/** Mean conductance of each of 32 levels as read first, µS: what a target stands for. */
const targets = [
  6.952, 11.43, 13.31, 15.04, 15.71, 24.76, 32.08, 45.41, 54.6, 58.76, 67.01, 73.95, 84.19, 94.42, 101.2, 110.4, 117.4,
  124.8, 134.7, 140.3, 148.7, 158.1, 165.3, 172.4, 180.6, 188.5, 196.3, 202.4, 210.8, 219.1, 226.5, 236.9,
];

/** Probabilities of the quantiles. */
const probabilities = [
  0.0078125, 0.0171995, 0.0349029, 0.0653975, 0.113374, 0.182313, 0.272792, 0.381252, 0.5, 0.618748, 0.727208, 0.817687,
  0.886626, 0.934603, 0.965097, 0.982801, 0.992188,
];

/** Spread of one read from the next over √2, µS, at conductances in µS; 101 cells, constant outside. */
const readAt = [16.51, 23.85, 25.77, 27.99, 41.36];
const readStd = [0.35, 0.279, 0.753, 0.493, 1.41];

const cite: readonly Citation[] = [
  {
    tag: 'Levy21',
    text: 'A. Levy et al., RADAR: a fast and energy-efficient programming technique for multiple bits-per-cell RRAM arrays, IEEE Transactions on Electron Devices, 2021, with the data published beside it',
    id: '10.1109/TED.2021.3097975',
  },
];

/** One condition of the cells; conductances in µS. */
interface LevyState {
  readonly name: string;
  readonly title: string;
  readonly condition?: string;
  /** Mean over target/largest target, low order first; the target itself where absent. */
  readonly mean?: readonly number[];
  /** Spread at each target. */
  readonly std: readonly number[];
  /** Quantiles at each target, in spreads from the mean. */
  readonly quantiles: readonly (readonly number[])[];
  readonly rest: { readonly mean: number; readonly std: number };
}

/** Filamentary cells written by incremental pulses to 32 levels, 32 cells each, from measurements. */
export function levyDevice({ name, title, condition, mean, std, quantiles, rest }: LevyState): Device {
  const high = targets.at(-1)!;
  return {
    name,
    title,
    provenance: 'measured',
    ...(condition !== undefined && { condition }),
    note: 'Fitted by device fit to 1,024 cells, 32 a level, read once: device-to-device and cycle-to-cycle spread are not told apart, the noise of one read is part of the spread, and the delay from programming to the read was not recorded. A target is the mean of its level as read first, 20 to 32 µS below the range that was asked for. The cells were written by incremental pulses with verification, so one draw stands for program-and-verify and nothing is known of a single pulse. A cell at rest is in the lowest level. Read noise is that of one read from the next, of 101 other cells mostly at 19 to 34 µS, independent from read to read for want of a time scale; over 2,001 reads those cells wandered by 10 % of their conductance and 42 % of them switched between two levels.',
    cite,
    range: { low: targets[0]! * uS, high: high * uS },
    rest: { mean: rest.mean * uS, std: rest.std * uS, shape: 'lognormal' },
    readVoltage: 0.2,
    referenceTime: 6,
    programming: {
      ...(mean && { mean: target => uS * polynomial(mean, target / uS / high) }),
      std: target => uS * interpolate(targets, std, target / uS),
      shape: { targets: targets.map(target => target * uS), probabilities, quantiles },
      procedure: 'program-and-verify',
    },
    read: {
      std: { absolute: conductance => uS * interpolate(readAt, readStd, conductance / uS) },
      shape: 'normal',
      spectrum: 'white',
      duration: 1e-6,
    },
    stuck: { high: 0, low: 0 },
  };
}
