import { formatDuration, formatQuantity, InputError, parseQuantity } from '../../base/index.ts';
import { devices, effectiveReads, momentsAt, nearestTarget, readCorrelation, readStdOf } from '../../device/index.ts';
import { aligned } from '../aligned.ts';
import { openDevice } from '../device-file.ts';
import type { Verb } from '../verb.ts';

export const deviceList: Verb = {
  examples: ['device list', 'device list --json'],
  async run() {
    const found = Object.values(devices).map(
      ({ name, title, provenance, condition, range, referenceTime, cite, note }) => ({
        name,
        title,
        provenance,
        condition,
        range,
        referenceTime,
        cite,
        note,
      }),
    );
    const rows = found.map(({ name, title, provenance, range }) => [
      name,
      `${range.low === 0 ? '0' : formatQuantity(range.low, 'S')} to ${formatQuantity(range.high, 'S')}`,
      provenance,
      title,
    ]);
    return { document: { devices: found }, text: aligned([['device', 'range', 'provenance', ''], ...rows]) };
  },
};

export const deviceShow: Verb = {
  options: [
    {
      flags: '--target <list>',
      summary: 'targets, separated by commas, in S or with units (5uS,25uS); nine over the range by default',
    },
    { flags: '--time <time>', summary: 'time since programming (20s, 1d); the device’s reference time by default' },
    { flags: '--lag <time>', summary: 'time between reads (1us, 1ms), for the correlation of their noise' },
  ],
  examples: [
    'device show pcm-ibm --target 2.5e-6,25e-6 --time 86400 --json',
    "device show oxram-hfo2 --target '50 uS' --time '1 h'",
  ],
  async run([name], options, shell) {
    const device = await openDevice(name!, shell);
    const time =
      options.time === undefined ? device.referenceTime : parseQuantity(String(options.time), 'time', '--time');
    if (time < 0)
      throw new InputError({ path: ['--time'], rule: 'must be 0 or more after programming', value: options.time });
    const lag = options.lag === undefined ? undefined : parseQuantity(String(options.lag), 'time', '--lag');
    if (lag !== undefined && !(lag >= 0))
      throw new InputError({ path: ['--lag'], rule: 'must be 0 or more', value: options.lag });
    const memory: { readCorrelation?: number; effectiveReadsOf100?: number } =
      lag === undefined
        ? {}
        : {
            readCorrelation: readCorrelation(device, lag, time),
            effectiveReadsOf100: effectiveReads(device, lag, 100, time),
          };
    const targets =
      options.target === undefined
        ? Array.from({ length: 9 }, (_, i) => device.range.low + ((device.range.high - device.range.low) * i) / 8)
        : String(options.target)
            .split(',')
            .map(text => parseQuantity(text, 'conductance', '--target'));
    const late = device.extrapolation !== undefined && time > device.extrapolation.from;
    const rows = targets.map(target => {
      if (target < 0 || target > device.range.high * (1 + 1e-9)) {
        throw new InputError({
          path: ['--target'],
          rule: `must lie in the range of ${device.name}, 0 to ${formatQuantity(device.range.high, 'S')}, got ${formatQuantity(target, 'S')}`,
        });
      }
      const { mean, std } = momentsAt(device, target, time);
      const { low, high } = (late && device.extrapolation) || {};
      return {
        target,
        nearestTarget: nearestTarget(device, target),
        programmingStd: device.programming.std(target),
        ...(device.drift
          ? { driftExponentMean: device.drift.exponentMean(target), driftExponentStd: device.drift.exponentStd(target) }
          : {}),
        mean,
        ...(low && high
          ? { meanLow: Math.min(mean, low(target, time)), meanHigh: Math.max(mean, high(target, time)) }
          : {}),
        std,
        ...(device.read ? { readStd: readStdOf(device, target, time, mean), ...memory } : {}),
        ...(device.setCurrent ? { setCurrent: device.setCurrent(target) } : {}),
      };
    });
    const banded = rows.some(row => row.meanLow !== undefined);
    const show = (value: number | undefined, unit: string) =>
      value === undefined ? '–' : formatQuantity(value, unit, 4);
    return {
      document: {
        name: device.name,
        title: device.title,
        provenance: device.provenance,
        ...(device.condition ? { condition: device.condition } : {}),
        time,
        ...(late ? { extrapolatedFrom: device.extrapolation.from } : {}),
        targets: rows,
        cite: device.cite,
      },
      text: [
        `${device.title} (${device.provenance}${device.condition ? `, ${device.condition}` : ''}), ${formatDuration(time)} after programming`,
        aligned([
          [
            'target',
            'mean',
            ...(banded ? ['between (95 %)', 'and'] : []),
            'spread',
            'programming',
            'read noise',
            'SET current',
          ],
          ...rows.map(r => [
            show(r.target, 'S'),
            show(r.mean, 'S'),
            ...(banded ? [show(r.meanLow, 'S'), show(r.meanHigh, 'S')] : []),
            show(r.std, 'S'),
            show(r.programmingStd, 'S'),
            show(r.readStd, 'S'),
            show(r.setCurrent, 'A'),
          ]),
        ]),
        ...(late ? [beyond(device.extrapolation.from)] : []),
      ].join('\n'),
    };
  },
};

/** Says that a time lies beyond what was measured. */
const beyond = (from: number): string =>
  `Extrapolated: the last read of this device was ${formatDuration(from)} after programming.`;
