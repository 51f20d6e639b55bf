import { type Floats, kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** Σ over rows of −log softmax(logits)[label] → [1]; logits [m, n], labels [m] in 0…n−1. */
export function softmaxCrossEntropy(tape: Tape, logits: Tensor, labels: Int32Array): Tensor {
  const n = logits.shape[logits.shape.length - 1]!;
  const m = logits.size / n;
  const math = kernels();
  const slope = logits.gradient ? tape.array(logits.size) : null;
  return tape.operation(
    [1],
    [logits],
    y => {
      y[0] = math.softmaxCrossEntropy(slope, logits.value, labels, m, n);
    },
    dy => math.axpy(logits.gradient!, dy[0]!, slope!),
  );
}

/**
 * −log N(target | mean, σ²) of each row → [m]: mean [m, n], targets [m, n] (an array the caller may change between
 * runs), `logStd` [n] is ln σ of each output.
 */
export function gaussianLosses(tape: Tape, mean: Tensor, targets: Floats, logStd: Tensor): Tensor {
  const n = logStd.size;
  const m = mean.size / n;
  const precision = new Float64Array(n);
  return tape.operation(
    [m],
    [mean, logStd],
    y => {
      let constant = 0.5 * LOG_2PI * n;
      for (let j = 0; j < n; j++) {
        precision[j] = Math.exp(-2 * logStd.value[j]!);
        constant += logStd.value[j]!;
      }
      for (let i = 0; i < m; i++) {
        let total = constant;
        for (let j = 0; j < n; j++) total += 0.5 * precision[j]! * (mean.value[i * n + j]! - targets[i * n + j]!) ** 2;
        y[i] = total;
      }
    },
    dy => {
      for (let i = 0; i < m; i++) {
        const d = dy[i]!;
        for (let j = 0; j < n; j++) {
          const error = mean.value[i * n + j]! - targets[i * n + j]!;
          if (mean.gradient) mean.gradient[i * n + j]! += d * precision[j]! * error;
          if (logStd.gradient) logStd.gradient[j]! += d * (1 - precision[j]! * error * error);
        }
      }
    },
  );
}

/**
 * −log N(target | mean, σ²) of each row → [m] where the network gives both: outputs [m, 2n] are n means followed by
 * n values of ln σ², targets [m, n]. ln σ² is held within ±`bound` so that a wild weight cannot overflow.
 * Nix & Weigend, Estimating the mean and variance of the target probability distribution, ICNN 1994.
 */
export function heteroscedasticLosses(tape: Tape, outputs: Tensor, targets: Floats, bound = 20): Tensor {
  const width = outputs.shape[outputs.shape.length - 1]!;
  const n = width / 2;
  const m = outputs.size / width;
  return tape.operation(
    [m],
    [outputs],
    y => {
      for (let i = 0; i < m; i++) {
        let total = 0.5 * LOG_2PI * n;
        for (let j = 0; j < n; j++) {
          const logVariance = Math.min(bound, Math.max(-bound, outputs.value[i * width + n + j]!));
          const error = outputs.value[i * width + j]! - targets[i * n + j]!;
          total += 0.5 * (logVariance + error * error * Math.exp(-logVariance));
        }
        y[i] = total;
      }
    },
    dy => {
      const gradient = outputs.gradient!;
      for (let i = 0; i < m; i++) {
        const d = dy[i]!;
        for (let j = 0; j < n; j++) {
          const raw = outputs.value[i * width + n + j]!;
          const precision = Math.exp(-Math.min(bound, Math.max(-bound, raw)));
          const error = outputs.value[i * width + j]! - targets[i * n + j]!;
          gradient[i * width + j]! += d * precision * error;
          if (raw > -bound && raw < bound) gradient[i * width + n + j]! += 0.5 * d * (1 - error * error * precision);
        }
      }
    },
  );
}

/** −log softmax(logits)[label] of each row → [m]; logits [m, n], labels [m] in 0…n−1. */
export function crossEntropies(tape: Tape, logits: Tensor, labels: Int32Array): Tensor {
  const n = logits.shape[logits.shape.length - 1]!;
  const m = logits.size / n;
  const math = kernels();
  const logs = tape.array(logits.size);
  return tape.operation(
    [m],
    [logits],
    y => {
      math.logSoftmax(logs, logits.value, m, n);
      for (let i = 0; i < m; i++) y[i] = -logs[i * n + labels[i]!]!;
    },
    dy => {
      const gradient = logits.gradient!;
      for (let i = 0; i < m; i++) {
        const d = dy[i]!;
        for (let j = 0; j < n; j++) gradient[i * n + j]! += d * Math.exp(logs[i * n + j]!);
        gradient[i * n + labels[i]!]! -= d;
      }
    },
  );
}

/**
 * −log of the mean over samples of exp(−loss) of each row → [rows]: the losses of the averaged prediction. `losses`
 * [samples·rows], all rows of a sample one after the other.
 */
export function mixtureLosses(tape: Tape, losses: Tensor, samples: number): Tensor {
  const rows = losses.size / samples;
  const share = tape.array(losses.size);
  return tape.operation(
    [rows],
    [losses],
    y => {
      for (let i = 0; i < rows; i++) {
        let least = Number.POSITIVE_INFINITY;
        for (let r = i; r < losses.size; r += rows) least = Math.min(least, losses.value[r]!);
        let sum = 0;
        for (let r = i; r < losses.size; r += rows) {
          share[r] = Math.exp(least - losses.value[r]!);
          sum += share[r]!;
        }
        for (let r = i; r < losses.size; r += rows) share[r]! /= sum;
        y[i] = least - Math.log(sum / samples);
      }
    },
    dy => {
      const gradient = losses.gradient!;
      for (let r = 0; r < losses.size; r++) gradient[r]! += dy[r % rows]! * share[r]!;
    },
  );
}

/** Σ over rows of weights[label]·loss → [1], in double precision; losses [m], labels [≥ m], the first m of which count. */
export function weightedSum(tape: Tape, losses: Tensor, labels: Int32Array, weights: Float64Array): Tensor {
  return tape.operation(
    [1],
    [losses],
    y => {
      let total = 0;
      for (let i = 0; i < losses.size; i++) total += weights[labels[i]!]! * losses.value[i]!;
      y[0] = total;
    },
    dy => {
      const gradient = losses.gradient!;
      for (let i = 0; i < losses.size; i++) gradient[i]! += dy[0]! * weights[labels[i]!]!;
    },
  );
}
