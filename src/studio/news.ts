import type { Activities, Activity } from './activities.ts';
import { type Trace, type TraceNews, traceNews } from './traces.ts';

/** What pages hear: the work under way whenever it changes, what is new of its traces, and a stamp that changes when runs or studies on disk do. */
export interface News {
  readonly activities?: readonly Activity[];
  readonly traces?: readonly TraceNews[];
  readonly runs?: string;
}

/** Tells one page of the work: of its traces, what is new since it was told last. */
export function tellerOf(activities: Activities): () => News {
  let known: readonly Trace[] = [];
  return () => {
    const traces = activities.traces();
    const news = traceNews(traces, known);
    known = traces;
    return { activities: activities.list(), ...(news.length > 0 && { traces: news }) };
  };
}
