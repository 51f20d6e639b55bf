import { describe, expect, test } from 'vitest';
import { selfTest } from '../../src/pipeline/self-test.ts';

/** Chips in the order of their numbers. */
const chips = (all: readonly Float64Array[]) => all.map((of, chip) => ({ chip, of }));

/** Answers to six inputs of two classes, off by so much at some of them. */
const answers = (off: Readonly<Record<number, number>>, noise = 0) =>
  Float64Array.from({ length: 12 }, (_, k) => {
    const input = k >> 1;
    const p = 0.5 + (off[input] ?? 0) + noise * Math.sin(input + 1);
    return k % 2 ? 1 - p : p;
  });
const working = chips([0, 0.01, -0.01, 0.005, 0.008, -0.008].map(noise => answers({}, noise)));

describe('a self-test', () => {
  test('takes the fewest inputs that reveal faults, and is judged on chips it has not seen', () => {
    const at = (...inputs: number[]) => answers(Object.fromEntries(inputs.map(i => [i, 0.2])));
    // Input 3 shows two of the three kinds of fault, input 5 the third.
    const broken = chips([at(1, 3), at(1, 3), at(3), at(3), at(5), at(5)]);
    const { rows, found, alarms } = selfTest(working, broken, 6);
    expect(rows).toEqual([3, 5]);
    expect([found, alarms]).toEqual([1, 0]);
  });

  test('takes none where broken chips answer as working ones', () => {
    expect(selfTest(working, working.slice(0, 2), 6)).toMatchObject({ rows: [], found: 0, alarms: 0 });
    expect(selfTest(working, [], 6).rows).toEqual([]);
  });

  test('is chosen on some chips and judged on others, in however many ways each is broken', () => {
    const broken = [3, 5, 3, 1].map((input, i) => ({ chip: i >> 1, of: answers({ [input]: 0.2 }) }));
    expect(selfTest(working, broken, 6)).toMatchObject({ rows: [3, 5], found: 0.5 });
  });

  test('stops at its most', () => {
    const broken = chips(Array.from({ length: 12 }, (_, i) => answers({ [i >> 1]: 0.3 })));
    expect(selfTest(working, broken, 6, 4).rows).toHaveLength(4);
    expect(selfTest(working, broken, 6, 4).found).toBeCloseTo(4 / 6, 9);
  });
});

test('is judged on the chips that it was not chosen on', () => {
  const [right, wrong] = [Float64Array.of(0.9, 0.1), Float64Array.of(0.1, 0.9)];
  expect(selfTest(chips([right, right]), chips([wrong, right]), 1)).toMatchObject({ rows: [0], found: 0, alarms: 0 });
  expect(selfTest(chips([right, wrong]), chips([wrong, wrong]), 1)).toMatchObject({ rows: [0], found: 1, alarms: 1 });
});
