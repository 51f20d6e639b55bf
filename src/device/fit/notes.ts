import { formatDuration, formatQuantity } from '../../base/index.ts';
import type { Ageing } from './ageing.ts';
import type { FitOptions } from './device-fit.ts';
import type { ShapeName } from './distribution.ts';
import type { FitInputs, LevelEstimate } from './estimate.ts';
import { isPower, lawNames } from './laws.ts';
import type { Measurements } from './measurements.ts';
import type { Shape } from './parameters.ts';
import type { ReadNoise } from './read-noise.ts';

/** What a fit found, as notes and files need it. */
export interface Found {
  readonly data: Measurements;
  readonly options: FitOptions;
  readonly inputs: FitInputs;
  readonly ageing: Ageing;
  readonly shape: Shape;
  /** Levels that the curves are made of. */
  readonly levels: readonly LevelEstimate[];
  /** Numbers of levels with one or two devices. */
  readonly sparse: readonly number[];
  readonly reads: ReadNoise | undefined;
  readonly distribution: ShapeName;
}

/** What was chosen and why, what the data could not say, and what was assumed instead. */
export function notesOf({
  data,
  options,
  inputs,
  ageing,
  shape,
  levels,
  sparse,
  reads,
  distribution,
}: Found): string[] {
  const notes = [...(data.read ?? []), ...ageingNotes(ageing, inputs)];
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
  notes.push(...shapeNotes(distribution, options));
  if (options.condition) {
    notes.push(
      `The cells were read after: ${options.condition}. That is a condition of theirs and stands for no time.`,
    );
  }
  if (options.procedure) {
    notes.push(
      `The cells were written by ${options.procedure}; what a single step does is not known, and the procedure is the only one that the device allows.`,
    );
  }
  const repeats = inputs.programmings.some(p => p.counts.some(count => count > 1));
  if (reads) notes.push(...readNotes(reads));
  else if (levels.every(level => level.readRelative === undefined)) {
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

function shapeNotes(distribution: ShapeName, { shape }: FitOptions): string[] {
  if (shape) return [`The distribution of programmed cells is ${shape}, as asked for.`];
  if (distribution === 'normal') return [];
  return [
    distribution === 'lognormal'
      ? 'The levels together contradict a normal distribution, and not a lognormal one, which is used.'
      : 'The levels together contradict a normal and a lognormal distribution, so cells are drawn from the measured quantiles: the spread of each level, and its shape together with its neighbours’ where it has fewer than a hundred cells, device-to-device and cycle-to-cycle spread together; nothing beyond the outermost cells is drawn. The polynomials of the spread are for comparison alone.',
  ];
}

function readNotes(reads: ReadNoise): string[] {
  const { perReadShare, inSeriesShare, telegraph, spectrum, conductance, interval, cells, reads: count } = reads;
  const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
  const part = (value: number): string => `${Number(value.toPrecision(2))}`;
  const { amplitude, dwellHigh, dwellLow } = telegraph;
  const [low, high] = [conductance[0]!, conductance.at(-1)!].map(value => formatQuantity(value, 'S', 2));
  return [
    `Reads: ${cells} cells, ${count} in a row, at ${low} to ${high} (means of fifths of the cells). One read differs from the next by ${percent(perReadShare)} of the conductance over √2, and from the mean of the series by ${percent(inSeriesShare)} (root mean square).`,
    `Random telegraph noise: ${percent(telegraph.share)} ± ${percent(telegraph.shareError)} of the cells` +
      (amplitude && dwellHigh && dwellLow
        ? `, amplitude ${percent(amplitude.median)} (half of the windows ${percent(amplitude.quartiles[0])} to ${percent(amplitude.quartiles[1])}), dwells of ${part(dwellHigh.median)} reads high and ${part(dwellLow.median)} low.`
        : '.'),
    `The spectrum falls as f^−${spectrum.exponent.toFixed(2)} ± ${spectrum.exponentError.toFixed(2)}${spectrum.withoutTraps ? `, as f^−${spectrum.withoutTraps.exponent.toFixed(2)} ± ${spectrum.withoutTraps.exponentError.toFixed(2)} in cells without a trap` : ''}; 1/f is 1.`,
    ...reads.notes,
    interval === undefined
      ? 'The file holds the noise of one read from the next alone, independent from read to read and constant outside the conductances seen; what is slower has no time scale and is left out.'
      : 'The file holds 1/f noise between one read and the whole series, of cells without a trap, and the telegraph noise of the median trap.',
  ];
}

function ageingNotes({ law, fitting, heldOut, lastRead, reason }: Ageing, inputs: FitInputs): string[] {
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
  if (!inputs.followed) {
    notes.push('Cells are not followed in time: how each one ages is told from means and spreads of the levels alone.');
  }
  return notes;
}

const list = (targets: readonly number[]): string =>
  `Level${targets.length > 1 ? 's' : ''} ${targets.map(target => formatQuantity(target, 'S', 4)).join(', ')}`;
