import { chip } from './chip.ts';
import { converters } from './converters.ts';
import { plan } from './plan.ts';
import { posterior } from './posterior.ts';
import { range } from './range.ts';
import { training } from './training.ts';

/** Every stage from a design to its chips; what is measured on them and what they cost follow from these. */
export const stages = { training, posterior, range, plan, converters, chip };
