import { z } from 'zod';
import { type Citation, InputError, quantity } from '../../base/index.ts';
import { BEFORE, type BeatFeatures, beatFeatures } from '../beats.ts';
import { divide } from '../divide.ts';
import type { Examples } from '../examples.ts';
import { beatFields, splitFields, standardiseField, unseenField } from '../fields.ts';
import {
  beatSymbols,
  decodeWfdbAnnotations,
  decodeWfdbHeader,
  decodeWfdbSignals,
  type WfdbHeader,
  type WfdbSignal,
} from '../formats/index.ts';
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
    testRecords: recordNames.describe(
      'Records whose beats are the test split, so that no patient is in both; by default beats are divided at random.',
    ),
    annotator: z.string().min(1).default('atr').describe('Suffix of the annotation files; atr by default.'),
    lead: z
      .union([z.int().min(0), z.string().min(1)])
      .default(0)
      .describe(
        'Signal: its number from 0, or its name in the headers, such as MLII, where records differ in their order; 0 by default.',
      ),
    classes: z
      .record(z.string(), z.string().min(1))
      .default({})
      .describe(
        'Classes as the beat symbols they gather, such as { normal: NLR, ectopic: AV }; by default every symbol is a class.',
      ),
    group: z
      .union([z.literal('record'), quantity('time')])
      .optional()
      .describe(
        'Beats that are one piece of evidence where intervals run over rows: those of a record, that is of a patient (record, where there are several), or of a stretch of a record, s (a minute, where there is one).',
      ),
    ...beatFields,
    ...splitFields,
    unseen: unseenField(),
    standardise: standardiseField('features'),
  }),
  async load(key, options, files) {
    const { folder } = options;
    const apart = new Set(options.testRecords);
    const found = options.records ?? recordsAmong(await files.list(folder));
    const left = new Set(options.without);
    const names = found.filter(name => !apart.has(name) && !left.has(name));
    if (found.length === 0)
      throw new InputError(`${folder}: holds no WFDB header (.hea); name the folder of the records.`);
    if (names.length === 0) {
      throw new InputError({
        path: ['data', 'records'],
        rule: `none of ${found.length} is left for training beside data.testRecords and data.without`,
        hint: 'name more',
      });
    }
    const read = async (records: Iterable<string>) => {
      const parts: Beats[] = [];
      for (const name of records) parts.push(await beatsOf(files, name, options));
      return parts;
    };
    const parts = await read(names);
    const testParts = await read(apart);
    const outputNames = classesOf([...parts, ...testParts], options.classes);
    const group = options.group ?? (names.length + apart.size > 1 ? 'record' : 60);
    const groups = new GroupNumbers();
    const groupOf = (record: string, time: number) =>
      groups.of(group === 'record' ? record : `${record} from ${group * Math.floor(time / group)} s`);
    const examples = (some: readonly Beats[]): Examples => ({
      ...examplesOf(some, outputNames, options.classes, folder, groupOf),
      groupNames: groups.names,
    });
    const about = {
      name: names.length === 1 ? names[0]! : `${names.length} records`,
      where: folder,
      origin: `WFDB records read from ${folder}.`,
    };
    return divide(key, about, examples(parts), options, apart.size > 0 ? examples(testParts) : undefined);
  },
  cite: [moody, goldberger],
});

interface Beats {
  readonly record: string;
  /** Of the R peaks, s. */
  readonly times: readonly number[];
  readonly features: BeatFeatures;
  readonly inputs: Float32Array;
  readonly symbols: readonly string[];
}

interface Options {
  readonly folder: string;
  readonly annotator: string;
  readonly lead: number | string;
  readonly window: number;
  readonly features: 'spectrum' | 'samples';
  readonly bins: number;
}

/** All beats of a record whose window lies within it. */
async function beatsOf(files: Files, name: string, options: Options): Promise<Beats> {
  const path = (file: string) => `${options.folder}/${file}`;
  const header = decodeWfdbHeader(await files.read(path(`${name}.hea`)), path(`${name}.hea`));
  const chosen = signalOf(header, options.lead);
  const together = header.signals.filter(signal => signal.file === chosen.file);
  const signals = decodeWfdbSignals(await files.read(path(chosen.file)), path(chosen.file), together, header.samples);
  const raw = signals[together.indexOf(chosen)]!;
  const signal = Float32Array.from(raw, value => (value - chosen.baseline) / chosen.gain);
  const marks = path(`${name}.${options.annotator}`);
  const length = Math.round(options.window * header.rate);
  if (length < 2 || length > signal.length) {
    throw new InputError({
      path: ['data', 'window'],
      rule: `${options.window} s are ${length} samples at the ${header.rate} Hz of record ${name}, which must be between 2 and the record's ${signal.length}`,
      hint: 'change it or check the header',
    });
  }
  const before = Math.round(BEFORE * length);
  const beats = decodeWfdbAnnotations(await files.read(marks), marks).filter(
    ({ sample, symbol }) => beatSymbols.has(symbol) && sample >= before && sample - before + length <= signal.length,
  );
  const features = beatFeatures(options.features, length, options.window, Math.min(options.bins, length >> 1));
  const width = features.inputNames.length;
  const inputs = new Float32Array(beats.length * width);
  for (const [i, { sample }] of beats.entries()) features.write(inputs, i * width, signal, sample - before);
  return {
    record: name,
    times: beats.map(beat => beat.sample / header.rate),
    features,
    inputs,
    symbols: beats.map(beat => beat.symbol),
  };
}

function signalOf({ record, signals }: WfdbHeader, lead: number | string): WfdbSignal {
  const chosen = typeof lead === 'number' ? signals[lead] : signals.find(({ description }) => description === lead);
  if (chosen) return chosen;
  const held = signals.map(({ description }, i) => `${i} (${description || 'without a name'})`).join(', ');
  throw new InputError({
    path: ['data', 'lead'],
    rule: `record ${record} has the signals ${held}`,
    value: lead,
    hint: 'choose one of them, or leave the record out with data.without',
  });
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
  const { features } = parts[0]!;
  if (parts.some(part => part.features.inputNames.length !== features.inputNames.length)) {
    throw new InputError(`${folder}: records differ in their sampling rate; load those of one rate with data.records.`);
  }
  const classOf = (symbol: string) => outputNames.findIndex(name => (classes[name] ?? name).includes(symbol));
  const width = features.inputNames.length;
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
    inputShape: features.inputShape,
    inputNames: features.inputNames,
    outputNames,
    inputs: inputs.slice(0, count * width),
    labels: labels.slice(0, count),
    targets: new Float32Array(0),
    groups: groups.slice(0, count),
  };
}
