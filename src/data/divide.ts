import { insist } from '../base/index.ts';
import { type Key, permutation } from '../random/index.ts';
import { countsOf, cutAt, cutBetweenGroups } from './cut.ts';
import type { Dataset, Split } from './dataset.ts';
import { checkClasses, checkExamples, type Examples, withoutUnseen } from './examples.ts';
import type { Division } from './fields.ts';
import { rowsOf } from './sample-rows.ts';
import { withoutSearch } from './search-share.ts';
import { fitScale, standardised } from './standardise.ts';

/** What a source knows about itself. */
interface About {
  readonly name: string;
  /** Licence and origin in one line. */
  readonly origin: string;
  /** File or field, for errors. */
  readonly where: string;
}

/** Rows of splits that a source knows by itself. */
interface Own {
  readonly validation?: Examples | undefined;
  readonly test?: Examples | undefined;
}

/**
 * A data set from rows: classes held out, rows shuffled by the key and divided, scales fitted on the training split. Splits
 * that a source brings itself are not cut from `all`; where validation is one of them, training has all rows that are left.
 */
export function divide(key: Key, about: About, all: Examples, division: Division, own: Own = {}): Dataset {
  checkExamples(all, about.where);
  checkClasses(all, all.outputNames, about.where);
  const { examples, unseen } = withoutUnseen(all, division.unseen);
  const apart = (what: keyof Own) => {
    const rows = own[what];
    if (rows) checkExamples(rows, `${about.where} (${what})`);
    return rows && withoutUnseen(rows, division.unseen);
  };
  const [ownValidation, ownTest] = [apart('validation'), apart('test')];

  const available = Math.min(examples.count, division.take ?? examples.count);
  const brought = new Set((['validation', 'test'] as const).filter(name => own[name]));
  const counts = countsOf(division, available, about.where, brought);
  const order = permutation(key, examples.count).subarray(0, available);
  const whole = division.apart === 'groups';
  insist(!whole || examples.groups, {
    path: ['data', 'apart'],
    rule: 'groups are to stay whole, and rows have none',
    hint: 'say which rows belong together, or leave it out',
  });
  const cut = whole
    ? cutBetweenGroups(key, order, examples, counts, ['data', 'apart'], about.where)
    : cutAt(order, counts);
  const [training, validation, test] = cut.map(rows => rowsOf(examples, rows)) as [Split, Split, Split];
  const { train, search } = withoutSearch(key, training, division, whole ? examples.groupNames : undefined);
  const raw = {
    train,
    validation: ownValidation?.examples ?? validation,
    test: ownTest?.examples ?? test,
    unseen: joined(joined(unseen, ownValidation?.unseen), ownTest?.unseen),
  };

  checkClasses(train, examples.outputNames, `${about.where} (training split)`);
  const { standardise } = division;
  const inputScale = standardise === 'none' ? undefined : fitScale(train.inputs, train.count, standardise);
  const targetScale =
    examples.task === 'regression' && standardise !== 'none'
      ? fitScale(train.targets, train.count, 'features')
      : undefined;
  const scaled = (split: Split): Split => {
    const { count, inputs, labels, targets, groups, numbers } = standardised(split, inputScale, targetScale);
    return { count, inputs, labels, targets, ...(groups && { groups }), ...(numbers && { numbers }) };
  };
  return {
    name: about.name,
    task: examples.task,
    inputShape: examples.inputShape,
    inputNames: examples.inputNames,
    outputNames: examples.outputNames,
    ...(examples.groupNames?.length && { groupNames: examples.groupNames }),
    train: scaled(train),
    ...(search && { search: scaled(search) }),
    validation: scaled(raw.validation),
    test: scaled(raw.test),
    ...(raw.unseen && { unseen: scaled(raw.unseen) }),
    ...(inputScale && { inputScale }),
    ...(targetScale && { targetScale }),
    origin: about.origin,
  };
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
