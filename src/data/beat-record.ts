import { InputError } from '../base/index.ts';
import { BEFORE, type BeatFeatureKind, beatFeatures } from './beats.ts';
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
export interface BeatOptions {
  readonly folder: string;
  readonly annotator: string;
  readonly lead: number | string;
  readonly window: number;
  readonly features: BeatFeatureKind;
  readonly bins: number;
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
  const { window, bins, relative } = options;
  const path = (file: string) => `${options.folder}/${file}`;
  const header = decodeWfdbHeader(await files.read(path(`${record}.hea`)), path(`${record}.hea`));
  const signal = await signalOf(files, path, header, options.lead);
  if (relative) makeRelative(signal);
  const marks = path(`${record}.${options.annotator}`);
  const length = Math.round(window * header.rate);
  if (length < 2 || length > signal.length) {
    throw new InputError({
      path: ['data', 'window'],
      rule: `${window} s are ${length} samples at the ${header.rate} Hz of record ${record}, which must be between 2 and the record's ${signal.length}`,
      hint: 'change it or check the header',
    });
  }
  const before = Math.round(BEFORE * length);
  const all = decodeWfdbAnnotations(await files.read(marks), marks).filter(({ symbol }) => beatSymbols.has(symbol));
  const kept = all.flatMap(({ sample }, i) =>
    sample >= before && sample - before + length <= signal.length ? [i] : [],
  );
  const waveform = beatFeatures(options.features, length, window, bins);
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

/** One signal of a record in physical units, verified against its header. */
async function signalOf(
  files: Files,
  path: (file: string) => string,
  header: WfdbHeader,
  lead: number | string,
): Promise<Float32Array> {
  const chosen = leadOf(header, lead);
  const together = header.signals.filter(signal => signal.file === chosen.file);
  const signals = decodeWfdbSignals(await files.read(path(chosen.file)), path(chosen.file), together, header.samples);
  return Float32Array.from(signals[together.indexOf(chosen)]!, value => (value - chosen.baseline) / chosen.gain);
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

/** Amplitude of a signal: so much of it lies within ±1 afterwards. */
const WITHIN = 0.99;

/** Subtracts a signal's median and divides by the size that 99 % of its values do not exceed, in place. */
function makeRelative(signal: Float32Array): void {
  const middle = quantile(signal.slice().sort(), 0.5);
  for (let i = 0; i < signal.length; i++) signal[i]! -= middle;
  const size = quantile(signal.map(Math.abs).sort(), WITHIN);
  if (size > 0) for (let i = 0; i < signal.length; i++) signal[i]! /= size;
}

/** Subtracts from every column of `values` [rows, width] its median, in place. */
function subtractMedian(values: Float32Array, width: number): void {
  const column = new Float32Array(values.length / width);
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < column.length; i++) column[i] = values[i * width + j]!;
    const middle = quantile(column.sort(), 0.5);
    for (let i = 0; i < column.length; i++) values[i * width + j]! -= middle;
  }
}

/** Quantile of ascending values, linear between neighbours; 0 of none. */
function quantile(sorted: Float32Array, share: number): number {
  if (sorted.length === 0) return 0;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}
