import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type OpenOptions, openExperiment, openShared } from '../../src/run/index.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

describe('two experiments with the same posterior', () => {
  const folder = folderWith({
    'one.yaml': smallExperiment({ evaluate: '{ chips: 1, archive: false, grid: 12 }' }),
    'two.yaml': smallExperiment({ name: 'other', sampling: '{ samples: 10, entropy: frozen }' }),
  });
  const open = (name: string, out: string, more: Partial<OpenOptions> = {}) =>
    openExperiment(join(folder, `${name}.yaml`), { folder, out, ...more });
  const store = join(folder, 'store');

  test('train once with a shared folder, and both hold the files', async () => {
    const shared = openShared(store);
    const { run: one } = await open('one', 'one', { shared });
    await one.subject.own.get('plan');
    expect(one.subject.own.account.made).toContain('training');
    const { run: two } = await open('two', 'two', { shared: openShared(store) });
    await two.subject.own.get('plan');
    expect(two.subject.own.account.made).not.toContain('training');
    expect(two.subject.own.account.made).toContain('plan');
    const read = (run: string) => readFileSync(join(folder, run, 'posterior.safetensors'));
    expect(read('two')).toEqual(read('one'));
  });

  test('take nothing from it where results of other versions are kept', async () => {
    const { run } = await open('two', 'kept', { shared: openShared(store), stale: 'keep' });
    await run.subject.own.get('training');
    expect(run.subject.own.account.made).toContain('training');
  });

  test('share by --store or POSTEROHM_STORE', async () => {
    const train = (name: string, out: string, ...more: string[]) =>
      posterohm('train', join(folder, `${name}.yaml`), '--out', join(folder, out), ...more);
    const other = join(folder, 'named');
    expect((await train('one', 'three', '--store', other, '--store-limit', '1 GB')).err).toMatch(/^training/m);
    expect(readdirSync(join(other, 'entries'))).toHaveLength(1);
    vi.stubEnv('POSTEROHM_STORE', other);
    const second = await train('two', 'four').finally(() => vi.unstubAllEnvs());
    expect(second.status).toBe(0);
    expect(second.err).not.toMatch(/^training/m);
    expect((await train('one', 'five', '--store-limit', '1 GB')).err).toMatch(/--store-limit: limits a store/);
    expect((await train('one', 'five', '--store', other, '--store-limit', 'much')).err).toMatch(
      /--store-limit: must be a positive number of bytes, got 'much'; write it as 20GB/,
    );
  });
});
