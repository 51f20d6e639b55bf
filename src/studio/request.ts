import type { z } from 'zod';
import type { Job } from '../base/index.ts';
import type { Activities } from './activities.ts';
import type { Workspace } from './workspace.ts';

/** What an answer may use in a child process. */
export interface Away {
  readonly workspace: Workspace;
  readonly job: Job;
}

/** What an answer may use in the server's own process, where it must be quick. */
export interface Here {
  readonly workspace: Workspace;
  readonly activities: Activities;
}

/** Something that the page may ask for. Questions are JSON, answers JSON with typed arrays. */
export type Request<Q = unknown, A = unknown> =
  | { readonly where: 'here'; readonly schema: z.ZodType<Q>; answer(question: Q, given: Here): Promise<A> }
  | { readonly where: 'away'; readonly schema: z.ZodType<Q>; answer(question: Q, given: Away): Promise<A> };

/** A request that is answered at once, in the server's own process. */
export const here = <Q, A>(
  schema: z.ZodType<Q>,
  answer: (question: Q, given: Here) => Promise<A>,
): Request<Q, A> & { readonly where: 'here' } => ({ where: 'here', schema, answer });

/** A request whose answer takes computing: a child process makes it, so that the server goes on listening. */
export const away = <Q, A>(
  schema: z.ZodType<Q>,
  answer: (question: Q, given: Away) => Promise<A>,
): Request<Q, A> & { readonly where: 'away' } => ({ where: 'away', schema, answer });
