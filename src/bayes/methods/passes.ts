import type { RangeSharing } from '../../network/index.ts';
import { trialsOf } from '../range-search.ts';
import { tiedShares } from './device-tied.ts';
import type { RangeField } from './fields.ts';
import { awareShares } from './hardware-aware.ts';

/** Passes over the rows that hardware-aware training of so many epochs makes with so many layers of weights, its start and trials of ranges included. */
export const passesOfAware = (epochs: number, limit: RangeField, sharing: RangeSharing, layers: number): number =>
  epochs + Math.ceil(epochs / 4) + trialsOf(limit, awareShares, sharing, layers) * Math.ceil(epochs / 8);

/** Passes for one epoch of device-tied training: half for the start, trials of a quarter, itself. */
export const passesOfTied = (limit: RangeField, sharing: RangeSharing, layers: number): number =>
  1.5 + trialsOf(limit, tiedShares, sharing, layers) / 4;
