import { planarSource } from './planar.ts';

/** The quadrants of a square, opposite ones alike. */
export const xor = planarSource({
  name: 'xor',
  summary: 'A square in the plane whose opposite quadrants share a class.',
  classes: ['same sign', 'opposite sign'],
  noise: 0.05,
  origin:
    'Generated: uniform on the square of side 2 around the origin; the class is the sign of xy; with Gaussian noise.',
  point(label, u, v) {
    const x = 2 * u - 1;
    const same = x < 0 ? -v : v;
    return [x, label === 0 ? same : -same];
  },
});
