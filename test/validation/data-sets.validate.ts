import { join } from 'node:path';
import { test } from 'vitest';
import { check } from './support/claims.ts';
import { example, type Finished, runExperiment } from './support/experiment.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const data = process.env.POSTEROHM_DATA;

test.skipIf(!data)('breast cancer table: accuracy after one pulse', () => {
  const runs = [1, 2, 3].map(seed => runExperiment(example('wdbc'), seed, [join(data!, 'wdbc.data')]));
  check<Finished>(
    [
      { name: 'software: accuracy', least: 0.95, measure: r => r.summary.software.accuracy!.mean },
      { name: 'joint chips: accuracy', least: 0.95, measure: r => r.summary.hardware.accuracy!.mean },
    ],
    runs,
    1,
  );
});

test.skipIf(!data)('ten thousand digits: mean-field training, phase-change memory', () => {
  const files = ['images-idx3', 'labels-idx1'].map(part => join(data!, 'mnist', `t10k-${part}-ubyte.gz`));
  const runs = [1].map(seed => runExperiment(example('mnist'), seed, files));
  check<Finished>(
    [
      { name: 'software: accuracy', least: 0.93, measure: r => r.summary.software.accuracy!.mean },
      {
        name: 'chips: accuracy below software, points',
        most: 1,
        measure: r => 100 * (r.summary.software.accuracy!.mean - r.summary.hardware.accuracy!.mean),
      },
    ],
    runs,
    1,
  );
});
