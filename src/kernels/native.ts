import { createRequire } from 'node:module';
import {
  activationCodes,
  adamNumbers,
  binaryCodes,
  convolutionNumbers,
  poolNumbers,
  productFlags,
  unaryCodes,
  windowNumbers,
} from './codes.ts';
import type { CrossbarShape } from './crossbar.ts';
import type { Realisation } from './gaussian-weights.ts';
import type { Floats, Kernels } from './kernels.ts';
import type { RowLayout, RowNumbers } from './rows.ts';

/** Kernels that the Rust library takes with the arguments of the interface. */
type AsDefined =
  | 'axpy'
  | 'scale'
  | 'sum'
  | 'dot'
  | 'range'
  | 'normalise'
  | 'logSoftmax'
  | 'softmaxCrossEntropy'
  | 'scaleMoments'
  | 'scaleMomentsGradient'
  | 'quantise'
  | 'clampGradient'
  | 'tabulate'
  | 'scatter'
  | 'randomWords'
  | 'uniform'
  | 'normal'
  | 'addNoise'
  | 'uniformAt'
  | 'normalAt'
  | 'driveTiles'
  | 'setThreads';

/** The others take the arrays of the interface in its order, then numbers alone; the Rust library checks what it gets. */
type Plain = (...values: (Floats | Int32Array | Uint32Array | number | null)[]) => number;

interface Library
  extends Pick<Kernels, AsDefined>,
    Record<Exclude<keyof Kernels, AsDefined | 'name' | 'detail' | 'instructions'>, Plain> {
  detail(): string;
  instructions(): string;
  peakFlops(seconds: number, bits: number): number;
}

/** Name of the package with the library for this platform (native/platforms.json). */
function packageHere(): string {
  const { platform, arch, report } = process;
  const glibc = (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
  return `posterohm-kernels-${platform}-${arch}${platform === 'linux' && glibc === undefined ? '-musl' : ''}`;
}

/** The Rust library: built by scripts/build-native.mjs, or of the package for this platform; undefined without either. */
function load(): Library | undefined {
  const require = createRequire(import.meta.url);
  const from = (place: string): Library | undefined => {
    try {
      return require(place) as Library;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
      throw error;
    }
  };
  return from('../../native/posterohm-kernels.node') ?? from(packageHere());
}

/** The kernels in Rust, or undefined where they have not been built. */
export function loadNative(): Kernels | undefined {
  const library = load();
  return library && wrap(library);
}

/**
 * Multiply-add peak of one core in operations per second, measured for about `seconds` in registers alone: the
 * ceiling that products are judged by. Undefined without the native kernels.
 */
export function peakFlops(seconds: number, precision: 'single' | 'double'): number | undefined {
  return load()?.peakFlops(seconds, precision === 'single' ? 32 : 64);
}

function realisationNumbers({ low, high, gain, working, stuckSquare }: Realisation) {
  return [low, high, gain, working, stuckSquare] as const;
}

function crossbarNumbers({ rows, columns, wires, bothDriven, bothSensed }: CrossbarShape) {
  return [rows, columns, ...wires, (bothDriven ? 1 : 0) | (bothSensed ? 2 : 0)] as const;
}

function rowValues(
  { numbers, first = 0, outer, firstPlane = 0, planes = 1, columns }: RowNumbers,
  layout: RowLayout = {},
) {
  const own = numbers.length * planes * columns;
  return [
    numbers,
    first,
    outer,
    firstPlane,
    planes,
    columns,
    layout.interleaved ? 1 : 0,
    layout.stride ?? own,
  ] as const;
}

function wrap(library: Library): Kernels {
  return {
    ...library,
    name: 'native',
    instructions: library.instructions(),
    get detail() {
      return library.detail();
    },
    product(c, a, b, shape) {
      library.product(c, a, b, shape.m, shape.n, shape.k, shape.batch ?? 1, productFlags(shape));
    },
    productBf16(c, a, b, shape) {
      library.productBf16(c, a, b, shape.m, shape.n, shape.k, shape.batch ?? 1, productFlags(shape));
    },
    affine(y, x, w, bias, m, n, k, activation) {
      library.affine(y, x, w, bias, m, n, k, activationCodes[activation]);
    },
    unary(operation, y, x) {
      library.unary(y, x, unaryCodes[operation]);
    },
    binary(operation, y, a, b) {
      library.binary(y, a, b, binaryCodes[operation]);
    },
    activationGradient(dx, dy, y, activation) {
      library.activationGradient(dx, dy, y, activationCodes[activation]);
    },
    sumRows(out, x, m, n, accumulate) {
      library.sumRows(out, x, m, n, accumulate ? 1 : 0);
    },
    softmaxNetwork(gradient, weights, inputs, labels, { widths, rows, hidden }) {
      return library.softmaxNetwork(gradient, weights, inputs, labels, widths, rows, activationCodes[hidden]);
    },
    adam(w, g, first, second, options) {
      library.adam(w, g, first, second, ...adamNumbers(options));
    },
    gaussianAdam(mean, logStd, variance, byMean, byVariance, moments, prior, options) {
      const arrays = [mean, logStd, variance, byMean, byVariance, moments, prior.mean, prior.precision] as const;
      library.gaussianAdam(...arrays, prior.weight, ...adamNumbers(options));
    },
    realise(realisedMean, realisedVariance, mean, variance, tables, options) {
      library.realise(realisedMean, realisedVariance, mean, variance, tables, ...realisationNumbers(options));
    },
    realiseGradient(byMean, byVariance, mean, tables, options) {
      library.realiseGradient(byMean, byVariance, mean, tables, ...realisationNumbers(options));
    },
    technologicalLoss(byMean, byVariance, mean, variance, distances, grid, { beta, width, weight }) {
      const { meanLow, meanHigh, stdHigh, meanSteps, stdSteps } = grid;
      const numbers = [meanLow, meanHigh, stdHigh, meanSteps, stdSteps, beta, width, weight] as const;
      return library.technologicalLoss(byMean, byVariance, mean, variance, distances, ...numbers);
    },
    uniformRows(out, key0, key1, rows, layout) {
      library.uniformRows(out, key0, key1, ...rowValues(rows, layout));
    },
    normalRows(out, key0, key1, rows, layout) {
      library.normalRows(out, key0, key1, ...rowValues(rows, layout));
    },
    addNoiseRows(y, x, variance, key0, key1, rows) {
      library.addNoiseRows(y, x, variance, key0, key1, ...rowValues(rows));
    },
    crossbarPorts(ports, cells, shape) {
      library.crossbarPorts(ports, cells, ...crossbarNumbers(shape));
    },
    crossbarPotentials(v, injected, floating, cells, shape) {
      library.crossbarPotentials(v, injected, floating, cells, ...crossbarNumbers(shape));
    },
    patches(out, images, count, shape) {
      const { firstChannel, patchChannels, bias } = shape;
      library.patches(out, images, count, ...windowNumbers(shape), firstChannel, patchChannels, bias ? 1 : 0);
    },
    convolve(y, x, w, bias, count, shape, activation) {
      library.convolve(y, x, w, bias, count, activationCodes[activation], ...convolutionNumbers(shape));
    },
    convolveGradient(dx, dw, db, dy, y, x, w, count, shape, activation) {
      const code = activationCodes[activation];
      library.convolveGradient(dx, dw, db, dy, y, x, w, count, code, ...convolutionNumbers(shape));
    },
    convolveTiles(saturated, y, x, tiles, reads) {
      const { convolution, group, boundaries, held, weights, variances, input, output, columns } = tiles;
      const { copies, matrix, sample, count, shared, rows, activation } = reads;
      const arrays = [saturated, y, x, weights, variances, boundaries, columns, tiles.keys, rows] as const;
      const numbers = [tiles.conversionVariance, group, held, copies, matrix, sample, count, shared ? 1 : 0] as const;
      const levels = [input.step, input.low, input.high, output.step, output.low, output.high] as const;
      library.convolveTiles(
        ...arrays,
        ...numbers,
        activationCodes[activation],
        ...levels,
        ...convolutionNumbers(convolution),
      );
    },
    pool(out, images, planes, shape) {
      library.pool(out, images, planes, ...poolNumbers(shape));
    },
    poolGradient(dx, dy, y, x, planes, shape) {
      library.poolGradient(dx, dy, y, x, planes, ...poolNumbers(shape));
    },
    slicedProduct(y, x, w, levels, lowest, { m, n, k, bits, twosComplement, slices, sliceBits, tileRows }) {
      const signed = twosComplement ? 1 : 0;
      return library.slicedProduct(y, x, w, levels, lowest, m, n, k, bits, signed, slices, sliceBits, tileRows);
    },
  };
}
