import { InputError, insist } from '../base/index.ts';
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
  /** Symbols that classes name: they mark beats, also where WFDB's table does not say so. */
  readonly named: ReadonlySet<string>;
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
  const all = decodeWfdbAnnotations(await files.read(marks), marks).filter(
    ({ symbol }) => beatSymbols.has(symbol) || options.named.has(symbol),
  );
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
  const parts = await partsOf(files, path, header, lead);
  const { gain, baseline } = parts[0]!.signal;
  insist(
    parts.every(({ signal }) => signal.gain === gain && signal.baseline === baseline),
    `${path(header.record)}: gain or baseline differ between its segments; take the segments as records.`,
  );
  const values = new Int32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const { zero, size } = relative ? ownScale(values) : { zero: baseline, size: gain };
  const signal = new Float32Array(values.length);
  for (let i = 0; i < signal.length; i++) signal[i] = (values[i]! - zero) / size;
  return signal;
}

/** A signal of one segment, in units of its converter. */
interface SignalPart {
  readonly signal: WfdbSignal;
  readonly values: Int32Array;
}

/** The signal of the record, or of its segments one after the other. */
async function partsOf(
  files: Files,
  path: (file: string) => string,
  header: WfdbHeader,
  lead: number | string,
): Promise<SignalPart[]> {
  if (header.segments.length === 0) return [await partOf(files, path, header, lead)];
  const parts: SignalPart[] = [];
  for (const { record, samples } of header.segments) {
    const file = path(`${record}.hea`);
    const own = decodeWfdbHeader(await files.read(file), file);
    const fits = own.segments.length === 0 && own.rate === header.rate && (own.samples ?? samples) === samples;
    insist(
      fits,
      `${file}: is a segment of ${header.record} with ${own.samples ?? '?'} samples at ${own.rate} Hz, where ${samples} at ${header.rate} Hz are announced; check that the files belong together.`,
    );
    parts.push(await partOf(files, path, { ...own, samples }, lead));
  }
  return parts;
}

async function partOf(
  files: Files,
  path: (file: string) => string,
  header: WfdbHeader,
  lead: number | string,
): Promise<SignalPart> {
  const signal = leadOf(header, lead);
  const together = header.signals.filter(({ file }) => file === signal.file);
  const signals = decodeWfdbSignals(await files.read(path(signal.file)), path(signal.file), together, header.samples);
  return { signal, values: signals[together.indexOf(signal)]! };
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

/** Median of whole numbers and the size that 99 % of their distances from it do not exceed; 1 for a flat line. */
function ownScale(values: Int32Array): { readonly zero: number; readonly size: number } {
  const sorted = values.slice().sort();
  const zero = quantileOf(k => sorted[k]!, sorted.length, 0.5);
  const distances = distancesFrom(zero, sorted);
  return { zero, size: quantileOf(k => distances[k]!, sorted.length, WITHIN) || 1 };
}

/** Ascending distances of ascending numbers from a number: those below it and those above it, merged. */
function distancesFrom(zero: number, sorted: Int32Array): Float64Array {
  const out = new Float64Array(sorted.length);
  let above = sorted.findIndex(value => value >= zero);
  let below = above - 1;
  for (let k = 0; k < out.length; k++) {
    const up = above < sorted.length ? sorted[above]! - zero : Number.POSITIVE_INFINITY;
    const down = below >= 0 ? zero - sorted[below]! : Number.POSITIVE_INFINITY;
    if (up <= down) above++;
    else below--;
    out[k] = Math.min(up, down);
  }
  return out;
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
