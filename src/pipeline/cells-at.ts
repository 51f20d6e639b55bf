import { inTurns, type Job } from '../base/index.ts';
import { effectiveCellsInPieces } from '../crossbar/index.ts';
import { deviceOf } from '../device/index.ts';
import { actualDevice } from '../experiment/index.ts';
import { type Chip, conductancesInPieces, planPlacement } from '../transfer/index.ts';
import { lastProgrammed, readingGiven } from './reading.ts';
import type { Subject } from './subject.ts';

/** The cells of a chip at a time, in the plan's order. */
export interface CellsAt {
  /** As it was last programmed. */
  readonly chip: Chip;
  /** What every cell conducts, S: errors that cells share are in it, noise of reads is not. */
  readonly conductance: Float32Array;
  /** What of that its array's wires let through to its column, S, of the arrays whose wires were asked for and 0 of others. */
  readonly seen?: Float32Array;
}

/** What is asked of a chip's cells: number and time in seconds since the first programming, and of which arrays wires matter. */
export interface CellsAsked {
  readonly chip: number;
  readonly time: number;
  readonly wiresOf?: { readonly from: number; readonly to: number };
}

/** The cells of a chip as its readings find them at a time. `seen` is absent where wires are ideal or were not asked for. */
export async function cellsAt(
  { own, design }: Subject,
  { chip: number, time, wiresOf }: CellsAsked,
  job: Job,
): Promise<CellsAt> {
  const given = { ...readingGiven(design), device: actualDevice(design) };
  const { shared, wires } = given;
  const device = deviceOf(given.device);
  const first = await own.get('chip', { chip: number }, job);
  const last = await lastProgrammed(first, given, time, job);
  const errors = shared && first.key && { errors: shared, chip: number, key: first.key };
  const how = { time: last.time, ...(errors && { shared: errors }) };
  const { conductance } = await inTurns(conductancesInPieces(last.chip, device, how), job);
  if (!wires || !wiresOf) return { chip: last.chip, conductance };
  const placement = planPlacement(last.chip.plan);
  const seen = effectiveCellsInPieces(placement, conductance, wires, device.rest.mean, wiresOf);
  return { chip: last.chip, conductance, seen: await inTurns(seen, job) };
}
