import { programmingCircuit } from './components/index.ts';
import type { Estimate } from './estimate.ts';

/** What bringing the cells to their targets once costs. */
export interface Programming {
  readonly cells: number;
  readonly pulses: number;
  /** J, charge pump and lines included. */
  readonly energy: number;
  /** s, one cell after the other. */
  readonly duration: number;
  /** Decisions whose energy the programming is worth. */
  readonly decisions: number;
  /** s until the cells are worn out by being programmed again every `refresh` seconds; null where they are not, or their endurance is not known. */
  readonly lifetime: number | null;
}

/** Null where nothing is programmed, or what a pulse takes is not known. */
export function programmingOf(design: Estimate, energyPerDecision: number): Programming | null {
  const { write } = design.workload;
  const { cells = 0 } = design.schedule;
  if (!write || cells === 0) return null;
  const pulses = cells * write.pulses;
  const energy = pulses * programmingCircuit.unit(design.technology, { energy: write.energy }).energy;
  const { refresh } = design.options;
  const wears = refresh !== undefined && write.endurance !== undefined;
  return {
    cells,
    pulses,
    energy,
    duration: pulses * write.duration,
    decisions: energy / energyPerDecision,
    lifetime: wears ? (write.endurance / write.pulses) * refresh : null,
  };
}
