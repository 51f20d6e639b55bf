import { z } from 'zod';
import { type Citation, InputError, insist, quantity } from '../../base/index.ts';
import { aamiClasses, chazal, deChazal } from '../aami.ts';
import { type Beats, beatsOf } from '../beat-record.ts';
import { divide } from '../divide.ts';
import type { Examples } from '../examples.ts';
import { apartField, beatFields, splitFields, standardiseField, unseenField } from '../fields.ts';
import { GroupNumbers } from '../groups.ts';
import { defineSource, type Files } from '../source.ts';

const moody: Citation = {
  tag: 'Moody01',
  text: 'Moody, Mark, The impact of the MIT-BIH arrhythmia database, IEEE Eng. Med. Biol. 20(3) 45-50, 2001',
  id: '10.1109/51.932724',
};
const goldberger: Citation = {
  tag: 'Goldberger00',
  text: 'Goldberger et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23) e215-e220, 2000',
  id: '10.1161/01.CIR.101.23.e215',
};

/** Names of records, which are often numbers: 100 is the same as "100". */
const recordNames = z
  .array(z.union([z.string().min(1), z.int().min(0)]).transform(String))
  .min(1)
  .optional();

/** Annotated heartbeats of WFDB records, one row per beat. */
export const wfdb = defineSource({
  name: 'wfdb',
  schema: z.strictObject({
    source: z.literal('wfdb').describe('Heartbeats of WFDB records such as the MIT-BIH databases, as downloaded.'),
    folder: z.string().min(1).describe('Folder of the records, relative to the experiment.'),
    records: recordNames.describe('Names of records; all in the folder by default.'),
    without: recordNames.describe('Records to leave out, such as those of paced hearts; none by default.'),
    testRecords: recordNames.describe('Records whose beats are the test split; by default it is cut from all.'),
    validationRecords: recordNames.describe(
      'Records whose beats are the validation split; training then has all that are left. By default both are cut from them.',
    ),
    split: z
      .literal('de-chazal')
      .optional()
      .describe(
        'de-chazal takes the records of MIT-BIH on which the field tests (DS2) as test split, and those on which it trains (DS1) for the others; by default the fields above say which.',
      ),
    annotator: z.string().min(1).default('atr').describe('Suffix of the annotation files; atr by default.'),
    lead: z
      .union([z.int().min(0), z.string().min(1)])
      .default(0)
      .describe(
        'Signal: its number from 0, or its name in the headers, such as MLII, where records differ in their order; 0 by default.',
      ),
    classes: z
      .union([z.literal('aami'), z.record(z.string(), z.string().min(1))])
      .default({})
      .describe(
        'Classes as the beat symbols they gather, such as { normal: NLR, ectopic: AV }; aami for the five of the AAMI, N, S, V, F and Q; by default every symbol is a class.',
      ),
    group: z
      .union([z.literal('record'), quantity('time')])
      .optional()
      .describe(
        'Beats that are one piece of evidence where intervals run over rows: those of a record, that is of a patient (record, where there are several), or of a stretch of a record, s (a minute, where there is one).',
      ),
    ...beatFields,
    relative: z
      .boolean()
      .default(false)
      .describe(
        "Makes the waveform relative to its record, without labels: the signal minus its median, over the size that 99 % of it do not exceed, and of every input minus its median over the record's beats; false by default.",
      ),
    intervals: z
      .boolean()
      .default(false)
      .describe(
        "Adds the rhythm to the inputs: logarithms of the intervals to the beat before and after over the record's mean, of the former over the mean of the last ten, of that mean over the record's, and how irregular intervals are; false by default.",
      ),
    ...splitFields,
    apart: apartField
      .unwrap()
      .optional()
      .describe(
        'What is divided at random: single beats (rows), so that one patient may be on several sides, or whole groups; groups with split: de-chazal, else rows by default.',
      ),
    unseen: unseenField(),
    standardise: standardiseField('features'),
  }),
  async load(key, options, files) {
    const { folder } = options;
    const classes = options.classes === 'aami' ? aamiClasses : options.classes;
    insist(!options.intervals || options.features !== 'samples', {
      path: ['data', 'intervals'],
      rule: 'are no samples of a signal, [1, length]',
      hint: 'take features: means or spectrum beside them',
    });
    const { train, validation, test } = await recordsOf(options, files);
    const named = new Set(Object.values(classes).join(''));
    const read = async (records: readonly string[]) => {
      const parts: Beats[] = [];
      for (const name of records) parts.push(await beatsOf(files, name, { ...options, named }));
      return parts;
    };
    const [parts, validationParts, testParts] = [await read(train), await read(validation), await read(test)];
    const outputNames = classesOf([...parts, ...validationParts, ...testParts], classes);
    const group = options.group ?? (train.length + validation.length + test.length > 1 ? 'record' : 60);
    const groups = new GroupNumbers();
    const groupOf = (record: string, time: number) =>
      groups.of(group === 'record' ? record : `${record} from ${group * Math.floor(time / group)} s`);
    const examples = (some: readonly Beats[]): Examples => ({
      ...examplesOf(some, outputNames, classes, folder, groupOf),
      groupNames: groups.names,
    });
    const about = {
      name: train.length === 1 ? train[0]! : `${train.length} records`,
      where: folder,
      origin: `WFDB records read from ${folder}.`,
    };
    const apart = options.apart ?? (options.split ? 'groups' : 'rows');
    const all = examples(parts);
    const own = (some: readonly Beats[]) => (some.length > 0 ? examples(some) : undefined);
    const splits = { validation: own(validationParts), test: own(testParts) };
    return divide(key, about, all, { ...options, apart }, splits);
  },
  paths: ['folder'],
  cite: [moody, goldberger, chazal],
});

interface Choice {
  readonly folder: string;
  readonly split?: 'de-chazal' | undefined;
  readonly records?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
  readonly validationRecords?: readonly string[] | undefined;
  readonly testRecords?: readonly string[] | undefined;
}

/** Names of records: validation and test split have those named for them, if any; the others are to be divided. */
interface Records {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

async function recordsOf(choice: Choice, files: Files): Promise<Records> {
  const { found, test } = choice.split === 'de-chazal' ? divisionOf(choice) : await namedRecords(choice, files);
  const validation = [...new Set(choice.validationRecords)];
  for (const name of validation) {
    insist(!test.includes(name), {
      path: ['data', 'validationRecords'],
      rule: 'names a record that is tested on',
      value: name,
      hint: 'name one that is not',
    });
  }
  const apart = new Set([...validation, ...test, ...(choice.without ?? [])]);
  const train = found.filter(name => !apart.has(name));
  insist(train.length > 0, {
    path: ['data', 'records'],
    rule: `none of ${found.length} is left for training beside validation, test and data.without`,
    hint: 'name more',
  });
  return { train, validation, test };
}

function divisionOf(choice: Choice): { readonly found: readonly string[]; readonly test: readonly string[] } {
  for (const field of ['records', 'without', 'testRecords'] as const) {
    insist(choice[field] === undefined, {
      path: ['data', field],
      rule: 'names records, and split: de-chazal says which there are',
      hint: 'leave out one of the two',
    });
  }
  return { found: deChazal.train, test: deChazal.test };
}

async function namedRecords({ folder, records, testRecords }: Choice, files: Files) {
  const found = records ?? recordsAmong(await files.list(folder));
  insist(found.length > 0, `${folder}: holds no WFDB header (.hea); name the folder of the records.`);
  return { found, test: [...new Set(testRecords)] };
}

function recordsAmong(names: readonly string[]): string[] {
  return names.flatMap(name => (name.endsWith('.hea') ? [name.slice(0, -'.hea'.length)] : []));
}

/** Names of the classes; each named one must have beats, and no symbol may belong to two. */
function classesOf(parts: readonly Beats[], classes: Readonly<Record<string, string>>): string[] {
  const counts = new Map<string, number>();
  for (const { symbols } of parts) for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const named = Object.keys(classes);
  const found = [...counts.keys()].sort();
  if (named.length === 0) return found;
  const owners = new Map<string, string>();
  for (const name of named) {
    for (const symbol of classes[name]!) {
      const other = owners.get(symbol);
      if (other !== undefined && other !== name) {
        throw new InputError({
          path: ['data', 'classes'],
          rule: `symbol '${symbol}' belongs to both '${other}' and '${name}'`,
          hint: 'give it to one class',
        });
      }
      owners.set(symbol, name);
    }
    if (![...classes[name]!].some(symbol => counts.has(symbol))) {
      const held = found.map(symbol => `${symbol} (${counts.get(symbol)})`).join(', ') || 'no beats';
      throw new InputError({
        path: ['data', 'classes'],
        rule: `no beat has a symbol of class '${name}', '${classes[name]}'`,
        hint: `the records hold ${held}`,
      });
    }
  }
  return named;
}

function examplesOf(
  parts: readonly Beats[],
  outputNames: readonly string[],
  classes: Readonly<Record<string, string>>,
  folder: string,
  groupOf: (record: string, time: number) => number,
): Examples {
  const { inputShape, inputNames } = parts[0]!;
  if (parts.some(part => part.inputNames.length !== inputNames.length)) {
    throw new InputError(`${folder}: records differ in their sampling rate; load those of one rate with data.records.`);
  }
  const classOf = (symbol: string) => outputNames.findIndex(name => (classes[name] ?? name).includes(symbol));
  const width = inputNames.length;
  const total = parts.reduce((sum, part) => sum + part.symbols.length, 0);
  const inputs = new Float32Array(total * width);
  const labels = new Int32Array(total);
  const groups = new Int32Array(total);
  let count = 0;
  for (const part of parts) {
    for (const [i, symbol] of part.symbols.entries()) {
      const label = classOf(symbol);
      if (label < 0) continue;
      inputs.set(part.inputs.subarray(i * width, (i + 1) * width), count * width);
      groups[count] = groupOf(part.record, part.times[i]!);
      labels[count++] = label;
    }
  }
  return {
    count,
    task: 'classification',
    inputShape,
    inputNames,
    outputNames,
    inputs: inputs.slice(0, count * width),
    labels: labels.slice(0, count),
    targets: new Float32Array(0),
    groups: groups.slice(0, count),
  };
}
