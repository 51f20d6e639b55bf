import { base64 } from './bytes.ts';

/** Takes places in the memory and numbers; those that count or sum return it. */
type Run = (...values: number[]) => number;

/** Kernels of one precision. */
type Precise =
  | 'activationGradient'
  | 'adam'
  | 'addRows'
  | 'axpy'
  | 'binary'
  | 'clampGradient'
  | 'convolve'
  | 'convolveGradient'
  | 'dot'
  | 'fill'
  | 'fillAt'
  | 'fillRows'
  | 'finish'
  | 'gaussianAdam'
  | 'noise'
  | 'patches'
  | 'pool'
  | 'poolGradient'
  | 'product'
  | 'quantise'
  | 'range'
  | 'realise'
  | 'realiseGradient'
  | 'scale'
  | 'scaleMoments'
  | 'scaleMomentsGradient'
  | 'settle'
  | 'softmax'
  | 'spread'
  | 'sum'
  | 'tabulate'
  | 'technologicalLoss'
  | 'unary';

type Kernel = `${Precise}${'Single' | 'Double'}` | 'roundToBf16' | 'setWindows' | 'slicedTile' | 'starMesh' | 'tile';

/** What the module (`wasm/index.ts`) exports. */
export interface Exports extends Readonly<Record<Kernel, Run>> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** The first byte of the memory that callers may use. */
  room(): number;
}

/** What of a platform's `WebAssembly` is used. */
interface Platform {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/**
 * The module, compiled at once; undefined where the platform has no WebAssembly or none with SIMD. A page whose content
 * security policy forbids compiling (it needs 'wasm-unsafe-eval') throws the platform's own CompileError.
 */
export function instantiate(): Exports | undefined {
  const { WebAssembly } = globalThis as unknown as { WebAssembly?: Platform };
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  if (!WebAssembly?.validate(bytes)) return undefined;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;
}
