import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/pipeline/assessment.ts';
import { measurementOf, softwareOf } from '../../src/pipeline/measurement.ts';
import { keyOf } from '../../src/random/index.ts';
import { subjectFor } from './support.ts';

// 301 rows are two blocks of a chip; 151 × 2 logits end within a vector register.
const subject = await subjectFor({
  data: { source: 'two-moons', train: 60, validation: 60, test: 301 },
  network: { layers: ['dense 5 tanh', 'dense 2'] },
  posterior: { method: 'laplace' },
  sampling: { entropy: 'frozen', samples: 7 },
});

describe('predictions that are reduced as they are made', () => {
  const key = keyOf(1);
  const corruptions = [{ name: 'noise', strength: 0.3 }];
  const ask = (question: Partial<Question>) => ({ key, parts: true, losses: true, curves: true, ...question });
  const chip = (question: Question) => subject.own.run(measurementOf(question), { chip: 0, time: 60 });
  const software = (question: Question) => subject.own.run(softwareOf(question));

  test.each([
    {},
    { corruptions },
    { samples: 3 },
    { samples: 3, rows: { split: 'test', from: 20, count: 280 } as const },
  ])('have the bits of those that are held, asked for %j', async more => {
    for (const of of [chip, software]) {
      const { outputs, ...held } = await of(ask({ ...more, outputs: true }));
      expect(outputs!.test!.length).toBe((more.samples ?? 7) * (more.rows?.count ?? 301) * 2);
      expect(await of(ask(more))).toEqual(held);
    }
  });

  test('have metrics by prefix that are those of so many samples', async () => {
    for (const of of [chip, software]) {
      const { metrics } = await of(ask({ samples: 4 }));
      const { byPrefix } = await of(ask({ prefixes: [2, 4] }));
      for (const [name, value] of Object.entries(metrics)) expect(byPrefix![name]![1]).toBe(value);
    }
  });
});
