/** Typed arrays that answers hold, by the name that stands for them in the text of an answer. */
const kinds = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array } as const;

type Kind = keyof typeof kinds;
type Numbers = InstanceType<(typeof kinds)[Kind]>;

/** A text that begins with it stands for an array, by kind, first byte and length; one that begins with two is a text of one less. */
const mark = '\u0001';

const kindOf = (value: Numbers): Kind | undefined =>
  (Object.keys(kinds) as Kind[]).find(kind => value instanceof kinds[kind]);

/**
 * A value as bytes: the length of its JSON text (32 bits, little-endian), the text, and behind it, each from a multiple of eight on, the
 * typed arrays that it holds. Numbers that are not finite are null in the text and themselves in arrays.
 */
export function pack(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { readonly bytes: Uint8Array; readonly from: number }[] = [];
  let end = 0;
  const text = JSON.stringify(value, (_key, entry) => {
    if (typeof entry === 'string') return entry.startsWith(mark) ? mark + entry : entry;
    if (!ArrayBuffer.isView(entry)) return entry;
    const array = entry as Numbers;
    const kind = kindOf(array);
    if (!kind) throw new Error('internal: an answer holds an array of a kind that is not sent');
    const from = end;
    arrays.push({ bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength), from });
    end = aligned(end + array.byteLength);
    return `${mark}${kind} ${from} ${array.length}`;
  });
  const head = new TextEncoder().encode(text);
  const start = aligned(4 + head.length);
  const out = new Uint8Array(start + end);
  new DataView(out.buffer).setUint32(0, head.length, true);
  out.set(head, 4);
  for (const { bytes, from } of arrays) out.set(bytes, start + from);
  return out;
}

/** The value that `pack` made bytes of. */
export function unpack(buffer: ArrayBuffer): unknown {
  const length = new DataView(buffer).getUint32(0, true);
  const start = aligned(4 + length);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return JSON.parse(text, (_key, entry) => {
    if (typeof entry !== 'string' || !entry.startsWith(mark)) return entry;
    if (entry.startsWith(mark, 1)) return entry.slice(1);
    const [kind, from, count] = entry.slice(1).split(' ');
    return new kinds[kind as Kind](buffer, start + Number(from), Number(count));
  });
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;
