import { Document, isScalar, visit } from 'yaml';
import { check, type Dimension, parseYaml, within } from '../../base/index.ts';
import { checkDevice } from '../check.ts';
import type { Curve, Device, QuantileShape, TimedCurve } from '../device.ts';
import { compileCurve } from './curve.ts';
import { compileExpression } from './expression.ts';
import { type CurveSpec, type DeviceFile, deviceFileSchema, type ResolvedDeviceFile } from './schema.ts';

/** The device that a YAML or JSON text describes; `name` is that of the file, for errors. Unphysical curves are refused. */
export function deviceFromFile(text: string, name: string): Device {
  return deviceFromSpec(deviceSpecOf(text, name), name);
}

/** The fields of a device file as written. */
export function deviceSpecOf(text: string, name: string): DeviceFile {
  return parseYaml(text, name) as DeviceFile;
}

/** The device of a parsed device file. */
export function deviceFromSpec(content: DeviceFile, name: string): Device {
  const file = check(deviceFileSchema, content, name);
  const { low, high } = file.range;
  const timed = (spec: CurveSpec, dimension: Dimension | null, field: string): TimedCurve =>
    within(name, () => within(field.split('.'), () => compileCurve(spec, high, dimension)));
  const plain = (spec: CurveSpec, dimension: Dimension | null, field: string): Curve => {
    const curve = timed(spec, dimension, field);
    return target => curve(target, 0);
  };
  const { programming, relaxation, drift, read, setCurrent, current, rest, extrapolation } = file;
  const from = extrapolation?.from ?? (relaxation && lastTime(relaxation.mean, relaxation.std));
  const device: Device = {
    name: file.name,
    title: file.title || file.name,
    provenance: file.provenance,
    ...(file.condition !== undefined && { condition: file.condition }),
    ...(file.note !== undefined && { note: file.note }),
    cite: file.cite,
    cell: file.cell,
    range: { low, high },
    ...(file.levels && { levels: file.levels }),
    rest: { ...rest, mean: rest.mean ?? low },
    readVoltage: file.readVoltage,
    referenceTime: file.referenceTime,
    ...(setCurrent !== undefined && { setCurrent: plain(setCurrent, 'current', 'setCurrent') }),
    programming: {
      ...(programming.mean !== undefined && { mean: plain(programming.mean, 'conductance', 'programming.mean') }),
      std: plain(programming.std, 'conductance', 'programming.std'),
      ...(programming.deviceStd !== undefined && {
        deviceStd: plain(programming.deviceStd, 'conductance', 'programming.deviceStd'),
      }),
      shape: typeof programming.shape === 'string' ? programming.shape : quantileShape(programming.shape, high),
      ...(programming.procedure && { procedure: programming.procedure }),
    },
    ...(relaxation && {
      relaxation: {
        mean: sinceOneSecond(relaxation.mean, timed(relaxation.mean, 'conductance', 'relaxation.mean')),
        std: sinceOneSecond(relaxation.std, timed(relaxation.std, 'conductance', 'relaxation.std')),
      },
    }),
    ...(drift && {
      drift: {
        law: drift.law,
        startTime: drift.startTime,
        exponentMean: plain(drift.exponentMean, null, 'drift.exponentMean'),
        exponentStd: plain(drift.exponentStd, null, 'drift.exponentStd'),
      },
    }),
    ...(read && {
      read: {
        ...read,
        std:
          'relative' in read.std
            ? { relative: timed(read.std.relative, null, 'read.std.relative') }
            : { absolute: timed(read.std.absolute, 'conductance', 'read.std.absolute') },
      },
    }),
    ...(file.telegraph && { telegraph: file.telegraph }),
    ...(file.switching && { switching: file.switching }),
    ...(from !== undefined && {
      extrapolation: {
        from,
        ...(extrapolation?.low !== undefined && {
          low: timed(extrapolation.low, 'conductance', 'extrapolation.low'),
        }),
        ...(extrapolation?.high !== undefined && {
          high: timed(extrapolation.high, 'conductance', 'extrapolation.high'),
        }),
      },
    }),
    stuck: file.stuck,
    ...(current !== undefined && { current: currentOf(current, name) }),
    ...(file.write && { write: file.write }),
  };
  return checkDevice(device, name);
}

/** The YAML text of a device file, lists of numbers in lines. */
export function deviceFileText(file: DeviceFile): string {
  const document = new Document(file, { aliasDuplicateObjects: false });
  visit(document, {
    Seq(_, list) {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 160 });
}

function quantileShape(
  { g, probabilities, quantiles }: Exclude<ResolvedDeviceFile['programming']['shape'], string>,
  high: number,
): QuantileShape {
  return { targets: g.map(value => value * high), probabilities, quantiles };
}

/** Last time of curves that are tables over time, which stand still beyond, s. */
function lastTime(...curves: readonly CurveSpec[]): number | undefined {
  const times = curves.flatMap(curve => (typeof curve === 'object' && 'times' in curve ? curve.times : []));
  return times.length > 0 ? Math.max(...times) : undefined;
}

/**
 * Relaxation is in place from one second on: earlier times, where ln t has no meaning for it, count as one second. A table
 * over times says itself where it begins.
 */
function sinceOneSecond(spec: CurveSpec, curve: TimedCurve): TimedCurve {
  if (typeof spec === 'object' && 'times' in spec) return curve;
  return (target, time) => curve(target, Math.max(1, time));
}

function currentOf(text: string, name: string): (conductance: number, voltage: number) => number {
  const evaluate = within(name, () => within(['current'], () => compileExpression(text, ['G', 'V'])));
  return (conductance, voltage) => evaluate({ G: conductance, V: voltage });
}
