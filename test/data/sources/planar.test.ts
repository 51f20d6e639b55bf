import { expect, test } from 'vitest';
import { load } from '../files.ts';

const regions: Record<string, (label: number, x: number, y: number) => number> = {
  circles: (label, x, y) => Math.hypot(x, y) - [1, 0.5][label]!,
  xor: (label, x, y) => (Math.sign(x * y) === [1, -1][label] && Math.max(Math.abs(x), Math.abs(y)) <= 1 ? 0 : 1),
  spirals: (label, x, y) => {
    const radius = Math.hypot(x, y);
    const turn = Math.atan2(y, x) - (2 * Math.PI * label) / 3 - (4 * Math.PI * radius) / 3;
    return radius * Math.sin(turn / 2);
  },
};

test('splits are drawn independently', async () => {
  for (const source of [...Object.keys(regions), 'two-moons', 'cubic']) {
    const { train, validation, test: unseen } = await load({ source, train: 60, validation: 60, test: 60 });
    const labels = ({ labels, inputs }: typeof train) => `${[...labels]} ${[...inputs].map(x => x.toFixed(1))}`;
    expect(new Set([train, validation, unseen].map(labels)).size, source).toBe(3);
  }
});

test.each(Object.keys(regions))('%s: without noise every point lies where its class is', async source => {
  const { train, inputScale, outputNames } = await load({ source, noise: 0, train: 300 });
  const { mean, std } = inputScale!;
  const counts = outputNames.map(() => 0);
  for (let i = 0; i < train.count; i++) {
    const [x, y] = [0, 1].map(axis => train.inputs[2 * i + axis]! * std[axis]! + mean[axis]!);
    expect(Math.abs(regions[source]!(train.labels[i]!, x!, y!))).toBeLessThan(1e-5);
    counts[train.labels[i]!]!++;
  }
  for (const count of counts) expect(count).toBe(300 / outputNames.length);
});
