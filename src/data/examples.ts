import { InputError, suggest } from '../base/index.ts';
import type { Task } from './dataset.ts';
import type { RawSplit } from './raw-split.ts';
import { rowsOf } from './sample-rows.ts';

/** Rows as a source reads them, before they are divided. */
export interface Examples extends RawSplit {
  readonly task: Task;
  readonly inputShape: readonly number[];
  readonly inputNames: readonly string[];
  /** Class names, or names of the regression targets. */
  readonly outputNames: readonly string[];
  /** Names of the groups that rows belong to; goes with `groups`. */
  readonly groupNames?: readonly string[];
  /** When rows were taken, [count], in any unit, where they are divided by time. */
  readonly times?: Float64Array;
  /** Where a row stands in its file, for errors; its number from 1 where absent. */
  place?(row: number): string;
  /** Makes the inputs of rows of columns that hold texts or lack values, as the training split alone says. */
  encode?(train: RawSplit): Encoding;
}

/** Columns as inputs of a network. */
export interface Encoding {
  /** Names of the inputs. */
  readonly names: readonly string[];
  /** What was made of which column, a sentence each. */
  readonly said: readonly string[];
  apply(rows: RawSplit): RawSplit;
}

/** Names x0, x1, … for inputs without names of their own. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

/** Stops where there are no rows, a number is not finite or a label is out of range. */
export function checkExamples(examples: Examples, where: string): void {
  const { count, inputs, labels, targets, outputNames, task, groups, groupNames = [], encode } = examples;
  if (count === 0) throw new InputError(`${where}: holds no rows; a data set needs at least three.`);
  for (const [what, values] of Object.entries({ input: inputs, target: targets })) {
    const width = values.length / count;
    for (let i = 0; i < values.length; i++) {
      const mayBeMissing = what === 'input' && encode;
      if (!Number.isFinite(values[i]!) && !mayBeMissing) {
        throw new InputError(
          `${where}: row ${Math.floor(i / width) + 1}, ${what} ${(i % width) + 1} is ${values[i]}; remove or replace rows with missing values.`,
        );
      }
    }
  }
  const stray = groups?.findIndex(group => group < 0 || group >= groupNames.length) ?? -1;
  if (stray >= 0 || (groups && groups.length !== count)) {
    throw new Error(`internal: groups of ${where}: row ${stray} of ${count}`);
  }
  if (task === 'regression') return;
  const classes = outputNames.length;
  for (let i = 0; i < count; i++) {
    if (labels[i]! < 0 || labels[i]! >= classes) {
      throw new InputError(
        `${where}: row ${i + 1} has label ${labels[i]}, but labels must be between 0 and ${classes - 1}; number the classes from 0.`,
      );
    }
  }
}

/** Stops where a split that is to be trained on has only one class. */
export function checkClasses(
  { count, labels, targets }: RawSplit,
  outputNames: readonly string[],
  where: string,
): void {
  if (labels.length > 0 && labels.every(label => label === labels[0])) {
    throw new InputError(
      `${where}: all ${count} rows have class '${outputNames[labels[0]!]}', but classification needs two; check the target.`,
    );
  }
  const width = targets.length / count;
  for (let j = 0; j < width; j++) {
    let row = 1;
    while (row < count && targets[row * width + j] === targets[j]) row++;
    if (row === count) {
      throw new InputError(
        `${where}: all ${count} rows have the target '${outputNames[j]}' at ${targets[j]}, which leaves nothing to predict; check the target.`,
      );
    }
  }
}

/** Splits off the rows of the classes that training must not see; the remaining classes are numbered anew. */
export function withoutUnseen(
  examples: Examples,
  unseen: readonly (string | number)[],
): { examples: Examples; unseen?: RawSplit } {
  if (unseen.length === 0) return { examples };
  if (examples.task === 'regression')
    throw new InputError({ path: ['data', 'unseen'], rule: 'only classification has classes', hint: 'remove it' });
  const names = examples.outputNames;
  const held = new Set<number>();
  for (const wanted of unseen) {
    const label = names.indexOf(String(wanted));
    if (label < 0)
      throw new InputError({
        path: ['data', 'unseen'],
        rule: `there is no class '${wanted}'`,
        hint: suggest(String(wanted), names),
      });
    held.add(label);
  }
  const kept = names.flatMap((_, label) => (held.has(label) ? [] : [label]));
  if (kept.length < 2) {
    throw new InputError({
      path: ['data', 'unseen'],
      rule: `leaves ${kept.length} of ${names.length} classes, but training needs two`,
    });
  }
  const rows: number[] = [];
  const others: number[] = [];
  for (let i = 0; i < examples.count; i++) (held.has(examples.labels[i]!) ? others : rows).push(i);
  const seen = rowsOf(examples, rows);
  const away = rowsOf(examples, others);
  return {
    examples: {
      ...examples,
      ...seen,
      ...(examples.times && { times: Float64Array.from(rows, row => examples.times![row]!) }),
      labels: seen.labels.map(label => kept.indexOf(label)),
      outputNames: kept.map(label => names[label]!),
    },
    unseen: { ...away, labels: away.labels.fill(-1) },
  };
}
