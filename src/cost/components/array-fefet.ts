import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Ferroelectric transistors: 0.025 µm² beside 0.110 µm² of 6T at 22 nm. */
export const fefetArray = resistiveArray({
  name: 'fefet-array',
  title: 'FeFET array',
  cite: [cite.Dunkel17],
  share: 0.23,
  areaSpread: 1.5,
});
