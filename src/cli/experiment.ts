import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { InputError } from '../base/index.ts';
import {
  chipName,
  type OpenOptions,
  type OpenRun,
  openDirectory,
  openExperiment,
  type RunSummary,
  reportOf,
  summarise,
} from '../experiment/index.ts';
import { formatInterval, formatNumber, metricLabel, reportHtml } from '../report/index.ts';
import { headlines, type Interval } from '../uncertainty/index.ts';
import { interruptible } from './interruptible.ts';
import { shown } from './shown.ts';
import type { Answer, Option, Shell, Verb } from './verb.ts';

type Precision = OpenOptions['precision'];

/** The option of verbs that compute with chips. */
export const precisionOption: Option = {
  flags: '--precision <name>',
  summary: 'how sums on chips are computed, instead of as the experiment says: single, or bf16 for bfloat16 operands',
};

/** The precision that the command line names. */
export function precisionOf({ precision }: Parameters<Verb['run']>[1]): Precision {
  if (precision === undefined || precision === 'single' || precision === 'bf16') return precision;
  throw new InputError(
    `--precision: must be 'single' or 'bf16', got '${precision}'; leave it out for the experiment's own.`,
  );
}

/** What opens experiments and run directories under this shell. */
export function openOptions(shell: Shell, precision?: Precision) {
  const { folder, seed, out } = shell;
  return {
    folder,
    seed,
    precision,
    out,
    watch: { threads: shell.threads ?? availableParallelism(), interruptible, progress: shell.progress },
  };
}

/** Opens an experiment file for a run. */
export const openFor = (file: string, shell: Shell, precision?: Precision): Promise<OpenRun> =>
  openExperiment(file, openOptions(shell, precision));

/** Opens a run directory; it has its seed and place already. */
export async function openAgain(path: string, shell: Shell, precision?: Precision): Promise<OpenRun> {
  const found = await stat(resolve(shell.folder, path)).catch(() => undefined);
  if (found?.isFile()) {
    throw new InputError(
      `${path}: is a file, where a run directory is expected; if it is an experiment, make one with posterohm train ${path} --out ${shell.out ?? 'DIR'} and name that.`,
    );
  }
  for (const [flag, value] of [
    ['--seed', shell.seed],
    ['--out', shell.out],
  ] as const) {
    if (value !== undefined) {
      throw new InputError(
        `${flag}: a run directory keeps its own, got ${value}; leave it out or run the experiment anew.`,
      );
    }
  }
  return openDirectory(path, openOptions(shell, precision));
}

/** Runs what is missing, writes the report, and answers with the summary. */
export async function finish(open: OpenRun, shell: Shell): Promise<Answer> {
  const summary = await summarise(open.run, open.variants);
  await open.run.directory.write('report.html', reportHtml(await reportOf(open, shell.command)));
  return { document: { ...summary }, text: summaryText(summary, open.run.directory.file('report.html')) };
}

function summaryText(summary: RunSummary, report: string): string {
  const { software, hardware, deterministic, preserved, chip, chips } = summary;
  const rows = headlines
    .filter(name => software[name] !== undefined)
    .map(name => [metricLabel(name), value(software[name]!), interval(hardware[name]), interval(deterministic[name])]);
  const kept = Object.entries(preserved).map(([name, found]) => [metricLabel(name), '', interval(found), '']);
  const variants = (summary.variants ?? []).map(({ name, hardware, preservedOfBase }) => [
    name,
    interval(hardware.accuracy ?? hardware.rmse),
    interval(hardware.nll),
    interval(preservedOfBase.decisionAgreement ?? preservedOfBase.meanCorrelation),
    interval(preservedOfBase.epistemicCorrelation),
  ]);
  const classification = summary.task === 'classification';
  const error = classification ? 'accuracy' : 'rmse';
  const doubt = classification ? 'totalMean' : 'width90';
  const corrupted = (summary.corruptions ?? []).map(({ corruption, strength, software, hardware }) => [
    `${corruption} ${strength}`,
    ...[error, doubt].flatMap(metric => [value(software[metric]!), interval(hardware[metric])]),
  ]);
  const corrected = summary.calibration && calibrationRows(summary.calibration);
  return [
    `${summary.name}: ${chip.copies} ${chip.copies === 1 ? 'copy' : 'copies'} on ${chip.cells.toLocaleString('en-US')} of ${chip.devices.toLocaleString('en-US')} devices (${(100 * chip.utilisation).toFixed(1)} %), ${chips} ${chips === 1 ? 'chip' : 'chips'}`,
    '',
    aligned([['', 'software', 'hardware [95 %]', 'deterministic [95 %]'], ...rows, ...kept]),
    ...(corrected ? ['', aligned(corrected)] : []),
    ...(corrupted.length > 0
      ? [
          '',
          aligned([
            ['corruption', error, 'on chips [95 %]', classification ? 'uncertainty' : '90 % width', 'on chips [95 %]'],
            ...corrupted,
          ]),
        ]
      : []),
    ...(variants.length > 0
      ? [
          '',
          aligned([
            [
              'variant',
              classification ? 'accuracy' : 'RMSE',
              'NLL',
              classification ? 'decisions kept' : 'means r',
              'epistemic r',
            ],
            ...variants,
          ]),
        ]
      : []),
    '',
    ...(summary.measured ? [measuredNote(summary.measured, chips), ''] : []),
    `Report: ${shown(report)}`,
  ].join('\n');
}

/** Which chips are real, and what the figures above are means of. */
function measuredNote(measured: readonly number[], chips: number): string {
  const names = measured.map(chipName).join(', ');
  const simulated = chips - measured.length;
  const mean =
    simulated > 0
      ? `; figures on hardware are means over ${measured.length === 1 ? 'it' : 'them'} and ${simulated} simulated ${simulated === 1 ? 'chip' : 'chips'}, each one’s own are hardware.chips of evaluation.json`
      : '';
  return `Measured conductances: ${names}${mean}.`;
}

/** Before and after calibration: what it is for, and the conformal sets. */
function calibrationRows({ software, hardware }: NonNullable<RunSummary['calibration']>): string[][] {
  const corrected = Object.keys(software.after).length > 0;
  return [
    [
      'calibration',
      'software',
      ...(corrected ? ['corrected'] : []),
      'hardware [95 %]',
      ...(corrected ? ['corrected'] : []),
    ],
    ...['nll', 'ece', 'conformalCoverage', 'conformalSize']
      .filter(name => software.before[name] !== undefined && (corrected || name.startsWith('conformal')))
      .map(name => [
        metricLabel(name),
        value(software.before[name]!),
        ...(corrected ? [value(software.after[name]!)] : []),
        interval(hardware.before[name]),
        ...(corrected ? [interval(hardware.after[name])] : []),
      ]),
  ];
}

const value = (number: number): string => formatNumber(number);
export const interval = (found: Interval | undefined): string => (found ? formatInterval(found) : '–');

/** Columns padded to a common width. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map(row => row[c]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, c) => cell.padEnd(widths[c]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
