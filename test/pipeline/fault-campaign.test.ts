import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { faultCampaign, memoryStore, subjectOf } from '../../src/pipeline/index.ts';
import type { Store } from '../../src/pipeline/stage.ts';
import { experimentOf, preparedOf } from './support.ts';

const moons: Fields = {
  data: { source: 'two-moons', train: 32, validation: 40, test: 40 },
  network: { layers: ['dense 4 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 20 },
  hardware: { device: 'oxram-hfo2', array: { rows: 16, columns: 16 } },
  sampling: { samples: 8, stopping: { risk: 0.1, error: 0.1 } },
  evaluate: { chips: 1 },
};

test('broken chips stop by the rule of the design, which knows nothing of faults', async () => {
  const made: string[] = [];
  const kept = memoryStore(1 << 26);
  const store: Store = {
    once: (entry, make, job) =>
      kept.once(
        entry,
        own => {
          made.push(entry.stage);
          return make(own);
        },
        job,
      ),
  };
  const prepared = await preparedOf(moons, '.', store);
  const subject = await subjectOf(experimentOf(moons), prepared, jobOf());
  const { levels } = await faultCampaign(subject, prepared, 0.8, jobOf());
  const times = (stage: string) => made.filter(name => name === stage).length;
  expect(levels.length).toBeGreaterThan(15);
  for (const stage of ['training', 'range', 'plan', 'stopping']) expect(times(stage), stage).toBe(1);
  // Ten strengths of stuck cells and lost range; converters, wires and dead lines leave what is programmed as it was.
  expect(times('chip')).toBeGreaterThanOrEqual(11);
});
