import { formatQuantity, insist } from '../../base/index.ts';
import { fold, type Key, keyOf } from '../../random/index.ts';
import type { Device } from '../device.ts';
import { deviceFromSpec } from '../file/file.ts';
import type { DeviceFile } from '../file/schema.ts';
import { type Ageing, ageingOf, startTimeOf } from './ageing.ts';
import { type Estimate, estimate, fitInputsOf, type LevelEstimate } from './estimate.ts';
import { findFailures } from './failures.ts';
import { groupMeasurements } from './group.ts';
import type { Measurements } from './measurements.ts';
import { notesOf } from './notes.ts';
import { chooseMeanOrder, chooseSpreadOrder } from './order.ts';
import { flatten, type Shape } from './parameters.ts';
import { bootstrap, clustersOf, foldsOf } from './resample.ts';
import { meanStd, type NormalityTest, normalityTest } from './statistics.ts';
import { fileOf } from './to-file.ts';

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
  insist(working.length > 0, `${where}: all targets are 0; measure programmed cells.`);
  const startTime = options.startTime ?? startTimeOf(working);
  const ageing = options.ageing ?? ageingOf(working, startTime);
  const inputs = fitInputsOf(programmings, levels, findFailures(programmings, levels), ageing, startTime);
  const everything = Array.from(programmings.keys());
  const whole = estimate(inputs, everything);
  const clusters = clustersOf(inputs);
  const high = levels[levels.length - 1]!;
  const folds = foldsOf(fold(key, 'folds'), inputs, clusters);
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
    laterTimes: inputs.laterTimes,
    times: inputs.times,
  };
  const names = flatten(active(whole), whole, shape);
  const samples = bootstrap(fold(key, 'bootstrap'), inputs, clusters, bootstraps).map(found =>
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
  const notes = notesOf(data, inputs, grouped.tracked, shape, active(whole));
  const file = fileOf(whole, active(whole), inputs, shape, data, options, notes);
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
    separated: shape.separated,
    orderScores: spread.scores,
    notes,
  };
}
