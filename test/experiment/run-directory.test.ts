import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunDirectory } from '../../src/experiment/run-directory.ts';

const record = { name: 'x', seed: 1, versions: {}, source: { file: 'x.yaml', folder: '.', fromRun: '..', input: {} } };

async function begun(): Promise<RunDirectory> {
  const directory = new RunDirectory(join(mkdtempSync(join(tmpdir(), 'posterohm-')), 'run'));
  await directory.begin(record);
  return directory;
}

test('a stage is done with the inputs it was done with, as long as its files are there', async () => {
  const directory = await begun();
  await directory.write('posterior.safetensors', 'x');
  await directory.note('train', { inputs: 'abc', seconds: 1, files: ['posterior.safetensors'] });
  expect(await directory.isDone('train', 'abc')).toBe(true);
  expect(await directory.isDone('train', 'other')).toBe(false);
  rmSync(directory.file('posterior.safetensors'));
  expect(await directory.isDone('train', 'abc')).toBe(false);
});

test('beginning again keeps the stages that were done', async () => {
  const directory = await begun();
  await directory.note('train', { inputs: 'abc', seconds: 1, files: [] });
  await directory.begin({ ...record, seed: 2 });
  expect(await directory.record()).toMatchObject({ seed: 2, stages: { train: { inputs: 'abc' } } });
});

test('files appear whole: nothing else is left in the folder', async () => {
  const directory = await begun();
  await directory.write('chips/chip-00.safetensors', new Uint8Array(1000));
  const found = readdirSync(directory.path, { recursive: true, encoding: 'utf8' }).sort();
  expect(found).toEqual(['chips', 'chips/chip-00.safetensors', 'run.json']);
});

test.each(['', '{"schema":', 'hello', 'null', '{}'])('a damaged record is refused: %j', async content => {
  const directory = await begun();
  await directory.write('run.json', content);
  await expect(directory.record()).rejects.toThrow(
    /'run\.json' is damaged or no such file; delete it and make it anew with posterohm run EXPERIMENT\.$/,
  );
});

test('a missing file says which verb makes it', async () => {
  const directory = await begun();
  await expect(directory.read('plan.parquet', 'transfer')).rejects.toThrow(
    /'plan\.parquet' is missing; make it with posterohm transfer/,
  );
});
