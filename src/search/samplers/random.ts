import { z } from 'zod';
import { fold } from '../../random/index.ts';
import type { SearchSampler } from '../sampler.ts';
import { randomPoint, type Space } from '../space.ts';

const schema = z.strictObject({});

/** Every point independent, each variable uniform on its scale. */
export const random: SearchSampler<Space, z.output<typeof schema>> = {
  name: 'random',
  summary: 'independent points, uniform on each scale',
  schema,
  cite: [],
  init: space => space,
  tell: space => space,
  ask: (key, space, number) => randomPoint(fold(fold(key, 'random'), number), space),
};
