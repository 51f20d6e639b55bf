import { z } from 'zod';
import { InputError, insist, suggest } from '../../base/index.ts';
import { encodingOf, readTableColumn } from '../columns.ts';
import { divide } from '../divide.ts';
import type { Examples } from '../examples.ts';
import { apartInTimeField, splitFields, standardiseField, taskField, unseenField } from '../fields.ts';
import { decodeTextTable, type TextTable } from '../formats/index.ts';
import { GroupNumbers } from '../groups.ts';
import { labelsOf } from '../labels.ts';
import { defineSource } from '../source.ts';

const column = z.union([z.string(), z.int()]);

const schema = z.strictObject({
  source: z.literal('csv').describe('A table in a text file (CSV, TSV), gzipped or not, or in a Parquet file.'),
  path: z.string().min(1).describe('File, relative to the experiment.'),
  header: z
    .boolean()
    .optional()
    .describe('Whether the first line holds the names of the columns; recognised by default.'),
  delimiter: z.string().length(1).optional().describe('Character between cells; recognised by default.'),
  decimal: z.enum(['.', ',']).optional().describe('Decimal mark; recognised by default.'),
  skip: z.int().min(0).default(0).describe('Lines above the table that are passed over; 0 by default.'),
  target: z
    .union([column, z.array(column).min(1)])
    .default(-1)
    .describe(
      'Target column, or several for regression: names, or numbers from 0, negative ones from the end; -1 by default.',
    ),
  drop: z.array(column).default([]).describe('Columns to leave out, as names or numbers; none by default.'),
  text: z
    .enum(['one-hot', 'ordinal'])
    .default('one-hot')
    .describe(
      'What becomes of a column of texts: an input of 0 or 1 for each that training rows have, or one input that numbers them in order; one-hot by default.',
    ),
  missing: z
    .enum(['refuse', 'impute'])
    .default('refuse')
    .describe(
      'What becomes of a missing input: it stops, or takes the median, of texts the commonest, of the training rows, with an input beside that says so; refuse by default.',
    ),
  group: column
    .optional()
    .describe(
      'Column, as name or number, that says which rows are one piece of evidence, such as a patient, where intervals run over rows; none by default.',
    ),
  time: column
    .optional()
    .describe('Column, as name or number, of the times of rows, numbers or dates, for `apart: time`; none by default.'),
  task: taskField,
  ...splitFields,
  apart: apartInTimeField,
  unseen: unseenField(),
  standardise: standardiseField('features'),
});

/** A table with one column of class labels, or with one or more columns of real targets. */
export const csv = defineSource({
  name: 'csv',
  schema,
  async load(key, options, files) {
    const table = await decodeTextTable(await files.read(options.path), options.path, options);
    const at = (column: string | number | undefined, field: keyof CsvOptions): number[] =>
      column === undefined ? [] : [indexOf(column, table, options.path, field)];
    const targets = [options.target].flat().flatMap(column => at(column, 'target'));
    const dropped = options.drop.flatMap(column => at(column, 'drop'));
    const group = at(options.group, 'group');
    const time = at(options.time, 'time');
    const apart = new Set([...targets, ...dropped, ...group, ...time]);
    const examples = {
      ...examplesOf(table, options, targets, apart),
      ...groupsOf(table, group[0]),
      ...timesOf(table, options, time[0]),
    };
    const about = {
      name: options.path.replace(/^.*[\\/]/, ''),
      where: options.path,
      origin: `Read from ${options.path} (${table.readAs}).`,
    };
    return divide(key, about, examples, options);
  },
  paths: ['path'],
  cite: [],
});

type CsvOptions = z.output<typeof schema>;

function examplesOf(
  table: TextTable,
  options: CsvOptions,
  targets: readonly number[],
  excluded: ReadonlySet<number>,
): Examples {
  const { cells, names } = table;
  const { path, task } = options;
  const features = names.flatMap((_, j) => (excluded.has(j) ? [] : [j]));
  if (features.length === 0)
    throw new InputError(`${path}: has no columns left for inputs; check data.target and data.drop.`);
  insist(task === 'regression' || targets.length === 1, {
    path: ['data', 'target'],
    rule: 'classification has one target column',
    value: targets.length,
    hint: 'name one',
  });
  const place = placeIn(table, path);
  const read = (j: number, missing: 'refuse' | 'impute') =>
    readTableColumn(
      names[j]!,
      cells.map(row => row[j]!),
      row => place(row, j),
      { missing },
    );
  const columns = features.map(j => read(j, options.missing));
  const plain = columns.every(({ kind, values }) => kind === 'number' && !values.some(Number.isNaN));
  const shared = {
    count: cells.length,
    task,
    inputShape: [features.length],
    inputNames: features.map(j => names[j]!),
    inputs: interleaved(columns.map(({ values }) => values)),
    place: table.place,
    ...(!plain && { encode: (train: Parameters<typeof encodingOf>[2]) => encodingOf(columns, options, train) }),
  };
  if (task === 'regression') {
    const reals = targets.map(j => {
      const found = read(j, 'refuse');
      insist(
        found.kind === 'number',
        `${place(0, j)}: a target of regression must be a number, got '${cells[0]![j]}'.`,
      );
      return found.values;
    });
    const outputNames = targets.map(j => names[j]!);
    return { ...shared, outputNames, labels: new Int32Array(0), targets: interleaved(reals) };
  }
  const j = targets[0]!;
  const { labels, names: outputNames } = labelsOf(
    cells.map(row => row[j]!),
    i => place(i, j),
  );
  return { ...shared, outputNames, labels, targets: new Float32Array(0) };
}

const placeIn =
  ({ names, place }: TextTable, path: string) =>
  (row: number, j: number): string =>
    `${path}: ${place(row)}, column ${j + 1} ('${names[j]}')`;

/** Columns as [rows, columns]. */
function interleaved(columns: readonly Float64Array[]): Float64Array {
  const width = columns.length;
  const out = new Float64Array((columns[0]?.length ?? 0) * width);
  columns.forEach((values, j) => {
    for (let i = 0; i < values.length; i++) out[i * width + j] = values[i]!;
  });
  return out;
}

/** The groups that a column names. */
function groupsOf({ cells }: TextTable, column: number | undefined): Pick<Examples, 'groups' | 'groupNames'> {
  if (column === undefined) return {};
  const numbers = new GroupNumbers();
  const groups = Int32Array.from(cells, row => numbers.of(row[column]!));
  return { groups, groupNames: numbers.names };
}

/** The times that a column holds. */
function timesOf(table: TextTable, { path }: CsvOptions, column: number | undefined): Pick<Examples, 'times'> {
  if (column === undefined) return {};
  const place = placeIn(table, path);
  const found = readTableColumn(
    table.names[column]!,
    table.cells.map(row => row[column]!),
    row => place(row, column),
    { missing: 'refuse' },
  );
  insist(found.kind !== 'text', {
    path: ['data', 'time'],
    rule: `column '${found.name}' holds neither numbers nor dates`,
    value: table.cells[0]![column],
    hint: 'write dates as 2024-05-31',
  });
  return { times: found.values };
}

function indexOf(column: string | number, { names }: TextTable, table: string, field: keyof CsvOptions): number {
  const path = ['data', field];
  if (typeof column === 'string') {
    const index = names.indexOf(column);
    insist(index >= 0, { path, rule: `there is no column '${column}' in ${table}`, hint: suggest(column, names) });
    return index;
  }
  const index = column < 0 ? names.length + column : column;
  insist(index >= 0 && index < names.length, {
    path,
    rule: `there is no column ${column} in ${table}`,
    hint: `with ${names.length} columns, numbers go from ${-names.length} to ${names.length - 1}`,
  });
  return index;
}
