import { lookUp } from '../../base/index.ts';
import type { Request } from '../request.ts';
import { arrayRequests } from './array.ts';
import { compareRequests } from './compare.ts';
import { costRequests } from './cost.ts';
import { deviceRequests } from './device.ts';
import { experimentRequests } from './experiment.ts';
import { exploreRequests } from './explore.ts';
import { homeRequests } from './home.ts';
import { runRequests } from './run.ts';
import { uncertaintyRequests } from './uncertainty.ts';

/** All that pages may ask for, by name; every room is a line. */
export const requests = {
  ...homeRequests,
  ...experimentRequests,
  ...runRequests,
  ...uncertaintyRequests,
  ...deviceRequests,
  ...costRequests,
  ...arrayRequests,
  ...exploreRequests,
  ...compareRequests,
};

export type Requests = typeof requests;

export const requestNamed = (name: string): Request =>
  lookUp(requests as unknown as Readonly<Record<string, Request>>, name, 'request');
