import { lookUp } from '../../base/index.ts';
import type { Request } from '../request.ts';
import { experimentRequests } from './experiment.ts';
import { homeRequests } from './home.ts';
import { runRequests } from './run.ts';

/** All that pages may ask for, by name; every room is a line. */
export const requests = { ...homeRequests, ...experimentRequests, ...runRequests };

export type Requests = typeof requests;

export const requestNamed = (name: string): Request =>
  lookUp(requests as unknown as Readonly<Record<string, Request>>, name, 'request');
