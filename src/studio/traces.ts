import type { TracePoint } from '../base/index.ts';

/** A line by which a part of long work is watched, from its first point on. */
export interface Trace {
  readonly activity: string;
  readonly part: string;
  readonly name: string;
  /** Which of several lines of that name; the only one where absent. */
  readonly line?: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

/** What is new of a trace: its points from number `from` on. */
export interface TraceNews extends Trace {
  readonly from: number;
}

const nameOf = ({ activity, part, name, line }: Trace): string => JSON.stringify([activity, part, name, line]);

/** Traces with points added; a line that goes back to an earlier step begins anew. Values that are not finite are left out. */
export function withPoints(
  traces: readonly Trace[],
  activity: string,
  part: string,
  points: readonly TracePoint[],
): readonly Trace[] {
  const all = new Map(traces.map(trace => [nameOf(trace), trace]));
  for (const { trace: name, line, step, value } of points) {
    if (!Number.isFinite(value)) continue;
    const empty: Trace = { activity, part, name, ...(line !== undefined && { line }), points: [] };
    const before = all.get(nameOf(empty))?.points ?? [];
    const goesOn = before.length === 0 || before.at(-1)![0] < step;
    all.set(nameOf(empty), { ...empty, points: [...(goesOn ? before : []), [step, value]] });
  }
  return [...all.values()];
}

/** What of traces somebody does not know who knows those before. */
export function traceNews(now: readonly Trace[], known: readonly Trace[]): readonly TraceNews[] {
  const before = new Map(known.map(trace => [nameOf(trace), trace.points]));
  return now.flatMap(trace => {
    const had = before.get(nameOf(trace)) ?? [];
    if (had === trace.points) return [];
    const from = had.length > 0 && had[0] === trace.points[0] ? had.length : 0;
    return [{ ...trace, from, points: trace.points.slice(from) }];
  });
}

/** Traces as they are after the news. */
export function tracesAfter(traces: readonly Trace[], news: readonly TraceNews[]): readonly Trace[] {
  const all = new Map(traces.map(trace => [nameOf(trace), trace]));
  for (const { from, ...trace } of news) {
    const before = all.get(nameOf(trace))?.points.slice(0, from) ?? [];
    all.set(nameOf(trace), { ...trace, points: [...before, ...trace.points] });
  }
  return [...all.values()];
}
