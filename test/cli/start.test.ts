import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verbs } from '../../src/cli/verbs/index.ts';
import { catalogue } from '../../src/data/catalogue.ts';
import { native } from '../kernels/backends.ts';
import { posterohm } from './shell.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'bin/posterohm.mjs');

describe.skipIf(!existsSync(join(root, 'dist/cli/main.js')))('the compiled command line', () => {
  test.each([
    ['schema | head -1', '{\n'],
    ['schema | true', ''],
  ])('ends quietly when its reader does: %s', (pipe, out) => {
    const command = `set -o pipefail; '${process.execPath}' '${program}' ${pipe}`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: out, stderr: '' });
  });

  test.skipIf(!native)('gives who imports one entry the native kernels', () => {
    const code = "await import('posterohm/device'); console.log((await import('posterohm')).kernels().name)";
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toBe('native\n');
  });

  test('knows the version of its package', () => {
    const { stdout } = spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
    expect(stdout).toBe(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
  });
});

test('the list of verbs and the command line import nothing of the library when they start', () => {
  for (const file of ['main.ts', 'verb.ts', 'interruptible.ts', 'verbs/index.ts']) {
    const text = readFileSync(join(root, 'src/cli', file), 'utf8');
    const imports = [...text.matchAll(/^import (type )?.* from '(\.[^']*)'/gm)].filter(([, type]) => !type);
    expect(imports.map(([, , path]) => path).filter(path => path!.startsWith('..'))).toEqual([]);
  }
});

test('every verb of the list loads and gives examples of itself', async () => {
  for (const { usage, load } of verbs) {
    const name = usage.replace(/ [<[].*/, '');
    for (const example of (await load()).examples) expect(example.startsWith(name)).toBe(true);
  }
});

test('the help of a verb, asked for either way, has its options', async () => {
  const { out } = await posterohm('run', '--help');
  expect(out).toContain('--precision <name>');
  expect((await posterohm('help', 'run')).out).toBe(out);
});

test('data fetch names what can be fetched', () => {
  const { summary } = verbs.find(({ usage }) => usage.startsWith('data fetch'))!;
  expect(summary).toContain(Object.keys(catalogue).join(', '));
});
