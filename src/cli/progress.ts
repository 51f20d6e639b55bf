import { formatDuration, type Progress } from '../base/index.ts';

/** Milliseconds between two updates: on a terminal in place, elsewhere a line each. */
const terminalInterval = 100;
const lineInterval = 5000;

/** Shows how far a piece of work is and how long it will still take, judged by what was done since it was started or taken up again. */
export function showProgress(label: string, stream: NodeJS.WriteStream): Progress {
  const start = performance.now();
  let first: { readonly fraction: number; readonly at: number } | null = null;
  let shown = Number.NEGATIVE_INFINITY;
  return (fraction, note = '') => {
    const now = performance.now();
    const done = fraction >= 1;
    if (fraction > 0) first ??= { fraction, at: now };
    if (!done && now - shown < (stream.isTTY ? terminalInterval : lineInterval)) return;
    shown = now;
    const elapsed = (now - (first?.at ?? start)) / 1000;
    const made = fraction - (first?.fraction ?? 0);
    const percent = `${Math.round(100 * Math.min(1, fraction))} %`.padStart(5);
    const time = done
      ? `${seconds((now - start) / 1000)}`
      : made > 0.005 && elapsed > 0.5
        ? `${seconds((elapsed / made) * (1 - fraction))} left`
        : '';
    const text = `${label.padEnd(22)} ${bar(fraction)} ${percent}  ${time.padEnd(12)} ${note}`;
    if (stream.isTTY) stream.write(`\r${text.slice(0, (stream.columns ?? 100) - 1)}\u001b[K${done ? '\n' : ''}`);
    else stream.write(`${text.trimEnd()}\n`);
  };
}

function bar(fraction: number): string {
  const filled = Math.round(20 * Math.min(1, Math.max(0, fraction)));
  return '█'.repeat(filled) + '░'.repeat(20 - filled);
}

const seconds = (value: number): string => (value < 90 ? `${value.toFixed(1)} s` : formatDuration(Math.round(value)));
