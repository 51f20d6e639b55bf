import { fold, type Key } from '../../random/index.ts';
import type { CellNumbers } from '../cell-numbers.ts';
import type { Device } from '../device.ts';

/** What a programming procedure works on; it writes `programmed` and `pulses`. */
export interface Programming {
  readonly device: Device;
  /** S, 0 at rest; [cells]. */
  readonly targets: Float32Array;
  /** Draws the cells' random numbers. */
  readonly numbers: CellNumbers;
  /** Device-to-device standard normals, [cells]; null where that randomness is off or absent. */
  readonly frozen: Float32Array | null;
  /** Cycle-to-cycle randomness, null where it is off. */
  readonly cycleKey: Key | null;
  /** Read noise of verifying reads, null where it is off. */
  readonly readKey: Key | null;
  /** S, not yet cut at 0. */
  readonly programmed: Float32Array;
  readonly pulses: Uint16Array;
}

/** Standard normals of the first programming step, all cells at once; null where they are off. */
export function firstStep({ numbers, targets, cycleKey }: Programming): Float32Array | null {
  return cycleKey && numbers.normal(fold(cycleKey, 0), new Float32Array(targets.length));
}

/** Conductances of the given cells as reads find them, S: cut at 0. */
export function conductanceOf(programmed: Float32Array, cells: Int32Array): Float32Array {
  const out = new Float32Array(cells.length);
  for (let i = 0; i < cells.length; i++) {
    const value = programmed[cells[i]!]!;
    out[i] = value > 0 ? value : 0;
  }
  return out;
}

/** Places of the cells that are programmed to a target. */
export function cellsOffRest(targets: Float32Array): Int32Array {
  const places = new Int32Array(targets.length);
  let count = 0;
  for (let i = 0; i < targets.length; i++) if (targets[i] !== 0) places[count++] = i;
  return places.subarray(0, count);
}

/** values[index], elementwise. */
export function gather(values: Float32Array, index: Int32Array): Float32Array {
  const out = new Float32Array(index.length);
  for (let i = 0; i < index.length; i++) out[i] = values[index[i]!]!;
  return out;
}
