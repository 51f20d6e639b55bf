import { describe, expect, test } from 'vitest';
import { devices, fitDevice } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { ageingDevices, campaigns, coverage } from '../device/ageing-laws.ts';
import { measure } from '../device/synthetic.ts';

/** Numbers to check per preset; the campaign is repeated until there are as many. */
const enough = 200;

/** Spread curves that are no polynomials: what the best polynomial is off by adds to the standard error, as a share. */
const misfit: Readonly<Record<string, number>> = { sonos: 0.05 };

/** Programming without spread: its estimate cannot fall below zero, so errors are one-sided. */
const exact = new Set(['ideal', 'rram-lin']);

/** Cells measured level by level have no smooth curves that a polynomial could find again. */
const presets = Object.values(devices).filter(
  device => !exact.has(device.name) && device.programming.procedure === undefined,
);

describe('device fit recovers presets from synthetic measurements within its standard errors', () => {
  test.each(presets.map(device => [device.name, device] as const))('%s', (_, device) => {
    const { low, high } = device.range;
    const from = Math.max(low, 0.1 * high);
    const targets = device.levels
      ? Array.from(
          new Set(
            Array.from({ length: 7 }, (_, i) => device.levels![Math.round((i * (device.levels!.length - 1)) / 6)]!),
          ),
        )
      : Array.from({ length: 7 }, (_, i) => from + ((high - from) * i) / 6);
    let within = 0;
    let count = 0;
    for (let seed = 0; seed < 4 || count < enough; seed++) {
      const data = measure(
        device,
        { targets, devices: 120, cycles: 1, times: [0, 60, 3600, 86400], reads: 2 },
        keyOf(seed),
      );
      const { levels, parameters } = fitDevice(data, { bootstraps: 100 });
      const check = (value: number, truth: number, error: number): void => {
        count++;
        if (Math.abs(value - truth) <= 2 * error + 1e-12 * Math.abs(truth)) within++;
      };
      for (const level of levels) {
        const truth = Math.hypot(
          device.programming.std(level.target),
          device.programming.deviceStd?.(level.target) ?? 0,
        );
        check(level.curveStd, truth, level.curveStdError + ((misfit[device.name] ?? 0) * truth) / 2);
      }
      for (const { name, value, standardError } of parameters) {
        const found =
          /^(drift\.exponentMean|drift\.exponentStd|relaxation\.std|relaxation\.mean) at (\S+) µS(?:, (\S+ k?s))?$/.exec(
            name,
          );
        if (!found) continue;
        const target = targets.find(t => (t * 1e6).toPrecision(4) === Number(found[2]).toPrecision(4))!;
        const time = { '60 s': 60, '3.6 ks': 3600, '86.4 ks': 86400 }[found[3] ?? ''] ?? 0;
        const truth = {
          'drift.exponentMean': () => device.drift!.exponentMean(target),
          'drift.exponentStd': () => device.drift!.exponentStd(target),
          'relaxation.mean': () => device.relaxation!.mean(target, time),
          'relaxation.std': () => device.relaxation!.std(target, time),
        }[found[1]!]!();
        if (truth > 0 || found[1] === 'relaxation.mean') check(value, truth, standardError);
      }
    }
    expect(within / count, `${within} of ${count} within two standard errors`).toBeGreaterThan(0.87);
  });
});

describe('the mean a decade after the last read lies within its band of 95 %', () => {
  const seeds = Array.from({ length: 24 }, (_, seed) => seed);
  test.each(Object.keys(ageingDevices))('%s, five sizes', law => {
    let [inside, count] = [0, 0];
    campaigns.forEach((campaign, size) => {
      const found = coverage(law, [campaign], seeds, 60);
      inside += found.inside;
      count += found.count;
      const chosen = [...new Set(found.chosen)].join(', ');
      console.info(
        `${law}, size ${size + 1}: ${found.inside} of ${found.count} within bands of ± ${(100 * found.width).toFixed(1)} %; chosen: ${chosen}`,
      );
    });
    expect(inside / count, `${inside} of ${count}`).toBeGreaterThan(0.925);
  });
});
