import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const files = readdirSync(new URL('./test', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.ts'))
  .map(file => `test/${file.replaceAll('\\', '/')}`);

/** What changes modules, registries or the process for every test after it. */
const changes = /\bvi\.|useKernels|useModule|register[A-Z]\w*\(|process\.(chdir|env\.\w+ =)/;
const saying = (words: RegExp) =>
  files.filter(file => words.test(readFileSync(new URL(file, import.meta.url), 'utf8')));
const alone = saying(changes);
/** What changes the number of threads alone bothers no test that sets it too. */
const threads = saying(/setThreads/).filter(file => !alone.includes(file));

export default defineConfig({
  /** The compiled sources have it from `imports` of package.json. */
  resolve: { alias: { '#kernels': new URL('./src/kernels/node.ts', import.meta.url).pathname } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      /** Most files share a process and the modules loaded there, which halves what all tests cost. */
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: [...alone, ...threads], isolate: false },
      },
      { extends: true, test: { name: 'threads', include: threads, isolate: false } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
