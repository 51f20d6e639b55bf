import type { Floats } from '../../kernels/index.ts';
import { add, crossEntropies, mixtureLoss, multiply, Tape, type Tensor, unary } from '../../tensor/index.ts';
import { Adam, cosineRate } from '../optimise.ts';

/** A correction of logits: z′ = scale·z + offset, each [classes]. */
export interface LogitCorrection {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/** Steps of Adam that the fit takes; it has at most two numbers per class. */
const steps = 600;

/**
 * Fits a correction of logits on rows kept out of training, by the likelihood of the averaged prediction and a standard
 * normal prior on ln scale and offset. The prior, an assumption, weighs nothing beside some hundred rows; without it few
 * rows that are all decided rightly ask for endless certainty.
 * `temperature` is one positive scale for all classes; `vector` a positive scale and an offset for each. Fitted to the
 * outputs of one chip, `vector` is the correction of logits alone that Bayes2IMC applies per chip.
 * Guo, Pleiss, Sun & Weinberger, On calibration of modern neural networks, ICML 2017, section 4.2.
 *
 * `logits` [samples, labels.length, classes].
 */
export function fitLogitCorrection(
  kind: 'temperature' | 'vector',
  logits: Floats,
  labels: Int32Array,
  samples: number,
  classes: number,
): LogitCorrection {
  const rows = samples * labels.length;
  const tape = new Tape('f64');
  const size = kind === 'vector' ? classes : 1;
  const logScale = new Float64Array(size);
  const offset = new Float64Array(classes);
  const scaleLeaf = tape.parameter([size], logScale);
  const offsetLeaf = tape.parameter([classes], offset);
  const z = tape.constant([rows, classes], Float64Array.from(logits));
  const scaled = multiply(tape, z, unary(tape, 'exp', scaleLeaf));
  const corrected: Tensor = kind === 'vector' ? add(tape, scaled, offsetLeaf) : scaled;
  const repeated = new Int32Array(rows);
  for (let s = 0; s < samples; s++) repeated.set(labels, s * labels.length);
  const loss = mixtureLoss(tape, crossEntropies(tape, corrected, repeated), samples);
  const adams = [new Adam('f64', size), new Adam('f64', classes)] as const;
  for (let i = 0; i < steps; i++) {
    tape.forward();
    tape.backward(loss);
    addPrior(scaleLeaf.gradient!, logScale);
    addPrior(offsetLeaf.gradient!, offset);
    adams[0].step(logScale, scaleLeaf.gradient!, cosineRate(0.05, i, steps), i);
    if (kind === 'vector') adams[1].step(offset, offsetLeaf.gradient!, cosineRate(0.05, i, steps), i);
  }
  return {
    scale: Float64Array.from({ length: classes }, (_, c) => Math.exp(logScale[size === 1 ? 0 : c]!)),
    offset,
  };
}

function addPrior(gradient: Floats, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) gradient[i]! += values[i]!;
}

/** Corrects logits [rows, classes] in place. */
export function correctLogits(logits: Floats, { scale, offset }: LogitCorrection): void {
  const classes = scale.length;
  for (let i = 0; i < logits.length; i++) logits[i] = scale[i % classes]! * logits[i]! + offset[i % classes]!;
}
