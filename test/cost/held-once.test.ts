import { expect, test } from 'vitest';
import { type ArchitectureInput, architectureOptions, estimate } from '../../src/cost/index.ts';
import type { Workload } from '../../src/cost/workload.ts';

const layers = [
  { name: '0', rows: 12, columns: 8, positions: 1 },
  { name: '1', rows: 9, columns: 6, positions: 5 },
  { name: '2', rows: 7, columns: 2, positions: 1 },
];
const tile = { rows: 16, columns: 16 };

const priced = (architecture: ArchitectureInput, more: Partial<Workload>, some = layers) =>
  estimate(
    { name: 'held once', layers: some, samples: 4, inputBits: 4, outputBits: 4, ...more },
    architectureOptions(architecture),
  );

const usesOf = ({ items }: ReturnType<typeof priced>, name: string) =>
  items.filter(({ component }) => component.name === name).reduce((sum, { uses }) => sum + uses, 0);

test.each([true, false])('layers held once run before the first sample, pipelined: %s', pipelined => {
  const kind = { kind: 'frozen-copies', tile, pipelined } as const;
  const all = priced(kind, { entropy: 'frozen' });
  const two = priced(kind, { entropy: 'frozen', heldOnce: 2 });
  const [a, b, c] = all.schedule.layers.map(({ time }) => time) as [number, number, number];
  // The whole network once, then the last layer for the three samples that are left.
  expect(two.latency).toBeCloseTo(a + b + c + 3 * c, 15);
  expect(two.interval).toBeCloseTo(pipelined ? Math.max(a, b, 4 * c) : a + b + 4 * c, 15);
  expect(two.schedule.cells).toBe(2 * (12 * 8 + 9 * 6 + 4 * 7 * 2));
  expect(usesOf(two, 'adc-sar')).toBe(8 + 5 * 6 + 4 * 2);
  expect(two.operations).toBe(2 * (12 * 8 + 5 * 9 * 6 + 4 * 7 * 2));
});

test('digital designs store no spreads of points, draw none, and run them once', () => {
  const one = (heldOnce: number) =>
    priced({ kind: 'digital-sram', generator: 'clt', parameterBits: 8 }, { entropy: 'generator', heldOnce });
  const [all, two] = [one(0), one(2)];
  const weights = [12 * 8, 9 * 6, 7 * 2] as const;
  expect(all.schedule.volatileBits).toBe(2 * 8 * (weights[0] + weights[1] + weights[2]));
  expect(two.schedule.volatileBits).toBe(8 * (weights[0] + weights[1] + 2 * weights[2]));
  expect(two.schedule.draws).toBe(4 * weights[2]);
  expect(usesOf(two, 'accumulator')).toBe(weights[0] + 5 * weights[1] + 4 * weights[2]);
});

test('memory words have generators where weights are drawn alone', () => {
  const one = (heldOnce: number) =>
    priced({ kind: 'sram-cim', tile: { rows: 16, columns: 64 } }, { entropy: 'generator', heldOnce });
  expect(one(0).schedule.draws).toBe(4 * (12 * 8 + 9 * 6 + 7 * 2));
  expect(one(2).schedule.draws).toBe(4 * 7 * 2);
});

test('at least one layer is drawn', () => {
  expect(() => priced({ kind: 'frozen-copies' }, { entropy: 'frozen', heldOnce: 3 })).toThrow('heldOnce must be');
});
