import { z } from 'zod';
import { InputError, suggest } from '../../base/index.ts';
import { divide } from '../divide.ts';
import type { Examples } from '../examples.ts';
import { apartField, splitFields, standardiseField, taskField, unseenField } from '../fields.ts';
import { type CsvRows, decodeCsv } from '../formats/index.ts';
import { GroupNumbers } from '../groups.ts';
import { labelsOf } from '../labels.ts';
import { defineSource } from '../source.ts';

const column = z.union([z.string(), z.int()]);

/** A table of numbers with one column of class labels, or with one or more columns of real targets. */
export const csv = defineSource({
  name: 'csv',
  schema: z.strictObject({
    source: z.literal('csv').describe('A table in a text file.'),
    path: z.string().min(1).describe('File, relative to the experiment.'),
    header: z
      .boolean()
      .default(true)
      .describe('Whether the first line holds the names of the columns; true by default.'),
    delimiter: z.string().length(1).default(',').describe('Character between cells; a comma by default.'),
    target: z
      .union([column, z.array(column).min(1)])
      .default(-1)
      .describe(
        'Target column, or several for regression: names, or numbers from 0, negative ones from the end; -1 by default.',
      ),
    drop: z.array(column).default([]).describe('Columns to leave out, as names or numbers; none by default.'),
    group: column
      .optional()
      .describe(
        'Column, as name or number, that says which rows are one piece of evidence, such as a patient, where intervals run over rows; none by default.',
      ),
    task: taskField,
    ...splitFields,
    apart: apartField,
    unseen: unseenField(),
    standardise: standardiseField('features'),
  }),
  async load(key, options, files) {
    const rows = decodeCsv(await files.read(options.path), options.path, options);
    const targets = [options.target].flat().map(column => indexOf(column, rows, 'data.target'));
    const dropped = options.drop.map(column => indexOf(column, rows, 'data.drop'));
    const group = options.group === undefined ? [] : [indexOf(options.group, rows, 'data.group')];
    const examples = grouped(
      examplesOf(rows, options.path, options.task, targets, new Set([...targets, ...dropped, ...group])),
      rows,
      group[0],
    );
    const about = {
      name: options.path.replace(/^.*[\\/]/, ''),
      where: options.path,
      origin: `Read from ${options.path}.`,
    };
    return divide(key, about, examples, options);
  },
  paths: ['path'],
  cite: [],
});

function examplesOf(
  rows: CsvRows,
  path: string,
  task: 'classification' | 'regression',
  targets: readonly number[],
  excluded: ReadonlySet<number>,
): Examples {
  const { cells, names, lines } = rows;
  const features = names.flatMap((_, j) => (excluded.has(j) ? [] : [j]));
  if (features.length === 0)
    throw new InputError(`${path}: has no columns left for inputs; check data.target and data.drop.`);
  if (task === 'classification' && targets.length > 1) {
    throw new InputError({
      path: ['data', 'target'],
      rule: 'classification has one target column',
      value: targets.length,
      hint: 'name one',
    });
  }
  const place = (i: number, j: number) => `${path}: line ${lines[i]}, column ${j + 1} ('${names[j]}')`;
  const numbers = (columns: readonly number[]) => {
    const out = new Float32Array(cells.length * columns.length);
    for (let i = 0; i < cells.length; i++) {
      for (let j = 0; j < columns.length; j++) {
        const text = cells[i]![columns[j]!]!;
        const value = Number(text);
        if (text === '' || !Number.isFinite(value)) {
          throw new InputError(
            `${place(i, columns[j]!)}: must be a finite number, got '${text}'; correct it or leave the column out with data.drop.`,
          );
        }
        out[i * columns.length + j] = value;
      }
    }
    return out;
  };
  const inputs = numbers(features);
  const shared = {
    count: cells.length,
    task,
    inputShape: [features.length],
    inputNames: features.map(j => names[j]!),
    inputs,
  };
  if (task === 'regression') {
    const outputNames = targets.map(j => names[j]!);
    return { ...shared, outputNames, labels: new Int32Array(0), targets: numbers(targets) };
  }
  const j = targets[0]!;
  const { labels, names: outputNames } = labelsOf(
    cells.map(row => row[j]!),
    i => place(i, j),
  );
  return { ...shared, outputNames, labels, targets: new Float32Array(0) };
}

/** The rows with the groups that a column names. */
function grouped(examples: Examples, { cells }: CsvRows, column: number | undefined): Examples {
  if (column === undefined) return examples;
  const numbers = new GroupNumbers();
  const groups = Int32Array.from(cells, row => numbers.of(row[column]!));
  return { ...examples, groups, groupNames: numbers.names };
}

function indexOf(column: string | number, { names }: CsvRows, field: string): number {
  if (typeof column === 'string') {
    const index = names.indexOf(column);
    if (index < 0) throw new InputError(`${field}: there is no column '${column}'; ${suggest(column, names)}.`);
    return index;
  }
  const index = column < 0 ? names.length + column : column;
  if (index < 0 || index >= names.length) {
    throw new InputError(
      `${field}: column ${column} does not exist; with ${names.length} columns, numbers go from ${-names.length} to ${names.length - 1}.`,
    );
  }
  return index;
}
