import { pointMatrices, type RandomLayers, randomLayersOf } from '../bayes/index.ts';
import { type Mapping, type Placement, place } from '../crossbar/index.ts';
import type { Design } from '../experiment/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import { heldMatrices } from '../transfer/index.ts';
import { copiesHeld } from './design-facts.ts';

/** What decides how cells hold the matrices of a network. */
export interface HoldingGiven {
  readonly mapping: Design['hardware']['mapping'];
  /** Of single layers, by name. */
  readonly mappings?: Design['hardware']['mappings'];
  readonly randomLayers: RandomLayers;
}

export const holdingGiven = ({ hardware, posterior }: Pick<Design, 'hardware' | 'posterior'>): HoldingGiven => ({
  mapping: hardware.mapping,
  ...(hardware.mappings && { mappings: hardware.mappings }),
  randomLayers: randomLayersOf(posterior),
});

/** How cells hold the weights of each matrix, and of how many, the first ones, one copy serves all samples. */
export interface Holding {
  readonly matrices: readonly LayerMatrix[];
  readonly mappings: readonly Mapping[];
  readonly heldOnce: number;
}

export const holdingOf = (
  { mapping, mappings, randomLayers }: HoldingGiven,
  matrices: readonly LayerMatrix[],
): Holding => ({
  matrices,
  mappings: matrices.map(({ name }) => mappings?.[name] ?? mapping),
  heldOnce: pointMatrices(matrices.length, randomLayers),
});

/** Where the cells of a design's copies lie. Refuses more arrays than there are. */
export function placementOf(design: Design, matrices: readonly LayerMatrix[]): Placement {
  const { array, layout } = design.hardware;
  const holding = holdingOf(holdingGiven(design), matrices);
  return place(heldMatrices({ ...holding, copies: copiesHeld(design) }), array, layout);
}
