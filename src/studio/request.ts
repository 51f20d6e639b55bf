import type { z } from 'zod';
import type { Job } from '../base/index.ts';
import type { Activities } from './activities.ts';
import type { Workspace } from './workspace.ts';

/** What an answer may use where it may take its time: in a child process of the server. */
export interface Away<W = Workspace> {
  readonly workspace: W;
  readonly job: Job;
}

/** What an answer may use where it must be quick: in the server's own process. */
export interface Here<W = Workspace> {
  readonly workspace: W;
  readonly activities: Activities;
}

/** Something that the page may ask for, of workspaces of a kind. Questions are JSON, answers JSON with typed arrays. */
export type Request<Q = unknown, A = unknown, W = Workspace> =
  | { readonly where: 'here'; readonly schema: z.ZodType<Q>; answer(question: Q, given: Here<W>): Promise<A> }
  | { readonly where: 'away'; readonly schema: z.ZodType<Q>; answer(question: Q, given: Away<W>): Promise<A> };

/** A request that is answered at once, in the server's own process. */
export const here = <Q, A, W = Workspace>(
  schema: z.ZodType<Q>,
  answer: (question: Q, given: Here<W>) => Promise<A>,
): Request<Q, A, W> & { readonly where: 'here' } => ({ where: 'here', schema, answer });

/** A request whose answer takes computing: a child process makes it, so that the server goes on listening. */
export const away = <Q, A, W = Workspace>(
  schema: z.ZodType<Q>,
  answer: (question: Q, given: Away<W>) => Promise<A>,
): Request<Q, A, W> & { readonly where: 'away' } => ({ where: 'away', schema, answer });
