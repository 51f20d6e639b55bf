import type { FitInputs, LevelEstimate } from './estimate.ts';
import type { Measurements } from './measurements.ts';
import type { Shape } from './parameters.ts';

/** What the data could not say, and what was assumed instead. */
export function notesOf(
  data: Measurements,
  inputs: FitInputs,
  tracked: boolean,
  shape: Shape,
  levels: readonly LevelEstimate[],
): string[] {
  const notes: string[] = [];
  if (!tracked) {
    notes.push('Rows name no device, so each counts as a cell of its own and cells cannot be followed in time.');
  } else if (!shape.separated) {
    notes.push(
      'No level has five devices that were programmed twice or more, so device-to-device and cycle-to-cycle spread are not separated; all of it is redrawn at programming.',
    );
  }
  if (inputs.ageing === 'none')
    notes.push('All reads are at one time, so drift and relaxation are unknown and left out.');
  const repeats = inputs.programmings.some(p => p.counts.some(count => count > 1));
  if (levels.every(level => level.readRelative === undefined)) {
    notes.push('No cell was read twice at one time, so read noise is unknown, left out, and contained in the spread.');
  } else if (!repeats) notes.push('Read noise is what the drift law leaves; no cell was read twice at one time.');
  else
    notes.push(
      'Read noise holds what changes between repeated reads; its memory is not identified, reads are taken as independent.',
    );
  if (data.temperature && new Set(data.temperature).size > 1) {
    notes.push('Measurements at different temperatures are pooled.');
  }
  return notes;
}
