import { defineConfig } from 'vitest/config';
import quick from './vitest.config.ts';

export default defineConfig({
  resolve: quick.resolve,
  test: {
    include: ['test/validation/**/*.validate.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
