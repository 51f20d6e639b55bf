import type { RunFound } from '../../src/studio/workspace.ts';

/** How long ago something was, in words. */
export function ago(then: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - then) / 1000);
  for (const [scale, unit] of [
    [86400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const) {
    const count = Math.floor(seconds / scale);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** A duration in seconds: `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function lasting(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? Math.round(10 * seconds) / 10 : whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** The figures of a run in a line. */
export function brief({ metrics, task }: RunFound): string {
  if (!metrics) return '';
  const names = task === 'regression' ? ['nll', 'rmse'] : ['accuracy', 'nll', 'ece'];
  const labels: Readonly<Record<string, string>> = { accuracy: 'accuracy', nll: 'NLL', ece: 'ECE', rmse: 'RMSE' };
  return names
    .filter(name => metrics.hardware[name])
    .map(name => {
      const show = (value: number | null) =>
        value === null || !Number.isFinite(value) ? '–' : Number(value.toPrecision(3));
      return `${labels[name]} ${show(metrics.hardware[name]!.mean)} on chips, ${show(metrics.software[name]!.mean)} in software`;
    })
    .join(' · ');
}

/** A number to three digits, as figures and captions write it. */
export const shown = (value: number): string => `${Number(value.toPrecision(3))}`.replace('-', '−');
