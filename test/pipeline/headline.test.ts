import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { evaluateDesign } from '../../src/pipeline/index.ts';
import { evaluatedFor } from './support.ts';

const input = (times: readonly string[] | undefined, hardware: Record<string, unknown> = {}) => ({
  data: { source: 'two-moons', train: 24, validation: 16, test: 16 },
  network: { layers: ['dense 3 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 4 },
  hardware: { device: 'pcm-ibm', array: { rows: 16, columns: 16 }, compensation: 'none', ...hardware },
  transfer: { limit: 2 },
  sampling: { samples: 3 },
  evaluate: { chips: 2, grid: 3, ...(times && { times }) },
});

test.each([
  ['hardware.time is among the times, though not first', ['20 s', '1 h', '30 d'], { time: '1 h' }, 1],
  ['the reference time of the device is', ['20 s', '1 d'], {}, 1],
  ['hardware.time is not among them', ['20 s', '30 d'], { time: '1 h' }, 0],
  ['no times are given', undefined, { time: '1 h' }, 0],
] as const)('figures are of the headline time where %s', async (_name, times, hardware, place) => {
  const { subject, evaluation } = await evaluatedFor(input(times, hardware));
  const { headlineTime } = evaluation;
  expect(headlineTime).toBe(evaluation.times[place]);
  for (const side of [evaluation.hardware, evaluation.deterministic]) {
    expect(side.metrics).toEqual(side.byTime[place]!.metrics);
    expect(side.byTime.map(({ time }) => time)).toEqual(evaluation.times);
    // Without compensation drift shows: no other time has these figures.
    const same = side.byTime.filter(({ metrics }) => metrics.nll!.mean === side.metrics.nll!.mean);
    expect(same).toHaveLength(1);
  }
  const { rows } = await evaluateDesign(
    subject.own.prepared,
    subject.design,
    { metrics: ['nll'], chips: subject.chips, times: [headlineTime] },
    { key: subject.root, job: jobOf() },
  );
  expect(rows.map(({ values }) => values.nll)).toEqual(evaluation.hardware.chips.map(({ nll }) => nll));
});
