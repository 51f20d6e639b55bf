import type { Wires } from '../crossbar/index.ts';
import { deviceOf } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import { sourceOf } from '../inference/index.ts';
import { transferMethodOf } from '../transfer/index.ts';

/** Time after programming that training and transfer count on, s. */
export const timeOf = ({ hardware }: Pick<Design, 'hardware'>): number =>
  hardware.time ?? deviceOf(hardware.device).referenceTime;

/** Resistances of a design's arrays as they are read; undefined where wires are ideal. */
export function wiresOf({ hardware: { wires, array } }: Pick<Design, 'hardware'>): Wires | undefined {
  const { rowsPerConversion } = array;
  return wires && { ...wires, ...(rowsPerConversion !== undefined && { rowsPerConversion }) };
}

/** Copies of the network that the design's entropy source needs on the chip. */
export const copiesOf = ({ sampling }: Pick<Design, 'sampling'>): number => sourceOf(sampling).copies(sampling);

/** Copies of the network that a design's chips hold: as many as its transfer makes, or as its source needs. */
export const copiesHeld = (design: Pick<Design, 'sampling' | 'transfer'>): number =>
  transferMethodOf(design.transfer).copies ?? copiesOf(design);

/** Monte-Carlo samples that a chip's prediction has. */
export const samplesOf = ({ sampling }: Pick<Design, 'sampling'>): number => sourceOf(sampling).samples(sampling);
