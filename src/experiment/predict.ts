import type { Progress } from '../base/index.ts';
import { drawWeights, type Posterior } from '../bayes/index.ts';
import { checkBf16 } from '../crossbar/index.ts';
import { type NdArray, ndArray, type Split } from '../data/index.ts';
import { readCorrelation, withProcedure } from '../device/index.ts';
import {
  type ChipState,
  calibrateReadout,
  calibrationCopies,
  entropySources,
  type Outputs,
  predictHardware,
  predictSoftware,
  probabilities,
  type Readout,
} from '../inference/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Chip, deviceVariances, type Plan, readChip } from '../transfer/index.ts';
import { predictive } from '../uncertainty/index.ts';
import { corruptedSplits } from './corrupt.ts';
import { gridOf } from './grid.ts';
import { procedureOf, readOptions, samplesOf, type TransferOptions } from './plan.ts';
import type { Setting } from './setting.ts';

/**
 * Everything predicted in one run, by name. Network outputs (logits, or regression outputs in standardised units):
 * `software/test` [samples, inputs, outputs]; `hardware/test` [chips, times, samples, inputs, outputs];
 * `deterministic/test` likewise with one sample; the same under `…/unseen` where there are unseen classes
 * and under `…/validation` where a calibration is fitted, and at the first time alone under `…/test/<corruption>/<strength>`;
 * `hardware/saturation` [chips, times, 2], the shares of inputs and partial sums of the test split that left their
 * converter's range, and with products in bfloat16 `hardware/bf16Error` [1], what that puts sums off by as a share of device
 * noise, likewise for deterministic; `software/noise` [targets], the spread of regression targets. For two inputs, on the grid `grid/points` [points, 2]: `…/grid/mean` […, points, classes], `…/grid/aleatoric` and
 * `…/grid/epistemic` […, points], for hardware and deterministic by chip at the first time.
 */
export type Prediction = Readonly<Record<string, NdArray>>;

/** The chips of one plan. */
export interface Programmed {
  readonly plan: Plan;
  readonly chips: readonly Chip[];
}

/** Predicts with the posterior in software, with every chip, and with every deterministic chip, at every time. */
export function predictAll(
  setting: Setting,
  posterior: Posterior,
  hardware: Programmed,
  deterministic: Programmed,
  progress: Progress,
): Prediction {
  const { network, dataset, key, experiment } = setting;
  const splits: Array<[string, Split]> = [['test', dataset.test]];
  if (dataset.unseen) splits.push(['unseen', dataset.unseen]);
  if (experiment.evaluate.calibration !== 'none') splits.push(['validation', dataset.validation]);
  const everyTime = splits.length;
  splits.push(...corruptedSplits(setting));
  const grid = gridOf(setting);
  const arrays: Record<string, NdArray> = {};
  const samples = experiment.evaluate.softwareSamples ?? samplesOf(experiment);
  const weights = drawWeights(posterior, samples, fold(key, 'software'));
  if (posterior.noiseStd) arrays['software/noise'] = ndArray([posterior.noiseStd.length], posterior.noiseStd);
  for (const [name, split] of splits) {
    const { values } = predictSoftware(network, weights, split.inputs, split.count);
    arrays[`software/${name}`] = ndArray([samples, split.count, network.outputs], values);
  }
  if (grid) {
    arrays['grid/points'] = ndArray([grid.count, 2], grid.points);
    collectMaps(arrays, 'software', [], [predictSoftware(network, weights, grid.inputs, grid.count)]);
  }
  const total = hardware.chips.length + deterministic.chips.length;
  let done = 0;
  for (const [side, { plan, chips }] of [
    ['hardware', hardware],
    ['deterministic', deterministic],
  ] as const) {
    const readout = readoutOf(setting, plan);
    if (readout.bf16Error !== undefined) {
      checkBf16(readout.bf16Error, experiment.hardware.precisionLimit);
      arrays[`${side}/bf16Error`] = ndArray([1], Float64Array.of(readout.bf16Error));
    }
    const found = new Map(splits.map(([name]) => [name, [] as Outputs[]]));
    const maps: Outputs[] = [];
    chips.forEach((chip, c) => {
      setting.times.forEach((time, t) => {
        const predict = chipPredictor(
          setting,
          side,
          { chip, index: c, readout },
          time,
          fold(fold(fold(key, side), c), t),
        );
        for (const [name, split] of t === 0 ? splits : splits.slice(0, everyTime)) {
          found.get(name)!.push(predict(split.inputs, split.count));
        }
        if (grid && t === 0) maps.push(predict(grid.inputs, grid.count));
      });
      progress(++done / total, `${side} chip ${c + 1} of ${chips.length}`);
    });
    for (const [name, outputs] of found) {
      const { samples, count, outputs: width } = outputs[0]!;
      const shape = [chips.length, outputs.length / chips.length, samples, count, width];
      arrays[`${side}/${name}`] = ndArray(shape, concatenate(outputs.map(o => o.values)));
      if (name === 'test') {
        const shares = Float64Array.from(outputs.flatMap(o => saturatedShares(o.saturation)));
        arrays[`${side}/saturation`] = ndArray([chips.length, setting.times.length, 2], shares);
      }
    }
    if (grid) collectMaps(arrays, side, [chips.length], maps);
  }
  return arrays;
}

/**
 * Converters whose ranges fit what the plan's intended weights do to the validation inputs and, where maps are drawn,
 * to the rim of the plane: else the chip would be asked about inputs beyond its converters.
 */
export function readoutOf(setting: Setting, plan: Plan): Readout {
  const { network, dataset, experiment } = setting;
  const { inputBits, outputBits, array, converters, precision } = experiment.hardware;
  const { range, covered, ...errors } = converters;
  const rim = gridOf(setting)?.rim ?? new Float32Array();
  const inputs = concatenate([dataset.validation.inputs, rim]);
  const count = dataset.validation.count + rim.length / 2;
  return calibrateReadout(network, plan.intended, inputs, count, {
    inputBits,
    outputBits,
    arrayRows: array.rows,
    share: covered,
    perColumn: range === 'column',
    errors,
    precision,
    ...(precision === 'bf16' && { deviceVariances: variancesOf(setting, plan) }),
  });
}

/** What the device makes of the weights that converters are calibrated on, programmed as the experiment says. */
function variancesOf({ experiment, device, time }: Setting, plan: Plan): Float32Array {
  const programmed = withProcedure(device, procedureOf(experiment.transfer as TransferOptions));
  const copies = Math.min(calibrationCopies, plan.copies);
  return deviceVariances(plan, programmed, copies, time, experiment.hardware.readNoise);
}

/** Shares of the inputs and of the partial sums that left their converter's range. */
function saturatedShares(found: Outputs['saturation']): [number, number] {
  const { inputs = 0, inputsOf = 0, outputs = 0, outputsOf = 0 } = found ?? {};
  return [inputsOf > 0 ? inputs / inputsOf : 0, outputsOf > 0 ? outputs / outputsOf : 0];
}

/** `hardware` is read as the experiment's entropy source does, `deterministic` once. */
export type ChipSide = 'hardware' | 'deterministic';

/** A chip, its number (which its converters' faults belong to) and how it is read. */
export interface ChipToRead {
  readonly chip: Chip;
  readonly index: number;
  readonly readout: Readout;
}

/** Outputs of one chip at one time, as a function of the inputs. */
export function chipPredictor(
  setting: Setting,
  side: ChipSide,
  { chip, index, readout }: ChipToRead,
  time: number,
  key: Key,
) {
  const { network, experiment, device } = setting;
  const { sampling, hardware } = experiment;
  const { weights, variances } = readChip(chip, { ...readOptions(setting, time), readNoise: hardware.readNoise });
  const state: ChipState = {
    network,
    weights,
    variances,
    readout,
    converterKey: fold(fold(setting.key, 'converters'), index),
    readCorrelation: lag => readCorrelation(device, lag, time),
  };
  const source = entropySources[sampling.entropy as keyof typeof entropySources];
  return (inputs: Float32Array, count: number): Outputs =>
    side === 'deterministic'
      ? predictHardware(state, inputs, count, key)
      : source.predict(state, inputs, count, sampling as never, key);
}

function collectMaps(
  arrays: Record<string, NdArray>,
  side: string,
  leading: number[],
  outputs: readonly Outputs[],
): void {
  const { count, outputs: classes } = outputs[0]!;
  const parts = outputs.map(o => predictive(probabilities(o), o.samples, o.count, o.outputs));
  const join = (pick: (part: (typeof parts)[number]) => Float64Array) =>
    concatenate(parts.map(p => Float32Array.from(pick(p))));
  arrays[`${side}/grid/mean`] = ndArray(
    [...leading, count, classes],
    join(p => p.mean),
  );
  arrays[`${side}/grid/aleatoric`] = ndArray(
    [...leading, count],
    join(p => p.aleatoric),
  );
  arrays[`${side}/grid/epistemic`] = ndArray(
    [...leading, count],
    join(p => p.epistemic),
  );
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
