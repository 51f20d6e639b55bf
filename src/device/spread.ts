import type { Curve, Device, TimedCurve } from './device.ts';

/** The device with every spread of programming, relaxation and rest multiplied by `factor`, 0 or more. */
export function withSpread(device: Device, factor: number): Device {
  const times =
    (curve: Curve): Curve =>
    target =>
      factor * curve(target);
  const { programming, relaxation, rest } = device;
  return {
    ...device,
    name: `${device.name} with ${factor} times the spread`,
    rest: { ...rest, std: factor * rest.std, deviceStd: factor * (rest.deviceStd ?? 0) },
    programming: {
      ...programming,
      std: times(programming.std),
      deviceStd: programming.deviceStd && times(programming.deviceStd),
    },
    relaxation: relaxation && {
      ...relaxation,
      std: (target, time) => factor * relaxation.std(target, time),
    },
  };
}

/** Constants of a device's model that are not known well, as factors; 1 each where the device is as its model says. */
export interface DeviceFactors {
  /** Of every spread of programming, relaxation and rest. */
  readonly spread: number;
  /** Of the drift exponents, mean and spread. */
  readonly drift: number;
  /** Of the spread of a read. */
  readonly read: number;
  /** Of the largest conductance that programming reaches, 1 or less; 1 by default. */
  readonly reach?: number;
  /** Shares of cells stuck at the largest conductance and at rest; those of the device by default. */
  readonly stuck?: { readonly high: number; readonly low: number };
}

/** The device with its uncertain constants multiplied by factors. */
export function withFactors(device: Device, factors: DeviceFactors): Device {
  const { spread, drift: exponent, read: noise, reach = 1, stuck = device.stuck } = factors;
  const { drift, read, ...rest } = withReach(withFaults(withSpread(device, spread), stuck), reach);
  const name = `${device.name} with ${spread} times the spread, ${exponent} times the drift and ${noise} times the read noise`;
  const timed =
    (curve: TimedCurve): TimedCurve =>
    (target, time) =>
      noise * curve(target, time);
  return {
    ...rest,
    name,
    ...(drift && {
      drift: {
        ...drift,
        exponentMean: target => exponent * drift.exponentMean(target),
        exponentStd: target => exponent * drift.exponentStd(target),
      },
    }),
    ...(read && {
      read: {
        ...read,
        std: 'relative' in read.std ? { relative: timed(read.std.relative) } : { absolute: timed(read.std.absolute) },
      },
    }),
  };
}

/** The device whose programming saturates at a share of its largest conductance, whatever is asked for. */
function withReach(device: Device, reach: number): Device {
  if (reach >= 1) return device;
  const { mean } = device.programming;
  const most = reach * device.range.high;
  return {
    ...device,
    programming: { ...device.programming, mean: target => Math.min(most, mean?.(target) ?? target) },
  };
}

/** The device scaled to another largest conductance, S: every conductance and spread grows in proportion. */
export function withRange(device: Device, high: number): Device {
  const factor = high / device.range.high;
  const curve =
    (f: Curve): Curve =>
    target =>
      factor * f(target / factor);
  const timed =
    (f: TimedCurve): TimedCurve =>
    (target, time) =>
      factor * f(target / factor, time);
  const { programming, relaxation, rest, drift, read, setCurrent, current, extrapolation } = device;
  return {
    ...device,
    range: { low: factor * device.range.low, high },
    levels: device.levels?.map(level => factor * level),
    rest: {
      ...rest,
      mean: factor * rest.mean,
      std: factor * rest.std,
      deviceStd: factor * (rest.deviceStd ?? 0),
    },
    setCurrent: setCurrent && (target => setCurrent(target / factor)),
    programming: {
      ...programming,
      mean: programming.mean && curve(programming.mean),
      std: curve(programming.std),
      deviceStd: programming.deviceStd && curve(programming.deviceStd),
      ...(typeof programming.shape === 'object' && {
        shape: { ...programming.shape, targets: programming.shape.targets.map(target => factor * target) },
      }),
    },
    relaxation: relaxation && { mean: timed(relaxation.mean), std: timed(relaxation.std) },
    drift: drift && {
      ...drift,
      exponentMean: target => drift.exponentMean(target / factor),
      exponentStd: target => drift.exponentStd(target / factor),
    },
    read: read && {
      ...read,
      std:
        'relative' in read.std
          ? { relative: scaledArgument(read.std.relative, factor) }
          : { absolute: timed(read.std.absolute) },
    },
    extrapolation: extrapolation && {
      from: extrapolation.from,
      low: extrapolation.low && timed(extrapolation.low),
      high: extrapolation.high && timed(extrapolation.high),
    },
    current: current && ((conductance, voltage) => factor * current(conductance / factor, voltage)),
  };
}

function scaledArgument(f: TimedCurve, factor: number): TimedCurve {
  return (target, time) => f(target / factor, time);
}

/**
 * The device of which a share of the range of conductances is used, from the least on: what becomes of a target is as before, and
 * stuck cells are as conductive as the whole range goes. Of levels those within it stay, two at least.
 */
export function withinRange(device: Device, share: number): Device {
  const { low, high } = device.range;
  const top = low + share * (high - low);
  const levels = device.levels?.filter((level, i) => i < 2 || level <= top);
  return {
    ...device,
    name: `${device.name} in ${share} of its range`,
    range: { low, high: levels ? levels.at(-1)! : top },
    ...(levels && { levels }),
    stuck: { at: high, ...device.stuck },
  };
}

/** The device with these shares of cells stuck at its largest conductance and at rest. */
export function withFaults(device: Device, stuck: { readonly high: number; readonly low: number }): Device {
  return { ...device, stuck };
}
