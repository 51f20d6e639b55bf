import type { CurveSpec, DeviceFile } from '../file/schema.ts';
import { type MeasuredShape, testsOf } from './distribution.ts';
import type { Estimate, FitInputs, LevelEstimate } from './estimate.ts';
import { type Forecast, longest } from './forecast.ts';
import { isPower } from './laws.ts';
import type { Found } from './notes.ts';
import { meanPolynomial, type SpreadPart, spreadPolynomial, type Terms } from './order.ts';
import type { ReadNoise } from './read-noise.ts';

const microsiemens = (values: readonly number[]): number[] => values.map(value => value * 1e6);

/** What a file is made of beside the estimates. */
export interface FileParts extends Found {
  readonly notes: readonly string[];
  readonly measured: MeasuredShape | undefined;
  /** Programmed conductances of each level, S. */
  readonly values: readonly (readonly number[])[];
}

/** The device file of the estimates. */
export function fileOf(
  whole: Estimate,
  { levels, inputs, shape, data, options, notes, distribution, measured, reads, values }: FileParts,
): DeviceFile {
  const { high, spreadTerms, meanTerms, parts } = shape;
  const { law } = inputs;
  const [last] = inputs.laterTimes.slice(-1);
  const rest = whole.levels.find(level => level.target === 0);
  const low = levels[0]!.target;
  const g = levels.map(level => level.target / high);
  const overLevels = (value: (level: LevelEstimate) => number | undefined, unit?: string) => {
    const known = levels.flatMap((level, k) => {
      const found = value(level);
      return found === undefined || Number.isNaN(found) ? [] : [[g[k]!, found]];
    });
    const scale = unit === undefined ? 1 : 1e6;
    return { g: known.map(entry => entry[0]!), values: known.map(entry => entry[1]! * scale), ...(unit && { unit }) };
  };
  const spreadCurve = (part: SpreadPart, terms: Terms): CurveSpec => ({
    polynomial: microsiemens(spreadPolynomial(levels, high, terms, part)),
    unit: 'uS',
  });
  /** Tables at the times of the reads; a logarithmic law goes on in a straight line of ln t to ten years. */
  const relaxationOf = (): DeviceFile['relaxation'] => {
    const goesOn = law === 'logarithmic' && last! < longest;
    const times = goesOn ? [...inputs.laterTimes, longest] : [...inputs.laterTimes];
    const table = (values: Relaxed, slope: 'slopeMean' | 'slopeStd') => ({
      times,
      curves: times.map((time, i) =>
        overLevels(
          level =>
            i < inputs.laterTimes.length
              ? level[values]?.[i]
              : lastKnown(level[values]) + (level[slope] ?? 0) * Math.log(time / last!),
          'uS',
        ),
      ),
    });
    return { mean: table('relaxationMean', 'slopeMean'), std: table('relaxationStd', 'slopeStd') };
  };
  const repeated = levels.some(level => level.readRelative?.some(value => value > 0));
  const readTimes = inputs.times.filter(time => time > 0);
  return {
    name: options.name ?? 'fitted',
    title: `Fitted to ${options.where ?? 'measurements'}`,
    provenance: 'measured',
    ...(options.condition !== undefined && { condition: options.condition }),
    note: notes.join(' '),
    range: { low, high },
    rest: restOf(rest ?? levels[0]!, values[inputs.levels.indexOf((rest ?? levels[0]!).target)]!),
    ...(isPower(law) && { referenceTime: 86400 }),
    ...(data.readVoltage !== undefined && { readVoltage: data.readVoltage }),
    ...(data.setCurrent && { setCurrent: setCurrentCurve(inputs, levels, high) }),
    programming: {
      ...(meanTerms.length > 0 && {
        mean: { polynomial: microsiemens(meanPolynomial(levels, high, meanTerms)), unit: 'uS' },
      }),
      std: measured?.std ?? (parts ? spreadCurve('cycleStd', parts.cycle) : spreadCurve('std', spreadTerms)),
      ...(!measured && parts && { deviceStd: spreadCurve('deviceStd', parts.device) }),
      ...(distribution === 'lognormal' && { shape: distribution }),
      ...(measured && { shape: measured.shape }),
      ...(options.procedure && { procedure: options.procedure }),
    },
    ...(last !== undefined && (law === 'logarithmic' || law === 'standstill') && { relaxation: relaxationOf() }),
    ...(isPower(law) && {
      drift: {
        law: law === 'power' ? ('plain' as const) : ('shifted' as const),
        startTime: inputs.startTime,
        exponentMean: overLevels(level => level.exponentMean && Math.max(0, level.exponentMean)),
        exponentStd: overLevels(level => level.exponentStd),
      },
    }),
    ...(reads && readOf(reads, high)),
    ...(!reads &&
      repeated && {
        read: {
          std: {
            relative:
              readTimes.length === 0
                ? overLevels(level => level.readRelative?.[0])
                : {
                    times: readTimes,
                    curves: readTimes.map(time =>
                      overLevels(level => level.readRelative?.[inputs.times.indexOf(time)]),
                    ),
                  },
          },
        },
      }),
    stuck: { high: whole.stuckHigh, low: whole.stuckLow },
  };
}

type Relaxed = 'relaxationMean' | 'relaxationStd';

const lastKnown = (values: readonly number[] | undefined): number =>
  values?.filter(value => !Number.isNaN(value)).at(-1) ?? Number.NaN;

/** Bands beyond the last read, S over target and time. */
export function extrapolationOf(
  from: number,
  forecasts: readonly Forecast[],
  high: number,
): DeviceFile['extrapolation'] {
  const times = Array.from(new Set(forecasts.map(({ time }) => time)));
  const curve = (side: 'low' | 'high'): CurveSpec => ({
    times,
    curves: times.map(time => {
      const own = forecasts.filter(one => one.time === time);
      return { g: own.map(one => one.target / high), values: own.map(one => 1e6 * one[side]), unit: 'uS' };
    }),
  });
  return { from, low: curve('low'), high: curve('high') };
}

/** The resting state: of the shape that a normality test of the cells, or of their logarithms, contradicts less. */
function restOf({ mean, std }: LevelEstimate, values: readonly number[]): DeviceFile['rest'] {
  const { normal, lognormal } = testsOf(values);
  const shape = lognormal && lognormal.statistic < normal.statistic ? 'lognormal' : 'normal';
  return { mean, std, shape };
}

/**
 * Read noise of series of reads. Without an interval only the noise of one read from the next has a meaning; with it, 1/f
 * noise over the series and the telegraph noise of the median trap, in seconds.
 */
function readOf(
  { interval, reads, conductance, perRead, inSeries, telegraph }: ReadNoise,
  high: number,
): Pick<DeviceFile, 'read' | 'telegraph'> {
  const curve = (values: readonly number[]): CurveSpec => ({
    g: conductance.map(value => value / high),
    values: microsiemens(values),
    unit: 'uS',
  });
  if (interval === undefined) return { read: { std: { absolute: curve(perRead) } } };
  const { share, amplitude, dwellHigh, dwellLow } = telegraph;
  return {
    read: { std: { absolute: curve(inSeries) }, spectrum: { startTime: reads * interval }, duration: interval },
    ...(share > 0 &&
      amplitude &&
      dwellHigh &&
      dwellLow && {
        telegraph: {
          share,
          amplitude: amplitude.median,
          dwellHigh: dwellHigh.median * interval,
          dwellLow: dwellLow.median * interval,
        },
      }),
  };
}

function setCurrentCurve({ programmings }: FitInputs, levels: readonly LevelEstimate[], high: number): CurveSpec {
  const currents = levels.map(({ target }) => {
    const own = programmings.filter(p => Math.abs(p.target - target) <= 1e-6 * high);
    return (1e6 * own.reduce((sum, p) => sum + p.setCurrent, 0)) / own.length;
  });
  return { g: levels.map(level => level.target / high), values: currents, unit: 'uA' };
}
