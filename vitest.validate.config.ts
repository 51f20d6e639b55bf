import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/validation/**/*.validate.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
