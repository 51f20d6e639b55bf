import { deviceOf } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import { sourceOf } from '../inference/index.ts';

/** Time after programming that training and transfer count on, s. */
export const timeOf = ({ hardware }: Pick<Design, 'hardware'>): number =>
  hardware.time ?? deviceOf(hardware.device).referenceTime;

/** Copies of the network that the design's entropy source needs on the chip. */
export const copiesOf = ({ sampling }: Pick<Design, 'sampling'>): number => sourceOf(sampling).copies(sampling);

/** Monte-Carlo samples that a chip's prediction has. */
export const samplesOf = ({ sampling }: Pick<Design, 'sampling'>): number => sourceOf(sampling).samples(sampling);
