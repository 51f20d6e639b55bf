import { InputError, isMissing, suggest } from '../base/index.ts';
import { readTableColumn, type TableColumn } from './columns.ts';
import type { Task } from './dataset.ts';
import { decodeTextTable } from './formats/index.ts';

/** What the columns of a table seem to be; `reasons` says why, a sentence each. */
export interface TableGuess {
  readonly rows: number;
  readonly readAs: string;
  readonly target: string;
  readonly task: Task;
  /** Class names; empty for regression. */
  readonly classes: readonly string[];
  readonly inputs: readonly string[];
  readonly drop: readonly string[];
  readonly group?: string;
  readonly time?: string;
  readonly missing: boolean;
  readonly reasons: readonly string[];
}

/** Names that people give to what is to be predicted, and to what tells rows that belong together. */
const targetNames = /^(target|label|labels|class|y|outcome|diagnosis|species|category|response|result)$/i;
const groupNames =
  /^(patient|subject|person|participant|device|wafer|die|lot|batch|record|site|group)([ _-]?(id|number|no))?$/i;
const identityNames = /^(id|index|uuid|name|row|unnamed: 0|)$/i;

/** Largest number of different whole numbers that are taken for classes. */
const mostClasses = 10;

/**
 * Guesses what a table holds and what is to be predicted, unless `wanted` names that column; `name` is the file's name for
 * errors.
 */
export async function guessTable(bytes: Uint8Array, name: string, wanted?: string): Promise<TableGuess> {
  const { names, cells, place, readAs } = await decodeTextTable(bytes, name);
  const columns = names.map((column, j) =>
    readTableColumn(
      column,
      cells.map(row => row[j]!),
      row => `${name}: ${place(row)}, column ${j + 1} ('${column}')`,
      { missing: 'impute' },
    ),
  );
  if (columns.length < 2) throw new InputError(`${name}: has one column; a table needs inputs and a target.`);
  const reasons: string[] = [];
  const hasNames = !names.every((column, j) => column === `column ${j}`);
  const distinct = columns.map(({ values }) => new Set(values.filter(value => !Number.isNaN(value))).size);
  const identifies = (j: number): boolean =>
    distinct[j] === cells.length &&
    (columns[j]!.kind === 'text' || identityNames.test(names[j]!) || (j === 0 && !hasNames && isWhole(columns[j]!)));
  const targetOf = (): readonly [number, string] => {
    if (wanted !== undefined) {
      const index = names.indexOf(wanted);
      if (index >= 0) return [index, 'as asked for'];
      throw new InputError({ file: name, path: [], rule: `has no column '${wanted}'`, hint: suggest(wanted, names) });
    }
    const named = names.findIndex(column => targetNames.test(column));
    if (named >= 0) return [named, 'by its name'];
    const texts = columns.flatMap(({ kind }, j) => (kind === 'text' && !identifies(j) ? [j] : []));
    if (texts.length === 1 && distinct[texts[0]!]! <= mostClasses) return [texts[0]!, 'the only column of texts'];
    return [columns.findLastIndex((_, j) => !identifies(j)), 'the last column'];
  };
  const [target, reason] = targetOf();
  if (target < 0) throw new InputError(`${name}: every column names its rows; a table needs inputs and a target.`);
  reasons.push(`The target is '${names[target]}', ${reason}${wanted === undefined ? '; --target names another' : ''}.`);
  const whole = isWhole(columns[target]!);
  const few = distinct[target]! <= Math.min(mostClasses, cells.length / 5);
  const isClasses = columns[target]!.kind === 'text' || (whole && few);
  if (distinct[target]! < 2) {
    throw new InputError({
      file: name,
      path: [],
      rule: `has one value in all rows of '${names[target]}', so that there is nothing to predict`,
      hint: 'name another column with --target, or give rows of two classes and more',
    });
  }
  reasons.push(
    isClasses
      ? `It has ${distinct[target]} different values, so the task is classification.`
      : 'It holds many different numbers, so the task is regression.',
  );
  const found = (is: (column: TableColumn, j: number) => boolean) =>
    columns.findIndex((column, j) => j !== target && !identifies(j) && is(column, j));
  const group = found(
    ({ name: column }, j) => groupNames.test(column) && distinct[j]! >= 8 && distinct[j]! < cells.length / 2,
  );
  if (group >= 0) reasons.push(`Rows of one '${names[group]}' stay in one split.`);
  const time = found(({ kind }) => kind === 'date');
  const drop = columns.flatMap((_, j) =>
    j !== target && j !== group && (identifies(j) || distinct[j] === 0) ? [j] : [],
  );
  if (drop.length > 0)
    reasons.push(`${drop.map(j => `'${names[j]}'`).join(', ')}: names of rows or empty, so left out.`);
  const counts = names.filter(
    (_, j) => j !== target && !drop.includes(j) && isWhole(columns[j]!) && rises(columns[j]!),
  );
  if (counts.length > 0)
    reasons.push(
      `${counts.map(column => `'${column}'`).join(', ')}: rises by one from row to row; list it under drop where it only numbers the rows.`,
    );
  const apart = new Set([target, group, ...drop]);
  const inputs = names.filter((_, j) => !apart.has(j));
  if (inputs.length === 0)
    throw new InputError(`${name}: leaves no inputs beside '${names[target]}'; give more columns.`);
  const missing = cells.some(row => row.some((cell, j) => !apart.has(j) && isMissing(cell)));
  if (missing) reasons.push('Missing inputs take the median or the commonest text of the training rows.');
  const texts = columns.flatMap(({ kind }, j) => (kind === 'text' && !apart.has(j) ? [`'${names[j]}'`] : []));
  if (texts.length > 0) reasons.push(`${texts.join(', ')}: texts, which become an input each.`);
  return {
    rows: cells.length,
    readAs,
    target: names[target]!,
    task: isClasses ? 'classification' : 'regression',
    classes: isClasses
      ? Array.from({ length: distinct[target]! }, (_, i) => columns[target]!.categories[i] ?? `${i}`)
      : [],
    inputs,
    drop: drop.map(j => names[j]!),
    ...(group >= 0 && { group: names[group]! }),
    ...(time >= 0 && { time: names[time]! }),
    missing,
    reasons,
  };
}

const isWhole = ({ kind, values }: TableColumn): boolean =>
  kind === 'number' && values.every(value => Number.isInteger(value));

const rises = ({ values }: TableColumn): boolean =>
  values.length > 2 && values.every((value, i) => i === 0 || value === values[i - 1]! + 1);
