import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { type Device, findDevice, registerDevice } from '../../src/device/index.ts';
import { outputLines, straighten } from '../../src/pipeline/output-lines.ts';
import { lastProgrammed } from '../../src/pipeline/reading.ts';
import { compensations, programChip } from '../../src/transfer/index.ts';
import { key, network, plan } from '../transfer/fixtures.ts';

const day = 86_400;
const pcm = findDevice('pcm-ibm');
/** Half of the spread is frozen in the cells. */
const frozen: Device = {
  ...pcm,
  name: 'half-frozen',
  programming: {
    std: g => pcm.programming.std(g) * Math.SQRT1_2,
    deviceStd: g => pcm.programming.std(g) * Math.SQRT1_2,
  },
};
registerDevice(frozen);
const device = { preset: frozen.name, spread: 1 };
const p = plan('joint', { on: frozen, copies: 60 });
const chip = programChip(key, p, frozen, { kind: 'single-pulse' });

describe('programming at intervals', () => {
  const at = (time: number, reprogram?: number) =>
    lastProgrammed(chip, { device, programming: 'single-pulse', reprogram }, time, jobOf());

  test('starts time anew and draws cycles again, but not what is frozen', async () => {
    expect(await at(3 * day)).toEqual({ chip, time: 3 * day });
    expect(await at(day - 1, day)).toEqual({ chip, time: day - 1 });
    const { chip: again, time } = await at(3 * day + 60, day);
    expect(time).toBe(60);
    const third = (await at(3 * day + 90, day)).chip.cells.programmed;
    expect(third).toEqual(again.cells.programmed);
    expect((await at(2 * day, day)).chip.cells.programmed).not.toEqual(third);
    // Errors of two programmings share the frozen half of their variance: correlation 1/2, where none is cut at 0.
    let [both, one, other, count] = [0, 0, 0, 0];
    p.target.forEach((goal, i) => {
      if (goal < 5e-6) return;
      const std = pcm.programming.std(goal);
      const [a, b] = [(chip.cells.programmed[i]! - goal) / std, (third[i]! - goal) / std];
      both += a * b;
      one += a * a;
      other += b * b;
      count++;
    });
    expect(count).toBeGreaterThan(400);
    expect(Math.abs(both / Math.sqrt(one * other) - 0.5)).toBeLessThan(4 / Math.sqrt(count));
  });

  test('cannot be said of a measured chip', async () => {
    const { key: _none, ...real } = chip;
    await expect(
      lastProgrammed(real, { device, programming: 'single-pulse', reprogram: day }, 2 * day, jobOf()),
    ).rejects.toThrow(/hardware\.reprogram: programs cells anew, which cannot be said of a measured chip/);
  });
});

describe('a correction of outputs', () => {
  const validation = { inputs: new Float32Array(200).map((_, i) => i), count: 100 };
  const says = async ({ count }: { count: number }, time: number) => ({
    // Two samples whose mean is the input's number, shrunk and shifted with time.
    values: Float32Array.from({ length: 2 * count * 2 }, (_, i) => {
      const row = Math.floor(i / 2) % count;
      const noise = i < 2 * count ? 1 : -1;
      return (time > 0 ? 0.5 * row + 3 : row) + noise;
    }),
    samples: 2,
    count,
    outputs: 2,
  });

  test('brings back what the chip gave when the plan’s weights counted, and nothing before', async () => {
    const lines = await outputLines(compensations.logits, day, p, network, { validation, outputs: says });
    const { values } = await says({ count: 5 }, day);
    straighten({ values, samples: 2, count: 5, outputs: 2 }, lines);
    for (let row = 0; row < 5; row++) expect((values[2 * row]! + values[2 * (row + 5)]!) / 2).toBeCloseTo(row, 4);
    expect(await outputLines(compensations.logits, 0, p, network, { validation, outputs: says })).toBeUndefined();
    expect(await outputLines(compensations.global, day, p, network, { validation, outputs: says })).toBeUndefined();
  });
});
