// Where things lie in the memory: fixed places first, then the room that those who call share out (`ROOM`).

/** Words of the blocks of random numbers that are computed together, 1 KiB. */
export const WORDS: usize = 1024;
/** Elements of those blocks, up to 1 KiB, and what is written beyond them. */
export const SPARE: usize = 2048;
/** A tile of a product at the edge of a matrix. */
export const TILE: usize = 4096;
/** Packed panels of products. */
export const PANELS_A: usize = 8192;
export const PANELS_B: usize = PANELS_A + 64 * 256 * 8;
export const ROOM: usize = PANELS_B + 256 * 512 * 8;

/** The first byte that callers may use. */
export function room(): usize {
  return ROOM;
}
