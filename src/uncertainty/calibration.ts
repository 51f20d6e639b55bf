import type { Floats } from '../kernels/index.ts';
import { decisions } from './predictive.ts';

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Confidences in (low, high] fall here; the first bin holds 0 as well. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of the chosen class; 0 where the bin is empty. */
  readonly confidence: number;
  /** Share of right decisions; 0 where the bin is empty. */
  readonly accuracy: number;
}

export interface Calibration {
  /** Expected calibration error: Σ_b (n_b/N)·|accuracy − confidence|. */
  readonly ece: number;
  /** Largest |accuracy − confidence| of any bin that holds an input. */
  readonly mce: number;
  /** As `ece`, over bins of equally many inputs. */
  readonly adaptiveEce: number;
  readonly reliability: readonly ReliabilityBin[];
}

/**
 * Calibration of the chosen class's probability. `probabilities`: [count, classes]; `labels`: [count].
 * `bins` equal intervals of confidence, 10 by default and never dependent on the number of inputs (Guo et al., ICML 2017);
 * the adaptive error takes as many bins of equal mass, keeping equal confidences together (Nguyen and O'Connor, EMNLP 2015).
 */
export function calibration(probabilities: Floats, labels: ArrayLike<number>, classes: number, bins = 10): Calibration {
  const count = labels.length;
  const chosen = decisions(probabilities, count, classes);
  const confidence = Float64Array.from(chosen, (c, n) => probabilities[n * classes + c]!);
  const right = Uint8Array.from(chosen, (c, n) => (c === labels[n] ? 1 : 0));

  const equalWidth = new Tally(bins);
  for (let n = 0; n < count; n++) {
    equalWidth.add(Math.min(bins - 1, Math.max(0, Math.ceil(confidence[n]! * bins) - 1)), confidence[n]!, right[n]!);
  }
  const equalMass = new Tally(bins);
  const order = Uint32Array.from(confidence, (_, n) => n).sort((a, b) => confidence[a]! - confidence[b]!);
  for (let first = 0; first < count; ) {
    let next = first + 1;
    while (next < count && confidence[order[next]!] === confidence[order[first]!]) next++;
    const bin = Math.min(bins - 1, Math.floor(((first + next) * bins) / (2 * count)));
    for (let k = first; k < next; k++) equalMass.add(bin, confidence[order[k]!]!, right[order[k]!]!);
    first = next;
  }

  const reliability = Array.from({ length: bins }, (_, b) => equalWidth.bin(b, bins));
  return {
    ece: equalWidth.error(count),
    mce: reliability.reduce((most, bin) => Math.max(most, Math.abs(bin.accuracy - bin.confidence)), 0),
    adaptiveEce: equalMass.error(count),
    reliability,
  };
}

/** Counts and sums per bin. */
class Tally {
  readonly counts: Float64Array;
  readonly confidences: Float64Array;
  readonly rights: Float64Array;

  constructor(bins: number) {
    this.counts = new Float64Array(bins);
    this.confidences = new Float64Array(bins);
    this.rights = new Float64Array(bins);
  }

  add(bin: number, confidence: number, right: number): void {
    this.counts[bin]!++;
    this.confidences[bin]! += confidence;
    this.rights[bin]! += right;
  }

  error(count: number): number {
    let sum = 0;
    for (let b = 0; b < this.counts.length; b++) sum += Math.abs(this.rights[b]! - this.confidences[b]!);
    return sum / count;
  }

  bin(b: number, bins: number): ReliabilityBin {
    const count = this.counts[b]!;
    const share = (sum: number) => (count > 0 ? sum / count : 0);
    return {
      low: b / bins,
      high: (b + 1) / bins,
      count,
      confidence: share(this.confidences[b]!),
      accuracy: share(this.rights[b]!),
    };
  }
}
