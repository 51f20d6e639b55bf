import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { native } from './backends.ts';

beforeEach(() => vi.resetModules());

afterEach(() => {
  vi.doUnmock('../../src/kernels/native.ts');
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
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

test('without native kernels WebAssembly is taken and says so once', async () => {
  const { kernels, written } = await load('', false);
  expect(kernels().name).toBe('wasm');
  expect(kernels()).toBe(kernels());
  expect(written).toHaveBeenCalledTimes(1);
  expect(written.mock.calls[0]![0]).toMatch(/^posterohm: native kernels are not built, .*WebAssembly.*cargo.*\n$/);
});

test('without native kernels and WebAssembly the reference is taken and says so once', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  const { kernels, written } = await load('', false);
  expect(kernels().name).toBe('reference');
  expect(written.mock.calls).toEqual([[expect.stringMatching(/^posterohm: .* plain TypeScript; .*cargo.*\n$/)]]);
});

test('POSTEROHM_KERNELS=wasm takes WebAssembly without a word, and is refused where there is none', async () => {
  const { kernels, written } = await load('wasm', true);
  expect(kernels().name).toBe('wasm');
  expect(written).not.toHaveBeenCalled();
  vi.resetModules();
  vi.stubGlobal('WebAssembly', undefined);
  const without = await load('wasm', true);
  expect(without.kernels).toThrow("POSTEROHM_KERNELS: is 'wasm' but this Node runs no WebAssembly with SIMD");
});

test('a browser takes WebAssembly, and the reference where it has none or a page forbids it', async () => {
  const here = async () => {
    vi.resetModules();
    return (await import('../../src/kernels/browser.ts')).kernelsHere().name;
  };
  expect(await here()).toBe('wasm');
  vi.stubGlobal('WebAssembly', undefined);
  expect(await here()).toBe('reference');
  const forbidden = () => {
    throw new Error('violates the content security policy');
  };
  vi.stubGlobal('WebAssembly', { validate: () => true, Module: forbidden });
  expect(await here()).toBe('reference');
});

test('POSTEROHM_KERNELS=native without native kernels is refused with the way out', async () => {
  const { kernels } = await load('native', false);
  expect(kernels).toThrow(/^POSTEROHM_KERNELS: is 'native' but .* not built; install Rust/);
});

test('another value of POSTEROHM_KERNELS is refused', async () => {
  const { kernels } = await load('fast', true);
  expect(kernels).toThrow(
    "POSTEROHM_KERNELS: must be 'native', 'wasm' or 'reference', got 'fast'; unset it for the default.",
  );
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
