import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const files = readdirSync(new URL('./test', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.ts'))
  .map(file => `test/${file.replaceAll('\\', '/')}`);

const saying = (words: RegExp) =>
  files.filter(file => words.test(readFileSync(new URL(file, import.meta.url), 'utf8')));
/** What puts other modules in the place of those that the tests after it would find loaded. */
const apart = saying(/\bvi\.(mock|doMock|resetModules)\b/);
/** What leaves records or a number of threads behind bothers no test that does so too. */
const leaving = saying(/setThreads|useModule|register[A-Z]\w*\(/).filter(file => !apart.includes(file));

/** Sources by their relative paths, as tests import them, become what was compiled from them. */
const compiledSources = {
  find: /^(?:\.\.\/)+src\/(.*)\.ts$/,
  replacement: new URL('./dist/$1.js', import.meta.url).pathname,
};

/**
 * Tests run from the sources, or in the mode `compiled` from what was compiled of them, which no file has to be transformed for;
 * what mocks modules runs from the sources always.
 */
export default defineConfig(({ mode }) => {
  const resolve = { alias: mode === 'compiled' ? [compiledSources] : [] };
  return {
    /** The compiled sources have it from `imports` of package.json. */
    resolve: { alias: { '#kernels': new URL('./src/kernels/node.ts', import.meta.url).pathname } },
    test: {
      testTimeout: 60_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      setupFiles: 'test/support/typed-arrays.ts',
      server: { deps: { external: [/\/dist\//] } },
      projects: [
        /** Most files share a process and the modules loaded there, which halves what all tests cost. */
        {
          extends: true,
          resolve,
          test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: [...apart, ...leaving], isolate: false },
        },
        { extends: true, resolve, test: { name: 'leaving', include: leaving, isolate: false } },
        { extends: true, test: { name: 'apart', include: apart } },
      ],
    },
  };
});
