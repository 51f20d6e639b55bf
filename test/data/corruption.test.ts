import { expect, test } from 'vitest';
import { corrupted, type Split } from '../../src/data/index.ts';
import { keyOf } from '../../src/random/index.ts';

const key = keyOf(1);
const side = 9;
const split = (inputs: Float32Array): Split => ({
  count: inputs.length / side ** 2,
  inputs,
  labels: new Int32Array(inputs.length / side ** 2),
  targets: new Float32Array(0),
});
/** Two random-looking images. */
const images = split(Float32Array.from({ length: 2 * side * side }, (_, i) => Math.sin(i * i)));
const at = (s: Split, image: number, row: number, column: number) => s.inputs[(image * side + row) * side + column]!;

test('a quarter turn moves every pixel counterclockwise; a full turn changes nothing', () => {
  const turned = corrupted(key, images, { inputShape: [side ** 2] }, 'rotation', 90);
  for (const [row, column] of [
    [0, 0],
    [2, 7],
    [4, 4],
    [8, 3],
  ] as const) {
    expect(at(turned, 1, side - 1 - column, row)).toBeCloseTo(at(images, 1, row, column), 5);
  }
  const full = corrupted(key, images, { inputShape: [1, side, side] }, 'rotation', 360);
  full.inputs.forEach((value, i) => {
    expect(value).toBeCloseTo(images.inputs[i]!, 5);
  });
});

test('a shift moves whole pixels and repeats the edge', () => {
  const moved = corrupted(key, images, { inputShape: [1, side, side] }, 'shift', 2);
  expect(at(moved, 1, 3, 5)).toBeCloseTo(at(images, 1, 3, 3), 6);
  expect(at(moved, 1, 3, 0)).toBeCloseTo(at(images, 1, 3, 0), 6);
});

test('blur keeps constants and spreads a point as its window says', () => {
  const point = new Float32Array(side ** 2);
  point[4 * side + 4] = 1;
  const blurred = corrupted(key, split(point), { inputShape: [side ** 2] }, 'blur', 1);
  expect(blurred.inputs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  expect(at(blurred, 0, 4, 5) / at(blurred, 0, 4, 4)).toBeCloseTo(Math.exp(-0.5), 5);
  expect(at(blurred, 0, 6, 5) / at(blurred, 0, 4, 4)).toBeCloseTo(Math.exp(-2.5), 5);
  const constant = corrupted(key, split(new Float32Array(side ** 2).fill(3)), { inputShape: [side ** 2] }, 'blur', 2);
  for (const value of constant.inputs) expect(value).toBeCloseTo(3, 5);
});

test('noise has the spread asked for and comes from the key', () => {
  const large = split(new Float32Array(side ** 2 * 500));
  const noisy = corrupted(key, large, { inputShape: [side ** 2] }, 'noise', 0.5).inputs;
  const variance = noisy.reduce((sum, value) => sum + value ** 2, 0) / noisy.length;
  // 40,500 normals: standard error of the spread 0.0018
  expect(Math.abs(Math.sqrt(variance) - 0.5)).toBeLessThan(0.009);
  expect(corrupted(key, large, { inputShape: [side ** 2] }, 'noise', 0.5).inputs).toEqual(noisy);
});

test('refusals', () => {
  expect(() => corrupted(key, images, { inputShape: [side ** 2] }, 'rotate', 1)).toThrow(/did you mean 'rotation'/);
  expect(() => corrupted(key, images, { inputShape: [side ** 2] }, 'blur', -1)).toThrow(/must be 0 or more, got -1/);
  expect(() => corrupted(key, { ...images, inputs: new Float32Array(14) }, { inputShape: [7] }, 'blur', 1)).toThrow(
    /no image/,
  );
});

test('images standardised pixel by pixel are turned in their own units', () => {
  const scale = {
    mean: Float64Array.from({ length: side ** 2 }, (_, i) => i / 10),
    std: Float64Array.from({ length: side ** 2 }, (_, i) => 1 + (i % 5)),
  };
  const inputs = images.inputs.map((x, i) => (x - scale.mean[i % side ** 2]!) / scale.std[i % side ** 2]!);
  const turned = corrupted(key, split(inputs), { inputShape: [side ** 2], inputScale: scale }, 'rotation', 25).inputs;
  const plain = corrupted(key, images, { inputShape: [side ** 2] }, 'rotation', 25).inputs;
  turned.forEach((x, i) => {
    expect(x * scale.std[i % side ** 2]! + scale.mean[i % side ** 2]!).toBeCloseTo(plain[i]!, 4);
  });
});
