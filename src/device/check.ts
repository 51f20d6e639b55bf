import { formatQuantity, insist, within } from '../base/index.ts';
import type { Device, QuantileShape } from './device.ts';

/** Times at which curves are checked, s: just after programming to ten years. */
const times = [0, 1e-6, 1, 3600, 86400, 3.15576e8];

/**
 * Stops with one sentence where a device is unphysical: a spread below zero, a mean outside the range, numbers that
 * are not finite, shares outside 0 to 1. `where` names the device or the file in the fault.
 */
export function checkDevice(device: Device, where = device.name): Device {
  within(where, () => checkParts(device));
  return device;
}

function checkParts(device: Device): void {
  const { range, rest, levels, programming, relaxation, drift, read, stuck } = device;
  insist(range.low >= 0 && range.high > range.low && Number.isFinite(range.high), {
    path: ['range'],
    rule: `must be 0 ≤ low < high in S, got ${range.low} to ${range.high}`,
  });
  insist(rest.mean >= 0 && rest.mean < range.high && rest.std >= 0 && (rest.deviceStd ?? 0) >= 0, {
    path: ['rest'],
    rule: `needs a mean within 0 to ${formatQuantity(range.high, 'S')} and a spread of 0 or more, got ${rest.mean} and ${rest.std}`,
  });
  insist(rest.shape !== 'lognormal' || rest.mean > 0, {
    path: ['rest'],
    rule: 'a lognormal state needs a mean above 0',
    value: rest.mean,
  });
  levels?.forEach((level, i) => {
    const ascending = i === 0 || level > levels[i - 1]!;
    insist(ascending && level >= range.low * 0.999999 && level <= range.high * 1.000001, {
      path: ['levels', i],
      rule: 'must ascend within the range',
      value: level,
    });
  });
  insist(stuck.high >= 0 && stuck.low >= 0 && stuck.high + stuck.low <= 1, {
    path: ['stuck'],
    rule: `shares must lie between 0 and 1 together, got ${stuck.high} and ${stuck.low}`,
  });
  if (typeof programming.shape === 'object') checkShape(programming.shape);
  positive(device.readVoltage, 'readVoltage');
  // A state may lie above its target: what is asked for is bounded, not what comes out.
  const most = 10 * range.high;
  const targets = levels ?? Array.from({ length: 101 }, (_, i) => range.low + ((range.high - range.low) * i) / 100);
  for (const target of targets) {
    const at = formatQuantity(target, 'S');
    const mean = programming.mean?.(target) ?? target;
    insist(mean >= 0 && mean <= most, {
      path: ['programming', 'mean'],
      rule: `must stay within 0 to ${formatQuantity(most, 'S')}, ten times the largest target, got ${mean} at ${at}`,
      hint: 'check its unit',
    });
    spread(['programming', 'std'], at, programming.std(target));
    if (programming.deviceStd) spread(['programming', 'deviceStd'], at, programming.deviceStd(target));
    if (drift && target > 0) {
      spread(['drift', 'exponentMean'], at, drift.exponentMean(target));
      spread(['drift', 'exponentStd'], at, drift.exponentStd(target));
    }
    if (device.setCurrent) spread(['setCurrent'], at, device.setCurrent(target));
    for (const time of times) {
      const when = `${at} and ${formatQuantity(time, 's')}`;
      if (relaxation) {
        spread(['relaxation', 'std'], when, relaxation.std(target, time));
        const shift = relaxation.mean(target, time);
        insist(Number.isFinite(shift) && mean + shift <= most, {
          path: ['relaxation', 'mean'],
          rule: `must keep the conductance below ${formatQuantity(most, 'S')}, ten times the largest target, got a shift of ${shift} at ${when}`,
          hint: 'check its unit',
        });
      }
      if (!read) continue;
      if ('relative' in read.std) {
        if (target > 0) spread(['read', 'std'], when, read.std.relative(target, time));
      } else spread(['read', 'std'], when, read.std.absolute(target, time));
    }
  }
  insist(!read || read.shape === 'normal' || read.spectrum === 'white', {
    path: ['read', 'spectrum'],
    rule: 'Laplace reads must be white',
    hint: 'change the shape or the spectrum',
  });
  if (read) positive(read.duration, 'read', 'duration');
  if (drift) positive(drift.startTime, 'drift', 'startTime');
}

function checkShape({ targets, probabilities, quantiles }: QuantileShape): void {
  const path = ['programming', 'shape'];
  const ascends = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
  insist(targets.length > 0 && ascends(targets), { path, rule: 'must have ascending targets', value: targets });
  insist(probabilities.length > 1 && ascends(probabilities) && probabilities[0]! > 0 && probabilities.at(-1)! < 1, {
    path,
    rule: 'must have two or more ascending probabilities between 0 and 1',
    value: probabilities,
  });
  insist(quantiles.length === targets.length && quantiles.every(row => row.length === probabilities.length), {
    path,
    rule: `needs ${targets.length} rows of ${probabilities.length} quantiles`,
  });
  quantiles.forEach((row, i) => {
    const rises = row.every((value, k) => k === 0 || value >= row[k - 1]!) && row.at(-1)! > row[0]!;
    insist(rises, { path: [...path, 'quantiles', i], rule: 'must ascend', value: row });
  });
}

function spread(path: readonly string[], at: string, value: number): void {
  insist(value >= 0 && Number.isFinite(value), {
    path,
    rule: `must be 0 or more and finite over the whole range, got ${value} at ${at}`,
  });
}

function positive(value: number, ...path: readonly string[]): void {
  insist(value > 0, { path, rule: 'must be positive', value });
}
