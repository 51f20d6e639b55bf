import { lookUp } from '../../base/index.ts';
import type { FolderWorkspace } from '../folder-workspace.ts';
import type { Request } from '../request.ts';
import { anywhere } from './anywhere.ts';
import { exploreRequests } from './explore.ts';

/** All that pages may ask a server for, by name; every room is a line here, or in `anywhere.ts` where it needs no folder. */
export const requests = {
  ...anywhere,
  ...exploreRequests,
};

export type Requests = typeof requests;

export const requestNamed = (name: string): Request<unknown, unknown, FolderWorkspace> =>
  lookUp(requests as unknown as Readonly<Record<string, Request<unknown, unknown, FolderWorkspace>>>, name, 'request');
