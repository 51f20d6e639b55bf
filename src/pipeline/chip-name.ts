/** Name of a chip among the files of a run: `chip-00`. */
export const chipName = (index: number): string => `chip-${String(index).padStart(2, '0')}`;
