import { type Device, findDevice, fitDevice, momentsAt } from '../../src/device/index.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { type Campaign, measure } from './synthetic.ts';

const uS = 1e-6;
const base: Device = {
  ...findDevice('ideal'),
  range: { low: 0, high: 100 * uS },
  programming: { std: g => uS + 0.02 * g },
  read: { std: { relative: () => 0.01 }, shape: 'normal', spectrum: 'white', duration: 1e-6 },
};
const exponents = {
  exponentMean: (g: number) => 0.06 - (0.03 * g) / (100 * uS),
  exponentStd: () => 0.01,
};
const settled = (time: number) => Math.min(1, Math.log1p(Math.max(1, time)) / Math.log(301));

/** A device for every law of ageing that a fit can choose. */
export const ageingDevices: Readonly<Record<string, Device>> = {
  none: base,
  power: { ...base, drift: { law: 'plain', startTime: 1, ...exponents } },
  'shifted-power': { ...base, drift: { law: 'shifted', startTime: 50, ...exponents } },
  logarithmic: {
    ...base,
    relaxation: {
      mean: (g, t) => -0.004 * g * Math.log(Math.max(1, t)),
      std: (_, t) => (0.3 + 0.1 * Math.log(Math.max(1, t))) * uS,
    },
  },
  standstill: {
    ...base,
    relaxation: { mean: (g, t) => -0.02 * g * settled(t), std: (_, t) => 0.5 * uS * settled(t) },
  },
};

/** Five sizes of measurement campaigns. */
export const campaigns: readonly Campaign[] = [
  { devices: 10, targets: [30, 90], times: [1, 10, 100, 1e3, 1e4], reads: 1 },
  { devices: 20, targets: [20, 50, 90], times: [0, 60, 600, 3600, 86400], reads: 1 },
  { devices: 40, targets: [10, 30, 60, 100], times: [1, 10, 100, 1e3, 1e4, 1e5], reads: 2 },
  { devices: 100, targets: [20, 40, 60, 80, 100], times: [0, 60, 3600, 86400], reads: 2 },
  { devices: 300, targets: [10, 25, 40, 60, 80, 100], times: [2, 20, 200, 2e3, 2e4, 2e5, 2e6], reads: 1 },
].map(campaign => ({ ...campaign, cycles: 1, targets: campaign.targets.map(target => target * uS) }));

/** Of the levels of campaigns, how many have their true mean a decade after the last read within the stated band. */
export function coverage(
  law: string,
  of: readonly Campaign[],
  seeds: readonly number[],
  bootstraps: number,
): { readonly inside: number; readonly count: number; readonly width: number; readonly chosen: readonly string[] } {
  const device = ageingDevices[law]!;
  const chosen: string[] = [];
  let inside = 0;
  let count = 0;
  let width = 0;
  for (const campaign of of) {
    for (const seed of seeds) {
      const fit = fitDevice(measure(device, campaign, fold(keyOf(seed), law)), { bootstraps });
      chosen.push(fit.ageing.law);
      const later = 10 * campaign.times.at(-1)!;
      for (const { target, time, mean, low, high } of fit.forecasts) {
        if (Math.abs(time / later - 1) > 1e-9) continue;
        const truth = momentsAt(device, target, time).mean;
        count++;
        if (low <= truth && truth <= high) inside++;
        width += (high - low) / (2 * mean);
      }
    }
  }
  return { inside, count, width: width / count, chosen };
}
