import { InputError } from '../base/index.ts';
import { type BeatWindow, beatFeatures } from './beats.ts';
import {
  beatSymbols,
  decodeWfdbAnnotations,
  decodeWfdbHeader,
  decodeWfdbSignals,
  type WfdbHeader,
  type WfdbSignal,
} from './formats/index.ts';
import { rhythm, rhythmNames } from './rhythm.ts';
import type { Files } from './source.ts';

/** How the beats of a record become inputs. */
export interface BeatOptions extends BeatWindow {
  readonly folder: string;
  readonly annotator: string;
  readonly lead: number | string;
  readonly relative: boolean;
  readonly intervals: boolean;
}

/** The beats of one record. */
export interface Beats {
  readonly record: string;
  /** Of the R peaks, s. */
  readonly times: readonly number[];
  readonly inputShape: readonly number[];
  readonly inputNames: readonly string[];
  /** [beats, inputs]. */
  readonly inputs: Float32Array;
  /** WFDB's symbol of each beat. */
  readonly symbols: readonly string[];
}

/** All beats of a record whose window lies within it. */
export async function beatsOf(files: Files, record: string, options: BeatOptions): Promise<Beats> {
  const { window, relative } = options;
  const path = (file: string) => `${options.folder}/${file}`;
  const header = decodeWfdbHeader(await files.read(path(`${record}.hea`)), path(`${record}.hea`));
  const signal = await signalOf(files, path, header, options);
  const marks = path(`${record}.${options.annotator}`);
  const length = Math.round(window * header.rate);
  if (length < 2 || length > signal.length) {
    throw new InputError({
      path: ['data', 'window'],
      rule: `${window} s are ${length} samples at the ${header.rate} Hz of record ${record}, which must be between 2 and the record's ${signal.length}`,
      hint: 'change it or check the header',
    });
  }
  const before = Math.round(options.before * length);
  const all = decodeWfdbAnnotations(await files.read(marks), marks).filter(({ symbol }) => beatSymbols.has(symbol));
  const kept = all.flatMap(({ sample }, i) =>
    sample >= before && sample - before + length <= signal.length ? [i] : [],
  );
  const waveform = beatFeatures(options, length);
  const width = waveform.inputNames.length;
  const shown = new Float32Array(kept.length * width);
  for (const [row, i] of kept.entries()) waveform.write(shown, row * width, signal, all[i]!.sample - before);
  if (relative) subtractMedian(shown, width);
  const symbols = kept.map(i => all[i]!.symbol);
  const times = kept.map(i => all[i]!.sample / header.rate);
  const { inputShape, inputNames } = waveform;
  if (!options.intervals) return { record, times, inputShape, inputNames, inputs: shown, symbols };
  if (all.length < 2)
    throw new InputError(
      `${marks}: marks ${all.length} beat${all.length === 1 ? '' : 's'}, but intervals need two; leave the record out with data.without.`,
    );
  const told = rhythm(all.map(({ sample }) => sample));
  const total = width + rhythmNames.length;
  const inputs = new Float32Array(kept.length * total);
  for (const [row, i] of kept.entries()) {
    inputs.set(shown.subarray(row * width, (row + 1) * width), row * total);
    inputs.set(told.subarray(i * rhythmNames.length, (i + 1) * rhythmNames.length), row * total + width);
  }
  return { record, times, inputShape: [total], inputNames: [...inputNames, ...rhythmNames], inputs, symbols };
}

/** One signal of a record, verified against its header, in physical units or relative to itself. */
async function signalOf(
  files: Files,
  path: (file: string) => string,
  header: WfdbHeader,
  { lead, relative }: BeatOptions,
): Promise<Float32Array> {
  const chosen = leadOf(header, lead);
  const together = header.signals.filter(signal => signal.file === chosen.file);
  const signals = decodeWfdbSignals(await files.read(path(chosen.file)), path(chosen.file), together, header.samples);
  const values = signals[together.indexOf(chosen)]!;
  const { zero, size } = relative ? ownScale(values) : { zero: chosen.baseline, size: chosen.gain };
  const signal = new Float32Array(values.length);
  for (let i = 0; i < signal.length; i++) signal[i] = (values[i]! - zero) / size;
  return signal;
}

function leadOf({ record, signals }: WfdbHeader, lead: number | string): WfdbSignal {
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

/** Share of a signal's values that its size contains. */
const WITHIN = 0.99;

/** Median of whole numbers and the size that 99 % of their distances from it do not exceed, by counting; 1 for a flat line. */
function ownScale(values: Int16Array): { readonly zero: number; readonly size: number } {
  const lowest = -(2 ** 15);
  const counts = new Uint32Array(2 ** 16);
  for (let i = 0; i < values.length; i++) counts[values[i]! - lowest]!++;
  const zero = quantileOf(k => lowest + ranked(counts, k), values.length, 0.5);
  // A median may lie half between two numbers: distances are counted in halves.
  const distances = new Uint32Array(2 ** 17 + 1);
  for (let i = 0; i < values.length; i++) distances[Math.abs(2 * (values[i]! - zero))]!++;
  return { zero, size: quantileOf(k => ranked(distances, k) / 2, values.length, WITHIN) || 1 };
}

/** The value at place `k`, from 0, of ascending whole numbers from 0 that were counted. */
function ranked(counts: Uint32Array, k: number): number {
  let value = 0;
  for (let before = counts[0]!; before <= k; before += counts[++value]!);
  return value;
}

/** Subtracts from every column of `values` [rows, width] its median, in place. */
function subtractMedian(values: Float32Array, width: number): void {
  const column = new Float32Array(values.length / width);
  if (column.length === 0) return;
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < column.length; i++) column[i] = values[i * width + j]!;
    column.sort();
    const middle = quantileOf(k => column[k]!, column.length, 0.5);
    for (let i = 0; i < column.length; i++) values[i * width + j]! -= middle;
  }
}

/** Quantile of `count` values of which `at` says the k-th smallest, linear between neighbours. */
function quantileOf(at: (k: number) => number, count: number, share: number): number {
  const place = share * (count - 1);
  const low = Math.floor(place);
  const value = at(low);
  return place > low ? value + (place - low) * (at(low + 1) - value) : value;
}
