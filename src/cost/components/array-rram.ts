import { cite } from '../citations.ts';
import { resistiveArray } from './resistive-array.ts';

/** Filamentary RRAM that computes: 0.56 mm² of a macro of 512×512 pairs at 28 nm, less its converters, over its devices. */
export const rramArray = resistiveArray({
  name: 'rram-array',
  title: '1T1R RRAM array',
  validity: 'one macro at 28 nm, derived; storage needs 50 to 100 F²',
  provenance: 'published',
  cite: [cite.Yao24],
  squares: 900,
  areaSpread: 2,
});
