import { formatDuration, formatQuantity } from '../../base/index.ts';
import type { DeviceFit } from '../../device/index.ts';
import { aligned } from '../aligned.ts';

const siemens = (value: number): string => formatQuantity(value, 'S', 4);

/** A fit for people: parameters, levels, the treatment, what lies beyond the last read, and the notes. */
export function fitText(fit: DeviceFit): string {
  const { parameters, levels, forecasts, treated, notes } = fit;
  const show = (value: number, unit: string): string =>
    unit === '' ? `${Number(value.toPrecision(4))}` : formatQuantity(value, unit, 4);
  return [
    `${fit.device.name}: ${levels.length} levels, ${levels.reduce((sum, { count }) => sum + count, 0)} cells`,
    aligned([
      ['parameter', 'value', 'standard error'],
      ...parameters.map(p => [p.name, show(p.value, p.unit), show(p.standardError, p.unit)]),
    ]),
    testTable(fit),
    ...(treated ? [treatmentTable(treated)] : []),
    ...(forecasts.some(({ time }) => time > fit.ageing.lastRead) ? [forecastTable(fit)] : []),
    ...notes,
  ].join('\n\n');
}

/** Kolmogorov–Smirnov tests: against a normal and a lognormal distribution, and against the device itself. */
function testTable({ levels, shape }: DeviceFit): string {
  return aligned([
    ['level', 'cells', 'KS distance', 'p normal', 'p lognormal', `p fitted (${shape})`],
    ...levels.map(({ target, count, normality, lognormality, fitted }) => [
      siemens(target),
      `${count}`,
      normality.statistic.toFixed(4),
      ...[normality, lognormality, fitted].map(test => (test ? probability(test.pValue) : '–')),
    ]),
  ]);
}

/** A p-value with three decimals; the approximations of the tests end at 0.001. */
const probability = (p: number): string => (p <= 0.001 ? '≤0.001' : p.toFixed(3));

/** Cells before and after a treatment. */
function treatmentTable(treated: NonNullable<DeviceFit['treated']>): string {
  return aligned([
    ['level', 'before', 'spread', 'after', 'spread', 'change', 'error', 'spread', 'correlation with before'],
    ...treated.map(({ target, before, after, change, changeError, correlation }) => [
      ...[target, before.mean, before.std, after.mean, after.std, change.mean, changeError, change.std].map(siemens),
      correlation.toFixed(2),
    ]),
  ]);
}

/** Mean conductances a decade beyond the last read and at ten years. */
function forecastTable({ forecasts, ageing }: DeviceFit): string {
  const times = Array.from(new Set(forecasts.map(({ time }) => time))).filter(time => time > ageing.lastRead);
  const shown = new Set([times[0], times.at(-1)]);
  return aligned([
    ['extrapolated to', 'level', 'mean', 'between (95 %)', 'and'],
    ...forecasts
      .filter(({ time }) => shown.has(time))
      .map(({ time, target, mean, low, high }) => [
        formatDuration(time),
        ...[target, mean, low, high].map(value => formatQuantity(value, 'S', 4)),
      ]),
  ]);
}
