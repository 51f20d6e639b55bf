import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { native } from './backends.ts';

beforeEach(() => vi.resetModules());

afterEach(() => {
  vi.doUnmock('../../src/kernels/native.ts');
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function load(wish: string, built: boolean) {
  vi.stubEnv('POSTEROHM_KERNELS', wish);
  if (!built) vi.doMock('../../src/kernels/native.ts', () => ({ loadNative: () => undefined }));
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { kernels } = await import('../../src/kernels/select.ts');
  return { kernels, written };
}

test('POSTEROHM_KERNELS=reference takes the reference without a word', async () => {
  const { kernels, written } = await load('reference', false);
  expect(kernels().name).toBe('reference');
  expect(written).not.toHaveBeenCalled();
});

test('without native kernels the reference is taken and says so once', async () => {
  const { kernels, written } = await load('', false);
  expect(kernels().name).toBe('reference');
  expect(kernels()).toBe(kernels());
  expect(written).toHaveBeenCalledTimes(1);
  expect(written.mock.calls[0]![0]).toMatch(/^posterohm: native kernels are not built, .*slower.*cargo.*\n$/);
});

test('POSTEROHM_KERNELS=native without native kernels is refused with the way out', async () => {
  const { kernels } = await load('native', false);
  expect(kernels).toThrow(/^POSTEROHM_KERNELS: is 'native' but .* not built; install Rust/);
});

test('another value of POSTEROHM_KERNELS is refused', async () => {
  const { kernels } = await load('fast', true);
  expect(kernels).toThrow("POSTEROHM_KERNELS: must be 'reference' or 'native', got 'fast'; unset it for the default.");
});

test.skipIf(!native)('native kernels are taken where they are built', async () => {
  const { kernels, written } = await load('', true);
  expect(kernels().name).toBe('native');
  expect(kernels().detail).toMatch(
    /^(AVX-512|AVX2|NEON|portable), bfloat16 by (AMX|AVX512-BF16|rounding), \d+ threads?$/,
  );
  expect(written).not.toHaveBeenCalled();
});

test('what useKernels sets is in use from there on', async () => {
  const { reference } = await import('../../src/kernels/reference.ts');
  const { kernels, useKernels } = await import('../../src/kernels/select.ts');
  const own = { ...reference, detail: 'set by hand' };
  useKernels(own);
  expect(kernels()).toBe(own);
});
