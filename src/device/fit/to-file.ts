import type { CurveSpec, DeviceFile } from '../file/schema.ts';
import type { Estimate, FitInputs, LevelEstimate } from './estimate.ts';
import type { FitOptions } from './fit.ts';
import type { Measurements } from './measurements.ts';
import { meanPolynomial, spreadPolynomial } from './order.ts';
import type { Shape } from './parameters.ts';
import { meanStd, normalityTest } from './statistics.ts';

const microsiemens = (values: readonly number[]): number[] => values.map(value => value * 1e6);

/** The device file of the estimates. */
export function fileOf(
  whole: Estimate,
  levels: readonly LevelEstimate[],
  inputs: FitInputs,
  shape: Shape,
  data: Measurements,
  options: FitOptions,
  notes: readonly string[],
): DeviceFile {
  const { high, spreadOrder, meanOrder, separated } = shape;
  const rest = whole.levels.find(level => level.target === 0);
  const low = levels[0]!.target;
  const g = levels.map(level => level.target / high);
  const overLevels = (value: (level: LevelEstimate) => number | undefined, unit?: string) => {
    const known = levels.flatMap((level, k) => (value(level) === undefined ? [] : [[g[k]!, value(level)!]]));
    const scale = unit === undefined ? 1 : 1e6;
    return { g: known.map(entry => entry[0]!), values: known.map(entry => entry[1]! * scale), ...(unit && { unit }) };
  };
  const spreadCurve = (part: 'std' | 'cycleStd' | 'deviceStd'): CurveSpec => ({
    polynomial: microsiemens(spreadPolynomial(levels, high, spreadOrder, part)),
    unit: 'uS',
  });
  const reads = levels.some(level => level.readRelative?.some(value => value > 0));
  const readTimes = inputs.times.filter(time => time > 0);
  return {
    name: options.name ?? 'fitted',
    title: `Fitted to ${options.where ?? 'measurements'}`,
    provenance: 'measured',
    note: notes.join(' '),
    range: { low, high },
    rest: rest ? { mean: rest.mean, std: rest.std, shape: restShape(inputs) } : { mean: low, std: levels[0]!.std },
    ...(inputs.ageing === 'drift' && { referenceTime: 86400 }),
    ...(data.readVoltage !== undefined && { readVoltage: data.readVoltage }),
    ...(data.setCurrent && { setCurrent: setCurrentCurve(inputs, levels, high) }),
    programming: {
      ...(meanOrder > 0 && { mean: { polynomial: microsiemens(meanPolynomial(levels, high, meanOrder)), unit: 'uS' } }),
      std: spreadCurve(separated ? 'cycleStd' : 'std'),
      ...(separated && { deviceStd: spreadCurve('deviceStd') }),
    },
    ...(inputs.ageing === 'relaxation' &&
      inputs.laterTimes.length > 0 && {
        relaxation: {
          mean: {
            times: [...inputs.laterTimes],
            curves: inputs.laterTimes.map((_, i) => overLevels(level => level.relaxationMean?.[i], 'uS')),
          },
          std: {
            times: [...inputs.laterTimes],
            curves: inputs.laterTimes.map((_, i) => overLevels(level => level.relaxationStd?.[i], 'uS')),
          },
        },
      }),
    ...(inputs.ageing === 'drift' && {
      drift: {
        startTime: inputs.startTime,
        exponentMean: overLevels(level => level.exponentMean && Math.max(0, level.exponentMean)),
        exponentStd: overLevels(level => level.exponentStd),
      },
    }),
    ...(reads && {
      read: {
        std: {
          relative:
            readTimes.length === 0
              ? overLevels(level => level.readRelative?.[0])
              : {
                  times: readTimes,
                  curves: readTimes.map(time => overLevels(level => level.readRelative?.[inputs.times.indexOf(time)])),
                },
        },
      },
    }),
    stuck: { high: whole.stuckHigh, low: whole.stuckLow },
  };
}

/** The shape that a normality test of the rest level, or of its logarithm, contradicts less. */
function restShape({ programmings, programmed }: FitInputs): 'normal' | 'lognormal' {
  const values = programmings.flatMap((p, i) =>
    p.target === 0 && !Number.isNaN(programmed[i]!) ? [programmed[i]!] : [],
  );
  if (values.some(value => value <= 0)) return 'normal';
  const logs = values.map(Math.log);
  const plain = normalityTest(values, meanStd(values));
  return normalityTest(logs, meanStd(logs)).statistic < plain.statistic ? 'lognormal' : 'normal';
}

function setCurrentCurve({ programmings }: FitInputs, levels: readonly LevelEstimate[], high: number): CurveSpec {
  const currents = levels.map(({ target }) => {
    const own = programmings.filter(p => Math.abs(p.target - target) <= 1e-6 * high);
    return (1e6 * own.reduce((sum, p) => sum + p.setCurrent, 0)) / own.length;
  });
  return { g: levels.map(level => level.target / high), values: currents, unit: 'uA' };
}
