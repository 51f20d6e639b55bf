import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Fields } from '../../src/experiment/index.ts';
import { collectGarbage } from '../../src/explore/collect-garbage.ts';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import { openSource, writeSource } from '../../src/explore/designs/study-folder.ts';
import { study } from '../../src/explore/study.ts';
import { searchSamplers } from '../../src/search/index.ts';
import { fieldsOf, studyOf } from './moons.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-garbage-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the posterior and the stopping rules of a front stay, those of other designs go', async () => {
  const { experiment } = fieldsOf() as { experiment: Fields };
  const stopping = { risk: 0.2, error: 0.3, pairs: 8 };
  const fields = {
    experiment: { ...experiment, sampling: { samples: 4, stopping }, evaluate: { calibration: 'none' } },
    variables: { 'hardware.outputBits': { integer: [3, 8] } },
    constraints: [],
    fidelity: [{ chips: 2 }],
  };
  const store = { folder: join(folder, 'trained') };
  const source = { study: await studyOf(fields), dataFolder: '.', store };
  const problem = designProblem(await openSource(source, folder));
  await writeSource(folder, problem.identity!, source);
  const first = [3, 4, 5, 6, 7, 8].map(bits => ({ 'hardware.outputBits': bits }));
  const { front } = await study(problem, {
    sampler: searchSamplers.random,
    folder,
    first,
    budget: { trials: first.length },
  });
  expect(front.length).toBeLessThan(first.length);

  const entries = () => readdirSync(join(store.folder, 'entries')).length;
  expect(entries()).toBe(1 + first.length);
  const { removed } = await collectGarbage(folder, 'moons');
  expect(removed).toBe(first.length - front.length);
  expect(entries()).toBe(1 + front.length);
});
