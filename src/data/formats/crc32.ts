const polynomial = 0xedb88320;

/** Remainders of a byte that 0, 1, 2 or 3 bytes follow, [4, 256]. */
const tables = remainders();

/** The checksum of ZIP and gzip (ISO 3309), four bytes at a time. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  let i = 0;
  for (const whole = bytes.length - 3; i < whole; i += 4) {
    c ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    c =
      tables[768 + (c & 255)]! ^
      tables[512 + ((c >>> 8) & 255)]! ^
      tables[256 + ((c >>> 16) & 255)]! ^
      tables[c >>> 24]!;
  }
  for (; i < bytes.length; i++) c = tables[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** The checksum of two stretches of bytes after each other from those of each, `length` the bytes of the second. */
export function joinedCrc32(first: number, second: number, length: number): number {
  return (product(powerOfByte(length), first) ^ second) >>> 0;
}

function remainders(): Int32Array {
  const out = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    out[byte] = c;
  }
  for (let i = 256; i < out.length; i++) out[i] = (out[i - 256]! >>> 8) ^ out[out[i - 256]! & 255]!;
  return out;
}

/** a·b modulo the polynomial, coefficients from the highest bit on. */
function product(a: number, b: number): number {
  let result = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) result ^= b;
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1;
  }
  return result >>> 0;
}

/** x^(8·bytes) modulo the polynomial, by squaring. */
function powerOfByte(bytes: number): number {
  let power = 1 << 31;
  let square = 1 << 23;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = product(square, power);
    square = product(square, square);
  }
  return power;
}
