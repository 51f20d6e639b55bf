import { InputError } from '../base/index.ts';
import { type Key, permutation } from '../random/index.ts';
import type { Dataset, Split } from './dataset.ts';
import { checkClasses, checkExamples, type Examples, withoutUnseen } from './examples.ts';
import type { Division } from './fields.ts';
import { rowsOf } from './sample-rows.ts';
import { fitScale, standardised } from './standardise.ts';

/** What a source knows about itself. */
interface About {
  readonly name: string;
  /** Licence and origin in one line. */
  readonly origin: string;
  /** File or field, for errors. */
  readonly where: string;
}

/**
 * A data set from rows: classes held out, rows shuffled by the key and divided, scales fitted on the training split.
 * Where a source brings its own test rows, `ownTest`, all rows are divided into training and validation.
 */
export function divide(key: Key, about: About, all: Examples, division: Division, ownTest?: Examples): Dataset {
  checkExamples(all, about.where);
  checkClasses(all, all.outputNames, about.where);
  if (ownTest) checkExamples(ownTest, `${about.where} (test)`);
  const { examples, unseen } = withoutUnseen(all, division.unseen);
  const heldOut = ownTest && withoutUnseen(ownTest, division.unseen);

  const available = Math.min(examples.count, division.take ?? examples.count);
  const parts = ownTest ? { ...division, test: 0 } : division;
  const [train, validation, test] = countsOf(parts, available, about.where, ownTest !== undefined);
  const order = permutation(key, examples.count);
  const part = (from: number, count: number) => rowsOf(examples, order.subarray(from, from + count));
  const raw = {
    train: part(0, train),
    validation: part(train, validation),
    test: heldOut?.examples ?? part(train + validation, test),
    unseen: joined(unseen, heldOut?.unseen),
  };

  checkClasses(raw.train, examples.outputNames, `${about.where} (training split)`);
  const { standardise } = division;
  const inputScale = standardise === 'none' ? undefined : fitScale(raw.train.inputs, train, standardise);
  const targetScale =
    examples.task === 'regression' && standardise !== 'none'
      ? fitScale(raw.train.targets, train, 'features')
      : undefined;
  const scaled = (split: Split): Split => {
    const { count, inputs, labels, targets, groups } = standardised(split, inputScale, targetScale);
    return { count, inputs, labels, targets, ...(groups && { groups }) };
  };
  return {
    name: about.name,
    task: examples.task,
    inputShape: examples.inputShape,
    inputNames: examples.inputNames,
    outputNames: examples.outputNames,
    ...(examples.groupNames?.length && { groupNames: examples.groupNames }),
    train: scaled(raw.train),
    validation: scaled(raw.validation),
    test: scaled(raw.test),
    ...(raw.unseen && { unseen: scaled(raw.unseen) }),
    ...(inputScale && { inputScale }),
    ...(targetScale && { targetScale }),
    origin: about.origin,
  };
}

/** Rows of training, validation and test split; fractions are rounded so that together they take what they should. */
function countsOf(
  parts: Pick<Division, 'train' | 'validation' | 'test'>,
  rows: number,
  where: string,
  ownTest: boolean,
): [number, number, number] {
  const names = ['train', 'validation', ...(ownTest ? [] : ['test'])] as ('train' | 'validation' | 'test')[];
  let fraction = 0;
  let sum = 0;
  const counts = names.map(name => {
    const value = parts[name];
    if (value >= 1 && !Number.isInteger(value)) {
      throw new InputError({
        path: ['data', name],
        rule: 'must be a fraction below 1 or a whole number of rows',
        value,
      });
    }
    if (value >= 1) return value;
    const before = Math.round(fraction * rows);
    fraction += value;
    return Math.round(fraction * rows) - before;
  });
  for (const [i, count] of counts.entries()) {
    if (count < 1) {
      throw new InputError({
        path: ['data', names[i]!],
        rule: `${parts[names[i]!]} of ${rows} rows leaves the split empty`,
        hint: 'ask for more',
      });
    }
    sum += count;
  }
  if (sum > rows || fraction > 1 + 1e-9) {
    const asked = names.map((name, i) => `${name} ${counts[i]}`).join(', ');
    throw new InputError(`${where}: has ${rows} rows, but ${asked} need ${sum}; ask for fewer rows.`);
  }
  return [counts[0]!, counts[1]!, counts[2] ?? 0];
}

/** The rows of both, of classes that training does not see. */
function joined(a?: Split, b?: Split): Split | undefined {
  if (!a || !b) return a ?? b;
  const count = a.count + b.count;
  const inputs = new Float32Array(a.inputs.length + b.inputs.length);
  inputs.set(a.inputs);
  inputs.set(b.inputs, a.inputs.length);
  const groups = a.groups && b.groups && new Int32Array(count);
  groups?.set(a.groups!);
  groups?.set(b.groups!, a.count);
  return {
    count,
    inputs,
    labels: new Int32Array(count).fill(-1),
    targets: new Float32Array(0),
    ...(groups && { groups }),
  };
}
