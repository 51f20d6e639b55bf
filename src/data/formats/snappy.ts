/** Bytes of a stretch in which repetitions are looked for: what two bytes of offset reach. */
const stretch = 1 << 16;

/** Bits of the hash of a word. */
const hashBits = 14;

/** Words after which the search begins to skip, doubling, where nothing repeats. */
const patience = 32;

/**
 * Compresses bytes in the Snappy format (google/snappy, format_description.txt). Looks for repetitions of aligned 32-bit
 * words alone, which is what numbers of four bytes have, and so is several times faster than byte by byte; of two words or
 * more, for telling of one takes as many bytes as the word.
 */
export function compressSnappy(input: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + input.length + Math.ceil(input.length / 32));
  const words = wordsOf(input);
  const last = new Int32Array(1 << hashBits);
  let to = 0;

  const literal = (from: number, end: number): void => {
    if (from === end) return;
    const length = end - from - 1;
    if (length < 60) out[to++] = length << 2;
    else if (length < 256) {
      out[to++] = 60 << 2;
      out[to++] = length;
    } else {
      out[to++] = 61 << 2;
      out[to++] = length & 255;
      out[to++] = length >> 8;
    }
    out.set(input.subarray(from, end), to);
    to += end - from;
  };

  let rest = input.length;
  for (; rest > 127; rest >>>= 7) out[to++] = (rest & 127) | 128;
  out[to++] = rest;
  for (let start = 0; start < input.length; start += stretch) {
    const end = Math.min(input.length, start + stretch);
    const lastWord = end >> 2;
    const firstWord = start >> 2;
    let done = start;
    last.fill(-1);
    for (let i = firstWord, missed = 0; i < lastWord; ) {
      const word = words[i]!;
      const place = Math.imul(word, 0x1e35a7bd) >>> (32 - hashBits);
      const before = last[place]!;
      last[place] = i;
      if (before < 0 || words[before] !== word || i + 1 === lastWord || words[before + 1] !== words[i + 1]) {
        i += 1 + Math.floor(missed++ / patience);
        continue;
      }
      missed = 0;
      literal(done, 4 * i);
      const offset = 4 * (i - before);
      let length = 2;
      while (i + length < lastWord && words[before + length] === words[i + length]) length++;
      i += length;
      done = 4 * i;
      for (let left = 4 * length; left > 0; left -= 64) {
        out[to++] = ((Math.min(64, left) - 1) << 2) | 2;
        out[to++] = offset & 255;
        out[to++] = offset >> 8;
      }
    }
    literal(done, end);
  }
  return out.slice(0, to);
}

/** The whole 32-bit words of bytes. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, bytes.length >> 2);
}
