/** The numbers rounded to bfloat16, the upper half of a single-precision number, to the nearest, ties to even. */
export function roundedToBf16(x: Float32Array): Float32Array {
  const rounded = x.slice();
  const bits = new Uint32Array(rounded.buffer);
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i]!;
    const nan = (b & 0x7fffffff) > 0x7f800000;
    bits[i] = (nan ? b | 0x400000 : b + 0x7fff + ((b >>> 16) & 1)) & 0xffff0000;
  }
  return rounded;
}
