import { InputError, insist } from '../base/index.ts';
import { type Key, permutation } from '../random/index.ts';
import { countsOf, cutAt, cutBetweenGroups } from './cut.ts';
import type { Dataset, Split, Standardisation } from './dataset.ts';
import { checkClasses, checkExamples, type Examples, withoutUnseen } from './examples.ts';
import type { Division } from './fields.ts';
import type { RawSplit, Reals } from './raw-split.ts';
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
  if (division.apart === 'time') {
    const { times } = examples;
    insist(times, { path: ['data', 'apart'], rule: 'rows have no time', hint: 'name the column of it with data.time' });
    order.sort((a, b) => times[a]! - times[b]! || a - b);
  }
  const whole = division.apart === 'groups';
  insist(!whole || examples.groups, {
    path: ['data', 'apart'],
    rule: 'groups are to stay whole, and rows have none',
    hint: 'say which rows belong together, or leave it out',
  });
  const cut = whole
    ? cutBetweenGroups(key, order, examples, counts, ['data', 'apart'], about.where)
    : cutAt(order, counts);
  const [training, validation, test] = cut.map(rows => rowsOf(examples, rows)) as [RawSplit, RawSplit, RawSplit];
  const { train, search } = withoutSearch(key, training, division, whole ? examples.groupNames : undefined);
  const raw = {
    train,
    validation: ownValidation?.examples ?? validation,
    test: ownTest?.examples ?? test,
    unseen: joined(joined(unseen, ownValidation?.unseen), ownTest?.unseen),
  };

  checkClasses(train, examples.outputNames, `${about.where} (training split)`);
  const encoding = examples.encode?.(train);
  const encoded = (rows: RawSplit): RawSplit => encoding?.apply(rows) ?? rows;
  const { standardise } = division;
  const inputScale = standardise === 'none' ? undefined : fitScale(encoded(train).inputs, train.count, standardise);
  const targetScale =
    examples.task === 'regression' && standardise !== 'none'
      ? fitScale(train.targets, train.count, 'features')
      : undefined;
  const inputNames = encoding?.names ?? examples.inputNames;
  for (const [rows, where] of [
    [all, about.where],
    [own.validation, `${about.where} (validation)`],
    [own.test, `${about.where} (test)`],
  ] as const) {
    if (!rows) continue;
    const { inputs, targets } = encoded(rows);
    const place = (row: number) => `${where}: ${rows.place?.(row) ?? `row ${row + 1}`}`;
    checkScaled(inputs, inputScale, row => place(row), inputNames);
    checkScaled(targets, targetScale, row => place(row), all.outputNames);
  }
  const scaled = (split: RawSplit): Split => {
    const { count, inputs, labels, targets, groups, numbers } = standardised(encoded(split), inputScale, targetScale);
    return { count, inputs, labels, targets, ...(groups && { groups }), ...(numbers && { numbers }) };
  };
  return {
    name: about.name,
    task: examples.task,
    inputShape: encoding ? [inputNames.length] : examples.inputShape,
    inputNames,
    outputNames: examples.outputNames,
    ...(examples.groupNames?.length && { groupNames: examples.groupNames }),
    train: scaled(train),
    ...(search && { search: scaled(search) }),
    validation: scaled(raw.validation),
    test: scaled(raw.test),
    ...(raw.unseen && { unseen: scaled(raw.unseen) }),
    ...(inputScale && { inputScale }),
    ...(targetScale && { targetScale }),
    ...(encoding && encoding.said.length > 0 && { encoding: encoding.said }),
    origin: about.origin,
  };
}

/** Stops at a number that single precision cannot hold once it is scaled. */
function checkScaled(
  values: Reals,
  scale: Standardisation | undefined,
  place: (row: number) => string,
  names: readonly string[],
): void {
  const width = names.length;
  for (let i = 0; i < values.length; i++) {
    const j = i % width;
    const scaled = scale ? (values[i]! - scale.mean[j]!) / scale.std[j]! : values[i]!;
    if (Number.isFinite(Math.fround(scaled))) continue;
    throw new InputError(
      `${place(Math.floor(i / width))}, '${names[j]}' is ${values[i]}, ${scale ? 'which is beyond single precision in spreads of the training split' : 'beyond single precision'}; correct it or leave the row out.`,
    );
  }
}

/** The rows of both, of classes that training does not see. */
function joined(a?: RawSplit, b?: RawSplit): RawSplit | undefined {
  if (!a || !b) return a ?? b;
  const count = a.count + b.count;
  const length = a.inputs.length + b.inputs.length;
  const inputs = a.inputs instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
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
