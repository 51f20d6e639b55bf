import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Magnetic tunnel junctions that compute: as large as RRAM that does, for want of a measured macro (assumption). */
export const mramArray = resistiveArray({
  name: 'mram-array',
  title: '1T1R MRAM array',
  validity: 'no macro that computes was found: as RRAM (assumption)',
  provenance: 'assumption',
  cite: [cite.Wei19],
  squares: 900,
  areaSpread: 2.5,
});
