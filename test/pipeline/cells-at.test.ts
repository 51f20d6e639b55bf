import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { defineExperiment } from '../../src/experiment/index.ts';
import { cellsAt, prepareExperiment, subjectOf } from '../../src/pipeline/index.ts';

/** Cells of a chip of an experiment whose hardware has these fields, a minute after programming. */
async function cellsWith(hardware: Record<string, unknown>, time = 60) {
  const experiment = defineExperiment({
    data: { source: 'two-moons', train: 48, validation: 16, test: 32 },
    network: { layers: ['dense 4 tanh', 'dense 2'] },
    posterior: { method: 'laplace' },
    hardware: { device: 'pcm-ibm', ...hardware },
    sampling: { entropy: 'frozen', samples: 2 },
    transfer: { limit: 2 },
  });
  const subject = subjectOf(experiment, await prepareExperiment(experiment), jobOf());
  return cellsAt(subject, { chip: 0, time }, jobOf());
}

test('errors that cells share are in what they conduct', async () => {
  const [plain, dead] = [await cellsWith({}), await cellsWith({ shared: { deadRows: 1 } })];
  expect(plain.conductance.some(g => g > 0)).toBe(true);
  expect(dead.chip.cells.programmed).toEqual(plain.chip.cells.programmed);
  expect(dead.conductance.every(g => g === 0)).toBe(true);
});

test('cells that are programmed anew are those of the last programming, as old as it is', async () => {
  const [first, before] = [await cellsWith({}), await cellsWith({ reprogram: 3600 })];
  expect(before.conductance).toEqual(first.conductance);
  const [just, later] = [await cellsWith({ reprogram: 3600 }, 3600), await cellsWith({ reprogram: 3600 }, 3660)];
  expect(just.chip.cells.programmed).not.toEqual(first.chip.cells.programmed);
  expect(just.conductance).toEqual(just.chip.cells.programmed);
  expect(later.conductance).not.toEqual(just.conductance);
});
