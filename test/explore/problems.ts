import { problemOf } from '../../src/explore/plain-problem.ts';
import type { Problem } from '../../src/explore/problem.ts';
import { fillNormal } from '../../src/random/index.ts';
import { spaceOf } from '../../src/search/index.ts';

/** Objectives x² and (x − 1)², front from 0 to 1; the other variables only cost. Noise of this standard deviation. */
export const schaffer = ({ noise = 0, repeats = 1 } = {}): Problem =>
  problemOf({
    space: [
      { kind: 'real', name: 'x', low: -2, high: 3 },
      { kind: 'integer', name: 'extra', low: 0, high: 3 },
    ],
    objectives: ['near', 'far'],
    constraints: ['limit'],
    repeats,
    evaluate({ x, extra }, { key }) {
      const z = fillNormal(key, new Float64Array(2));
      const [a, b] = [x as number, extra as number];
      return { near: a ** 2 + b + noise * z[0]!, far: (a - 1) ** 2 + b + noise * z[1]!, limit: -0.2 - a };
    },
  });

/** A space of six points. */
export const tiny = spaceOf([
  { kind: 'categorical', name: 'kind', values: ['a', 'b'] },
  { kind: 'integer', name: 'n', low: 1, high: 3 },
]);
