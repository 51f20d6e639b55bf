import type { Citation } from '../../base/index.ts';
import { clip, polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const duration = 512e-9;

const cite: readonly Citation[] = [
  {
    tag: 'LeGallo23',
    text: 'M. Le Gallo et al., A 64-core mixed-signal in-memory compute chip based on phase-change memory for deep neural network inference, Nature Electronics 6:680–693, 2023',
    id: '10.1038/s41928-023-01010-1',
  },
];

/** What differs between a unit cell with one and with two devices in parallel; curves over g = G/high. */
interface HermesCell {
  readonly name: string;
  readonly title: string;
  readonly high: number;
  readonly startTime: number;
  /** Programming spread, S, low order first in g. */
  readonly sigma: readonly number[];
  readonly exponentStd: (g: number) => number;
  readonly readNoise: (g: number) => number;
}

/** The phase-change cell of the 64-core chip. */
export function hermesDevice({ name, title, high, startTime, sigma, exponentStd, readNoise }: HermesCell): Device {
  return {
    name,
    title,
    provenance: 'published fit',
    note: 'Statistics after iterative programming; the source does not separate device-to-device from cycle-to-cycle spread, all of it is redrawn at programming.',
    cite,
    cell: 'pcm',
    range: { low: 0, high },
    rest: { mean: 0, std: sigma[0]!, shape: 'normal' },
    readVoltage: 0.2,
    referenceTime: 86400,
    programming: { std: target => Math.max(polynomial(sigma, target / high), 0) },
    drift: {
      startTime,
      exponentMean: target => {
        const g = target / high;
        return g < 0.0945
          ? clip(-0.0387 * Math.log(g) - 0.0182, 0.072, 0.13)
          : polynomial([0.0736, -0.0126, -0.0436], g);
      },
      exponentStd: target => exponentStd(target / high),
    },
    read: {
      std: {
        relative: (target, time) =>
          readNoise(target / high) * Math.sqrt(Math.log((time + startTime + duration) / (2 * duration))),
      },
      shape: 'normal',
      spectrum: { startTime },
      duration,
    },
    stuck: { high: 0, low: 0 },
  };
}
