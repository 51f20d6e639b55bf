import type { Trace } from '../../src/studio/traces.ts';
import { Figure } from './figure.tsx';
import { shown } from './format.ts';
import { traceFigure } from './trace-figure.ts';

/** Learning curves and diagnostics of chains: a figure for each number of each part of the work, as far as it is. */
export function Traces({ traces }: { readonly traces: readonly Trace[] }) {
  const figures = new Map<string, Trace[]>();
  for (const trace of traces) {
    const key = JSON.stringify([trace.part, trace.name]);
    figures.set(key, [...(figures.get(key) ?? []), trace]);
  }
  return (
    <div className="traces">
      {[...figures].map(([key, lines]) => {
        const ordered = lines.toSorted((a, b) => (a.line ?? '').localeCompare(b.line ?? '', 'en', { numeric: true }));
        const { part, name } = ordered[0]!;
        return <Figure key={key} {...traceFigure(part, name, ordered)} caption={captionOf(part, name, ordered)} />;
      })}
    </div>
  );
}

function captionOf(part: string, name: string, lines: readonly Trace[]): string {
  const step = Math.max(...lines.map(({ points }) => points.at(-1)![0]));
  const last = lines.map(({ points }) => shown(points.at(-1)![1]));
  return `${part}: ${name}, last ${last.join(', ')}, up to step ${step}.`;
}
