import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divide } from '../../src/data/divide.ts';
import type { Dataset } from '../../src/data/index.ts';
import { fitScale } from '../../src/data/standardise.ts';
import { keyOf } from '../../src/random/index.ts';
import { load } from './files.ts';

/** Two columns and a label: the number of the row, a number that differs, and its parity. */
const table = Array.from({ length: 200 }, (_, i) => `${i},${(i * 37) % 101},${i % 2}`).join('\n');

const csv = async (more: Record<string, unknown> = {}) =>
  load({ source: 'csv', path: 'a.csv', header: false, target: 2, ...more }, { 'a.csv': table }, 3);

const rowsIn = ({ inputs }: { inputs: Float32Array }) => Array.from(inputs).filter((_, i) => i % 2 === 0);

test('rows to search on come from training alone, each once, with their numbers in the whole training split', async () => {
  const whole = await csv({ standardise: 'none' });
  const parted = await csv({ standardise: 'none', search: 0.3 });
  expect(parted.validation).toEqual(whole.validation);
  expect(parted.test).toEqual(whole.test);
  const { train, search } = parted as Required<Dataset>;
  expect([train.count, search.count]).toEqual([98, 42]);
  for (const split of [train, search]) {
    expect(Array.from(split.numbers!, n => rowsIn(whole.train)[n])).toEqual(rowsIn(split));
    expect(Array.from(split.numbers!, n => whole.train.labels[n])).toEqual(Array.from(split.labels));
  }
  expect([...train.numbers!, ...search.numbers!].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 140 }, (_, i) => i),
  );
  expect(train.numbers).toEqual(train.numbers!.toSorted());
  expect(search.numbers).not.toEqual(search.numbers!.toSorted());
});

test('scales are those of the rows that are trained on', async () => {
  const raw = await csv({ standardise: 'none', search: 0.5 });
  const scaled = await csv({ search: 0.5 });
  expect(scaled.inputScale).toEqual(fitScale(raw.train.inputs, raw.train.count, 'features'));
  expect(rowsIn(scaled.search!)[0]).toBeCloseTo(
    (rowsIn(raw.search!)[0]! - scaled.inputScale!.mean[0]!) / scaled.inputScale!.std[0]!,
    5,
  );
});

test.each(['two-moons', 'cubic', 'heartbeats'])(
  '%s parts its training rows and leaves the other splits as they are, but for their scale',
  async source => {
    const sizes = { train: 90, validation: 18, test: 27 };
    const [whole, parted] = [await load({ source, ...sizes }), await load({ source, ...sizes, search: 0.4 })];
    expect([parted.train.count, parted.search!.count]).toEqual([
      whole.train.count - Math.round(0.4 * whole.train.count),
      Math.round(0.4 * whole.train.count),
    ]);
    expect(whole.search).toBeUndefined();
    expect(parted.test.labels).toEqual(whole.test.labels);
    const { mean, std } = parted.inputScale!;
    const own = whole.inputScale!;
    const back = parted.test.inputs[0]! * std[0]! + mean[0]!;
    expect(back).toBeCloseTo(whole.test.inputs[0]! * own.std[0]! + own.mean[0]!, 4);
  },
);

test('whole groups are searched on where groups stay apart', () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 16, maxLength: 24 });
  fc.assert(
    fc.property(sizes, fc.integer(), (sizes, seed) => {
      const groups = Int32Array.from(sizes.flatMap((size, g) => new Array<number>(size).fill(g)));
      const examples = {
        count: groups.length,
        task: 'classification' as const,
        inputShape: [1],
        inputNames: ['row'],
        outputNames: ['even', 'odd'],
        groupNames: sizes.map((_, g) => `patient ${g}`),
        groups,
        inputs: Float32Array.from(groups, (_, i) => i),
        labels: Int32Array.from(groups, (_, i) => i % 2),
        targets: new Float32Array(0),
      };
      const about = { name: 'patients', where: 'table', origin: 'made for this test' };
      const shares = { train: 0.7, validation: 0.15, test: 0.15, unseen: [], standardise: 'none' as const };
      const { train, search } = divide(keyOf(seed), about, examples, { ...shares, apart: 'groups', search: 0.3 });
      const [kept, away] = [new Set(train.groups), new Set(search!.groups)];
      expect([...kept].filter(g => away.has(g))).toEqual([]);
      expect(Math.abs(search!.count - 0.3 * (train.count + search!.count))).toBeLessThanOrEqual(5);
    }),
  );
});

test('a share that leaves a side without rows is refused', async () => {
  await expect(csv({ train: 4, search: 0.1 })).rejects.toThrow(
    'data.search: 0.1 of 4 training rows leaves a side without rows; give another share or more rows.',
  );
  await expect(csv({ search: 1 })).rejects.toThrow();
});
