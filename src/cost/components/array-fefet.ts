import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Ferroelectric transistors that compute: as large as RRAM that does, for want of a measured macro (assumption). */
export const fefetArray = resistiveArray({
  name: 'fefet-array',
  title: 'FeFET array',
  validity: 'no macro that computes was found: as RRAM (assumption)',
  provenance: 'assumption',
  cite: [cite.Dunkel17],
  squares: 900,
  areaSpread: 2.5,
});
