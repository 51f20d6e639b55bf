import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const info = (data: string, ...options: string[]) =>
  posterohm('data', 'info', join(folderWith({ 'e.yaml': smallExperiment({ data }) }), 'e.yaml'), '--quiet', ...options);

test('data info says what an experiment would train on', async () => {
  const { status, out } = await info('{ source: two-moons, train: 64, validation: 32, test: 1024 }');
  expect(status).toBe(0);
  expect(out).toMatch(/^two-moons: classification\. Generated: /);
  expect(out).toMatch(/Inputs \[2\]: .*standardised on the training split/);
  // Half of the points on each moon.
  expect(out).toMatch(/^train +64 .* 0 ± 1\.0+ +32 +32$/m);
  expect(out).toMatch(/^test +1,024 .* 512 +512$/m);
});

test('data info has everything behind --json', async () => {
  const { out } = await info('{ source: cubic }', '--json');
  expect(JSON.parse(out)).toMatchObject({
    schema: 'posterohm/data-info/1',
    task: 'regression',
    standardised: { inputs: true, targets: true },
    splits: { train: { count: 20, targets: { std: expect.closeTo(1, 5) } }, validation: { count: 100 } },
  });
});
