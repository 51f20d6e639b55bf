import { planarSource } from './planar.ts';

/** Three turns around the origin, one class each. */
export const spirals = planarSource({
  name: 'spirals',
  summary: 'Three interleaved spiral arms in the plane.',
  classes: ['first', 'second', 'third'],
  noise: 0.05,
  origin:
    'Generated: three Archimedean spiral arms of radius 0 to 1 over 240°, a third of a turn apart, with Gaussian noise.',
  point(label, u) {
    const radius = Math.sqrt(u);
    const angle = (2 * Math.PI * label) / 3 + (4 * Math.PI * radius) / 3;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
});
