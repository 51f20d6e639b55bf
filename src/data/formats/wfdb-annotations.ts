import { InputError } from '../../base/index.ts';

/** A mark on a signal. */
export interface WfdbAnnotation {
  /** Index of the sample. */
  readonly sample: number;
  /** WFDB's one-letter code, such as N (normal beat) or V (premature ventricular contraction). */
  readonly symbol: string;
}

/** One-letter codes by number, from 1 (WFDB's table of annotation codes); a blank where none is assigned. */
const symbols = 'NLRaVFJASEj/Q~ | sT*D"=pB^t+u?![]en@xf()r';

/** The codes of beats among them (WFDB's table of annotation codes). */
export const beatSymbols: ReadonlySet<string> = new Set('NLRBAaJSVrFejnE/fQ?');

const latin1 = new TextDecoder('latin1');

const SKIP = 59;
const AUX = 63;

/** Notes that define codes stand between these two, at the start of a file. */
const DEFINITIONS = '## annotation type definitions';
const END = '## end of definitions';

/**
 * Reads WFDB annotations in the MIT format (`.atr`). Codes that the file defines for itself have the symbols that its notes
 * give them, others without a meaning in WFDB their number, as in `[45]`.
 */
export function decodeWfdbAnnotations(bytes: Uint8Array, name: string): WfdbAnnotation[] {
  const fail = (rule: string) =>
    new InputError(`${name}: ${rule}; check that these are WFDB annotations in MIT format, complete.`);
  const annotations: WfdbAnnotation[] = [];
  const own = new Map<number, string>();
  let defining = false;
  let sample = 0;
  for (let at = 0; at + 1 < bytes.length; ) {
    const word = bytes[at]! | (bytes[at + 1]! << 8);
    const type = word >> 10;
    const interval = word & 1023;
    at += 2;
    if (word === 0) return annotations;
    if (type === SKIP) {
      if (at + 4 > bytes.length) break;
      sample += (bytes[at]! << 16) | (bytes[at + 1]! << 24) | bytes[at + 2]! | (bytes[at + 3]! << 8);
      at += 4;
    } else if (type === AUX) {
      const note = latin1.decode(bytes.subarray(at, at + interval)).replace(/\0+$/, '');
      at += interval + (interval & 1);
      const defined = /^(\d+)\s+(\S+)/.exec(note);
      if (note.startsWith(DEFINITIONS)) defining = true;
      else if (note.startsWith(END)) defining = false;
      else if (defining && defined) own.set(Number(defined[1]), defined[2]!);
    } else if (type < SKIP) {
      sample += interval;
      if (type === 0) continue;
      if (sample < 0) throw fail(`annotation ${annotations.length + 1} stands before the first sample`);
      annotations.push({ sample, symbol: own.get(type) ?? (symbols[type - 1]?.trim() || `[${type}]`) });
    }
  }
  throw fail(`ends after ${bytes.length} bytes without an end mark`);
}
