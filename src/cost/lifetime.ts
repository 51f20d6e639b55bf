import { programmingCircuit } from './components/index.ts';
import type { Estimate } from './estimate.ts';

/** How long cells last when samples are drawn by writing. */
export interface Lifetime {
  /** Writes that one cell takes in a decision. */
  readonly writesPerDecision: number;
  /** Writes a cell survives. */
  readonly endurance: number;
  readonly decisions: number;
  /** s at full throughput. */
  readonly duration: number;
}

/** Null where nothing is written to draw a sample. */
export function lifetimeOf({ schedule, interval }: Estimate): Lifetime | null {
  if (!schedule.wear) return null;
  const { writes, endurance } = schedule.wear;
  const decisions = endurance / writes;
  return { writesPerDecision: writes, endurance, decisions, duration: decisions * interval };
}

/** Statistics of bringing the cells to their targets once. */
export interface PlanStatistics {
  /** Cells to program. */
  readonly cells: number;
  /** Mean pulses of one cell, verify reads not counted. */
  readonly pulses: number;
  /** J in the cell per pulse. */
  readonly energy: number;
  /** s per pulse. */
  readonly duration: number;
  /** Cells programmed at the same time; 1 by default. */
  readonly parallel?: number;
}

/** One-time cost of programming. */
export interface Programming {
  readonly cells: number;
  readonly pulses: number;
  /** J, charge pump and lines included. */
  readonly energy: number;
  /** s. */
  readonly duration: number;
  /** Decisions whose energy the programming is worth. */
  readonly decisions: number;
}

export function programmingOf(plan: PlanStatistics, design: Estimate, energyPerDecision: number): Programming {
  const pulses = plan.cells * plan.pulses;
  const energy = pulses * programmingCircuit.unit(design.technology, { energy: plan.energy }).energy;
  return {
    cells: plan.cells,
    pulses,
    energy,
    duration: (pulses * plan.duration) / (plan.parallel ?? 1),
    decisions: energy / energyPerDecision,
  };
}
