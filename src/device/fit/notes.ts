import { formatDuration, formatQuantity } from '../../base/index.ts';
import type { Ageing } from './ageing.ts';
import type { FitInputs, LevelEstimate } from './estimate.ts';
import { isPower, lawNames } from './laws.ts';
import type { Measurements } from './measurements.ts';
import type { Shape } from './parameters.ts';
import { areFollowed } from './series.ts';

/** What was chosen and why, what the data could not say, and what was assumed instead. */
export function notesOf(
  data: Measurements,
  inputs: FitInputs,
  ageing: Ageing,
  shape: Shape,
  levels: readonly LevelEstimate[],
  sparse: readonly number[],
): string[] {
  const notes = [...ageingNotes(ageing, inputs)];
  if (!data.device) {
    notes.push('Rows name no device, so each counts as a cell of its own and cells cannot be followed in time.');
  } else if (!shape.parts) {
    notes.push(
      'No level has five devices that were programmed twice or more, or what devices differ by is within its error, so device-to-device and cycle-to-cycle spread are not separated; all of it is redrawn at programming.',
    );
  }
  const few = sparse
    .map(level => inputs.levels[level]!)
    .filter(target => levels.some(known => known.target === target));
  if (few.length > 0 && data.device) {
    notes.push(
      `${list(few)}: covered by one or two devices, so standard errors there count their programmings alone and not what devices differ by.`,
    );
  }
  const left = inputs.levels.filter(target => target > 0 && !levels.some(known => known.target === target));
  if (left.length > 0) notes.push(`${list(left)}: one cell only, which has no spread; left out of the curves.`);
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

function ageingNotes({ law, fitting, heldOut, firstRead, lastRead, reason }: Ageing, inputs: FitInputs): string[] {
  if (inputs.times.length < 2) return ['All reads are at one time, so drift and relaxation are unknown and left out.'];
  const start = isPower(law) ? `, ${law === 'power' ? 't₁' : 't₀'} = ${formatDuration(inputs.startTime)}` : '';
  const notes = [`Ageing: ${lawNames[law]}${start}; ${reason}.`];
  if (heldOut.length > 0) {
    const percent = (value: number): string => `${Number((100 * value).toPrecision(2))}`;
    const tried = heldOut.map(
      ({ law: one, error, standardError, pValue }) =>
        `${one} ${percent(error)} ± ${percent(standardError)} % (p ${pValue.toFixed(2)})`,
    );
    notes.push(`Mean error on the last decade, held out: ${tried.join(', ')}.`);
  }
  const last = formatDuration(lastRead);
  const others = fitting.slice(1);
  const frozen = law === 'none' || law === 'standstill';
  notes.push(
    `Beyond the last read, ${last}, values are extrapolated${frozen ? ': the conductances of the last read are held' : ''}; ` +
      `the band around them holds the errors of the cells${others.length > 0 ? ` and what the other laws that fit say (${others.join(', ')})` : ''}.`,
  );
  if (!isPower(law) && law !== 'none' && (inputs.laterTimes.length === 0 || firstRead < 1)) {
    notes.push('Relaxation counts from one second after programming; what happened before is not in the file.');
  }
  if (!areFollowed(inputs.programmings)) {
    notes.push('Cells are not followed in time, so how spreads grow beyond the last read is unknown and left out.');
  }
  return notes;
}

const list = (targets: readonly number[]): string =>
  `Level${targets.length > 1 ? 's' : ''} ${targets.map(target => formatQuantity(target, 'S', 4)).join(', ')}`;
