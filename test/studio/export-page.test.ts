import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportPage } from '../../src/studio/export-page.ts';
import { folderWith } from '../cli/shell.ts';

test('the page is refused by its option where there can be no folder, or already is something', async () => {
  const folder = folderWith({ file: '' });
  await expect(exportPage(join(folder, 'file', 'page'))).rejects.toThrow(/name another place with --export\.$/);
  await expect(exportPage(folder)).rejects.toThrow(/--export: must be a new or empty folder, got '/);
});
