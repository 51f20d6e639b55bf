import type { Activity } from './activities.ts';

/** What pages hear: the work under way whenever it changes, and a stamp that changes when runs or studies on disk do. */
export interface News {
  readonly activities?: readonly Activity[];
  readonly runs?: string;
}
