import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Filamentary RRAM: 0.0486 µm² beside 0.092 µm² of 6T at 22 nm, 53 F² beside 0.242 µm² at 40 nm. */
export const rramArray = resistiveArray({
  name: 'rram-array',
  title: '1T1R RRAM array',
  cite: [cite.Jain19, cite.Chou18],
  share: 0.43,
  areaSpread: 1.5,
});
