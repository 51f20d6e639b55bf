import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Floats, type Kernels, reference } from '../src/kernels/index.ts';
import { loadNative, peakFlops } from '../src/kernels/native.ts';
import { loadWasm } from '../src/kernels/wasm/kernels.ts';

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
  readonly met?: boolean;
  readonly note?: string;
}

/** One thing to time: `run` does `work` units (operations, numbers, calls), `calls` times over. */
interface Case {
  readonly name: string;
  readonly unit: string;
  readonly work: number;
  readonly calls: number;
  readonly threads: number;
  readonly run: () => void;
}

const ROUNDS = 12;
/** Timings of one turn; the least of all counts, since other work on the machine only ever slows one down. */
const SPELLS = 4;
const cores = availableParallelism();

function ramp(array: Floats): Floats {
  for (let i = 0; i < array.length; i++) array[i] = ((i * 37) % 1000) / 500 - 1;
  return array;
}

const make = { single: (n: number) => ramp(new Float32Array(n)), double: (n: number) => ramp(new Float64Array(n)) };

type Precision = keyof typeof make;

/** C = A·B of 1024³, as often as the back end can bear. */
function largeProduct(kernels: Kernels, precision: Precision, threads: number, size = 1024): Case {
  const [a, b, c] = [make[precision](size * size), make[precision](size * size), make[precision](size * size)];
  return {
    name: `product ${size}³ ${precision}, ${threads} thread${threads === 1 ? '' : 's'}, ${kernels.name}`,
    unit: 'GFLOP/s',
    work: (2 * size ** 3) / 1e9,
    calls: 1,
    threads,
    run: () => kernels.product(c, a, b, { m: size, n: size, k: size }),
  };
}

function smallWork(kernels: Kernels): Case[] {
  const x = make.double(256 * 2);
  const w = make.double(2 * 16);
  const h = make.double(256 * 16);
  const v = make.double(16 * 2);
  const y = make.double(256 * 2);
  const bias = make.double(16);
  const four = new Float64Array(4);
  const labels = Int32Array.from({ length: 256 }, (_, i) => i % 2);
  const each = (name: string, run: () => void): Case => ({
    name: `${name}, ${kernels.name}`,
    unit: 'µs',
    work: 1,
    calls: 200,
    threads: 1,
    run,
  });
  return [
    each('product 256×2×16 double', () => kernels.product(h, x, w, { m: 256, n: 16, k: 2 })),
    each('product 256×16×2 double', () => kernels.product(y, h, v, { m: 256, n: 2, k: 16 })),
    each('product 16×256×2 double, transposed', () =>
      kernels.product(v, h, y, { m: 16, n: 2, k: 256, transposeA: true }),
    ),
    each('affine 256×2×16 double, tanh', () => kernels.affine(h, x, w, bias, 256, 16, 2, 'tanh')),
    each('softmax cross-entropy 256×2 double', () => kernels.softmaxCrossEntropy(y, x, labels, 256, 2)),
    each('call: y += x of 4 numbers', () => kernels.axpy(four, 0.5, four)),
  ];
}

function streams(kernels: Kernels): Case[] {
  const count = 1 << 16;
  const words = new Uint32Array(count);
  const rate = (name: string, run: () => void): Case => ({
    name: `${name}, ${kernels.name}`,
    unit: 'M/s',
    work: count / 1e6,
    calls: 4,
    threads: 1,
    run,
  });
  const all = (['single', 'double'] as const).flatMap(precision => {
    const [y, x, first, second] = [1, 2, 3, 4].map(() => make[precision](count)) as [Floats, Floats, Floats, Floats];
    second.fill(1);
    const table = make[precision](256);
    const labels = new Int32Array(Math.floor(count / 10));
    const options = { rate: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 10 };
    return [
      rate(`normals ${precision}`, () => kernels.normal(y, 1, 2, 0)),
      rate(`uniforms ${precision}`, () => kernels.uniform(y, 1, 2, 0)),
      rate(`exp ${precision}`, () => kernels.unary('exp', y, x)),
      rate(`log ${precision}`, () => kernels.unary('log', y, second)),
      rate(`tanh ${precision}`, () => kernels.unary('tanh', y, x)),
      rate(`Adam ${precision}`, () => kernels.adam(first, x, y, second, options)),
      rate(`quantise ${precision}`, () => kernels.quantise(y, x, 1 / 128, -1, 1)),
      rate(`table ${precision}`, () => kernels.tabulate(y, null, x, table, -1, 1)),
      rate(`softmax of 10 ${precision}`, () => kernels.softmaxCrossEntropy(y, x, labels, labels.length, 10)),
    ];
  });
  return [rate('Philox words', () => kernels.randomWords(words, 1, 2, 0)), ...all];
}

/** The same work in plain vectorised NumPy on one thread, as a JSON object of GFLOP/s and millions per second. */
const numpyScript = `
import json, time
import numpy as np
def best(f, n):
    f()
    t = []
    for _ in range(n):
        s = time.perf_counter(); f(); t.append(time.perf_counter() - s)
    return min(t)
r = {}
for name, t in (('single', np.float32), ('double', np.float64)):
    a = np.random.rand(1024, 1024).astype(t); b = np.random.rand(1024, 1024).astype(t)
    r['product 1024³ ' + name] = 2 * 1024**3 / best(lambda: a @ b, 8) / 1e9
    g = np.random.Generator(np.random.Philox(1)); x = np.empty(65536, t)
    r['normals ' + name] = 65536 / best(lambda: g.standard_normal(out=x, dtype=t), 60) / 1e6
    x = np.linspace(-1, 1, 65536, dtype=t); y = np.empty_like(x)
    r['tanh ' + name] = 65536 / best(lambda: np.tanh(x, out=y), 60) / 1e6
print(json.dumps(r))
`;

function numpy(): Record<string, number> | undefined {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const child = spawnSync('python3', ['-c', numpyScript], { env, encoding: 'utf8' });
  return child.status === 0 ? JSON.parse(child.stdout) : undefined;
}

/** Least seconds per call of each case, over rounds in which every case has its turn. */
function fastest(cases: readonly Case[], between: () => void): number[] {
  const best = cases.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    cases.forEach((item, i) => {
      loadNative()?.setThreads(item.threads);
      item.run();
      for (let spell = 0; spell < SPELLS; spell++) {
        const start = performance.now();
        for (let call = 0; call < item.calls; call++) item.run();
        best[i] = Math.min(best[i]!, (performance.now() - start) / 1e3 / item.calls);
      }
    });
    if (round % 4 === 1) between();
  }
  return best;
}

const goals: Readonly<Record<string, readonly [number, string]>> = {
  'normals single, native': [300, '≥ 300 M/s per core'],
  'call: y += x of 4 numbers, native': [1, '≤ 1 µs'],
  'call: y += x of 4 numbers, wasm': [1, '≤ 1 µs'],
};

/** What WebAssembly is to gain over the reference. */
const gains = /^(product 256³|normals|uniforms|Philox words)/;

async function run(): Promise<Measurement[]> {
  const native = loadNative();
  const wasm = loadWasm();
  const cases = [
    ...(native
      ? (['single', 'double'] as const).flatMap(p =>
          (cores > 1 ? [1, cores] : [1]).map(threads => largeProduct(native, p, threads)),
        )
      : []),
    ...(['single', 'double'] as const).flatMap(p => [
      ...(wasm ? [largeProduct(wasm, p, 1), largeProduct(wasm, p, 1, 256)] : []),
      largeProduct(reference, p, 1, 256),
    ]),
    ...[native, wasm, reference].flatMap(kernels => (kernels ? [...smallWork(kernels), ...streams(kernels)] : [])),
  ];
  let peaks = { single: 0, double: 0 };
  let python: Record<string, number> | undefined;
  const seconds = fastest(cases, () => {
    const now = { single: peakFlops(0.1, 'single') ?? 0, double: peakFlops(0.1, 'double') ?? 0 };
    peaks = { single: Math.max(peaks.single, now.single), double: Math.max(peaks.double, now.double) };
    const other = numpy();
    for (const name of Object.keys(other ?? {})) {
      python = { ...python, [name]: Math.max(python?.[name] ?? 0, other![name]!) };
    }
  });
  native?.setThreads(cores);

  const rates = new Map<string, number>();
  const results: Measurement[] = cases.map((item, i) => {
    const value = item.unit === 'µs' ? seconds[i]! * 1e6 : item.work / seconds[i]!;
    rates.set(item.name, item.unit === 'µs' ? 1 / value : value);
    const goal = goals[item.name];
    if (!goal) return { name: item.name, value, unit: item.unit };
    return {
      name: item.name,
      value,
      unit: item.unit,
      goal: goal[1],
      met: item.unit === 'µs' ? value <= goal[0] : value >= goal[0],
    };
  });
  for (const { name } of cases) {
    const [, what, which] = /^(.*), (native|wasm)$/.exec(name) ?? [];
    const other = rates.get(`${what}, reference`);
    if (other === undefined) continue;
    const value = rates.get(name)! / other;
    const goal = which === 'wasm' && gains.test(name) ? { goal: '≥ 8', met: value >= 8 } : {};
    results.push({ name: `${name} over reference`, value, unit: '×', ...goal });
  }
  if (native) {
    for (const precision of ['single', 'double'] as const) {
      const peak = peaks[precision] / 1e9;
      results.push({
        name: `multiply-add peak of one core, ${precision}`,
        value: peak,
        unit: 'GFLOP/s',
        note: native.detail,
      });
      for (const threads of cores > 1 ? [1, cores] : [1]) {
        const name = `product 1024³ ${precision}, ${threads} thread${threads === 1 ? '' : 's'}, native`;
        const value = rates.get(name)! / (peak * threads);
        results.push({ name: `${name}, share of peak`, value, unit: '', goal: '≥ 0.6', met: value >= 0.6 });
      }
    }
    for (const [name, value] of Object.entries(python ?? {})) {
      results.push({ name: `${name}, NumPy, 1 thread`, value, unit: name.startsWith('product') ? 'GFLOP/s' : 'M/s' });
      const ours = rates.get(`${name}, native`) ?? rates.get(`${name}, 1 thread, native`)!;
      results.push({ name: `${name}, native over NumPy`, value: ours / value, unit: '×' });
    }
  }
  return results;
}

/** Rates of the kernels, all in one run with turns taken, beside the multiply-add peak, the reference and NumPy. */
export const kernelsBench = { name: 'kernels', run };
