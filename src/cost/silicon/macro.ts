import type { Citation } from '../../base/index.ts';
import type { ArchitectureInput } from '../architectures/index.ts';
import type { Workload } from '../workload.ts';

/** Kinds of circuit that are held to silicon apart. */
export const macroClasses = ['resistive', 'charge-domain SRAM', 'digital SRAM'] as const;

export type MacroClass = (typeof macroClasses)[number];

/** Where a published figure or condition was read; `secondary` is someone else's account of the paper, which was not read itself. */
export type Read = 'abstract' | 'title' | 'secondary';

/** A macro that was built and measured, and the same as our model sees it. */
export interface Macro {
  readonly name: string;
  readonly class: MacroClass;
  /** J of one operation, and where the figure stands; absent where it was not found. */
  readonly energyPerOperation?: readonly [value: number, read: Read];
  /** m², and where the figure stands. */
  readonly area?: readonly [value: number, read: Read];
  /** Array, bits, utilisation, activity, what the figures include, and where that was read. */
  readonly conditions: string;
  /** Conditions that the model needs and that were not found; such a macro is shown and counts for no statistics. */
  readonly assumed?: string;
  readonly cite: readonly Citation[];
  readonly workload: Workload;
  readonly architecture: ArchitectureInput;
}
