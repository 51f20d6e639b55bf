import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** All files under a folder with what they hold, in hexadecimal, and when they were written. */
export function filesOf(folder: string): Record<string, { readonly content: string; readonly written: number }> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter(name => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map(name => {
      const path = join(folder, name);
      return [name, { content: readFileSync(path).toString('hex'), written: statSync(path).mtimeMs }];
    }),
  );
}
