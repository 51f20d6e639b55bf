import { expect, test } from 'vitest';
import { complementaryError, cosineIntegral, normalDistribution } from '../../src/device/special.ts';

test('cosine integral', () => {
  // scipy.special.sici(x)[1]
  const golden = [
    [1e-6, -13.23829489306299],
    [0.5, -0.17778407880661287],
    [3.9, -0.12349934920781536],
    [4.1, -0.156165391828121],
    [12.566370614359172, -0.0061166391319196125],
    [100, -0.005148825142610493],
    [1e6, -3.499944389227205e-7],
  ] as const;
  for (const [x, value] of golden) expect(cosineIntegral(x)).toBeCloseTo(value, 12);
});

test('complementary error function keeps its relative precision in the tail', () => {
  // scipy.special.erfc(x)
  const golden = [
    [-1.5, 1.9661051464753108],
    [0.1, 0.8875370839817152],
    [1.99, 0.004888586800383002],
    [2.01, 0.004475150644751764],
    [6, 2.1519736712498913e-17],
    [20, 5.395865611607901e-176],
  ] as const;
  for (const [x, value] of golden) expect(complementaryError(x) / value).toBeCloseTo(1, 12);
  // scipy.special.ndtr(-8)
  expect(normalDistribution(-8) / 6.22096057427174e-16).toBeCloseTo(1, 11);
});
