import { type Citation, formatDuration, formatNumber, formatQuantity } from '../base/index.ts';
import { methods } from '../bayes/index.ts';
import {
  type Device,
  type DeviceFit,
  effectiveReads,
  momentsAt,
  readCorrelation,
  readStdOf,
  referenceCalibration,
  type Suitability,
  suitability,
} from '../device/index.ts';
import { entropySources } from '../inference/index.ts';
import { transferMethods } from '../transfer/index.ts';
import {
  bitsFigure,
  calibrationFigure,
  driftFigure,
  pairFigure,
  reachableFigure,
  readCorrelationFigure,
  readSpectrumFigure,
  spreadFigure,
} from './device-figures.ts';
import { fitSections } from './device-fit-sections.ts';
import { reportHtml } from './html.ts';
import type { Section } from './report.ts';
import type { Table } from './table.ts';

export interface DeviceReport {
  readonly device: Device;
  /** The fit that made the device, where one did. */
  readonly fit?: DeviceFit;
  /** Expected calibration error wanted; 0.02 by default. */
  readonly targetEce?: number;
  /** Time of the judgement since programming, s; the device's reference time by default. */
  readonly time?: number;
  /** Repeats the report when typed into a shell. */
  readonly command: string;
}

/** What a device suits, by the names of an experiment's fields and what the methods say of themselves. */
function suited({ posterior, transfer, entropy, programming }: Suitability): string {
  const training = posterior ? `posterior '${posterior}' (${methods[posterior].title})` : 'any posterior with samples';
  return (
    `${training}, transfer '${transfer}' (${transferMethods[transfer].summary}), ` +
    `entropy '${entropy}' (${entropySources[entropy].summary}), programming '${programming}'`
  );
}

/** A device's physics, figures and what it is good for, as one self-contained HTML file. */
export function deviceReportHtml({
  device,
  fit,
  targetEce = 0.02,
  time = device.referenceTime,
  command,
}: DeviceReport): string {
  const answer = suitability(device, { targetEce, time });
  const { low, high } = device.range;
  return reportHtml({
    title: device.title,
    summary: [
      `${device.name}: ${formatQuantity(low, 'S')} to ${formatQuantity(high, 'S')}, ${device.provenance}${device.condition ? `, after ${device.condition}` : ''}. ${device.note ?? ''}`.trim(),
      `${formatDuration(time)} after programming this device suits: ${suited(answer)}.`,
    ],
    results: levelTable(device, time),
    sections: [
      answerSection(device, answer),
      ...(fit ? fitSections(fit) : []),
      ...physicsSections(device, time),
      calibrationSection(device, targetEce),
    ],
    citations: citationsOf(device),
    command,
  });
}

/** The physics of a device: cells at a time, programming, ageing, reads, and what pairs make of weights. */
export const deviceSections = (device: Device, time: number): Section[] => [
  { title: 'Cells', tables: [levelTable(device, time)] },
  ...physicsSections(device, time),
];

/** What a device is good for at a time, where such a calibration error is wanted. */
export const deviceAnswer = (device: Device, { time, targetEce }: { time: number; targetEce: number }): Section[] => [
  answerSection(device, suitability(device, { targetEce, time })),
  calibrationSection(device, targetEce),
];

/** Whether a device's measurements end before a time. */
const isBeyond = ({ extrapolation }: Device, time: number): boolean => !!extrapolation && time > extrapolation.from;

/** Where the measurements end, and what holds beyond. */
function extrapolationText({ extrapolation }: Device): string[] {
  if (!extrapolation) return [];
  const band = extrapolation.low
    ? ', and the band of 95 % holds what the laws that fit say and the errors of the cells'
    : '';
  return [
    `The last read was ${formatDuration(extrapolation.from)} after programming: everything later is extrapolated${band}.`,
  ];
}

function levelTable(device: Device, time: number): Table {
  const { low, high } = device.range;
  const { low: least, high: most } = (isBeyond(device, time) && device.extrapolation) || {};
  const targets =
    device.levels && device.levels.length < 7
      ? device.levels
      : [0, 0.25, 0.5, 0.75, 1].map(s => low + s * (high - low));
  return {
    title: `Cells ${formatDuration(time)} after programming${isBeyond(device, time) ? ', extrapolated' : ''}`,
    columns: ['target', 'mean', ...(least && most ? ['between', 'and'] : []), 'spread', 'just programmed', 'one read'],
    rows: targets.map(target => {
      const { mean, std } = momentsAt(device, target, time);
      const quantity = (value: number): string => formatQuantity(value, 'S');
      const read = device.read ? quantity(readStdOf(device, target, time, mean)) : '–';
      const band = least && most ? [quantity(least(target, time)), quantity(most(target, time))] : [];
      return [
        quantity(target),
        quantity(mean),
        ...band,
        quantity(std),
        quantity(momentsAt(device, target, 0).std),
        read,
      ];
    }),
  };
}

function answerSection(device: Device, answer: Suitability): Section {
  const { reasons, needed, targetEce, calibration } = answer;
  const { spreadFactor, rangeHigh, onOffRatio, retention, retentionUncompensated } = needed;
  const hold = (value: number | null): string =>
    value === null ? 'not at all' : value > 3e8 ? '10 years and longer' : formatDuration(value);
  const factor =
    spreadFactor === null
      ? 'not reachable by spread alone'
      : spreadFactor >= 1
        ? `may be ${Number(spreadFactor.toPrecision(2))} times as large`
        : `must shrink to ${Number((100 * spreadFactor).toPrecision(2))} %`;
  return {
    title: 'What it is good for',
    text: [`It suits: ${suited(answer)}.`, ...reasons],
    tables: [
      {
        title: `What would give an expected calibration error of ${targetEce}`,
        columns: ['', 'needed', 'now'],
        rows: [
          ['spread of conductances', factor, `ECE ${calibration.jointCompensated.toFixed(4)}`],
          [
            'largest conductance at the same spread',
            rangeHigh === null ? '–' : formatQuantity(rangeHigh, 'S'),
            formatQuantity(device.range.high, 'S'),
          ],
          [
            'on/off ratio at the same spread',
            onOffRatio === null ? '–' : onOffRatio.toPrecision(3),
            device.rest.mean > 0 ? (device.range.high / device.rest.mean).toPrecision(3) : 'rests at 0',
          ],
          ['holds for, with the loss of mean compensated', '', hold(retention)],
          ['holds for, uncompensated', '', hold(retentionUncompensated)],
        ],
        note: 'Each alone, the rest as it is. Judged on one reference decision: a probit of many weights with posterior means N(0, 1) cut at ±2, posterior spread 0.3 and scores of spread 3, on differential pairs. A guide to orders of magnitude; a run with the real network decides.',
      },
    ],
  };
}

function physicsSections(device: Device, time: number): Section[] {
  const ages = device.drift || device.relaxation;
  const sections: Section[] = [
    {
      title: 'Programming and ageing',
      text: extrapolationText(device),
      figures: [
        { figure: spreadFigure(device), caption: 'Spread of a cell’s conductance over its target.' },
        ...(ages ? [{ figure: driftFigure(device), caption: ageingCaption(device) }] : []),
        {
          figure: bitsFigure(device),
          caption: 'Resolution of a cell, as the bits of a uniform quantiser with the same error.',
        },
      ],
    },
  ];
  if (device.read) {
    const { read } = device;
    const white = read.spectrum === 'white';
    const lags = [1e-6, 1e-3, 1].filter(lag => lag >= read.duration);
    sections.push({
      title: 'Read noise',
      text: [
        white
          ? 'Reads are independent.'
          : 'The noise has a 1/f spectrum, so reads shortly after each other are nearly the same and not independent samples.',
      ],
      tables: [
        {
          title: `Reads ${formatDuration(time)} after programming`,
          columns: ['time between reads', 'correlation', '10 reads are worth', '100 reads are worth'],
          rows: lags.map(lag => [
            formatDuration(lag),
            readCorrelation(device, lag, time),
            effectiveReads(device, lag, 10, time),
            effectiveReads(device, lag, 100, time),
          ]),
        },
      ],
      figures: [
        { figure: readSpectrumFigure(device), caption: 'Spectrum of the read noise.' },
        { figure: readCorrelationFigure(device), caption: 'Correlation of two reads.' },
      ],
    });
  }
  sections.push({
    title: 'Weights',
    figures: [
      { figure: pairFigure(device, time), caption: 'What a differential pair makes of the weights −2 to 2.' },
      {
        figure: reachableFigure(device, time),
        caption: 'Means and spreads that a weight can have with one, two and four devices (sampled).',
      },
    ],
  });
  return sections;
}

function ageingCaption({ extrapolation }: Device): string {
  const measured = 'Mean and one standard deviation from one second to ten years';
  if (!extrapolation) return `${measured}.`;
  return `${measured}; dashed beyond the last read${extrapolation.low ? ', with the band in which the mean lies' : ''}.`;
}

function calibrationSection(device: Device, targetEce: number): Section {
  const title = 'Calibration over time';
  const figure = calibrationFigure(device, targetEce);
  if (figure) return { title, figures: [{ figure, caption: 'Expected calibration error of the reference decision.' }] };
  const ece = formatNumber(referenceCalibration(device, device.referenceTime).joint, 3);
  const known =
    'Nothing is known of how these cells change with time, so that nothing can be said of their calibration over time';
  return { title, text: [`${known}; as they were read, its error is ${ece} where ${targetEce} is wanted.`] };
}

const reachable: Citation = {
  tag: 'Bonnet23',
  text: 'D. Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nature Communications 14:7530, 2023',
  id: '10.1038/s41467-023-43317-9',
};

function citationsOf(device: Device): Citation[] {
  return device.cite.some(({ tag }) => tag === reachable.tag) ? [...device.cite] : [...device.cite, reachable];
}
