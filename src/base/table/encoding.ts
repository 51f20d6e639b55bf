import { InputError } from '../errors.ts';

/**
 * The characters of a text file: UTF-8 and UTF-16 with or without a byte order mark; what is no UTF-8 is taken as Latin-1
 * (windows-1252), as older instruments and spreadsheets write it.
 */
export function decodeText(source: Uint8Array | string, where: string): { text: string; encoding: string } {
  if (typeof source === 'string') return { text: source.replace(/^\uFEFF/, ''), encoding: 'UTF-8' };
  const order = byteOrderOf(source);
  if (order) return { text: new TextDecoder(order).decode(source), encoding: 'UTF-16' };
  if (source.includes(0)) {
    throw new InputError({
      file: where,
      path: [],
      rule: 'is no text file: it holds bytes of zero',
      hint: 'save the table as text (CSV, TSV)',
    });
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(source), encoding: 'UTF-8' };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(source), encoding: 'Latin-1' };
  }
}

/** UTF-16 by its mark or, without one, by every other byte being zero, as in Latin text. */
function byteOrderOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(256, bytes.length >>> 1);
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (bytes[i] === 0) zeros[i & 1]!++;
  if (pairs === 0 || Math.max(...zeros) < 0.9 * pairs || Math.min(...zeros) > 0) return undefined;
  return zeros[1]! > zeros[0]! ? 'utf-16le' : 'utf-16be';
}
