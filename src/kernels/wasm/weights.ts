import { adamNumbers } from '../codes.ts';
import type { Floats, Kernels } from '../kernels.ts';
import { type Memory, PIECE } from './memory.ts';

/** Weights taken at a time: a dozen arrays of them fit the second cache. */
const WEIGHTS = PIECE / 2;

type Weights = Pick<
  Kernels,
  | 'adam'
  | 'gaussianAdam'
  | 'realise'
  | 'realiseGradient'
  | 'scaleMoments'
  | 'scaleMomentsGradient'
  | 'technologicalLoss'
>;

export function weights(memory: Memory): Weights {
  const { module } = memory;
  const single = (x: Floats) => x instanceof Float32Array;
  return {
    adam(w, g, first, second, options) {
      const run = single(w) ? module.adamSingle : module.adamDouble;
      const [rate, beta1, beta2, epsilon, correction1, correction2] = adamNumbers(options);
      memory.open();
      inPieces(memory, [w, first, second, g], 3, (at, apart, count) => {
        const moments = at + apart;
        run(at, at + 3 * apart, moments, at + 2 * apart, count, rate, beta1, beta2, epsilon, correction1, correction2);
      });
    },
    gaussianAdam(mean, logStd, variance, byMean, byVariance, moments, prior, options) {
      const run = single(mean) ? module.gaussianAdamSingle : module.gaussianAdamDouble;
      const { mean: centre, precision, weight } = prior;
      const [rate, beta1, beta2, epsilon, correction1, correction2] = adamNumbers(options);
      const n = mean.length;
      const shared = precision.length === 1 && n !== 1;
      const arrays = [mean, logStd, variance, byMean, byVariance];
      if (!shared) arrays.push(precision);
      if (centre) arrays.push(centre);
      memory.open();
      const one = shared ? memory.copyOf(precision) : 0;
      const bytes = Math.min(WEIGHTS, n) * mean.BYTES_PER_ELEMENT;
      const atMoments = memory.place(bytes);
      for (let k = 1; k < 4; k++) memory.place(bytes);
      inPieces(memory, arrays, 3, (at, apart, count, from) => {
        for (let k = 0; k < 4; k++) memory.put(atMoments + k * apart, moments, k * n + from, count);
        const atCentre = centre ? at + (arrays.length - 1) * apart : 0;
        const atPrecision = shared ? one : at + 5 * apart;
        const [atByMean, atByVariance] = [at + 3 * apart, at + 4 * apart];
        // biome-ignore format: as many numbers as the module takes
        run(
          at, at + apart, at + 2 * apart, atByMean, atByVariance, atMoments, apart, atCentre, atPrecision, shared ? 1 : 0,
          weight, count, rate, beta1, beta2, epsilon, correction1, correction2,
        );
        for (let k = 0; k < 4; k++) memory.take(moments, k * n + from, count, atMoments + k * apart);
      });
    },
    realise(realisedMean, realisedVariance, mean, variance, tables, { low, high, gain, working, stuckSquare }) {
      const run = single(mean) ? module.realiseSingle : module.realiseDouble;
      memory.open();
      const atTables = memory.copyOf(tables);
      inPieces(memory, [mean, variance], 0, (at, apart, count, from) => {
        run(at, at + apart, count, atTables, tables.length / 2, low, high, gain, working, stuckSquare);
        memory.take(realisedMean, from, count, at);
        memory.take(realisedVariance, from, count, at + apart);
      });
    },
    realiseGradient(byMean, byVariance, mean, tables, { low, high, gain, working }) {
      const run = single(mean) ? module.realiseGradientSingle : module.realiseGradientDouble;
      memory.open();
      const atTables = memory.copyOf(tables);
      inPieces(memory, [byMean, byVariance, mean], 2, (at, apart, count) =>
        run(at, at + apart, at + 2 * apart, count, atTables, tables.length / 2, low, high, gain, working),
      );
    },
    scaleMoments(mean, variance, factorMean, factorVariance) {
      const run = single(mean) ? module.scaleMomentsSingle : module.scaleMomentsDouble;
      memory.open();
      inPieces(memory, [mean, variance, factorMean, factorVariance], 2, (at, apart, count) =>
        run(at, at + apart, at + 2 * apart, at + 3 * apart, count),
      );
    },
    scaleMomentsGradient(byMean, byVariance, scaled, factorMean, factorVariance) {
      const run = single(scaled) ? module.scaleMomentsGradientSingle : module.scaleMomentsGradientDouble;
      memory.open();
      inPieces(memory, [byMean, byVariance, scaled, factorMean, factorVariance], 2, (at, apart, count) =>
        run(at, at + apart, at + 2 * apart, at + 3 * apart, at + 4 * apart, count),
      );
    },
    technologicalLoss(byMean, byVariance, mean, variance, distances, grid, { beta, width, weight }) {
      const run = single(mean) ? module.technologicalLossSingle : module.technologicalLossDouble;
      const { meanLow, meanHigh, stdHigh, meanSteps, stdSteps } = grid;
      memory.open();
      const atDistances = memory.copyOf(distances);
      const losses = memory.place(Math.min(WEIGHTS, mean.length) * mean.BYTES_PER_ELEMENT);
      let total = 0;
      inPieces(memory, [byMean, byVariance, mean, variance], 2, (at, apart, count) => {
        total = run(
          ...[losses, at, at + apart, at + 2 * apart, at + 3 * apart, count, atDistances],
          ...[meanLow, meanHigh, stdHigh, meanSteps, stdSteps, beta, width, weight, total],
        );
      });
      return weight * total;
    },
  };
}

/**
 * Takes arrays of one length piece by piece: copies them in at equal distances, runs, and copies the first `written` of
 * them back. `run` gets the place of the first, the distance, how many numbers there are and from where on.
 */
function inPieces(
  memory: Memory,
  arrays: readonly Floats[],
  written: number,
  run: (at: number, apart: number, count: number, from: number) => void,
): void {
  const { length, BYTES_PER_ELEMENT } = arrays[0]!;
  const bytes = Math.min(WEIGHTS, length) * BYTES_PER_ELEMENT;
  const at = memory.place(bytes);
  const apart = memory.place(0) - at;
  memory.place(arrays.length * apart);
  for (let from = 0; from < length; from += WEIGHTS) {
    const count = Math.min(WEIGHTS, length - from);
    for (let k = 0; k < arrays.length; k++) memory.put(at + k * apart, arrays[k]!, from, count);
    run(at, apart, count, from);
    for (let k = 0; k < written; k++) memory.take(arrays[k]!, from, count, at + k * apart);
  }
}
