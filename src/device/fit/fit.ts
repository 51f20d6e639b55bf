import { atOnce, formatQuantity, insist, type Pieces } from '../../base/index.ts';
import { fold, keyOf } from '../../random/index.ts';
import { deviceFromSpec } from '../file/file.ts';
import type { DeviceFile } from '../file/schema.ts';
import { ageingOf } from './ageing.ts';
import { coursesOf } from './courses.ts';
import type { DeviceFit, FitOptions } from './device-fit.ts';
import { chooseShape, deviceTest, measuredShape, testsOf } from './distribution.ts';
import { type Estimate, estimates, fitInputsOf, inCurves } from './estimate.ts';
import { findFailures } from './failures.ts';
import { forecast } from './forecast.ts';
import { groupMeasurements } from './group.ts';
import { joinTimes } from './join-times.ts';
import type { Measurements } from './measurements.ts';
import { notesOf } from './notes.ts';
import { parametersOf } from './parameters.ts';
import { readNoiseOf } from './read-noise.ts';
import { levelReads } from './reads.ts';
import { clustersOf, foldsOf, resamples } from './resample.ts';
import { shapeOf } from './shape.ts';
import { byStart, startTimes } from './start-time.ts';
import { meanStd } from './statistics.ts';
import { extrapolationOf, fileOf } from './to-file.ts';
import { treatedLevels } from './treatment.ts';

/** Fits a device to measured conductances. Standard errors by bootstrap over devices. */
export function* fitInPieces(measured: Measurements, options: FitOptions = {}): Pieces<DeviceFit> {
  const data = joinTimes(measured);
  const { where = 'measurements', bootstraps = 200, mostOrder = 4, key = keyOf(0) } = options;
  const grouped = groupMeasurements(data, where);
  const { programmings, levels, levelOf } = grouped;
  yield;
  const failures = findFailures(programmings, levels);
  const clusters = clustersOf(programmings, levels);
  const samples = yield* resamples(fold(key, 'bootstrap'), grouped, clusters, bootstraps);
  const works = programmings.map(({ target }, i) => failures.fault[i] === 0 && target > 0);
  insist(works.includes(true), `${where}: all targets are 0; measure programmed cells.`);
  const courses = coursesOf(programmings.map((p, i) => (works[i] ? p : null)));
  const followed = courses.schedules.some(times => times.length > 1);
  const reads = yield* levelReads(programmings, samples, i => failures.fault[i] === 0);
  const given = { ...grouped, failures, courses, followed, samples };
  const aged = { ...given, reads: reads.map((own, level) => (levels[level] === 0 ? [] : own)) };
  const ageing = yield* ageingOf(aged, options.law);
  const shifted = ageing.fitting.includes('shifted-power') ? yield* startTimes(courses, samples) : [];
  const fitted = ageing.law === 'shifted-power' && options.startTime === undefined ? shifted : undefined;
  const starts = fitted ?? new Array<number>(samples.count).fill(options.startTime ?? ageing.firstRead);
  const inputs = fitInputsOf(given, ageing.law, starts[0]!);
  const found = new Array<Estimate>(samples.count);
  for (const [start, own] of byStart(starts)) {
    const at = start === starts[0] ? inputs : fitInputsOf(given, ageing.law, start);
    const estimated = yield* estimates(at, samples.only(own), reads, own);
    own.forEach((sample, k) => {
      found[sample] = estimated[k]!;
    });
  }
  const [whole, ...drawn] = found as [Estimate, ...Estimate[]];
  const known = whole.levels.filter(inCurves);
  insist(known.length > 1, `${where}: fewer than two levels have two cells or more; a curve needs more.`);
  const high = known.at(-1)!.target;
  const folds = yield* foldsOf(fold(key, 'folds'), inputs, clusters);
  const { shape, scores } = yield* shapeOf(
    known,
    drawn.map(estimate => estimate.levels.filter(inCurves)),
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
  const readNoise = options.reads && readNoiseOf(fold(key, 'reads'), options.reads);
  const parameters = parametersOf(found, shape, fitted);
  yield;
  const treated = data.reference && treatedLevels({ ...data, reference: data.reference }, levels, levelOf);
  const parts = {
    data,
    options,
    inputs,
    ageing,
    shape,
    levels: known,
    sparse: clusters.sparse,
    reads: readNoise,
    distribution: chosen,
  };
  const notes = notesOf(parts);
  const quantiles =
    chosen === 'quantiles'
      ? measuredShape(
          known.map(({ target }) => target),
          used.map(level => values[level]!),
          high,
        )
      : undefined;
  yield;
  const plain = fileOf(whole, { ...parts, notes, measured: quantiles, values });
  const forecasts =
    inputs.times.length < 2
      ? []
      : (yield* forecast(deviceFromSpec(plain, plain.name), ageing, aged, shifted)).filter(({ target }) =>
          known.some(level => level.target === target),
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
      const name = `programming.std at ${formatQuantity(level.target, 'S', 4)}`;
      const curve = parameters.find(parameter => parameter.name === name);
      return {
        ...level,
        curveStd: curve?.value ?? level.std,
        curveStdError: curve?.standardError ?? 0,
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
    ...(readNoise && { reads: readNoise }),
    separated: shape.parts !== undefined,
    orderScores: scores,
    notes,
  };
}

/** `fitInPieces` without turns for others. */
export const fitDevice = (...given: Parameters<typeof fitInPieces>): DeviceFit => atOnce(fitInPieces(...given));
