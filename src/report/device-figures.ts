import * as Plot from '@observablehq/plot';
import { formatDuration, formatQuantity } from '../base/index.ts';
import {
  type Device,
  effectiveBits,
  momentsAt,
  nearestTarget,
  type ReachableDomain,
  reachableDomain,
  readCorrelation,
  readSpectrum,
  referenceCalibration,
  weightCurve,
} from '../device/index.ts';
import { type Figure, figure } from './figure.ts';
import { curves } from './figures/curves.ts';
import { colourOf, ink } from './palette.ts';
import { panel } from './panel.ts';

const year = 31557600;
const micro = (values: readonly number[]): number[] => values.map(value => value * 1e6);

/** `count` values from `from` to `to`, evenly spaced in their logarithm. */
function geometric(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
}

function targetsOf(device: Device, count: number): number[] {
  const { low, high } = device.range;
  const bottom = low > 0 ? low : 0.02 * high;
  const even = Array.from({ length: count }, (_, i) => bottom + ((high - bottom) * i) / (count - 1));
  return device.levels ? Array.from(new Set(even.map(target => nearestTarget(device, target)))) : even;
}

/** Spread of a cell's conductance over its target: just after programming and as it ages. */
export function spreadFigure(device: Device): Figure {
  const targets = targetsOf(device, 81);
  const times = [0, 1, 3600, 86400, year].filter(time => time === 0 || device.drift || device.relaxation);
  return curves({
    xTitle: 'target conductance (µS)',
    yTitle: 'spread (µS)',
    series: times.map(time => ({
      name: time === 0 ? 'just programmed' : `after ${formatDuration(time)}`,
      x: micro(targets),
      y: micro(targets.map(target => momentsAt(device, target, time).std)),
    })),
  });
}

/**
 * Mean and band of one standard deviation over 1 s to 10 years, for targets over the range; beyond the last read the band
 * of the extrapolated mean, where one is known.
 */
export function driftFigure(device: Device): Figure {
  const { extrapolation } = device;
  const times = geometric(1, 10 * year, 61);
  const measured = extrapolation ? [...times.filter(time => time < extrapolation.from), extrapolation.from] : times;
  const later = extrapolation ? [extrapolation.from, ...times.filter(time => time > extrapolation.from)] : [];
  return curves({
    xTitle: 'time since programming (s)',
    yTitle: 'conductance (µS)',
    xType: 'log',
    series: targetsOf(device, 5).flatMap(target => {
      const at = (of: readonly number[]) => of.map(time => momentsAt(device, target, time));
      const [moments, beyond] = [at(measured), at(later)];
      const { low, high } = extrapolation ?? {};
      return [
        {
          name: formatQuantity(target, 'S'),
          x: measured,
          y: micro(moments.map(({ mean }) => mean)),
          low: micro(moments.map(({ mean, std }) => Math.max(0, mean - std))),
          high: micro(moments.map(({ mean, std }) => mean + std)),
        },
        ...(later.length > 1
          ? [
              {
                name: formatQuantity(target, 'S'),
                extrapolated: true,
                x: later,
                y: micro(beyond.map(({ mean }) => mean)),
                ...(low && high
                  ? {
                      low: micro(later.map((time, i) => Math.min(beyond[i]!.mean, low(target, time)))),
                      high: micro(later.map((time, i) => Math.max(beyond[i]!.mean, high(target, time)))),
                    }
                  : {}),
              },
            ]
          : []),
      ];
    }),
  });
}

/** Power spectral density of the read noise, relative to its variance. */
export function readSpectrumFigure(device: Device): Figure {
  const fastest = 1 / (2 * device.read!.duration);
  const times = device.read!.spectrum === 'white' ? [1] : [1, 86400];
  return curves({
    xTitle: 'frequency (Hz)',
    yTitle: 'density over variance (1/Hz)',
    xType: 'log',
    yType: 'log',
    series: times.map(time => {
      const frequencies = geometric(1e-6, fastest, 241).filter(f => readSpectrum(device, f, time) > 0);
      return {
        name: device.read!.spectrum === 'white' ? 'white' : `${formatDuration(time)} after programming`,
        x: frequencies,
        y: frequencies.map(f => readSpectrum(device, f, time)),
      };
    }),
  });
}

/** Share of the read variance that two reads have in common, over their distance in time. */
export function readCorrelationFigure(device: Device): Figure {
  const lags = geometric(device.read!.duration, 1e4, 161);
  const times = device.read!.spectrum === 'white' ? [1] : [1, 3600, 86400];
  return curves({
    xTitle: 'time between two reads (s)',
    yTitle: 'correlation of their noise',
    xType: 'log',
    series: times.map(time => ({
      name: device.read!.spectrum === 'white' ? 'white' : `${formatDuration(time)} after programming`,
      x: lags,
      y: lags.map(lag => readCorrelation(device, lag, time)),
    })),
  });
}

/** The (mean, spread) that a weight of one, two and four devices can have. */
export function reachableFigure(device: Device, time: number): Figure {
  const limit = 2;
  const counts = [1, 2, 4] as const;
  const domains = counts.map(devicesPerWeight => reachableDomain(device, { devicesPerWeight, limit, time }));
  const most = Math.max(...domains.map(({ points }) => points.std.reduce((a, b) => Math.max(a, b), 0)), 1e-3);
  const panels = domains.map((domain, i) =>
    panel({
      width: i === 0 ? 240 : 224,
      height: 220,
      marginLeft: i === 0 ? 52 : 36,
      marginRight: 18,
      marginTop: 22,
      marginBottom: 42,
      x: { label: 'mean of a weight', domain: [-limit, limit], ticks: 5 },
      y: { label: i === 0 ? 'spread of a weight' : null, domain: [0, 1.05 * most], grid: true, ticks: 5 },
      marks: [
        Plot.dot(rastered(domain, limit, most), { x: 'mean', y: 'std', r: 1.2, fill: colourOf(i) }),
        Plot.text([`${counts[i]} ${counts[i] === 1 ? 'device' : 'devices'}`], {
          frameAnchor: 'top',
          dy: -14,
          fill: ink,
          fontWeight: 600,
        }),
      ],
    }),
  );
  return figure('Reachable means and spreads of a weight', [panels], {
    columns: ['devices of a weight', 'mean of a weight', 'spread of a weight'],
    rows: domains.flatMap((domain, i) => rastered(domain, limit, most).map(({ mean, std }) => [counts[i]!, mean, std])),
  });
}

/** One member for each cell of a grid over the figure. */
function rastered({ points }: ReachableDomain, limit: number, most: number): { mean: number; std: number }[] {
  const chosen = new Map<number, { mean: number; std: number }>();
  points.mean.forEach((mean, i) => {
    const std = points.std[i]!;
    const cell = Math.round(((mean + limit) / limit) * 36) * 1000 + Math.round((std / most) * 64);
    if (!chosen.has(cell)) chosen.set(cell, { mean, std });
  });
  return Array.from(chosen.values());
}

/** What a differential pair makes of the weights asked for. */
export function pairFigure(device: Device, time: number): Figure {
  const { low, high, mean, std } = weightCurve(device, { limit: 2, time, points: 401 });
  const weights = Array.from(mean, (_, i) => low + ((high - low) * i) / (mean.length - 1));
  return curves({
    xTitle: 'weight asked for',
    yTitle: 'weight realised',
    series: [
      {
        name: 'mean and one standard deviation',
        x: weights,
        y: mean,
        low: mean.map((value, i) => value - std[i]!),
        high: mean.map((value, i) => value + std[i]!),
      },
    ],
  });
}

/** Effective bits of a cell over time, without and with the noise of one read. */
export function bitsFigure(device: Device): Figure {
  const times = geometric(1, 10 * year, 41);
  const series = [{ name: 'conductance', x: times, y: times.map(time => effectiveBits(device, time)) }];
  if (device.read) {
    series.push({ name: 'one read of it', x: times, y: times.map(time => effectiveBits(device, time, true)) });
  }
  return curves({ xTitle: 'time since programming (s)', yTitle: 'effective bits', xType: 'log', series });
}

/** Calibration error of the reference decision over time; undefined where it is the same at all times, for nothing is known of how cells age. */
export function calibrationFigure(device: Device, targetEce: number): Figure | undefined {
  const times = geometric(1, 10 * year, 31);
  const found = times.map(time => referenceCalibration(device, time));
  const [first] = found;
  if (found.every(({ joint, deterministic }) => joint === first!.joint && deterministic === first!.deterministic)) {
    return undefined;
  }
  return curves({
    xTitle: 'time since programming (s)',
    yTitle: 'expected calibration error',
    xType: 'log',
    series: [
      { name: 'posterior samples', x: times, y: found.map(({ joint }) => joint) },
      { name: 'with the mean compensated', x: times, y: found.map(({ jointCompensated }) => jointCompensated) },
      { name: 'one deterministic network', x: times, y: found.map(({ deterministic }) => deterministic) },
      { name: 'wanted', x: [times[0]!, times[times.length - 1]!], y: [targetEce, targetEce] },
    ],
  });
}
