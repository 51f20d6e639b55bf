import { describe, expect, test } from 'vitest';
import { selfTest } from '../../src/pipeline/self-test.ts';

/** Answers to six inputs of two classes, off by so much at some of them. */
const answers = (off: Readonly<Record<number, number>>, noise = 0) =>
  Float64Array.from({ length: 12 }, (_, k) => {
    const input = k >> 1;
    const p = 0.5 + (off[input] ?? 0) + noise * Math.sin(input + 1);
    return k % 2 ? 1 - p : p;
  });
const working = [0, 0.01, -0.01, 0.005, 0.008, -0.008].map(noise => answers({}, noise));

describe('a self-test', () => {
  test('takes the fewest inputs that reveal faults, and is judged on chips it has not seen', () => {
    const at = (...inputs: number[]) => answers(Object.fromEntries(inputs.map(i => [i, 0.2])));
    // Input 3 shows two of the three kinds of fault, input 5 the third.
    const broken = [at(1, 3), at(1, 3), at(3), at(3), at(5), at(5)];
    const { rows, found, alarms } = selfTest(working, broken, 6);
    expect(rows).toEqual([3, 5]);
    expect([found, alarms]).toEqual([1, 0]);
  });

  test('takes none where broken chips answer as working ones', () => {
    expect(selfTest(working, working.slice(0, 2), 6)).toMatchObject({ rows: [], found: 0, alarms: 0 });
    expect(selfTest(working, [], 6).rows).toEqual([]);
  });

  test('stops at its most', () => {
    const broken = Array.from({ length: 12 }, (_, i) => answers({ [i >> 1]: 0.3 }));
    expect(selfTest(working, broken, 6, 4).rows).toHaveLength(4);
    expect(selfTest(working, broken, 6, 4).found).toBeCloseTo(4 / 6, 9);
  });
});

test('is judged on the chips that it was not chosen on', () => {
  const [right, wrong] = [Float64Array.of(0.9, 0.1), Float64Array.of(0.1, 0.9)];
  expect(selfTest([right, right], [wrong, right], 1)).toMatchObject({ rows: [0], found: 0, alarms: 0 });
  expect(selfTest([right, wrong], [wrong, wrong], 1)).toMatchObject({ rows: [0], found: 1, alarms: 1 });
});
