import { InputError } from '../base/index.ts';
import type { ChipCells, ChipState } from './entropy.ts';

/** The cells of a chip that a source programs while it predicts. */
export function cellsOf(name: string, { cells }: ChipState): ChipCells {
  if (cells) return cells;
  throw new InputError({
    path: ['sampling', 'entropy'],
    rule: `'${name}' programs cells of the chip, which a measured chip cannot show`,
    hint: "choose 'frozen' or 'read' for it, or let the chip be simulated",
  });
}
