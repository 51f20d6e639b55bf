import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, InputError } from '../base/index.ts';
import { makeFolder } from '../run/index.ts';
import { builtPage } from './built-page.ts';

/**
 * Writes the page that needs no server of ours as static files: the same rooms but those of studies, answered by a worker of the
 * page, from kernels in WebAssembly. Any file server shows it.
 */
export async function exportPage(folder: string): Promise<void> {
  const page = builtPage();
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw cannotWrite(folder, error, '--export');
    return [];
  });
  if (there.length > 0) {
    throw new InputError({
      path: ['--export'],
      rule: 'must be a new or empty folder',
      value: folder,
      hint: 'name another',
    });
  }
  try {
    await makeFolder(folder);
    await cp(join(page, 'assets'), join(folder, 'assets'), { recursive: true });
    await cp(join(page, 'alone.html'), join(folder, 'index.html'));
  } catch (error) {
    throw cannotWrite(folder, error, '--export');
  }
}
