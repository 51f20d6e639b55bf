/** Bytes that a loop copies sooner than a call. */
const short = 64;

/**
 * Expands bytes of the Snappy format (google/snappy, format_description.txt) to the `size` that is expected. Throws a
 * RangeError where they are damaged; each of its steps takes one byte of the input at least and makes one, so that no input
 * takes longer than its output.
 */
export function expandSnappy(input: Uint8Array, size: number): Uint8Array {
  const damaged = () => new RangeError('a page of snappy is damaged');
  const out = new Uint8Array(size);
  let at = 0;
  let to = 0;
  const next = (): number => {
    if (at >= input.length) throw damaged();
    return input[at++]!;
  };
  /** A whole number of some bytes, the lowest first. */
  const whole = (bytes: number): number => {
    const start = at;
    at += bytes;
    if (at > input.length) throw damaged();
    let value = 0;
    for (let k = at - 1; k >= start; k--) value = value * 256 + input[k]!;
    return value;
  };
  let declared = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = next();
    declared += (byte & 127) * scale;
    if (byte < 128) break;
    if (scale > 2 ** 28) throw damaged();
  }
  if (declared !== size) throw damaged();
  while (at < input.length) {
    const tag = next();
    const kind = tag & 3;
    const high = tag >> 2;
    if (kind === 0) {
      const length = 1 + (high < 60 ? high : whole(high - 59));
      if (length > input.length - at || length > size - to) throw damaged();
      if (length > short) out.set(input.subarray(at, at + length), to);
      else for (let k = 0; k < length; k++) out[to + k] = input[at + k]!;
      at += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? 4 + (high & 7) : high + 1;
    const offset = kind === 1 ? (high >> 3) * 256 + next() : whole(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > to || length > size - to) throw damaged();
    if (offset >= length && length > short) out.copyWithin(to, to - offset, to - offset + length);
    else for (let k = 0; k < length; k++) out[to + k] = out[to + k - offset]!;
    to += length;
  }
  if (to !== size) throw damaged();
  return out;
}
