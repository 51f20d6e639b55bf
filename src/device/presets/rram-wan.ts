import type { Citation } from '../../base/index.ts';
import { interpolate, polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const high = 40e-6;

/** ln of 1 s, 1 day and 2 days. */
const logTimes = [0, Math.log(86400), Math.log(172800)];

/** Total spread at those times, µS, low order first in g = G/40 µS. */
const sigma = [
  [0.348, 16.03, -43.853, 45.393, -16.815],
  [0.701, 22.086, -50.773, 47.095, -16.458],
  [0.782, 20.274, -43.507, 37.062, -11.934],
];

/** Total spread at a time, S; between the measured times linear in ln t, constant outside. */
function totalStd(target: number, time: number): number {
  const g = target / high;
  const atTimes = sigma.map(coefficients => Math.max(polynomial(coefficients, g), 0));
  return 1e-6 * interpolate(logTimes, atTimes, Math.log(time));
}

const cite: readonly Citation[] = [
  {
    tag: 'Wan22',
    text: 'W. Wan et al., A compute-in-memory chip based on resistive random-access memory, Nature 608:504–512, 2022',
    id: '10.1038/s41586-022-04992-8',
  },
];

/** HfOₓ cells of the NeuRRAM chip: the spread grows by relaxation within two days of programming. */
export const rramWan: Device = {
  name: 'rram-wan',
  title: 'HfOₓ resistive memory of the NeuRRAM chip',
  provenance: 'published fit',
  note: 'Total spreads at 1 s, 1 day and 2 days after program-and-verify; programming has that of 1 s, relaxation adds the rest in quadrature, held constant beyond 2 days. Read noise of 1 % taken as white.',
  cite,
  range: { low: 0, high },
  rest: { mean: 0, std: 0.348e-6, shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 6,
  programming: { std: target => totalStd(target, 1) },
  relaxation: {
    mean: () => 0,
    std: (target, time) => Math.sqrt(Math.max(0, totalStd(target, time) ** 2 - totalStd(target, 1) ** 2)),
  },
  read: { std: { relative: () => 0.01 }, shape: 'normal', spectrum: 'white', duration: 1e-6 },
  extrapolation: { from: 172800 },
  stuck: { high: 0, low: 0 },
};
