import { type DeviceFactors, type DeviceFile, type DeviceReference, isDeviceFile } from '../device/index.ts';
import type { Experiment } from './schema.ts';

/**
 * What a search varies and a stage may depend on: an experiment without its name, its seed, its data and what is
 * measured, with its device as plain data instead of a path.
 */
export interface Design extends Pick<Experiment, 'network' | 'posterior' | 'transfer' | 'sampling' | 'architecture'> {
  readonly hardware: Omit<Experiment['hardware'], 'device' | 'spread' | 'rangeShare'> & {
    readonly device: DeviceReference;
  };
  /** What of the device is otherwise than its model, which training and transfer go by; as the model says where absent. */
  readonly actual?: DeviceFactors;
}

/** The device that chips are made of. */
export const actualDevice = ({ hardware, actual }: Design): DeviceReference =>
  actual ? { ...hardware.device, factors: actual } : hardware.device;

/** Device files by the path that experiments name them with. */
export type DeviceFiles = Readonly<Record<string, DeviceFile>>;

/** The design of an experiment whose device files have been read. */
export function designOf(experiment: Experiment, files: DeviceFiles): Design {
  const { network, posterior, hardware, transfer, sampling, architecture } = experiment;
  const { device: name, spread, rangeShare, ...rest } = hardware;
  const shared = { spread, ...(rangeShare < 1 && { share: rangeShare }) };
  const device = isDeviceFile(name) ? { file: files[name]!, path: name, ...shared } : { preset: name, ...shared };
  return { network, posterior, transfer, sampling, architecture, hardware: { ...rest, device } };
}

/**
 * The design that a Bayesian network must beat: one copy of one weight vector, programmed once and read once, on the same
 * device and arrays.
 */
export function deterministicTwin(design: Design): Design {
  const { programming, limit, calibrationCopies } = design.transfer;
  return {
    ...design,
    transfer: { method: 'deterministic', point: 'best', programming, limit, calibrationCopies },
    sampling: { entropy: 'frozen', samples: 1 },
  };
}
