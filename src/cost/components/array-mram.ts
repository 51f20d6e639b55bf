import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Spin-transfer-torque MRAM: 0.0486 µm² beside 0.092 µm² of 6T at 22 nm. */
export const mramArray = resistiveArray({
  name: 'mram-array',
  title: '1T1R MRAM array',
  cite: [cite.Wei19],
  share: 0.53,
  areaSpread: 1.3,
});
