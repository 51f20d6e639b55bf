import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manifestOf, optionalDependencies } from '../../scripts/kernels-package.mjs';

const file = new URL('../../native/platforms.json', import.meta.url);
const platforms = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object);

test('packages of kernels run no scripts, and there is one for every platform', () => {
  expect(Object.keys(optionalDependencies())).toHaveLength(platforms.length);
  for (const platform of platforms) {
    const { os, cpu, libc, ...rest } = manifestOf(platform);
    expect([os[0], cpu[0], ...(libc?.[0] === 'musl' ? ['musl'] : [])].join('-')).toBe(platform);
    expect(Object.keys(rest)).not.toContain('scripts');
  }
});
