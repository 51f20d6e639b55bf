import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { lookAt } from '../../src/pipeline/index.ts';
import { evaluatedIfThere, openDirectory } from '../../src/run/index.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

const folder = folderWith({
  'a.yaml': smallExperiment({
    posterior: '{ method: laplace }',
    hardware: '{ device: pcm-ibm }',
    sampling: '{ samples: 4, entropy: frozen }',
    evaluate: '{ chips: 1, grid: 5, times: [6 s], archive: false }',
    variants: '{ half: { hardware: { spread: 0.5 } } }',
  }),
});
const directory = join(folder, 'run');
const look = () => openDirectory(directory, { folder, reading: true });
const files = () =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name => [
    name,
    statSync(join(directory, name)).mtimeMs,
  ]);

test('a run that is looked at stays as it is, whatever is computed of it', async () => {
  const { status, err } = await posterohm('train', join(folder, 'a.yaml'), '--out', directory, '--quiet');
  expect([status, err]).toEqual([0, '']);
  const before = files();
  const open = await look();
  expect(await evaluatedIfThere(open)).toBeUndefined();
  const at = { chip: { number: 0, time: 60 }, source: 'read' };
  const { metrics } = await lookAt(open.run.subject, at, { rows: 10 }, ['nll'], jobOf());
  expect(metrics.nll).toBeGreaterThan(0);
  expect(files()).toEqual(before);
});

test('its evaluations are found once they are there, and what another version made is named and shown', async () => {
  await posterohm('evaluate', directory, '--quiet');
  const open = await look();
  const found = await evaluatedIfThere(open);
  expect(found!.evaluated.evaluation.hardware.chips).toHaveLength(1);
  expect(found!.variants.map(({ name }) => name)).toEqual(['half']);
  expect(open.older).toEqual([]);

  const record = join(directory, 'stages/evaluation.json');
  writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), address: 'another' }));
  const before = readFileSync(record, 'utf8');
  const later = await look();
  expect(later.older).toEqual(['evaluation']);
  expect((await evaluatedIfThere(later))!.evaluated.evaluation).toEqual(found!.evaluated.evaluation);
  expect(readFileSync(record, 'utf8')).toBe(before);
});
