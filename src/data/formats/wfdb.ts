import { InputError } from '../../base/index.ts';

/** One signal of a WFDB header. */
export interface WfdbSignal {
  readonly file: string;
  readonly format: 16 | 212;
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
  /** Samples per second and signal. */
  readonly rate: number;
  /** Samples per signal; undefined where the header leaves it to the signal file. */
  readonly samples: number | undefined;
  readonly signals: readonly WfdbSignal[];
}

/** WFDB's defaults where a header is silent (WFDB Applications Guide, header(5)). */
const DEFAULT_RATE = 250;
const DEFAULT_GAIN = 200;

/** Reads a WFDB header (`.hea`). Records of several segments and several samples per frame are refused. */
export function decodeWfdbHeader(bytes: Uint8Array, name: string): WfdbHeader {
  const fail = (line: number, rule: string) =>
    new InputError(
      `${name}: line ${line} ${rule}; check that this is a WFDB header (.hea) of a single-segment record.`,
    );
  const lines = new TextDecoder('latin1')
    .decode(bytes)
    .split(/\r?\n/)
    .map((text, i) => ({ words: text.trim().split(/\s+/), line: i + 1 }))
    .filter(({ words }) => words[0] !== '' && !words[0]!.startsWith('#'));
  const first = lines[0];
  if (!first) throw fail(1, 'is missing');
  const [record, signalCount, rate = String(DEFAULT_RATE), samples] = first.words;
  if (record!.includes('/')) throw fail(first.line, 'describes a record of several segments');
  const count = Number(signalCount);
  const frequency = Number.parseFloat(rate);
  if (!Number.isInteger(count) || count < 1 || count > 1024 || !(frequency > 0)) {
    throw fail(first.line, `must give a name, the number of signals and the rate, got '${first.words.join(' ')}'`);
  }
  if (samples !== undefined && !(Number.isSafeInteger(Number(samples)) && Number(samples) >= 0)) {
    throw fail(first.line, `must give a whole number of samples, got '${samples}'`);
  }
  const signals = Array.from({ length: count }, (_, i) => {
    const entry = lines[1 + i];
    if (!entry) throw fail(first.line, `announces ${count} signals, but only ${i} follow`);
    return signalOf(entry.words, rule => fail(entry.line, rule));
  });
  return { record: record!, rate: frequency, samples: Number(samples) || undefined, signals };
}

function signalOf(words: readonly string[], fail: (rule: string) => InputError): WfdbSignal {
  const [file, format = '', gain = '', , zero, initial, checksum, , ...description] = words;
  const layout = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(format);
  const scale = /^([-+\d.eE]*)(?:\(([-+]?\d+)\))?(?:\/(\S+))?$/.exec(gain);
  if (!layout || !scale) throw fail(`must give a file, a format and a gain, got '${words.join(' ')}'`);
  if (layout[1] !== '16' && layout[1] !== '212') throw fail(`has format ${layout[1]}, where 16 and 212 can be read`);
  if (Number(layout[2] ?? 1) !== 1 || Number(layout[3] ?? 0) !== 0) {
    throw fail(`has several samples per frame or a skew ('${format}'), which is not supported`);
  }
  for (const value of [scale[1], zero, initial, checksum]) {
    if (value !== undefined && !Number.isFinite(Number(value))) throw fail(`must hold numbers, got '${value}'`);
  }
  return {
    file: file!,
    format: layout[1] === '16' ? 16 : 212,
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
 * Samples of all signals of one signal file, [signals][samples], in units of the converter. Verified against number,
 * first value and checksum of the header.
 */
export function decodeWfdbSignals(
  bytes: Uint8Array,
  name: string,
  signals: readonly WfdbSignal[],
  samples: number | undefined,
): Int16Array[] {
  const { format, offset } = signals[0]!;
  const fail = (rule: string) =>
    new InputError(`${name}: ${rule}; check that header and signal file belong together and are complete.`);
  if (signals.some(signal => signal.format !== format)) throw fail('mixes formats');
  const held = Math.max(0, bytes.length - offset);
  const values = format === 16 ? Math.floor(held / 2) : Math.floor(held / 3) * 2 + (held % 3 === 2 ? 1 : 0);
  const count = samples ?? Math.floor(values / signals.length);
  if (count * signals.length > values) {
    throw fail(`holds ${Math.floor(values / signals.length)} samples per signal where the header announces ${count}`);
  }
  const out = signals.map(() => new Int16Array(count));
  let at = offset;
  let i = 0;
  for (let sample = 0; sample < count; sample++) {
    for (let signal = 0; signal < signals.length; signal++) {
      let value: number;
      if (format === 16) {
        value = bytes[at]! | (bytes[at + 1]! << 8);
        at += 2;
        value = (value << 16) >> 16;
      } else {
        const even = (i++ & 1) === 0;
        value = even ? bytes[at]! | ((bytes[at + 1]! & 15) << 8) : bytes[at + 2]! | ((bytes[at + 1]! & 240) << 4);
        if (!even) at += 3;
        value = (value << 20) >> 20;
      }
      out[signal]![sample] = value;
    }
  }
  for (const [k, { initial, checksum }] of signals.entries()) {
    const sum = out[k]!.reduce((sum, value) => (sum + value) & 0xffff, 0);
    if (count > 0 && initial !== undefined && out[k]![0] !== initial) {
      throw fail(`signal ${k} begins with ${out[k]![0]} where the header says ${initial}`);
    }
    if (samples !== undefined && checksum !== undefined && sum !== (checksum & 0xffff)) {
      throw fail(`signal ${k} has the checksum ${(sum << 16) >> 16} where the header says ${checksum}`);
    }
  }
  return out;
}
