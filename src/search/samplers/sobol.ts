import { z } from 'zod';
import { fold } from '../../random/index.ts';
import type { SearchSampler } from '../sampler.ts';
import { sobolPoint } from '../sobol-sequence.ts';
import { decode, type Space } from '../space.ts';

const schema = z.strictObject({});

/** Scrambled Sobol points: fill the space more evenly than random ones, whatever was found before. */
export const sobol: SearchSampler<Space, z.output<typeof schema>> = {
  name: 'sobol',
  summary: 'scrambled Sobol points, which fill the space evenly',
  schema,
  cite: [
    {
      tag: 'JoeKuo08',
      text: 'S. Joe and F. Y. Kuo, Constructing Sobol sequences with better two-dimensional projections, SIAM Journal on Scientific Computing 30(5):2635–2654, 2008',
      id: '10.1137/070709359',
    },
    {
      tag: 'Owen98',
      text: 'A. B. Owen, Scrambling Sobol’ and Niederreiter–Xing points, Journal of Complexity 14(4):466–489, 1998',
      id: '10.1006/jcom.1998.0487',
    },
  ],
  init: space => space,
  tell: space => space,
  ask: (key, space, number) => decode(space, sobolPoint(number, space.variables.length, fold(key, 'sobol'))),
};
