/** A linear-feedback shift register that is clocked once for every bit of a word: successive words share no bit. */
export interface ShiftRegister {
  /** The next 32 bits, as a number from 1 to 2³² − 1. */
  next(): number;
}

/**
 * Feedback of registers of 32 bits with the full period of 2³² − 1, as masks of the Galois form: x³² + x²² + x² + x + 1 and
 * x³² + x³⁰ + x²⁶ + x²⁵ + 1 (Alfke, Efficient shift registers, LFSR counters, and long pseudo-random sequence generators,
 * Xilinx application note XAPP 052, 1996; Koopman, Maximal length LFSR feedback terms).
 */
export const feedback = [0x80200003, 0xa3000000] as const;

/** Clocks per word. */
const clocks = 32;

const tables = new Map<number, Uint32Array>();

/** A register that begins with the state of `seed`, whose bits must not all be 0; a seed of 0 stands for 1. */
export function shiftRegister(seed: number, mask: number = feedback[0]): ShiftRegister {
  const leap = leapOf(mask);
  let state = seed >>> 0 || 1;
  return {
    next() {
      // 32 clocks at once: a clock is linear in the bits of the state, so what each of its bytes becomes adds up.
      state =
        (leap[state & 255]! ^
          leap[256 + ((state >>> 8) & 255)]! ^
          leap[512 + ((state >>> 16) & 255)]! ^
          leap[768 + (state >>> 24)]!) >>>
        0;
      return state;
    },
  };
}

/** One clock of the register. */
export const clock = (state: number, mask: number): number => ((state >>> 1) ^ (state & 1 ? mask : 0)) >>> 0;

/** What 32 clocks make of every byte of the state, [4, 256]. */
function leapOf(mask: number): Uint32Array {
  const known = tables.get(mask);
  if (known) return known;
  const table = new Uint32Array(1024);
  for (let i = 0; i < table.length; i++) {
    let state = ((i & 255) << (8 * (i >>> 8))) >>> 0;
    for (let c = 0; c < clocks; c++) state = clock(state, mask);
    table[i] = state;
  }
  tables.set(mask, table);
  return table;
}
