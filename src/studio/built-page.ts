import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WorkError } from '../base/index.ts';

/** The compiled studio, of which child processes and the page are made. */
export const compiled = new URL(import.meta.url.endsWith('.ts') ? '../../dist/studio/' : './', import.meta.url);

/** The folder of the built page. */
export function builtPage(): string {
  const page = fileURLToPath(new URL('page/', compiled));
  if (existsSync(`${page}index.html`)) return page;
  throw new WorkError('the page of the studio is not built; run npm run build.');
}
