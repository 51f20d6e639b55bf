import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'studio-')));
mkdirSync(join(folder, 'inside/deep'), { recursive: true });
mkdirSync(join(folder, '.hidden'));
writeFileSync(join(folder, 'inside/a.yaml'), 'a: 1');
const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
writeFileSync(join(elsewhere, 'secret'), 'secret');
symlinkSync(elsewhere, join(folder, 'out'));
symlinkSync(join(elsewhere, 'secret'), join(folder, 'inside/link'));
symlinkSync(join(elsewhere, 'nothing'), join(folder, 'dangling'));
symlinkSync(join(folder, 'inside'), join(folder, 'again'));
const workspace = new FolderWorkspace(folder);

describe('a workspace', () => {
  test('places what is within, there or not', async () => {
    expect(await workspace.place('inside/a.yaml')).toBe(join(folder, 'inside/a.yaml'));
    expect(await workspace.place('new/folder/b.yaml')).toBe(join(folder, 'new/folder/b.yaml'));
    expect(workspace.within(join(folder, 'inside/a.yaml'))).toBe('inside/a.yaml');
  });

  test.each([
    '',
    '.',
    '..',
    '/etc/passwd',
    '../elsewhere',
    'inside/../../x',
    'inside//a.yaml',
    'inside\\a.yaml',
    '.hidden/x',
    'inside/.x',
    'C:/x',
    'a\0b',
  ])('refuses %j', async path => {
    await expect(workspace.place(path)).rejects.toThrow('is no path within');
  });

  test.each(['out/secret', 'out', 'inside/link', 'dangling', 'again/a.yaml', 'out/new.yaml'])(
    'refuses %j, behind a symbolic link',
    async path => {
      await expect(workspace.place(path)).rejects.toThrow('symbolic link');
    },
  );
});
