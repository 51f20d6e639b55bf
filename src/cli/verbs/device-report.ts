import { formatDuration, formatQuantity, parseQuantity } from '../../base/index.ts';
import { effectiveBits, suitability } from '../../device/index.ts';
import { deviceReportHtml } from '../../report/index.ts';
import { aligned } from '../aligned.ts';
import { openDevice } from '../device-file.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const deviceReport: Verb = {
  options: [
    { flags: '--ece <number>', summary: 'expected calibration error wanted; 0.02 by default' },
    { flags: '--time <time>', summary: 'time since programming (6s, 1d); the device’s reference time by default' },
  ],
  examples: ['device report pcm-ibm', 'device report lab-rram.yaml --ece 0.01 --out lab-rram.html --json'],
  async run([name], options, shell) {
    const device = await openDevice(name!, shell);
    const targetEce = options.ece === undefined ? 0.02 : Number(options.ece);
    const time =
      options.time === undefined ? device.referenceTime : parseQuantity(String(options.time), 'time', '--time');
    const answer = suitability(device, { targetEce, time });
    const file = shell.out ?? `${device.name}.html`;
    await writeOut(file, deviceReportHtml({ device, targetEce, time, command: shell.command }), shell);
    const { needed } = answer;
    const hold = (value: number | null): string => (value === null ? 'not at all' : formatDuration(value));
    return {
      document: { name: device.name, ...answer, effectiveBits: finite(effectiveBits(device, time)), report: file },
      text: [
        `${device.title}, ${formatDuration(time)} after programming: posterior ${answer.posterior ?? 'any with samples'}, transfer ${answer.transfer}, entropy ${answer.entropy}, programming ${answer.programming}`,
        ...answer.reasons,
        ...(device.extrapolation && time > device.extrapolation.from
          ? [
              `Extrapolated: the last read of this device was ${formatDuration(device.extrapolation.from)} after programming.`,
            ]
          : []),
        aligned([
          [`for an ECE of ${targetEce}`, ''],
          [
            'factor on every spread',
            needed.spreadFactor === null ? 'not enough alone' : needed.spreadFactor.toPrecision(3),
          ],
          ['largest conductance', needed.rangeHigh === null ? '–' : formatQuantity(needed.rangeHigh, 'S')],
          ['on/off ratio', needed.onOffRatio === null ? '–' : needed.onOffRatio.toPrecision(3)],
          ['holds, mean compensated', hold(needed.retention)],
          ['holds, uncompensated', hold(needed.retentionUncompensated)],
        ]),
        `Written: ${file}`,
      ].join('\n'),
    };
  },
};

/** JSON has no infinity: a cell without spread has no limit, null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
