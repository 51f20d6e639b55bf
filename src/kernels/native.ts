import { createRequire } from 'node:module';
import type { CrossbarShape } from './crossbar.ts';
import type { Realisation } from './gaussian-weights.ts';
import type {
  Activation,
  AdamOptions,
  BinaryOperation,
  Floats,
  Kernels,
  ProductShape,
  UnaryOperation,
} from './kernels.ts';

/** Kernels that the Rust library takes with the arguments of the interface. */
type AsDefined =
  | 'axpy'
  | 'scale'
  | 'sum'
  | 'dot'
  | 'range'
  | 'logSoftmax'
  | 'softmaxCrossEntropy'
  | 'quantise'
  | 'clampGradient'
  | 'tabulate'
  | 'randomWords'
  | 'uniform'
  | 'normal'
  | 'addNoise'
  | 'setThreads';

/** What the Rust library exports; operations are numbered as in `codes`. */
interface Library extends Pick<Kernels, AsDefined> {
  product(c: Floats, a: Floats, b: Floats, m: number, n: number, k: number, batch: number, flags: number): void;
  productBf16(
    c: Float32Array,
    a: Float32Array,
    b: Float32Array,
    m: number,
    n: number,
    k: number,
    batch: number,
    flags: number,
  ): void;
  affine(
    y: Floats,
    x: Floats,
    w: Floats,
    bias: Floats | null,
    m: number,
    n: number,
    k: number,
    activation: number,
  ): void;
  unary(operation: number, y: Floats, x: Floats): void;
  binary(operation: number, y: Floats, a: Floats, b: Floats): void;
  activationGradient(dx: Floats, dy: Floats, y: Floats, activation: number): void;
  sumRows(out: Floats, x: Floats, m: number, n: number, accumulate: number): void;
  adam(
    w: Floats,
    g: Floats,
    first: Floats,
    second: Floats,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
  ): void;
  gaussianAdam(
    mean: Floats,
    logStd: Floats,
    variance: Floats,
    meanGradient: Floats,
    varianceGradient: Floats,
    moments: Floats,
    priorMean: Floats | null,
    precision: Floats,
    weight: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
  ): void;
  realise(
    realisedMean: Floats,
    realisedVariance: Floats,
    mean: Floats,
    variance: Floats,
    tables: Floats,
    low: number,
    high: number,
    gain: number,
    working: number,
    stuckSquare: number,
  ): void;
  realiseGradient(
    meanGradient: Floats,
    varianceGradient: Floats,
    mean: Floats,
    tables: Floats,
    low: number,
    high: number,
    gain: number,
    working: number,
    stuckSquare: number,
  ): void;
  technologicalLoss(
    meanGradient: Floats,
    varianceGradient: Floats,
    mean: Floats,
    variance: Floats,
    distances: Floats,
    meanLow: number,
    meanHigh: number,
    stdHigh: number,
    meanSteps: number,
    stdSteps: number,
    beta: number,
    width: number,
    weight: number,
  ): number;
  crossbarPorts(
    ports: Float64Array,
    cells: Float64Array,
    rows: number,
    columns: number,
    row: number,
    column: number,
    source: number,
    sense: number,
    flags: number,
  ): void;
  crossbarPotentials(
    v: Float64Array,
    injected: Float64Array | null,
    floating: Int32Array,
    cells: Float64Array,
    rows: number,
    columns: number,
    row: number,
    column: number,
    source: number,
    sense: number,
    flags: number,
  ): void;
  patches(
    out: Floats,
    images: Floats,
    count: number,
    channels: number,
    height: number,
    width: number,
    kernelHeight: number,
    kernelWidth: number,
    stride: number,
    padding: number,
    firstChannel: number,
    patchChannels: number,
    bias: number,
  ): void;
  slicedProduct(
    y: Float32Array,
    x: Uint32Array,
    w: Int32Array,
    levels: Float32Array,
    lowest: number,
    m: number,
    n: number,
    k: number,
    bits: number,
    twosComplement: number,
    slices: number,
    sliceBits: number,
    tileRows: number,
  ): number;
  detail(): string;
  peakFlops(seconds: number, bits: number): number;
}

const activationCodes: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 2, hardtanh: 3 };

const unaryCodes: Readonly<Record<UnaryOperation, number>> = {
  exp: 0,
  log: 1,
  sqrt: 2,
  square: 3,
  reciprocal: 4,
  negate: 5,
  abs: 6,
  softplus: 7,
  sigmoid: 8,
  relu: 9,
  tanh: 10,
  hardtanh: 11,
};

const binaryCodes: Readonly<Record<BinaryOperation, number>> = { add: 0, subtract: 1, multiply: 2, divide: 3 };

/** The Rust library, built by scripts/build-native.mjs; undefined where it has not been built. */
function load(): Library | undefined {
  try {
    return createRequire(import.meta.url)('../../native/posterohm-kernels.node') as Library;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
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

const endsOf = (shape: CrossbarShape): number => (shape.bothDriven ? 1 : 0) | (shape.bothSensed ? 2 : 0);

function adamNumbers({ rate, beta1, beta2, epsilon, step }: AdamOptions) {
  return [rate, beta1, beta2, epsilon, 1 - beta1 ** step, 1 - beta2 ** step] as const;
}

function realisationNumbers({ low, high, gain, working, stuckSquare }: Realisation) {
  return [low, high, gain, working, stuckSquare] as const;
}

function wrap(library: Library): Kernels {
  return {
    ...library,
    name: 'native',
    get detail() {
      return library.detail();
    },
    product(c: Floats, a: Floats, b: Floats, shape: ProductShape) {
      const flags =
        (shape.transposeA ? 1 : 0) |
        (shape.transposeB ? 2 : 0) |
        (shape.sharedA ? 4 : 0) |
        (shape.sharedB ? 8 : 0) |
        (shape.accumulate ? 16 : 0);
      library.product(c, a, b, shape.m, shape.n, shape.k, shape.batch ?? 1, flags);
    },
    productBf16(c, a, b, { m, n, k, batch = 1, sharedA, sharedB }) {
      library.productBf16(c, a, b, m, n, k, batch, (sharedA ? 4 : 0) | (sharedB ? 8 : 0));
    },
    affine(y, x, w, bias, m, n, k, activation) {
      library.affine(y, x, w, bias, m, n, k, activationCodes[activation]);
    },
    unary(operation, y, x) {
      library.unary(unaryCodes[operation], y, x);
    },
    binary(operation, y, a, b) {
      library.binary(binaryCodes[operation], y, a, b);
    },
    activationGradient(dx, dy, y, activation) {
      library.activationGradient(dx, dy, y, activationCodes[activation]);
    },
    sumRows(out, x, m, n, accumulate) {
      library.sumRows(out, x, m, n, accumulate ? 1 : 0);
    },
    adam(w, g, first, second, options) {
      library.adam(w, g, first, second, ...adamNumbers(options));
    },
    gaussianAdam(mean, logStd, variance, meanGradient, varianceGradient, moments, prior, options) {
      const numbers = adamNumbers(options);
      const { mean: centre, precision, weight } = prior;
      library.gaussianAdam(
        mean,
        logStd,
        variance,
        meanGradient,
        varianceGradient,
        moments,
        centre,
        precision,
        weight,
        ...numbers,
      );
    },
    realise(realisedMean, realisedVariance, mean, variance, tables, options) {
      library.realise(realisedMean, realisedVariance, mean, variance, tables, ...realisationNumbers(options));
    },
    realiseGradient(meanGradient, varianceGradient, mean, tables, options) {
      library.realiseGradient(meanGradient, varianceGradient, mean, tables, ...realisationNumbers(options));
    },
    technologicalLoss(meanGradient, varianceGradient, mean, variance, distances, grid, { beta, width, weight }) {
      const { meanLow, meanHigh, stdHigh, meanSteps, stdSteps } = grid;
      return library.technologicalLoss(
        meanGradient,
        varianceGradient,
        mean,
        variance,
        distances,
        meanLow,
        meanHigh,
        stdHigh,
        meanSteps,
        stdSteps,
        beta,
        width,
        weight,
      );
    },
    crossbarPorts(ports, cells, shape) {
      library.crossbarPorts(ports, cells, shape.rows, shape.columns, ...shape.wires, endsOf(shape));
    },
    crossbarPotentials(v, injected, floating, cells, shape) {
      const { rows, columns, wires } = shape;
      library.crossbarPotentials(v, injected, floating, cells, rows, columns, ...wires, endsOf(shape));
    },
    patches(out, images, count, shape) {
      const { channels, height, width, kernelHeight, kernelWidth, stride, padding, firstChannel, patchChannels } =
        shape;
      const kernel = [kernelHeight, kernelWidth, stride, padding] as const;
      const bias = shape.bias ? 1 : 0;
      library.patches(out, images, count, channels, height, width, ...kernel, firstChannel, patchChannels, bias);
    },
    slicedProduct(y, x, w, levels, lowest, { m, n, k, bits, twosComplement, slices, sliceBits, tileRows }) {
      const signed = twosComplement ? 1 : 0;
      return library.slicedProduct(y, x, w, levels, lowest, m, n, k, bits, signed, slices, sliceBits, tileRows);
    },
  };
}
