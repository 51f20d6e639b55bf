import { formatQuantity, insist } from '../../base/index.ts';
import { fold, type Key, keyOf } from '../../random/index.ts';
import type { Device } from '../device.ts';
import { deviceFromSpec } from '../file/file.ts';
import type { DeviceFile } from '../file/schema.ts';
import { type Ageing, ageingOf } from './ageing.ts';
import { type Estimate, estimate, type FitInputs, fitInputsOf, type LevelEstimate } from './estimate.ts';
import { findFailures } from './failures.ts';
import { type Forecast, forecast } from './forecast.ts';
import { groupMeasurements } from './group.ts';
import type { Law } from './laws.ts';
import type { Measurements } from './measurements.ts';
import { notesOf } from './notes.ts';
import type { Terms } from './order.ts';
import { flatten } from './parameters.ts';
import { clustersOf, foldsOf, resamples } from './resample.ts';
import { shapeOf } from './shape.ts';
import { StartTimes } from './start-time.ts';
import { meanStd, type NormalityTest, normalityTest } from './statistics.ts';
import { extrapolationOf, fileOf } from './to-file.ts';

export interface FitOptions {
  /** Name of the new device; `fitted` by default. */
  readonly name?: string;
  /** Where the measurements come from, for errors and provenance. */
  readonly where?: string;
  /** The law of ageing; chosen from the data by default. */
  readonly law?: Law;
  /** t₁ or t₀ of a power law, s; from the data by default. */
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
  /** Mean conductances beyond the last read; empty where all reads are at one time. */
  readonly forecasts: readonly Forecast[];
  /** Powers of g = target/high in the polynomial of the spread. */
  readonly spreadTerms: Terms;
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
  const { programmings, levels } = groupMeasurements(data, where);
  const failures = findFailures(programmings, levels);
  const clusters = clustersOf(programmings, levels);
  const samples = resamples(fold(key, 'bootstrap'), clusters, bootstraps);
  const working = (i: number): boolean => failures.fault[i] === 0 && programmings[i]!.target > 0;
  const all = Array.from(programmings.keys()).filter(working);
  insist(all.length > 0, `${where}: all targets are 0; measure programmed cells.`);
  const drawn = samples.map(sample => Array.from(sample).filter(working));
  const ageing = ageingOf({ programmings, all, samples: drawn, levels: levels.length }, options.law);
  const starts =
    ageing.law === 'shifted-power' && options.startTime === undefined ? new StartTimes(programmings) : null;
  const startOf = (sample: ArrayLike<number>): number => options.startTime ?? starts?.best(sample) ?? ageing.firstRead;
  const made = new Map<number, FitInputs>();
  const inputsAt = (startTime: number): FitInputs => {
    const found = made.get(startTime) ?? fitInputsOf(programmings, levels, failures, ageing.law, startTime);
    made.set(startTime, found);
    return found;
  };
  const inputs = inputsAt(startOf(all));
  const whole = estimate(inputs, Array.from(programmings.keys()));
  const active = (found: Estimate): LevelEstimate[] =>
    found.levels.filter(level => level.target > 0 && level.count > 1);
  const known = active(whole);
  insist(known.length > 1, `${where}: fewer than two levels have two cells or more; a curve needs more.`);
  const high = known.at(-1)!.target;
  const estimates = samples.map((sample, b) => {
    const startTime = startOf(drawn[b]!);
    return { startTime, found: estimate(inputsAt(startTime), sample) };
  });
  const { shape, scores } = shapeOf(
    known,
    estimates.map(({ found }) => active(found)),
    foldsOf(fold(key, 'folds'), inputs, clusters),
    { high, mostOrder, ofTarget: data.target !== undefined, ...inputs },
  );
  const names = flatten(known, whole, shape, starts ? inputs.startTime : undefined);
  const flat = estimates.map(({ startTime, found }) =>
    flatten(active(found), found, shape, starts ? startTime : undefined),
  );
  const errors = new Map<string, number>();
  for (const [name] of names) {
    errors.set(name, meanStd(flat.flatMap(sample => sample.get(name)?.value ?? [])).std);
  }
  const parameters = Array.from(names, ([name, { value, unit }]) => ({
    name,
    value,
    standardError: errors.get(name)!,
    unit,
  }));
  const notes = notesOf(data, inputs, ageing, shape, known, clusters.sparse);
  const plain = fileOf(whole, known, inputs, shape, data, options, notes);
  const forecasts =
    inputs.times.length < 2
      ? []
      : forecast(deviceFromSpec(plain, plain.name), ageing, programmings, all, drawn, levels).filter(({ target }) =>
          known.some(level => level.target === target),
        );
  const file: DeviceFile =
    forecasts.length > 0 ? { ...plain, extrapolation: extrapolationOf(ageing.lastRead, forecasts, high) } : plain;
  const values = levels.map(() => [] as number[]);
  programmings.forEach((p, i) => {
    if (inputs.failures.fault[i] === 0 && !Number.isNaN(inputs.programmed[i]!))
      values[p.level]!.push(inputs.programmed[i]!);
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
    forecasts,
    spreadTerms: shape.spreadTerms,
    separated: shape.parts !== undefined,
    orderScores: scores,
    notes,
  };
}
