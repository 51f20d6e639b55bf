import { inTurns, type Job } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import type { ArrayGeometry } from '../crossbar/index.ts';
import { deviceOf } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import type { LayerMatrix, WeightRanges } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Plan, planInPieces, transferMethodOf } from '../transfer/index.ts';
import { timeOf } from './design-facts.ts';
import { type HoldingGiven, holdingGiven, holdingOf } from './holding.ts';

/** What decides the targets of cells, but for the number of copies and the weight range. */
export interface TransferGiven extends HoldingGiven {
  readonly transfer: Omit<Design['transfer'], 'limit' | 'programming' | 'calibrationCopies'>;
  readonly device: Design['hardware']['device'];
  readonly time: number;
  readonly array: ArrayGeometry;
  readonly layout: Design['hardware']['layout'];
}

export function transferGiven(design: Design): TransferGiven {
  const { limit: _limit, programming: _programming, calibrationCopies: _copies, ...transfer } = design.transfer;
  const { device, layout } = design.hardware;
  const { rowsPerConversion: _read, ...array } = design.hardware.array;
  return { transfer, device, time: timeOf(design), ...holdingGiven(design), array, layout };
}

/** The plan of some copies within weight ranges; the first copies are the same whatever their number. */
export function planOf(
  key: Key,
  { transfer, device, time, array, layout, ...holding }: TransferGiven,
  posterior: Posterior,
  matrices: readonly LayerMatrix[],
  copies: number,
  ranges: WeightRanges,
  job: Job,
): Promise<Plan> {
  const request = {
    posterior,
    ...holdingOf(holding, matrices),
    device: deviceOf(device),
    geometry: array,
    layout,
    copies,
    ranges,
    time,
  };
  return inTurns(planInPieces(key, transferMethodOf(transfer), transfer, request), job);
}

/** What decides the targets of a few copies that stand for all: they lie on as many arrays as it takes. */
export interface CalibrationGiven extends TransferGiven {
  readonly array: Pick<TransferGiven['array'], 'rows' | 'columns'>;
}

export function calibrationGiven(design: Design): CalibrationGiven {
  const { array, ...given } = transferGiven(design);
  return { ...given, array: { rows: array.rows, columns: array.columns } };
}

/** A few copies as they stand for all in searches and calibrations. */
export const calibrationPlan = (
  given: CalibrationGiven,
  posterior: Posterior,
  matrices: readonly LayerMatrix[],
  copies: number,
  ranges: WeightRanges,
  root: Key,
  job: Job,
): Promise<Plan> => planOf(fold(root, 'plan'), given, posterior, matrices, copies, ranges, job);
