import { atOnce, formatQuantity, insist, type Pieces } from '../../base/index.ts';
import { fold, keyOf } from '../../random/index.ts';
import { deviceFromSpec } from '../file/file.ts';
import type { DeviceFile } from '../file/schema.ts';
import { ageingOf } from './ageing.ts';
import type { DeviceFit, FitOptions } from './device-fit.ts';
import { chooseShape, deviceTest, measuredShape, testsOf } from './distribution.ts';
import { type Estimate, estimate, type FitInputs, fitInputsOf, type LevelEstimate } from './estimate.ts';
import { findFailures } from './failures.ts';
import { forecast } from './forecast.ts';
import { groupMeasurements } from './group.ts';
import type { Measurements } from './measurements.ts';
import { notesOf } from './notes.ts';
import { flatten } from './parameters.ts';
import { readNoiseOf } from './read-noise.ts';
import { readsOf } from './reads.ts';
import { clustersOf, foldsOf, resamples } from './resample.ts';
import { shapeOf } from './shape.ts';
import { StartTimes } from './start-time.ts';
import { meanStd } from './statistics.ts';
import { extrapolationOf, fileOf } from './to-file.ts';
import { treatedLevels } from './treatment.ts';

/** Fits a device to measured conductances. Standard errors by bootstrap over devices. */
export function* fitInPieces(data: Measurements, options: FitOptions = {}): Pieces<DeviceFit> {
  const { where = 'measurements', bootstraps = 200, mostOrder = 4, key = keyOf(0) } = options;
  const { programmings, levels, levelOf } = groupMeasurements(data, where);
  yield;
  const failures = findFailures(programmings, levels);
  const clusters = clustersOf(programmings, levels);
  const samples = yield* resamples(fold(key, 'bootstrap'), clusters, bootstraps);
  const working = (i: number): boolean => failures.fault[i] === 0 && programmings[i]!.target > 0;
  const all = Array.from(programmings.keys()).filter(working);
  insist(all.length > 0, `${where}: all targets are 0; measure programmed cells.`);
  const drawn = samples.map(sample => sample.filter(working));
  yield;
  const ageing = yield* ageingOf({ programmings, all, samples: drawn, levels: levels.length }, options.law);
  const starts =
    ageing.law === 'shifted-power' && options.startTime === undefined ? new StartTimes(programmings) : null;
  const startOf = (sample: ArrayLike<number>): number => options.startTime ?? starts?.best(sample) ?? ageing.firstRead;
  const grouped = { programmings, levels, failures, reads: readsOf(programmings) };
  const made = new Map<number, FitInputs>();
  const inputsAt = (startTime: number): FitInputs => {
    const found = made.get(startTime) ?? fitInputsOf(grouped, ageing.law, startTime);
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
  const estimates: { readonly startTime: number; readonly found: Estimate }[] = [];
  for (const [b, sample] of samples.entries()) {
    const startTime = startOf(drawn[b]!);
    estimates.push({ startTime, found: estimate(inputsAt(startTime), sample) });
    yield;
  }
  const folds = foldsOf(fold(key, 'folds'), inputs, clusters);
  yield;
  const { shape, scores } = yield* shapeOf(
    known,
    estimates.map(({ found }) => active(found)),
    folds,
    { high, mostOrder, meanMoves: data.target !== undefined || data.reference !== undefined, ...inputs },
  );
  yield;
  const values = levels.map(() => [] as number[]);
  for (let i = 0; i < programmings.length; i++) {
    const value = inputs.programmed[i]!;
    if (failures.fault[i] === 0 && !Number.isNaN(value)) values[programmings[i]!.level]!.push(value);
  }
  const tests: ReturnType<typeof testsOf>[] = [];
  for (const own of values) {
    tests.push(testsOf(own));
    yield;
  }
  const used = known.map(({ target }) => levels.indexOf(target));
  const chosen =
    options.shape ??
    chooseShape(
      used.map(level => values[level]!),
      used.map(level => tests[level]!),
    );
  const reads = options.reads && readNoiseOf(fold(key, 'reads'), options.reads);
  const names = flatten(known, whole, shape, starts ? inputs.startTime : undefined);
  const flat = estimates.map(({ startTime, found }) =>
    flatten(active(found), found, shape, starts ? startTime : undefined),
  );
  yield;
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
  const treated = data.reference && treatedLevels({ ...data, reference: data.reference }, levels, levelOf);
  const found = {
    data,
    options,
    inputs,
    ageing,
    shape,
    levels: known,
    sparse: clusters.sparse,
    reads,
    distribution: chosen,
  };
  const notes = notesOf(found);
  const measured =
    chosen === 'quantiles'
      ? measuredShape(
          known.map(({ target }) => target),
          used.map(level => values[level]!),
          high,
        )
      : undefined;
  yield;
  const plain = fileOf(whole, { ...found, notes, measured, values });
  const forecasts =
    inputs.times.length < 2
      ? []
      : (yield* forecast(deviceFromSpec(plain, plain.name), ageing, programmings, all, drawn, levels)).filter(
          ({ target }) => known.some(level => level.target === target),
        );
  const file: DeviceFile =
    forecasts.length > 0 ? { ...plain, extrapolation: extrapolationOf(ageing.lastRead, forecasts, high) } : plain;
  const device = deviceFromSpec(file, file.name);
  return {
    file,
    device,
    parameters,
    levels: whole.levels.map((level, k) => {
      const own = values[k]!;
      const moments = meanStd(own);
      const curve = `programming.std at ${formatQuantity(level.target, 'S', 4)}`;
      return {
        ...level,
        curveStd: names.get(curve)?.value ?? level.std,
        curveStdError: errors.get(curve) ?? 0,
        normality: tests[k]!.normal,
        ...(tests[k]!.lognormal && { lognormality: tests[k]!.lognormal }),
        ...(used.includes(k) && { fitted: deviceTest(device, level.target, own, level.readVariance) }),
        residuals: own.slice(0, 400).map(value => (moments.std > 0 ? (value - moments.mean) / moments.std : 0)),
      };
    }),
    ageing,
    forecasts,
    spreadTerms: shape.spreadTerms,
    shape: chosen,
    ...(treated && { treated }),
    ...(reads && { reads }),
    separated: shape.parts !== undefined,
    orderScores: scores,
    notes,
  };
}

/** `fitInPieces` without turns for others. */
export const fitDevice = (...given: Parameters<typeof fitInPieces>): DeviceFit => atOnce(fitInPieces(...given));
