import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Milliseconds of one run: of the clock, and of all cores together. */
export interface Times {
  readonly wall: number;
  readonly processor: number;
}

/** The Python that may have the peers. */
export const python = process.env.POSTEROHM_PYTHON ?? 'python3';

/** What holds the peers to the instructions that POSTEROHM_SIMD=avx2 holds us to. */
const withAvx2 = {
  OPENBLAS_CORETYPE: 'Haswell',
  MKL_ENABLE_INSTRUCTIONS: 'AVX2',
  ONEDNN_MAX_CPU_ISA: 'AVX2',
  ATEN_CPU_CAPABILITY: 'avx2',
  NPY_DISABLE_CPU_FEATURES: 'X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR',
};

/** A Python process that does the works of peers.py on a number of threads, one when asked. */
export class Peers {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(threads: number) {
    const script = fileURLToPath(new URL('peers.py', import.meta.url));
    const env = { ...process.env, ...(process.env.POSTEROHM_SIMD === 'avx2' ? withAvx2 : {}) };
    this.#child = spawn(python, [script, String(threads)], { stdio: ['pipe', 'pipe', 'ignore'], env });
    this.#child.on('error', () => this.#reader.close());
    this.#child.stdin!.on('error', () => {});
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** The least times of a spell of the work; undefined where the peer is not there. */
  async times(name: string): Promise<Times | undefined> {
    this.#child.stdin!.write(`${name}\n`);
    const { value, done } = await this.#lines.next();
    if (done) return undefined;
    const answer = JSON.parse(value) as Times | { readonly missing: string };
    return 'missing' in answer ? undefined : answer;
  }

  close(): void {
    this.#child.stdin!.end();
    this.#reader.close();
  }
}

/** The lesser of both, for the clock and for the processor. */
export function least(a: Times | undefined, b: Times | undefined): Times | undefined {
  if (!a || !b) return a ?? b;
  return { wall: Math.min(a.wall, b.wall), processor: Math.min(a.processor, b.processor) };
}

/** The least times of runs for about `seconds`. */
export async function spell(run: () => unknown, seconds = 0.15): Promise<Times> {
  let best: Times | undefined;
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    const used = process.cpuUsage();
    await run();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(used);
    best = least(best, { wall, processor: (user + system) / 1000 });
  } while (performance.now() < end);
  return best!;
}
