import {
  type Address,
  addressOf,
  type Fault,
  faultsOf,
  InputError,
  insist,
  together,
  within,
} from '../../base/index.ts';
import { isDeviceFile } from '../../device/index.ts';
import {
  type Design,
  type DeviceFiles,
  designOf,
  type Experiment,
  type Fields,
  isRecord,
  resolveExperiment,
} from '../../experiment/index.ts';
import {
  checkPrice,
  dataFilesOf,
  type Loaded,
  type Prepared,
  type PrepareOptions,
  prepareExperiment,
  stages,
  type Wanted,
} from '../../pipeline/index.ts';
import type { Point, Space } from '../../search/index.ts';
import { checkFloor } from '../study-file/check-floor.ts';
import { isChoice } from '../study-file/check-variables.ts';
import { asksPrices, type Goals, goalsOf } from '../study-file/goals.ts';
import type { StudyFile } from '../study-file/study-file.ts';
import { fieldsAt, spaceOfVariables } from '../study-file/variables.ts';
import { type Rung, rungsOf } from './rungs.ts';

/** The designs of a study, whatever they are judged by. */
export interface Unjudged {
  readonly study: StudyFile;
  readonly space: Space;
  /** What the experiment itself is judged on; designs have the same data. */
  readonly prepared: Prepared;
  /** Names by content the files of the data, by the field of the experiment that says where they are. */
  readonly files: Readonly<Record<string, Address>>;
  /**
   * The experiment that a point stands for, or the part of it that some variables are; an `InputError` where there is none.
   * Its network may still not fit its data.
   */
  experimentAt(point: Point, counts?: (name: string) => boolean): Experiment;
  /** The same, checked by all that the pipeline knows before it computes anything, whether it can be priced included. */
  at(
    point: Point,
    counts?: (name: string) => boolean,
  ): Promise<{ readonly experiment: Experiment; readonly design: Design; readonly prepared: Prepared }>;
  /** Names the training that the design of a point comes from; undefined where there is no such design. */
  trainingAt(point: Point): string | undefined;
}

/** The designs of a study, with what they are judged on and by. */
export interface Designs extends Unjudged {
  readonly goals: Goals;
  readonly rungs: readonly Rung[];
}

/**
 * Loads what a study names and checks it against the data, and the designs by `also` where that is given: every fault at
 * once. Trains nothing.
 */
export async function openDesigns(
  study: StudyFile,
  options: PrepareOptions,
  also: (designs: Unjudged) => Promise<void> = async () => {},
): Promise<Designs> {
  const { file, experiment, place, variables } = study;
  const loaded: Loaded = options.loaded ?? new Map();
  const prepare = (of: Experiment) => prepareExperiment(of, { ...options, loaded });
  const prepared = await within(place.file, () => within(place.path, () => prepare(experiment)));
  const space = spaceOfVariables(variables);
  const priced = asksPrices(study);
  const checked = (of: Experiment, { data, deviceFiles }: Prepared): Design => {
    const design = designOf(of, deviceFiles);
    if (priced) checkPrice({ design, data, name: 'design' });
    return design;
  };
  let asked: Wants | undefined;
  const faults: Fault[] = [
    ...(await faultsOf(() => within(place.file, () => within(place.path, () => checked(experiment, prepared))))),
    ...(await faultsOf(() => {
      asked = within(file, () => wanted(study, prepared));
    })),
  ];
  const experimentAt: Unjudged['experimentAt'] = (point, counts) => {
    const fields = fieldsAt(experiment, variables, space, point, counts);
    insist(fields, {
      path: ['network', 'layers'],
      rule: 'has no such layer',
      hint: "say with 'when' where the variable counts",
    });
    return unnamed(() => resolveExperiment(fields, file));
  };
  const deviceFiles = await deviceFilesOf(study, prepare);
  const designs: Unjudged = {
    study,
    space,
    prepared,
    files: await dataFilesOf(experiment, options.files),
    experimentAt,
    async at(point, counts) {
      const own = experimentAt(point, counts);
      const ready = await prepare(own);
      return { experiment: own, design: checked(own, ready), prepared: ready };
    },
    trainingAt(point) {
      try {
        const own = experimentAt(point);
        const { device } = own.hardware;
        if (isDeviceFile(device) && !deviceFiles[device]) return undefined;
        return trainingOf(designOf(own, deviceFiles));
      } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
      }
    },
  };
  faults.push(...(await faultsOf(() => also(designs))));
  if (!asked || faults.length > 0) throw new InputError(faults);
  return { ...designs, ...asked };
}

/** The device files that designs may name, of those that can be read; what is wrong with others their designs say. */
async function deviceFilesOf(
  { experiment, variables }: StudyFile,
  prepare: (of: Experiment) => Promise<Prepared>,
): Promise<DeviceFiles> {
  const { 'hardware.device': devices } = variables;
  const named = Object.entries(variables).flatMap(([name, variable]) => {
    const values = 'named' in variable ? Object.values(variable.named ?? {}) : [];
    if (name === 'hardware') return values;
    return isChoice(name) ? values.map(fields => (fields as Fields).hardware) : [];
  });
  const given =
    devices && 'named' in devices
      ? Object.values(devices.named ?? {})
      : devices && 'values' in devices
        ? devices.values
        : [];
  const all = [experiment.hardware.device, ...given, ...named.map(section => isRecord(section) && section.device)];
  const files = [...new Set(all.filter(name => typeof name === 'string' && isDeviceFile(name)))] as string[];
  const read = files.map(async device => {
    try {
      return (await prepare({ ...experiment, hardware: { ...experiment.hardware, device } })).deviceFiles;
    } catch (error) {
      if (error instanceof InputError) return {};
      throw error;
    }
  });
  return Object.assign({}, ...(await Promise.all(read))) as DeviceFiles;
}

/** Faults of a design stand in no file. */
function unnamed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.faults.map(({ file: _file, ...fault }) => fault));
  }
}

type Wants = Pick<Designs, 'goals' | 'rungs'>;

/** Objectives, constraints and rungs, against the data that are there. */
function wanted(study: StudyFile, { data }: Prepared): Wants {
  let goals: Goals | undefined;
  let rungs: readonly Rung[] | undefined;
  together([
    () => {
      goals = goalsOf(study, data.task, data.task === 'classification' ? data.outputNames : []);
    },
    () => {
      rungs = rungsOf(study.fidelity, data.search!.count);
    },
  ]);
  // Most rows that any evidence has.
  checkFloor(goals!.limits, rungs!.at(-1)!.rows.count);
  return { goals: goals!, rungs: rungs! };
}

/** The correction of logits that a design, or a baseline, of an experiment is judged after; regression has none. */
export const correctionOf = ({ evaluate }: Experiment, { data }: Prepared): Pick<Wanted, 'correction'> =>
  evaluate.calibration === 'none' || data.task === 'regression' ? {} : { correction: evaluate.calibration };

/** Names the training that a design comes from: designs of the same name share it. */
export const trainingOf = (design: Design): string => addressOf(stages.training.project(design, {}));
