import { formatQuantity, require } from '../../base/index.ts';
import { fold, type Key, keyOf, permutation, streamOf } from '../../random/index.ts';
import { polynomial } from '../curves.ts';
import type { Device } from '../device.ts';
import { deviceFromSpec } from '../file/file.ts';
import type { CurveSpec, DeviceFile } from '../file/schema.ts';
import { type Ageing, ageingOf, startTimeOf } from './ageing.ts';
import { type Estimate, estimate, type LevelEstimate, type Setting, settingOf } from './estimate.ts';
import { findFailures } from './failures.ts';
import { groupMeasurements } from './group.ts';
import type { Measurements } from './measurements.ts';
import { chooseMeanOrder, chooseSpreadOrder, type Fold, meanPolynomial, spreadPolynomial } from './order.ts';
import { meanStd, type NormalityTest, normalityTest } from './statistics.ts';

export interface FitOptions {
  /** Name of the new device; `fitted` by default. */
  readonly name?: string;
  /** Where the measurements come from, for errors and provenance. */
  readonly where?: string;
  /** The law of ageing; chosen from the data by default. */
  readonly ageing?: Ageing;
  /** Start time of the drift law, s; from the data by default. */
  readonly startTime?: number;
  /** Bootstrap samples for the standard errors; 200 by default. */
  readonly bootstraps?: number;
  /** Largest order of the polynomials; 4 by default. */
  readonly mostOrder?: number;
  readonly key?: Key;
}

/** One fitted number; `unit` is empty for plain numbers. */
export interface FittedParameter {
  readonly name: string;
  readonly value: number;
  readonly standardError: number;
  readonly unit: string;
}

/** A level as measured and as the fitted curve has it, S. */
export interface FittedLevel extends LevelEstimate {
  readonly curveStd: number;
  readonly curveStdError: number;
  readonly normality: NormalityTest;
  /** (value − mean)/spread of up to 400 cells. */
  readonly residuals: readonly number[];
}

export interface DeviceFit {
  /** The device file; write it with `deviceFileText`. */
  readonly file: DeviceFile;
  readonly device: Device;
  readonly parameters: readonly FittedParameter[];
  readonly levels: readonly FittedLevel[];
  readonly ageing: Ageing;
  /** Device-to-device and cycle-to-cycle spread could be told apart. */
  readonly separated: boolean;
  /** Log-likelihood of held-out cells, nats, for each order of the spread's polynomial, from 0. */
  readonly orderScores: readonly number[];
  /** What the data could not say, and what was assumed instead. */
  readonly notes: readonly string[];
}

/** Fits a device to measured conductances. Standard errors by bootstrap over devices. */
export function fitDevice(data: Measurements, options: FitOptions = {}): DeviceFit {
  const { where = 'measurements', bootstraps = 200, mostOrder = 4, key = keyOf(0) } = options;
  const grouped = groupMeasurements(data, where);
  const { programmings, levels } = grouped;
  const working = programmings.filter(p => p.target > 0);
  require(working.length > 0, `${where}: all targets are 0; measure programmed cells.`);
  const startTime = options.startTime ?? startTimeOf(working);
  const ageing = options.ageing ?? ageingOf(working, startTime);
  const setting = settingOf(programmings, levels, findFailures(programmings, levels), ageing, startTime);
  const everything = Array.from(programmings.keys());
  const whole = estimate(setting, everything);
  const clusters = clustersOf(setting);
  const high = levels[levels.length - 1]!;
  const folds = foldsOf(setting, clusters, fold(key, 'folds'));
  const active = (found: Estimate): LevelEstimate[] =>
    found.levels.filter(level => level.target > 0 && level.count > 1);
  const most = Math.min(mostOrder, active(whole).length - 1);
  const spread = chooseSpreadOrder(folds, high, most);
  const meanChoice = data.target ? chooseMeanOrder(folds, high, Math.min(3, most)) : { order: 0 };
  const shape: Shape = {
    high,
    spreadOrder: spread.order,
    meanOrder: meanChoice.order,
    separated: active(whole).every(level => level.deviceStd !== undefined),
    laterTimes: setting.laterTimes,
    times: setting.times,
  };
  const names = flatten(active(whole), whole, shape);
  const samples = bootstrap(setting, clusters, bootstraps, fold(key, 'bootstrap')).map(found =>
    flatten(active(found), found, shape),
  );
  const errors = new Map<string, number>();
  for (const [name] of names) {
    errors.set(name, meanStd(samples.flatMap(sample => sample.get(name)?.value ?? [])).std);
  }
  const parameters = Array.from(names, ([name, { value, unit }]) => ({
    name,
    value,
    standardError: errors.get(name)!,
    unit,
  }));
  const notes = notesOf(data, setting, grouped.tracked, shape, active(whole));
  const file = fileOf(whole, active(whole), setting, shape, data, options, notes);
  const values = levels.map(() => [] as number[]);
  programmings.forEach((p, i) => {
    if (setting.failures.fault[i] === 0) values[p.level]!.push(setting.programmed[i]!);
  });
  return {
    file,
    device: deviceFromSpec(file, file.name),
    parameters,
    levels: whole.levels.map((level, k) => {
      const own = values[k]!;
      const moments = meanStd(own);
      const curve = `programming.std at ${formatQuantity(level.target, 'S', 4)}`;
      return {
        ...level,
        curveStd: names.get(curve)?.value ?? level.std,
        curveStdError: errors.get(curve) ?? 0,
        normality: normalityTest(own, moments),
        residuals: own.slice(0, 400).map(value => (moments.std > 0 ? (value - moments.mean) / moments.std : 0)),
      };
    }),
    ageing,
    separated: shape.separated,
    orderScores: spread.scores,
    notes,
  };
}

interface Shape {
  readonly high: number;
  readonly spreadOrder: number;
  readonly meanOrder: number;
  readonly separated: boolean;
  readonly laterTimes: readonly number[];
  readonly times: readonly number[];
}

type Flat = Map<string, { value: number; unit: string }>;

/** Every fitted number by name. */
function flatten(levels: readonly LevelEstimate[], { stuckHigh, stuckLow }: Estimate, shape: Shape): Flat {
  const { high, spreadOrder, meanOrder, separated } = shape;
  const out: Flat = new Map();
  const set = (name: string, value: number, unit: string): void => void out.set(name, { value, unit });
  const curve = (name: string, coefficients: readonly number[]): void => {
    coefficients.forEach((value, k) => {
      set(`${name} g^${k}`, value, 'S');
    });
    for (const { target } of levels) {
      set(`${name} at ${formatQuantity(target, 'S', 4)}`, polynomial(coefficients, target / high), 'S');
    }
  };
  if (meanOrder > 0) curve('programming.mean', meanPolynomial(levels, high, meanOrder));
  curve('programming.std', spreadPolynomial(levels, high, spreadOrder, 'std'));
  if (separated) {
    curve('programming.cycleStd', spreadPolynomial(levels, high, spreadOrder, 'cycleStd'));
    curve('programming.deviceStd', spreadPolynomial(levels, high, spreadOrder, 'deviceStd'));
  }
  for (const level of levels) {
    const at = formatQuantity(level.target, 'S', 4);
    set(`mean at ${at}`, level.mean, 'S');
    if (level.exponentMean !== undefined) {
      set(`drift.exponentMean at ${at}`, level.exponentMean, '');
      set(`drift.exponentStd at ${at}`, level.exponentStd!, '');
    }
    level.relaxationMean?.forEach((value, i) => {
      set(`relaxation.mean at ${at}, ${formatQuantity(shape.laterTimes[i]!, 's', 4)}`, value, 'S');
      set(`relaxation.std at ${at}, ${formatQuantity(shape.laterTimes[i]!, 's', 4)}`, level.relaxationStd![i]!, 'S');
    });
    level.readRelative?.forEach((value, i) => {
      set(`read.std at ${at}, ${formatQuantity(shape.times[i]!, 's', 4)}`, value, '');
    });
  }
  set('stuck.high', stuckHigh, '');
  set('stuck.low', stuckLow, '');
  return out;
}

/** Groups of programmings that are resampled together: devices, within a level where each device holds one level. */
function clustersOf({ programmings, levels }: Setting): number[][][] {
  const byDevice = new Map<string, number[]>();
  programmings.forEach(({ device }, i) => {
    const own = byDevice.get(device);
    if (own) own.push(i);
    else byDevice.set(device, [i]);
  });
  const devices = Array.from(byDevice.values());
  if (devices.some(own => new Set(own.map(i => programmings[i]!.level)).size > 1)) return [devices];
  return levels.map((_, level) => devices.filter(own => programmings[own[0]!]!.level === level));
}

function bootstrap(setting: Setting, strata: readonly number[][][], count: number, key: Key): Estimate[] {
  return Array.from({ length: count }, (_, b) => {
    const stream = streamOf(fold(key, b));
    const sample: number[] = [];
    for (const clusters of strata) {
      for (let k = 0; k < clusters.length; k++) {
        const cluster = clusters[Math.floor(stream.uniform() * clusters.length)]!;
        for (const i of cluster) sample.push(i);
      }
    }
    return estimate(setting, sample);
  });
}

function foldsOf(setting: Setting, strata: readonly number[][][], key: Key): Fold[] {
  const parts = 5;
  const part = new Int8Array(setting.programmings.length);
  strata.forEach((clusters, s) => {
    permutation(fold(key, s), clusters.length).forEach((at, rank) => {
      for (const i of clusters[at]!) part[i] = rank % parts;
    });
  });
  return Array.from({ length: parts }, (_, f) => {
    const kept = Array.from(part.keys()).filter(i => part[i] !== f);
    const rated = estimate(setting, kept).levels;
    const active = rated.map((level, k) => ({ level, k })).filter(({ level }) => level.target > 0 && level.count > 1);
    const heldOut = active.map(({ k }) =>
      Array.from(part.keys())
        .filter(i => part[i] === f && setting.programmings[i]!.level === k && setting.failures.fault[i] === 0)
        .map(i => setting.programmed[i]!),
    );
    return { levels: active.map(({ level }) => level), heldOut };
  });
}

const microsiemens = (values: readonly number[]): number[] => values.map(value => value * 1e6);

function fileOf(
  whole: Estimate,
  levels: readonly LevelEstimate[],
  setting: Setting,
  shape: Shape,
  data: Measurements,
  options: FitOptions,
  notes: readonly string[],
): DeviceFile {
  const { high, spreadOrder, meanOrder, separated } = shape;
  const rest = whole.levels.find(level => level.target === 0);
  const low = levels[0]!.target;
  const g = levels.map(level => level.target / high);
  const overLevels = (value: (level: LevelEstimate) => number | undefined, unit?: string): CurveSpec => {
    const known = levels.flatMap((level, k) => (value(level) === undefined ? [] : [[g[k]!, value(level)!]]));
    const scale = unit === undefined ? 1 : 1e6;
    return { g: known.map(entry => entry[0]!), values: known.map(entry => entry[1]! * scale), ...(unit && { unit }) };
  };
  const spreadCurve = (part: 'std' | 'cycleStd' | 'deviceStd'): CurveSpec => ({
    polynomial: microsiemens(spreadPolynomial(levels, high, spreadOrder, part)),
    unit: 'uS',
  });
  const reads = levels.some(level => level.readRelative?.some(value => value > 0));
  const readTimes = setting.times.filter(time => time > 0);
  return {
    name: options.name ?? 'fitted',
    title: `Fitted to ${options.where ?? 'measurements'}`,
    provenance: 'measured',
    note: notes.join(' '),
    range: { low, high },
    rest: rest ? { mean: rest.mean, std: rest.std, shape: restShape(setting) } : { mean: low, std: levels[0]!.std },
    ...(setting.ageing === 'drift' && { referenceTime: 86400 }),
    ...(data.readVoltage !== undefined && { readVoltage: data.readVoltage }),
    ...(data.setCurrent && { setCurrent: setCurrentCurve(setting, levels, high) }),
    programming: {
      ...(meanOrder > 0 && { mean: { polynomial: microsiemens(meanPolynomial(levels, high, meanOrder)), unit: 'uS' } }),
      std: spreadCurve(separated ? 'cycleStd' : 'std'),
      ...(separated && { deviceStd: spreadCurve('deviceStd') }),
    },
    ...(setting.ageing === 'relaxation' &&
      setting.laterTimes.length > 0 && {
        relaxation: {
          mean: {
            times: [...setting.laterTimes],
            curves: setting.laterTimes.map((_, i) => overLevels(level => level.relaxationMean?.[i], 'uS')) as never,
          },
          std: {
            times: [...setting.laterTimes],
            curves: setting.laterTimes.map((_, i) => overLevels(level => level.relaxationStd?.[i], 'uS')) as never,
          },
        },
      }),
    ...(setting.ageing === 'drift' && {
      drift: {
        startTime: setting.startTime,
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
                  curves: readTimes.map(time =>
                    overLevels(level => level.readRelative?.[setting.times.indexOf(time)]),
                  ) as never,
                },
        },
      },
    }),
    stuck: { high: whole.stuckHigh, low: whole.stuckLow },
  };
}

/** The shape that a normality test of the rest level, or of its logarithm, contradicts less. */
function restShape({ programmings, programmed }: Setting): 'normal' | 'lognormal' {
  const values = programmings.flatMap((p, i) => (p.target === 0 ? [programmed[i]!] : []));
  if (values.some(value => value <= 0)) return 'normal';
  const logs = values.map(Math.log);
  const plain = normalityTest(values, meanStd(values));
  return normalityTest(logs, meanStd(logs)).statistic < plain.statistic ? 'lognormal' : 'normal';
}

function setCurrentCurve({ programmings }: Setting, levels: readonly LevelEstimate[], high: number): CurveSpec {
  const currents = levels.map(({ target }) => {
    const own = programmings.filter(p => Math.abs(p.target - target) <= 1e-6 * high);
    return (1e6 * own.reduce((sum, p) => sum + p.setCurrent, 0)) / own.length;
  });
  return { g: levels.map(level => level.target / high), values: currents, unit: 'uA' };
}

function notesOf(
  data: Measurements,
  setting: Setting,
  tracked: boolean,
  shape: Shape,
  levels: readonly LevelEstimate[],
): string[] {
  const notes: string[] = [];
  if (!tracked) {
    notes.push('Rows name no device, so each counts as a cell of its own and cells cannot be followed in time.');
  } else if (!shape.separated) {
    notes.push(
      'No level has five devices that were programmed twice or more, so device-to-device and cycle-to-cycle spread are not separated; all of it is redrawn at programming.',
    );
  }
  if (setting.ageing === 'none')
    notes.push('All reads are at one time, so drift and relaxation are unknown and left out.');
  const repeats = setting.programmings.some(p => p.counts.some(count => count > 1));
  if (levels.every(level => level.readRelative === undefined)) {
    notes.push('No cell was read twice at one time, so read noise is unknown, left out, and contained in the spread.');
  } else if (!repeats) notes.push('Read noise is what the drift law leaves; no cell was read twice at one time.');
  else
    notes.push(
      'Read noise holds what changes between repeated reads; its memory is not identified, reads are taken as independent.',
    );
  if (data.temperature && new Set(data.temperature).size > 1) {
    notes.push('Measurements at different temperatures are pooled.');
  }
  return notes;
}
