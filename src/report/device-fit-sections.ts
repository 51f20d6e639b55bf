import * as Plot from '@observablehq/plot';
import { formatQuantity } from '../base/index.ts';
import type { DeviceFit } from '../device/index.ts';
import { curves } from './figures/curves.ts';
import { colourOf, quiet } from './palette.ts';
import { figure, panel } from './panel.ts';
import type { Section } from './report.ts';

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
          columns: ['target', 'cells', 'mean', 'spread', 'curve ± error', 'KS distance', 'p'],
          rows: levels.map(level => [
            quantity(level.target),
            level.count,
            quantity(level.mean),
            quantity(level.std),
            `${quantity(level.curveStd)} ± ${quantity(level.curveStdError)}`,
            level.normality.statistic,
            level.normality.pValue,
          ]),
        },
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
          svg: curveFigure(fit),
          caption: 'Measured spread of each level and the fitted curve with two standard errors.',
        },
        {
          svg: residualFigure(fit),
          caption: 'Residuals of each level in units of its spread, against a normal distribution (straight line).',
        },
      ],
    },
  ];
}

function curveFigure({ levels }: DeviceFit): string {
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

function residualFigure({ levels }: DeviceFit): string {
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
  return figure('Residuals against normal quantiles', [[plot]]);
}

/** Φ⁻¹(p), relative error below 1.2e-9 (P. J. Acklam's rational approximation). */
function normalQuantile(p: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const value = (coefficients: readonly number[], x: number): number =>
    coefficients.reduce((sum, next) => sum * x + next, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return value(c, q) / value(d, q);
  }
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  const q = p - 0.5;
  return (q * value(a, q * q)) / value(b, q * q);
}
