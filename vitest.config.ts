import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const files = readdirSync(new URL('./test', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.ts'))
  .map(file => `test/${file.replaceAll('\\', '/')}`);

/** What changes modules or registries for every test after it; spies, stubs, the folder and the number of threads are put back. */
const changes = /\bvi\.(mock|doMock|resetModules)|useKernels|useModule|register[A-Z]\w*\(/;
const alone = files.filter(file => changes.test(readFileSync(new URL(file, import.meta.url), 'utf8')));

export default defineConfig({
  /** The compiled sources have it from `imports` of package.json. */
  resolve: { alias: { '#kernels': new URL('./src/kernels/node.ts', import.meta.url).pathname } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    /** What a source becomes is kept for the next time, by its content. */
    experimental: { fsModuleCache: true },
    projects: [
      /** Most files share a process and the modules loaded there, which halves what all tests cost. */
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
