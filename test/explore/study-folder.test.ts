import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import { openSource } from '../../src/explore/designs/study-folder.ts';
import { keyOf } from '../../src/random/index.ts';
import { fieldsOf, studyOf } from './moons.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-placed-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('trained posteriors and stopping rules are kept for a study, but not by those who work on it elsewhere', async () => {
  const { experiment } = fieldsOf() as { experiment: Fields };
  const stopping = { risk: 0.2, error: 0.3, pairs: 8 };
  const study = await studyOf({
    experiment: { ...experiment, sampling: { samples: 4, stopping }, evaluate: { calibration: 'none' } },
    variables: { 'hardware.outputBits': { integer: [3, 8] } },
  });
  for (const passing of [false, true]) {
    const store = join(folder, `store-${passing}`);
    const problem = designProblem(
      await openSource({ study, dataFolder: '.', store: { folder: store, passing } }, folder),
    );
    const point = { 'hardware.outputBits': 5 };
    await problem.evaluate({ number: 0, trial: 0, point, rung: 0, key: keyOf(0) }, jobOf());
    expect(readdirSync(join(store, 'entries'))).toHaveLength(2);
    expect(existsSync(join(store, 'pins')) && readdirSync(join(store, 'pins')).length > 0).toBe(!passing);
  }
});
