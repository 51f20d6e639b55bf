import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../../src/run/make-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posterohm-folders-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('makes a folder with those above it, by several at a time, and leaves one that is there', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(deep)));
  await writeFile(join(deep, 'kept'), '');
  await makeFolder(deep);
  expect((await stat(join(deep, 'kept'))).isFile()).toBe(true);
});

test('follows a link to a folder', async () => {
  await symlink(folder, join(folder, 'link'));
  await makeFolder(join(folder, 'link', 'd'));
  expect((await stat(join(folder, 'd'))).isDirectory()).toBe(true);
});

test('says what stands in the way', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder('')).rejects.toMatchObject({ code: 'ENOENT' });
});

test.skipIf(!existsSync('/proc/self'))('ends where a file system takes no folders (needs /proc)', async () => {
  await expect(makeFolder('/proc/none')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(makeFolder('/proc/none/deeper')).rejects.toMatchObject({ code: 'ENOENT' });
});
