/** How samples of a signal file are packed. */
interface Packing {
  /** Bytes of a group of samples, and how many samples it holds. */
  readonly bytes: number;
  readonly samples: number;
  /** Samples that the first bytes of an unfinished group hold. */
  readonly within?: (bytes: number) => number;
  /** Sample `k` of the group that begins at `at`. */
  read(view: DataView, at: number, k: number): number;
}

/** `value` as a signed number of so many bits. */
const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);

const byte = (read: Packing['read']): Packing => ({ bytes: 1, samples: 1, read });
const word = (read: Packing['read']): Packing => ({ bytes: 2, samples: 1, read });

/**
 * Formats of signal files by number (WFDB Applications Guide, signal(5)). 8 holds first differences, which whoever knows the
 * initial value adds up; the others amplitudes.
 */
const packings = {
  8: byte((view, at) => view.getInt8(at)),
  16: word((view, at) => view.getInt16(at, true)),
  24: {
    bytes: 3,
    samples: 1,
    read: (view, at) => signed(view.getUint16(at, true) | (view.getUint8(at + 2) << 16), 24),
  },
  32: { bytes: 4, samples: 1, read: (view, at) => view.getInt32(at, true) },
  61: word((view, at) => view.getInt16(at, false)),
  80: byte((view, at) => view.getUint8(at) - 128),
  160: word((view, at) => view.getUint16(at, true) - 32_768),
  212: {
    bytes: 3,
    samples: 2,
    within: bytes => (bytes === 2 ? 1 : 0),
    read(view, at, k) {
      const middle = view.getUint8(at + 1);
      const value = k === 0 ? view.getUint8(at) | ((middle & 15) << 8) : view.getUint8(at + 2) | ((middle & 240) << 4);
      return signed(value, 12);
    },
  },
  310: {
    bytes: 4,
    samples: 3,
    within: bytes => (bytes >= 2 ? 1 : 0),
    read(view, at, k) {
      if (k < 2) return signed((view.getUint16(at + 2 * k, true) >> 1) & 1023, 10);
      return signed((view.getUint16(at, true) >> 11) | ((view.getUint16(at + 2, true) >> 11) << 5), 10);
    },
  },
  311: {
    bytes: 4,
    samples: 3,
    within: bytes => (bytes >= 3 ? 2 : bytes === 2 ? 1 : 0),
    read(view, at, k) {
      const low = view.getUint16(at, true);
      if (k === 0) return signed(low & 1023, 10);
      if (k === 1) return signed((low >> 10) | ((view.getUint8(at + 2) & 15) << 6), 10);
      return signed((view.getUint8(at + 2) >> 4) | ((view.getUint8(at + 3) & 63) << 4), 10);
    },
  },
} as const satisfies Readonly<Record<number, Packing>>;

export type WfdbFormat = keyof typeof packings;

export const wfdbFormats: readonly number[] = Object.keys(packings).map(Number);

export const isWfdbFormat = (format: number): format is WfdbFormat => wfdbFormats.includes(format);

/** Samples that so many bytes hold. */
export function samplesWithin(format: WfdbFormat, bytes: number): number {
  const { bytes: group, samples, within }: Packing = packings[format];
  return Math.floor(bytes / group) * samples + (within?.(bytes % group) ?? 0);
}

/** The first `count` samples of a signal file from byte `offset` on, in the order in which they stand there. */
export function unpackSamples(format: WfdbFormat, bytes: Uint8Array, offset: number, count: number): Int32Array {
  const { bytes: group, samples, read }: Packing = packings[format];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Int32Array(count);
  for (let i = 0, at = offset; i < count; at += group) {
    for (let k = 0; k < samples && i < count; k++, i++) out[i] = read(view, at, k);
  }
  return out;
}
