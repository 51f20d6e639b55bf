import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Job, Pool, TracePoint } from '../../src/base/index.ts';
import { Activities } from '../../src/studio/activities.ts';
import { eventStream } from '../../src/studio/events.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import { type News, tellerOf } from '../../src/studio/news.ts';
import { jobOfParts } from '../../src/studio/parts.ts';
import { type Trace, traceNews, tracesAfter, withPoints } from '../../src/studio/traces.ts';
import { ticksOf, traceFigure } from '../../studio/ui/trace-figure.ts';

const point = (step: number, value: number, line?: string, trace = 'loss'): TracePoint => ({
  trace,
  ...(line && { line }),
  step,
  value,
});

describe('traces', () => {
  test('are lines of a part, by name and line; one that goes back begins anew', () => {
    const some = withPoints([], 'a', 'training', [
      point(0, 3),
      point(5, 2, 'chain 1'),
      point(1, Number.NaN),
      point(2, 1),
    ]);
    expect(some).toEqual([
      {
        activity: 'a',
        part: 'training',
        name: 'loss',
        points: [
          [0, 3],
          [2, 1],
        ],
      },
      { activity: 'a', part: 'training', name: 'loss', line: 'chain 1', points: [[5, 2]] },
    ]);
    expect(withPoints(some, 'a', 'training', [point(0, 9)])[0]!.points).toEqual([[0, 9]]);
    expect(withPoints(some, 'a', 'training', [point(2, 9)])[0]!.points).toEqual([[2, 9]]);
    expect(withPoints(some, 'a', 'half: training', [point(0, 9)])).toHaveLength(3);
  });

  test('are the same for whoever hears of them in pieces, whenever he began to listen', () => {
    const points = fc.array(fc.record({ trace: fc.constantFrom('loss', 'b'), step: fc.nat(9), value: fc.nat(9) }));
    fc.assert(
      fc.property(fc.array(points, { maxLength: 8 }), fc.nat(8), (pieces, begin) => {
        let [now, known, heard]: (readonly Trace[])[] = [[], [], []] as [Trace[], Trace[], Trace[]];
        for (const [i, piece] of pieces.entries()) {
          now = withPoints(now!, 'a', 'training', piece);
          if (i < begin) continue;
          heard = tracesAfter(heard!, traceNews(now, known!));
          known = now;
        }
        if (begin < pieces.length) expect(heard).toEqual(now);
      }),
    );
  });
});

/** Work that is done step by step from here. */
function steered() {
  let working!: { job: Job; done(): void };
  const pool: Pool = {
    run: (_task, job) =>
      new Promise<void>(done => {
        working = { job, done };
      }),
    close: async () => {},
  };
  const activities = new Activities(pool);
  const { id } = activities.start({ kind: 'k', title: 't', about: 'a', payload: {} });
  return { activities, id, named: jobOfParts(working.job, () => 'runs/a'), done: () => working.done() };
}

describe('news', () => {
  test('tell of traces what is new, and all to whoever asks first, after the work too', async () => {
    const { activities, id, named, done } = steered();
    const tell = tellerOf(activities);
    expect(tell()).toEqual({ activities: activities.list() });
    named('training').progress(0.5, 'half', [point(0, 3), point(1, 2)]);
    const trace = { activity: id, part: 'training', name: 'loss' };
    expect(tell().traces).toEqual([
      {
        ...trace,
        from: 0,
        points: [
          [0, 3],
          [1, 2],
        ],
      },
    ]);
    expect(tell().traces).toBeUndefined();
    named('training').progress(1, 'all', [point(2, 1)]);
    done();
    await new Promise(resolve => setTimeout(resolve));
    expect(tell().traces).toEqual([{ ...trace, from: 2, points: [[2, 1]] }]);
    expect(tellerOf(activities)().traces).toEqual([
      {
        ...trace,
        from: 0,
        points: [
          [0, 3],
          [1, 2],
          [2, 1],
        ],
      },
    ]);
    expect(activities.list()[0]).toMatchObject({ state: 'done', place: 'runs/a' });
  });

  test('are streamed, each page its own', async () => {
    const { activities, named } = steered();
    named('training').progress(0.1, '', [point(0, 3)]);
    const workspace = new FolderWorkspace(mkdtempSync(join(tmpdir(), 'studio-traces-')));
    const given = { activities, workspace } as Parameters<typeof eventStream>[0];
    const listening = () => {
      const stop = new AbortController();
      const reader = eventStream(given, stop.signal).body!.getReader();
      const next = async (): Promise<News> => {
        const { value } = await reader.read();
        return JSON.parse(new TextDecoder().decode(value).slice('data: '.length)) as News;
      };
      return { next, stop: () => stop.abort() };
    };
    const [one, two] = [listening(), listening()];
    for (const page of [one, two]) expect((await page.next()).traces![0]!.points).toEqual([[0, 3]]);
    const rest = one.next();
    named('training').progress(0.2, '', [point(1, 2)]);
    const heard = [await rest, await one.next()].find(({ traces }) => traces)!;
    expect(heard.traces![0]).toMatchObject({ from: 1, points: [[1, 2]] });
    one.stop();
    two.stop();
  });
});

describe('a figure of traces', () => {
  const lines = [1, 2].map(c => ({
    line: `chain ${c}`,
    points: Array.from({ length: 50 }, (_, i) => [i, c * i] as const),
  }));

  test('has a line in its colour for each, named, and all numbers', () => {
    const { svg, numbers } = traceFigure('training', 'log <density>', lines);
    expect([...svg.matchAll(/<path d="M[^"]+" fill="none" stroke="(#\w+)"/g)].map(found => found[1])).toEqual([
      '#0072B2',
      '#D55E00',
    ]);
    expect(svg).toContain('chain 2');
    expect(svg).toContain('log &lt;density&gt;');
    expect(numbers.columns).toEqual(['line', 'step', 'log <density>']);
    expect(numbers.rows.at(-1)).toEqual(['chain 2', 49, 98]);
    expect(numbers.rows).toHaveLength(100);
  });

  test('lets the start lie outside, whose values are of another size', () => {
    const falling = Array.from({ length: 100 }, (_, i) => [i, i < 3 ? 1e6 : 1 + (i % 2)] as const);
    const { svg } = traceFigure('training', 'loss', [{ points: falling }]);
    expect([...svg.matchAll(/text-anchor="end" fill="currentColor">([^<]+)</g)].map(found => Number(found[1]))).toEqual(
      [1, 1.2, 1.4, 1.6, 1.8, 2],
    );
  });

  test('cuts off what lies outside by a name of its own', () => {
    const clips = ['training', 'deterministic: training', 'deterministic- training'].map(part => {
      const { svg } = traceFigure(part, 'loss', lines);
      const [id] = /(?<=<clipPath id=")[\w-]+(?=")/.exec(svg)!;
      expect(svg).toContain(`clip-path="url(#${id})"`);
      return id;
    });
    expect(new Set(clips).size).toBe(3);
  });

  test('of one point, or of values that are all the same, is a figure too', () => {
    for (const points of [
      [[0, 0]],
      [
        [3, 7],
        [4, 7],
      ],
    ] as const)
      expect(traceFigure('training', 'loss', [{ points }]).svg).not.toContain('NaN');
  });

  test('has round numbers at its axes', () => {
    expect(ticksOf({ low: 0, high: 1 }, 4)).toEqual([0, 0.5, 1]);
    expect(ticksOf({ low: -170, high: -148 }, 4)).toEqual([-170, -160, -150]);
    expect(ticksOf({ low: 0.0012, high: 0.0031 }, 4)).toEqual([0.0015, 0.002, 0.0025, 0.003]);
  });
});
