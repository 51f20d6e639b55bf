import { fold, type Key } from '../random/index.ts';
import { sobolDimensions, sobolPoint } from './sobol-sequence.ts';
import { decode, type Point, randomPoint, type Space } from './space.ts';

/** Point `number` of a sampler's start: scrambled Sobol, or random where the space has too many variables for that. */
export function startingPoint(key: Key, space: Space, number: number): Point {
  const { length } = space.variables;
  return length <= sobolDimensions
    ? decode(space, sobolPoint(number, length, fold(key, 'start')))
    : randomPoint(fold(fold(key, 'start'), number), space);
}
