import { inTurns, type Job } from '../../base/index.ts';
import { cellsPerWeightOf } from '../../crossbar/index.ts';
import type { Dataset } from '../../data/index.ts';
import { deviceOf, procedureOf, withProcedure } from '../../device/index.ts';
import type { Design } from '../../experiment/index.ts';
import { calibrateInPieces, type Readout } from '../../inference/index.ts';
import { deviceVariances, type Plan } from '../../transfer/index.ts';
import { rimOf } from '../grid.ts';
import { type NetworkGiven, networkGiven, networkOf } from '../network-of.ts';
import { type CalibrationGiven, calibrationGiven, calibrationPlan } from '../planning.ts';
import type { Stage } from '../stage.ts';

/** What decides how arrays are driven and converted. */
export interface ConvertersGiven extends NetworkGiven, CalibrationGiven {
  readonly copies: number;
  /** Word lines of one array that are open in one read; all where absent. */
  readonly rowsPerConversion?: number;
  readonly inputBits: number | null;
  readonly outputBits: number | null;
  readonly converters: Design['hardware']['converters'];
  readonly precision: Design['hardware']['precision'];
  /** What bfloat16 is judged against; absent in single precision. */
  readonly deviceNoise?: { readonly programming: Design['transfer']['programming']; readonly reads: boolean };
}

/**
 * Converters whose ranges fit what a few copies of the intended weights do to the validation inputs and, where maps may be
 * drawn, to the rim of the plane: else the chip would be asked about inputs beyond its converters.
 */
export const converters: Stage<ConvertersGiven, 'data' | 'posterior' | 'range', Readout> = {
  name: 'converters',
  per: [],
  needs: ['data', 'posterior', 'range'],
  project: design => convertersGiven(design),
  async run(given, { data, posterior, range }, key, job) {
    const { matrices } = networkOf(given, data).network;
    const plan = await calibrationPlan(given, posterior, matrices, given.copies, range.ranges, key, job);
    return convertersFor(given, plan, data, job);
  },
  bytes: () => 1 << 12,
};

export function convertersGiven(design: Design): ConvertersGiven {
  const { inputBits, outputBits, converters, precision, readNoise, array } = design.hardware;
  const { calibrationCopies, programming } = design.transfer;
  return {
    ...networkGiven(design),
    ...calibrationGiven(design),
    copies: calibrationCopies,
    ...(array.rowsPerConversion !== undefined && { rowsPerConversion: array.rowsPerConversion }),
    inputBits,
    outputBits,
    converters,
    precision,
    ...(precision === 'bf16' && { deviceNoise: { programming, reads: readNoise } }),
  };
}

/** Converters for a plan of a few copies. */
export function convertersFor(given: ConvertersGiven, plan: Plan, data: Dataset, job: Job): Promise<Readout> {
  const { network } = networkOf(given, data);
  const { inputBits, outputBits, array, rowsPerConversion, converters, precision, deviceNoise, device, time } = given;
  const { range, covered, ...errors } = converters;
  const rim = rimOf(data);
  const { validation } = data;
  const inputs = new Float32Array(validation.inputs.length + rim.length);
  inputs.set(validation.inputs);
  inputs.set(rim, validation.inputs.length);
  const options = {
    copies: plan.copies,
    inputBits,
    outputBits,
    arrayRows: array.rows,
    rowsPerConversion,
    arrayOutputs: plan.mappings.map(mapping => Math.floor(array.columns / cellsPerWeightOf(mapping))),
    share: covered,
    perColumn: range === 'column',
    ranges: plan.ranges,
    errors,
    precision,
    ...(deviceNoise && {
      deviceVariances: deviceVariances(
        plan,
        withProcedure(deviceOf(device), procedureOf(deviceNoise.programming)),
        time,
        deviceNoise.reads,
      ),
    }),
  };
  return inTurns(calibrateInPieces(network, plan.intended, inputs, validation.count + rim.length / 2, options), job);
}
