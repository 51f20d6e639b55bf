import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Phase-change memory: 0.036 µm² beside 0.125 µm² of 6T at 28 nm. */
export const pcmArray = resistiveArray({
  name: 'pcm-array',
  title: '1T1R PCM array',
  cite: [cite.Arnaud18],
  share: 0.29,
  areaSpread: 2,
});
