import { defineConfig } from 'vitest/config';

export default defineConfig({
  /** The compiled sources have it from `imports` of package.json. */
  resolve: { alias: { '#kernels': new URL('./src/kernels/node.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
