import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatDuration, formatNumber, formatQuantity, InputError, parseBytes } from '../base/index.ts';
import { chipName } from '../pipeline/index.ts';
import { formatInterval, metricLabel, reportHtml, reportOf } from '../report/index.ts';
import {
  type EvaluatedRun,
  evaluateRun,
  type OpenOptions,
  type OpenRun,
  openDirectory,
  openExperiment,
  openShared,
  type RunSummary,
  type SharedStore,
  summarise,
  versions,
  writeWhole,
} from '../run/index.ts';

import { mostClipped, rangeConcerns } from '../transfer/index.ts';
import { headlines, type Interval } from '../uncertainty/index.ts';
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
  throw new InputError({
    path: ['--precision'],
    rule: "must be 'single' or 'bf16'",
    value: precision,
    hint: "leave it out for the experiment's own",
  });
}

/** Options of verbs that compute with results made earlier. */
export const staleOptions: readonly Option[] = [
  { flags: '--recompute', summary: 'make anew what another version of the code made of the same experiment' },
  { flags: '--keep', summary: 'take what another version made as it is; the output says so' },
];

/** The option of verbs that read experiments. */
export const useOption: Option = {
  flags: '--use <module>',
  summary: 'a JavaScript module of your own devices, entropySources, transferMethods, compensations or metrics',
};

/** Options of verbs that compute what other runs may have computed. */
export const storeOptions: readonly Option[] = [
  {
    flags: '--store <folder>',
    summary: 'a folder whose results many runs share; that of POSTEROHM_STORE by default, else none',
  },
  { flags: '--store-limit <bytes>', summary: 'what it may hold, such as 20GB (default); the least recently used goes' },
];

/** The shared folder that the command line or else the environment names. */
function sharedStore({ folder, say }: Shell, options: Parameters<Verb['run']>[1]): SharedStore | undefined {
  const named = options.store ?? process.env.POSTEROHM_STORE;
  const { storeLimit } = options;
  if (!named) {
    if (storeLimit === undefined) return undefined;
    throw new InputError({
      path: ['--store-limit'],
      rule: 'limits a store, and none is named',
      hint: 'add --store FOLDER or leave it out',
    });
  }
  const limit = storeLimit === undefined ? undefined : parseBytes(String(storeLimit), '--store-limit');
  return openShared(resolve(folder, String(named)), { ...(limit !== undefined && { limit }), remark: say });
}

/** What opens experiments and run directories under this shell. */
export function openOptions(shell: Shell, options: Parameters<Verb['run']>[1] = {}): OpenOptions {
  const { folder, seed, out } = shell;
  if (options.recompute && options.keep) {
    throw new InputError('--recompute and --keep: exclude each other; give one of them.');
  }
  const stale = options.recompute ? 'recompute' : options.keep ? 'keep' : 'refuse';
  const shared = sharedStore(shell, options);
  return { folder, seed, precision: precisionOf(options), out, stale, shared, job: shell.job('prepare') };
}

/** Opens an experiment file for a run. */
export const openFor = (file: string, shell: Shell, options: Parameters<Verb['run']>[1]): Promise<OpenRun> =>
  openExperiment(file, openOptions(shell, options));

/** Opens a run directory; it has its seed and place already. */
export async function openAgain(path: string, shell: Shell, options: Parameters<Verb['run']>[1]): Promise<OpenRun> {
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
  return openDirectory(path, openOptions(shell, options));
}

/** Runs what is missing, writes the report, and answers with the summary. */
export async function finish(open: OpenRun, shell: Shell): Promise<Answer> {
  const done = await evaluateRun(open, shell.job);
  const summary = await summarise(done);
  const report = await writeReport(done, shell.command);
  return { document: { ...summary }, text: summaryText(summary, report) };
}

/** Writes `report.html` and says where. */
export async function writeReport({ run, evaluated, variants }: EvaluatedRun, command: string): Promise<string> {
  const reported = {
    subject: run.subject,
    evaluated,
    variants: variants.map(({ name, run, evaluated }) => ({
      name,
      subject: run.subject,
      evaluation: evaluated.evaluation,
    })),
  };
  const file = run.directory.file('report.html');
  await writeWhole(file, reportHtml(await reportOf(reported, command, versions())));
  return file;
}

function summaryText(summary: RunSummary, report: string): string {
  const { software, hardware, deterministic, preserved, chip, chips } = summary;
  const rows = headlines
    .filter(name => software[name] !== undefined)
    .map(name => [metricLabel(name), value(software[name]!), interval(hardware[name]), interval(deterministic[name])]);
  const kept = Object.entries(preserved).map(([name, found]) => [metricLabel(name), '', interval(found), '']);
  const variants = (summary.variants ?? []).map(({ name, headlineTime, hardware, preservedOfBase, ranges, prices }) => [
    name,
    formatDuration(headlineTime),
    interval(hardware.accuracy ?? hardware.rmse),
    interval(hardware.nll),
    interval(preservedOfBase.decisionAgreement ?? preservedOfBase.meanCorrelation),
    interval(preservedOfBase.epistemicCorrelation),
    mostClipped(ranges),
    priceText(prices),
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
              'after',
              classification ? 'accuracy' : 'RMSE',
              'NLL',
              classification ? 'decisions kept' : 'means r',
              'epistemic r',
              'clipped',
              'a decision (median)',
            ],
            ...variants,
          ]),
        ]
      : []),
    '',
    `Figures of chips: ${formatDuration(summary.headlineTime)} after programming${variants.length > 0 ? ', those of variants as named' : ''}.`,
    `A decision, medians: ${priceText(summary.prices)}.`,
    ...rangeConcerns(chip.ranges),
    ...rangeConcerns(chip.deterministicRanges, 'deterministic chips'),
    ...(summary.extrapolated ? [extrapolatedNote(summary.extrapolated)] : []),
    ...(summary.adopted ? [`Put in by hand: ${summary.adopted.join(', ')}.`] : []),
    ...(summary.kept ? [`Kept from another version: ${summary.kept.join(', ')}.`] : []),
    ...(summary.measured ? [measuredNote(summary.measured, chips), ''] : []),
    `Report: ${shown(report)}`,
  ].join('\n');
}

/** Energy, latency and area of a decision, or why they are not known. */
function priceText(prices: RunSummary['prices']): string {
  if (typeof prices === 'string') return prices.replace(/\.$/, '');
  const { energyPerDecision, latency, area } = prices;
  return [
    ...(energyPerDecision === undefined ? [] : [formatQuantity(energyPerDecision, 'J')]),
    ...(latency === undefined ? [] : [formatQuantity(latency, 's')]),
    ...(area === undefined ? [] : [`${formatNumber(area * 1e6, 3)} mm²`]),
  ].join(', ');
}

/** Which figures rest on what the device was never read at. */
function extrapolatedNote({ from, times }: NonNullable<RunSummary['extrapolated']>): string {
  return `Extrapolated: ${times.map(time => formatDuration(time)).join(', ')} after programming; the last read of the device was at ${formatDuration(from)}.`;
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
