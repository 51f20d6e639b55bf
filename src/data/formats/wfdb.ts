import { InputError } from '../../base/index.ts';
import { isWfdbFormat, samplesWithin, unpackSamples, type WfdbFormat, wfdbFormats } from './wfdb-samples.ts';

/** One signal of a WFDB header. */
export interface WfdbSignal {
  readonly file: string;
  readonly format: WfdbFormat;
  /** Samples in each frame: a signal may be sampled several times as often as the record. */
  readonly perFrame: number;
  /** First byte of the samples in the file. */
  readonly offset: number;
  /** Units of the converter per physical unit. */
  readonly gain: number;
  /** Converter value of physical zero. */
  readonly baseline: number;
  readonly units: string;
  /** Value of the first sample, where stated. */
  readonly initial: number | undefined;
  /** Sum of all samples modulo 65,536 as a signed 16-bit number, where stated. */
  readonly checksum: number | undefined;
  readonly description: string;
}

export interface WfdbHeader {
  readonly record: string;
  /** Frames per second: samples of each signal, those of one frame averaged. */
  readonly rate: number;
  /** Frames; undefined where the header leaves it to the signal file. */
  readonly samples: number | undefined;
  /** None where the record is made of segments. */
  readonly signals: readonly WfdbSignal[];
  /** Records that follow one after the other; none where the header has signals of its own. */
  readonly segments: readonly WfdbSegment[];
}

/** A part of a record, with a header of its own. */
export interface WfdbSegment {
  readonly record: string;
  /** Frames. */
  readonly samples: number;
}

/** WFDB's defaults where a header is silent (WFDB Applications Guide, header(5)). */
const DEFAULT_RATE = 250;
const DEFAULT_GAIN = 200;

/** Reads a WFDB header (`.hea`). Skewed signals, and segments of changing signals or that are missing, are refused. */
export function decodeWfdbHeader(bytes: Uint8Array, name: string): WfdbHeader {
  const fail = (line: number, rule: string) =>
    new InputError(`${name}: line ${line} ${rule}; check that this is a WFDB header (.hea).`);
  const lines = new TextDecoder('latin1')
    .decode(bytes)
    .split(/\r?\n/)
    .map((text, i) => ({ words: text.trim().split(/\s+/), line: i + 1 }))
    .filter(({ words }) => words[0] !== '' && !words[0]!.startsWith('#'));
  const first = lines[0];
  if (!first) throw fail(1, 'is missing');
  const [named, signalCount, rate = String(DEFAULT_RATE), samples] = first.words;
  const [record, segmentCount] = named!.split('/');
  const count = Number(signalCount);
  const frequency = Number.parseFloat(rate);
  if (!Number.isInteger(count) || count < 1 || count > 1024 || !(frequency > 0)) {
    throw fail(first.line, `must give a name, the number of signals and the rate, got '${first.words.join(' ')}'`);
  }
  if (samples !== undefined && !(Number.isSafeInteger(Number(samples)) && Number(samples) >= 0)) {
    throw fail(first.line, `must give a whole number of samples, got '${samples}'`);
  }
  const entries = <T>(total: number, what: string, of: (words: readonly string[], fail: Fail) => T): T[] =>
    Array.from({ length: total }, (_, i) => {
      const entry = lines[1 + i];
      if (!entry) throw fail(first.line, `announces ${total} ${what}, but only ${i} follow`);
      return of(entry.words, rule => fail(entry.line, rule));
    });
  const about = { record: record!, rate: frequency, samples: Number(samples) || undefined };
  if (segmentCount === undefined) return { ...about, signals: entries(count, 'signals', signalOf), segments: [] };
  const total = Number(segmentCount);
  if (!Number.isInteger(total) || total < 1 || total > 100_000) {
    throw fail(first.line, `must give the number of segments, got '${named}'`);
  }
  return { ...about, signals: [], segments: entries(total, 'segments', segmentOf) };
}

type Fail = (rule: string) => InputError;

function segmentOf([record, length]: readonly string[], fail: Fail): WfdbSegment {
  const samples = Number(length);
  if (!Number.isSafeInteger(samples) || samples < 0)
    throw fail(`must give a segment and its length, got '${record} ${length}'`);
  if (samples === 0) throw fail('lays out segments of changing signals, which is not supported');
  if (record === '~') throw fail('says that a segment is missing, which is not supported');
  if (leavesFolder(record!)) throw fail(`names the segment '${record}' outside the folder of the record`);
  return { record: record!, samples };
}

/** Whether a name in a header is a path: files of a record stand beside it. */
const leavesFolder = (name: string): boolean => /[/\\]/.test(name) || name === '..' || name.includes('\0');

function signalOf(words: readonly string[], fail: Fail): WfdbSignal {
  const [file, format = '', gain = '', , zero, initial, checksum, , ...description] = words;
  const layout = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(format);
  const scale = /^([-+\d.eE]*)(?:\(([-+]?\d+)\))?(?:\/(\S+))?$/.exec(gain);
  if (!layout || !scale) throw fail(`must give a file, a format and a gain, got '${words.join(' ')}'`);
  const number = Number(layout[1]);
  if (!isWfdbFormat(number)) throw fail(`has format ${number}, where ${wfdbFormats.join(', ')} can be read`);
  const perFrame = Number(layout[2] ?? 1);
  if (perFrame < 1 || perFrame > 10_000) throw fail(`must have 1 to 10,000 samples in a frame, got ${perFrame}`);
  if (Number(layout[3] ?? 0) !== 0) throw fail(`has a skew ('${format}'), which is not supported`);
  if (leavesFolder(file!)) throw fail(`names the file '${file}' outside the folder of the record`);
  for (const value of [scale[1], zero, initial, checksum]) {
    if (value !== undefined && !Number.isFinite(Number(value))) throw fail(`must hold numbers, got '${value}'`);
  }
  return {
    file: file!,
    format: number,
    perFrame,
    offset: Number(layout[4] ?? 0),
    gain: Number(scale[1]) || DEFAULT_GAIN,
    baseline: Number(scale[2] ?? zero ?? 0),
    units: scale[3] ?? 'mV',
    initial: initial === undefined ? undefined : Number(initial),
    checksum: checksum === undefined ? undefined : Number(checksum),
    description: description.join(' '),
  };
}

/**
 * Samples of all signals of one signal file, [signals][frames], in units of the converter; several of one frame are averaged
 * and cut to whole units, as WFDB's own reader does. Verified against number, first value and checksum of the header.
 */
export function decodeWfdbSignals(
  bytes: Uint8Array,
  name: string,
  signals: readonly WfdbSignal[],
  frames: number | undefined,
): Int32Array[] {
  const { format, offset } = signals[0]!;
  const fail = (rule: string) =>
    new InputError(`${name}: ${rule}; check that header and signal file belong together and are complete.`);
  if (signals.some(signal => signal.format !== format)) throw fail('mixes formats');
  const inFrame = signals.reduce((sum, { perFrame }) => sum + perFrame, 0);
  const held = samplesWithin(format, Math.max(0, bytes.length - offset));
  const count = frames ?? Math.floor(held / inFrame);
  if (count * inFrame > held) {
    throw fail(`holds ${Math.floor(held / inFrame)} samples per signal where the header announces ${count}`);
  }
  const all = unpackSamples(format, bytes, offset, count * inFrame);
  let first = 0;
  return signals.map(({ perFrame, initial, checksum }, k) => {
    const own = new Int32Array(count * perFrame);
    for (let frame = 0, i = 0; frame < count; frame++) {
      const at = frame * inFrame + first;
      for (let j = 0; j < perFrame; j++) own[i++] = all[at + j]!;
    }
    first += perFrame;
    if (format === 8) addUp(own, initial ?? 0);
    const sum = own.reduce((sum, value) => (sum + value) & 0xffff, 0);
    if (count > 0 && initial !== undefined && own[0] !== initial) {
      throw fail(`signal ${k} begins with ${own[0]} where the header says ${initial}`);
    }
    if (frames !== undefined && checksum !== undefined && sum !== (checksum & 0xffff)) {
      throw fail(`signal ${k} has the checksum ${(sum << 16) >> 16} where the header says ${checksum}`);
    }
    return perFrame === 1 ? own : averaged(own, perFrame);
  });
}

/** Turns differences into values, in place. */
function addUp(values: Int32Array, initial: number): void {
  let value = initial;
  for (let i = 0; i < values.length; i++) {
    value += values[i]!;
    values[i] = value;
  }
}

/** Means of each `size` values, cut towards 0. */
function averaged(values: Int32Array, size: number): Int32Array {
  return Int32Array.from({ length: values.length / size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += values[i * size + j]!;
    return Math.trunc(sum / size);
  });
}
