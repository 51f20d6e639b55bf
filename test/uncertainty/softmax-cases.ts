import fc from 'fast-check';

/** Class probabilities [samples, count, classes] with labels, [count]. */
export interface Case {
  readonly samples: number;
  readonly count: number;
  readonly classes: number;
  readonly probabilities: Float64Array;
  readonly labels: number[];
}

/** Softmax rows of whole logits, among which many are equal but for rounding. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    samples: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 1, max: 25 }),
    classes: fc.integer({ min: 2, max: 4 }),
  })
  .chain(({ samples, count, classes }) =>
    fc.record({
      samples: fc.constant(samples),
      count: fc.constant(count),
      classes: fc.constant(classes),
      logits: fc.array(fc.integer({ min: -8, max: 8 }), {
        minLength: samples * count * classes,
        maxLength: samples * count * classes,
      }),
      labels: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: count, maxLength: count }),
    }),
  )
  .map(({ logits, ...rest }) => ({ ...rest, probabilities: softmax(logits, rest.classes) }));

function softmax(logits: readonly number[], classes: number): Float64Array {
  const out = Float64Array.from(logits, v => Math.exp(v / 2));
  for (let first = 0; first < out.length; first += classes) {
    const sum = out.subarray(first, first + classes).reduce((a, b) => a + b, 0);
    for (let c = first; c < first + classes; c++) out[c]! /= sum;
  }
  return out;
}
