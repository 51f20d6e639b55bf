import type { Job } from '../base/index.ts';

/** Does tasks of one kind. Payload and result pass between processes by structured clone: JSON and typed arrays. */
export type Handler = (payload: unknown, job: Job) => Promise<unknown>;

/** What a module of handlers exports by default. */
export interface Served {
  /** By kind of task. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Names the build of this code, by which two processes tell that theirs is the same. */
  build?(): string | Promise<string>;
}
