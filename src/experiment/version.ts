import { createRequire } from 'node:module';

/** Version of posterohm, from its package file. */
export const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
