import { planarSource } from './planar.ts';

/** Two interleaved half circles. */
export const twoMoons = planarSource({
  name: 'two-moons',
  summary: 'Two interleaved half circles in the plane.',
  classes: ['upper', 'lower'],
  noise: 0.2,
  origin: 'Generated: two half circles of radius 1, the lower one shifted by (1, 0.5), with Gaussian noise.',
  point(label, u) {
    const x = Math.cos(Math.PI * u);
    const y = Math.sin(Math.PI * u);
    return label === 0 ? [x, y] : [1 - x, 0.5 - y];
  },
});
