import { expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { buildModel, posteriorSchema } from '../../src/bayes/index.ts';
import { moonsData } from './moons.ts';

const data = moonsData(1, 8, 4);
const layers = ['dense 2'];

test.each([
  [
    { method: 'laplace', draws: 50 },
    "posterior: draws: applies to weights: last-layer; leave it out, for 'all' weights the result is their moments.",
  ],
  [
    { method: 'bernoulli', estimator: 'straight-through', relaxation: 0.5 },
    "posterior: relaxation: applies to the estimator 'natural-gradient'; leave it out, 'straight-through' draws hard signs.",
  ],
  [
    { method: 'bernoulli', magnitude: 0.5, gain: 3 },
    'posterior: gain: applies to magnitude: inputs; leave it out, the magnitude is a number.',
  ],
  [{ method: 'bernoulli', prior: { std: 2 } }, /^posterior: unknown field 'prior'; known: method, .*gain\.$/],
  [{ method: 'map', friction: 0.2 }, /^posterior: unknown field 'friction'; known: method, .*restarts\.$/],
  [{ method: 'map', prior: { wide: 3 } }, "posterior: prior: unknown field 'wide'; known: kind, std, scaling."],
  [{ method: 'map', prior: { kind: 'scale-mixture', std: 3 } }, /known: kind, share, wide, narrow\.$/],
  [
    { method: 'map', noise: 'heteroskedastic' },
    "posterior: noise: unknown name 'heteroskedastic'; did you mean 'heteroscedastic'? Known: learned, heteroscedastic, or a number.",
  ],
  [
    { method: 'device-tied', limit: 'serch' },
    "posterior: limit: unknown name 'serch'; did you mean 'search'? Known: search, or a number.",
  ],
])('an option that is unknown or would change nothing is refused: %o', (options, message) => {
  expect(() => check(posteriorSchema, options, 'posterior')).toThrow(message);
});

test.each([0.3, 'heteroscedastic'])('classes have no noise (%s)', noise => {
  const options = posteriorSchema.parse({ method: 'map', noise });
  expect(() => buildModel(layers, options, data)).toThrow(
    'posterior.noise: applies to regression, and the targets are classes; leave it out.',
  );
});
