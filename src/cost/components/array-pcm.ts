import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Phase-change memory that computes: 60 % of a 0.634 mm² core (the share from a secondary source) over 256×256 cells of 8T4R at 14 nm. */
export const pcmArray = resistiveArray({
  name: 'pcm-array',
  title: '2T1R PCM array',
  validity: 'one core at 14 nm, derived; storage needs about 50 F²',
  provenance: 'published',
  cite: [cite.Hermes21],
  squares: 7400,
  areaSpread: 2,
});
