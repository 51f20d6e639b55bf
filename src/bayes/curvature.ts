import { slice, Tape } from '../tensor/index.ts';
import { type Model, weightOf } from './model.ts';

/**
 * Calls `visit` for every training row and every column s of a root of the Fisher information F = S Sᵀ of its
 * answer's distribution given the outputs, with the gradient Jᵀs by the weights: Σ (Jᵀs)(Jᵀs)ᵀ is the generalised
 * Gauss–Newton matrix. Columns: √(w p_c) (e_c − p) for classes whose rows count w, e_j/σ for known noise, and both e_j/σ and e_{n+j}/√2 where
 * the network gives ln σ².
 */
export function visitCurvature(
  model: Model,
  point: Float32Array,
  noiseStd: Float64Array | undefined,
  from: number,
  to: number,
  visit: (gradient: Float64Array) => void,
): void {
  const { network, likelihood, train, targets } = model;
  const width = train.inputs.length / train.count;
  const { size, outputs } = network;
  const tape = new Tape('f64');
  const gradient = new Float64Array(size);
  const flat = tape.parameter([size], Float64Array.from(point), gradient);
  const input = new Float64Array(width);
  const x = tape.constant([1, ...network.inputShape], input);
  const y = network.forward(
    tape,
    x,
    network.parameters.map(p => slice(flat, p.offset, p.shape)),
  );
  const column = new Float64Array(outputs);
  const loss = tape.operation(
    [1],
    [y],
    out => {
      out[0] = 0;
    },
    () => {
      for (let j = 0; j < outputs; j++) y.gradient![j]! += column[j]!;
    },
  );
  const use = () => {
    tape.backward(loss);
    visit(gradient);
  };
  for (let row = from; row < to; row++) {
    input.set(train.inputs.subarray(row * width, (row + 1) * width));
    tape.forward();
    if (likelihood.kind === 'classification') {
      const weight = weightOf(model, train.labels[row]);
      const logits = Float64Array.from(y.value);
      const top = logits.reduce((a, b) => Math.max(a, b));
      const odds = logits.map(v => Math.exp(v - top));
      const total = odds.reduce((a, b) => a + b, 0);
      for (let c = 0; c < outputs; c++) {
        const root = Math.sqrt((weight * odds[c]!) / total);
        for (let j = 0; j < outputs; j++) column[j] = root * ((j === c ? 1 : 0) - odds[j]! / total);
        use();
      }
      continue;
    }
    for (let j = 0; j < outputs; j++) {
      column.fill(0);
      if (likelihood.kind === 'homoscedastic') column[j] = 1 / noiseStd![j]!;
      else column[j] = j < targets ? Math.exp(-0.5 * y.value[targets + j]!) : Math.SQRT1_2;
      use();
    }
  }
}
