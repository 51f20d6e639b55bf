import { describe, test } from 'vitest';
import { samplerContract, searchSamplers } from '../../src/search/index.ts';

describe.each(Object.values(searchSamplers))('$name', sampler => {
  test.each(samplerContract)('$name', ({ check }) => check(sampler));
});
