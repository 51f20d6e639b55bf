import * as Plot from '@observablehq/plot';
import { formatDuration, formatQuantity } from '../base/index.ts';
import type { DeviceFit } from '../device/index.ts';
import { normalQuantile } from '../random/index.ts';
import { type Figure, figure } from './figure.ts';
import { curves } from './figures/curves.ts';
import { colourOf, quiet } from './palette.ts';
import { panel } from './panel.ts';
import type { Section } from './report.ts';
import type { Table } from './table.ts';

/** What was fitted, how well, and what the data could not say. */
export function fitSections(fit: DeviceFit): Section[] {
  const { levels, notes, spreadTerms } = fit;
  const powers = spreadTerms.map(k => (k === 0 ? '1' : k === 1 ? 'g' : `g^${k}`)).join(', ');
  const quantity = (value: number): string => formatQuantity(value, 'S');
  const worst = levels.filter(({ normality }) => normality.pValue < 0.01);
  return [
    {
      title: 'Fit',
      text: [
        `The spread is a polynomial in g, the target over the largest one, with the terms ${powers}: its order is chosen by five-fold cross-validation, and terms within two standard errors of 0 are left out. Standard errors come from a bootstrap over devices.`,
        ...notes,
        worst.length === 0
          ? 'No level contradicts a normal distribution (Kolmogorov–Smirnov with estimated moments, p below 0.01).'
          : `${worst.length} of ${levels.length} levels contradict a normal distribution (p below 0.01).`,
      ],
      tables: [
        {
          title: 'Levels',
          columns: [
            'target',
            'cells',
            'mean',
            'spread',
            'curve ± error',
            'KS distance',
            'p normal',
            'p lognormal',
            'p fitted',
          ],
          rows: levels.map(level => [
            quantity(level.target),
            level.count,
            quantity(level.mean),
            quantity(level.std),
            `${quantity(level.curveStd)} ± ${quantity(level.curveStdError)}`,
            level.normality.statistic,
            level.normality.pValue,
            level.lognormality?.pValue ?? '–',
            level.fitted?.pValue ?? '–',
          ]),
        },
        ...(fit.treated ? [treatmentTable(fit.treated)] : []),
        ...(fit.forecasts.length > 0 ? [forecastTable(fit)] : []),
        {
          title: 'Parameters',
          columns: ['parameter', 'value', 'standard error'],
          rows: fit.parameters.map(({ name, value, standardError, unit }) => [
            name,
            unit ? formatQuantity(value, unit, 4) : value,
            unit ? formatQuantity(standardError, unit, 2) : standardError,
          ]),
        },
      ],
      figures: [
        {
          figure: curveFigure(fit),
          caption: 'Measured spread of each level and the fitted curve with two standard errors.',
        },
        {
          figure: residualFigure(fit),
          caption: 'Residuals of each level in units of its spread, against a normal distribution (straight line).',
        },
      ],
    },
  ];
}

function treatmentTable(treated: NonNullable<DeviceFit['treated']>): Table {
  const quantity = (value: number): string => formatQuantity(value, 'S');
  return {
    title: 'Before and after the treatment',
    columns: ['level', 'before', 'spread', 'after', 'spread', 'change ± error', 'spread', 'correlation with before'],
    rows: treated.map(({ target, before, after, change, changeError, correlation }) => [
      ...[target, before.mean, before.std, after.mean, after.std].map(quantity),
      `${quantity(change.mean)} ± ${quantity(changeError)}`,
      quantity(change.std),
      correlation,
    ]),
  };
}

function forecastTable({ forecasts, ageing }: DeviceFit): Table {
  const later = forecasts.filter(({ time }) => time > ageing.lastRead);
  return {
    title: 'Mean conductance beyond the last read, extrapolated',
    columns: ['level', 'time', 'mean', 'low (95 %)', 'high'],
    rows: later.map(({ target, time, mean, low, high }) => [
      formatQuantity(target, 'S'),
      formatDuration(time),
      ...[mean, low, high].map(value => formatQuantity(value, 'S')),
    ]),
  };
}

function curveFigure({ levels }: DeviceFit): Figure {
  const active = levels.filter(({ target }) => target > 0);
  const x = active.map(({ target }) => target * 1e6);
  return curves({
    xTitle: 'target conductance (µS)',
    yTitle: 'spread (µS)',
    series: [
      {
        name: 'fitted',
        x,
        y: active.map(({ curveStd }) => curveStd * 1e6),
        low: active.map(({ curveStd, curveStdError }) => Math.max(0, curveStd - 2 * curveStdError) * 1e6),
        high: active.map(({ curveStd, curveStdError }) => (curveStd + 2 * curveStdError) * 1e6),
      },
      { name: 'measured', x, y: active.map(({ std }) => std * 1e6) },
    ],
  });
}

function residualFigure({ levels }: DeviceFit): Figure {
  const rows = levels.flatMap(({ residuals }, level) =>
    [...residuals]
      .sort((a, b) => a - b)
      .map((residual, i) => ({ residual, expected: normalQuantile((i + 0.5) / residuals.length), level })),
  );
  const plot = panel({
    width: 640,
    height: 300,
    marginLeft: 64,
    marginRight: 14,
    marginTop: 8,
    marginBottom: 42,
    x: { label: 'normal quantile', domain: [-3.5, 3.5], ticks: 7 },
    y: { label: 'residual', domain: [-4.5, 4.5], clamp: true, grid: true, ticks: 7 },
    marks: [
      Plot.line(
        [
          { x: -3.5, y: -3.5 },
          { x: 3.5, y: 3.5 },
        ],
        { x: 'x', y: 'y', stroke: quiet },
      ),
      ...levels.map((_, level) =>
        Plot.dot(
          rows.filter(row => row.level === level),
          { x: 'expected', y: 'residual', r: 1.3, fill: colourOf(level), fillOpacity: 0.7 },
        ),
      ),
    ],
  });
  return figure('Residuals against normal quantiles', [[plot]], {
    columns: ['target (µS)', 'normal quantile', 'residual'],
    rows: rows.map(({ level, expected, residual }) => [levels[level]!.target * 1e6, expected, residual]),
  });
}
