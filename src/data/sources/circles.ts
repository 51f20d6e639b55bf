import { planarSource } from './planar.ts';

/** A circle within a circle. */
export const circles = planarSource({
  name: 'circles',
  summary: 'Two concentric circles in the plane.',
  classes: ['outer', 'inner'],
  noise: 0.1,
  origin: 'Generated: circles of radius 1 and 0.5 around the origin, with Gaussian noise.',
  point(label, u) {
    const radius = label === 0 ? 1 : 0.5;
    return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)];
  },
});
