import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError, insist, inTurns, parseQuantity, suggest, type TableOptions } from '../../base/index.ts';
import { gunzipped } from '../../data/index.ts';
import {
  deviceFileText,
  fitInPieces,
  laws,
  type MeasurementOptions,
  type Measurements,
  measurementRoles,
  parseMeasurements,
  parseReadSeries,
  type ReadSeries,
  shapes,
  wideBy,
} from '../../device/index.ts';
import { keyOf } from '../../random/index.ts';
import { deviceReportHtml } from '../../report/index.ts';
import { pairsOf } from '../pairs.ts';
import type { Shell, Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';
import { fitText } from './device-fit-text.ts';

export const deviceFit: Verb = {
  options: [
    {
      flags: '--columns <list>',
      summary: `headers, or numbers from 0, by what they hold (target=G_set,conductance=3): ${measurementRoles.join(', ')}`,
    },
    { flags: '--units <list>', summary: 'units of columns without one (conductance=uS,time=ms); SI otherwise' },
    {
      flags: '--delimiter <text>',
      summary: 'between cells: , ; tab or space; recognised by default, as is what follows',
    },
    { flags: '--decimal <mark>', summary: 'decimal mark: . or ,' },
    { flags: '--skip <count>', summary: 'lines above the table that are passed over' },
    {
      flags: '--wide <what>',
      summary: `what columns tell apart that hold one reading each: ${wideBy.join(', ')}; by headers such as 10 s or cell 3 by default`,
    },
    { flags: '--missing <share>', summary: 'largest share of rows without a value that are left out; 0.2 by default' },
    {
      flags: '--label <expression>',
      summary: 'level of a row by its number i from 0, where targets are not known (mod(i, 8))',
    },
    {
      flags: '--treated <table>',
      summary: 'the same cells after a treatment; the device is that of the treated cells',
    },
    { flags: '--condition <text>', summary: 'what the cells went through before they were read (30 min at 80 °C)' },
    { flags: '--procedure <name>', summary: 'program-and-verify, where the cells were written by it' },
    {
      flags: '--shape <name>',
      summary: `distribution of cells: ${shapes.join(', ')}; by tests of the levels by default`,
    },
    { flags: '--reads <table>', summary: 'successive reads of such cells, one cell a row, without a header' },
    { flags: '--reads-skip <count>', summary: 'columns before the reads; none by default' },
    { flags: '--reads-unit <unit>', summary: 'unit of the reads, of conductance or resistance; S by default' },
    { flags: '--read-interval <time>', summary: 'time from one read to the next; without it noise is told in reads' },
    { flags: '--read-voltage <voltage>', summary: 'voltage of the reads, where the table holds currents alone' },
    { flags: '--name <name>', summary: 'name of the new device; that of the file by default' },
    { flags: '--ageing <law>', summary: `law of ageing: ${laws.join(', ')}; chosen from the data by default` },
    { flags: '--start-time <time>', summary: 't₁ or t₀ of a power law; from the data by default' },
    { flags: '--bootstraps <count>', summary: 'samples for the standard errors; 200 by default' },
    { flags: '--report <file>', summary: 'writes an HTML report of the fit and of the device' },
  ],
  examples: [
    'device fit measured.csv --out lab-rram.yaml --report lab-rram.html',
    'device fit iv.csv --columns setCurrent=I_cc,current=I --units current=uA --read-voltage 0.2V --json',
    'device fit wide.csv --columns target=Soll --units conductance=uS,target=uS',
    "device fit before.csv --columns resistance=0 --label 'mod(i, 8)' --treated after.csv --condition '30 min at 80 °C' --procedure program-and-verify",
  ],
  async run([file], options, shell) {
    const reading: MeasurementOptions = {
      columns: pairsOf(options.columns, '--columns', measurementRoles),
      units: pairsOf(options.units, '--units', measurementRoles),
      ...tableOptions(options),
      ...(options.wide !== undefined && { wide: oneOf(wideBy, String(options.wide), '--wide') }),
      ...(options.missing !== undefined && { missing: shareOf(options.missing) }),
      ...(options.label !== undefined && { label: String(options.label) }),
      ...(options.readVoltage !== undefined && {
        readVoltage: parseQuantity(String(options.readVoltage), 'voltage', '--read-voltage'),
      }),
    };
    const table = async (path: string) => parseMeasurements(await bytesOf(path, shell), path, reading);
    const data = treatedBy(
      await table(file!),
      options.treated === undefined ? undefined : await table(String(options.treated)),
      String(options.treated),
    );
    const fitted = fitInPieces(data, {
      where: file!,
      name: options.name === undefined ? baseName(file!) : String(options.name),
      bootstraps: bootstrapsOf(options.bootstraps),
      ...(options.ageing !== undefined && { law: oneOf(laws, String(options.ageing), '--ageing') }),
      ...(options.startTime !== undefined && {
        startTime: parseQuantity(String(options.startTime), 'time', '--start-time'),
      }),
      ...(options.shape !== undefined && { shape: oneOf(shapes, String(options.shape), '--shape') }),
      ...(options.procedure !== undefined && {
        procedure: oneOf(['program-and-verify'] as const, String(options.procedure), '--procedure'),
      }),
      ...(options.condition !== undefined && { condition: String(options.condition) }),
      ...(options.reads !== undefined && { reads: await readsOf(String(options.reads), options, shell) }),
      key: keyOf(shell.seed ?? 0),
    });
    const fit = await inTurns(fitted, shell.job('fit'));
    if (shell.out !== undefined) await writeOut(shell.out, deviceFileText(fit.file), shell);
    if (options.report !== undefined) {
      await writeOut(
        String(options.report),
        deviceReportHtml({ device: fit.device, fit, command: shell.command }),
        shell,
      );
    }
    const { device, file: written, levels, parameters, notes, ...found } = fit;
    return {
      document: {
        name: device.name,
        device: written,
        ...found,
        parameters,
        tests: levels.map(({ target, count, normality, lognormality, fitted }) => ({
          target,
          count,
          ...normality,
          lognormality,
          fitted,
        })),
        levels: levels.map(({ residuals: _, normality: __, lognormality: ___, fitted: ____, ...level }) => level),
        notes,
      },
      text: [
        fitText(fit),
        ...(shell.out === undefined ? ['Write the device file with --out.'] : [`Written: ${shell.out}`]),
      ].join('\n\n'),
    };
  },
};

async function bytesOf(path: string, { folder }: Shell): Promise<Uint8Array> {
  const bytes = await readFile(resolve(folder, path)).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: cannot be read (${error.code}); give a table of measurements.`);
  });
  return gunzipped(bytes, path);
}

/** How the text of a table is written, where options say it. */
function tableOptions({
  delimiter,
  decimal,
  skip,
}: Readonly<Record<string, string | boolean | undefined>>): Omit<TableOptions, 'header'> {
  const named: Readonly<Record<string, string>> = { tab: '\t', '\\t': '\t', space: ' ' };
  const mark = delimiter === undefined ? undefined : (named[String(delimiter)] ?? String(delimiter));
  insist(mark === undefined || mark.length === 1, {
    path: ['--delimiter'],
    rule: 'must be one character, tab or space',
    value: delimiter,
  });
  return {
    ...(mark !== undefined && { delimiter: mark }),
    ...(decimal !== undefined && { decimal: oneOf(['.', ','] as const, String(decimal), '--decimal') }),
    ...(skip !== undefined && { skip: wholeNumber(skip, '--skip', 0) }),
  };
}

function shareOf(value: string | boolean): number {
  const share = Number(value);
  insist(share >= 0 && share < 1, { path: ['--missing'], rule: 'must be a share from 0 to below 1', value });
  return share;
}

/** The table of the treated cells with the readings before as reference; both hold the same cells in the same order. */
function treatedBy(before: Measurements, after: Measurements | undefined, path: string): Measurements {
  if (!after) return before;
  insist(after.count === before.count, {
    file: path,
    path: [],
    rule: `must hold the same ${before.count} rows, got ${after.count}`,
  });
  insist(new Set(before.time).size === 1 && new Set(after.time).size === 1, {
    path: ['--treated'],
    rule: 'needs tables of one time: a treatment is a condition and not a time',
  });
  return { ...before, conductance: after.conductance, reference: before.conductance };
}

async function readsOf(
  path: string,
  options: Readonly<Record<string, string | boolean | undefined>>,
  shell: Shell,
): Promise<ReadSeries> {
  const { readsSkip, readsUnit, readInterval } = options;
  const { skip: _, ...how } = tableOptions(options);
  return parseReadSeries(await bytesOf(path, shell), path, {
    ...how,
    ...(readsSkip !== undefined && { skip: wholeNumber(readsSkip, '--reads-skip', 0) }),
    ...(readsUnit !== undefined && { unit: String(readsUnit) }),
    ...(readInterval !== undefined && { interval: parseQuantity(String(readInterval), 'time', '--read-interval') }),
  });
}

function oneOf<T extends string>(known: readonly T[], value: string, flag: string): T {
  const found = known.find(name => name === value);
  if (found) return found;
  throw new InputError({ path: [flag], rule: `unknown name '${value}'`, hint: suggest(value, known) });
}

const bootstrapsOf = (value: string | boolean | undefined): number =>
  value === undefined ? 200 : wholeNumber(value, '--bootstraps', 2);

function wholeNumber(value: string | boolean, flag: string, least: number): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new InputError({ path: [flag], rule: `must be a whole number of at least ${least}`, value });
}

const baseName = (path: string): string => path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '') || 'fitted';
