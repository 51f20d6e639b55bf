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
 * Σ of −log N(target | mean, σ²) → [1]: mean [m, n], targets [m, n] (an array the caller may change between runs),
 * `logStd` [n] is ln σ of each output.
 */
export function gaussianLoss(tape: Tape, mean: Tensor, targets: Floats, logStd: Tensor): Tensor {
  const n = logStd.size;
  const m = mean.size / n;
  return tape.operation(
    [1],
    [mean, logStd],
    y => {
      let total = 0.5 * LOG_2PI * m * n;
      for (let j = 0; j < n; j++) {
        const precision = Math.exp(-2 * logStd.value[j]!);
        let squares = 0;
        for (let at = j; at < m * n; at += n) squares += (mean.value[at]! - targets[at]!) ** 2;
        total += m * logStd.value[j]! + 0.5 * precision * squares;
      }
      y[0] = total;
    },
    dy => {
      const d = dy[0]!;
      for (let j = 0; j < n; j++) {
        const precision = Math.exp(-2 * logStd.value[j]!);
        let squares = 0;
        for (let at = j; at < m * n; at += n) {
          const error = mean.value[at]! - targets[at]!;
          squares += error * error;
          if (mean.gradient) mean.gradient[at]! += d * precision * error;
        }
        if (logStd.gradient) logStd.gradient[j]! += d * (m - precision * squares);
      }
    },
  );
}

/**
 * Σ of −log N(target | mean, σ²) → [1] where the network gives both: outputs [m, 2n] are n means followed by
 * n values of ln σ², targets [m, n]. ln σ² is held within ±`bound` so that a wild weight cannot overflow.
 * Nix & Weigend, Estimating the mean and variance of the target probability distribution, ICNN 1994.
 */
export function heteroscedasticLoss(tape: Tape, outputs: Tensor, targets: Floats, bound = 20): Tensor {
  const width = outputs.shape[outputs.shape.length - 1]!;
  const n = width / 2;
  const m = outputs.size / width;
  return tape.operation(
    [1],
    [outputs],
    y => {
      let total = 0.5 * LOG_2PI * m * n;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const logVariance = Math.min(bound, Math.max(-bound, outputs.value[i * width + n + j]!));
          const error = outputs.value[i * width + j]! - targets[i * n + j]!;
          total += 0.5 * (logVariance + error * error * Math.exp(-logVariance));
        }
      }
      y[0] = total;
    },
    dy => {
      const d = dy[0]!;
      const gradient = outputs.gradient!;
      for (let i = 0; i < m; i++) {
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
