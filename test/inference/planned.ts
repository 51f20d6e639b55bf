import type { Posterior } from '../../src/bayes/index.ts';
import type { Device } from '../../src/device/index.ts';
import { evenRanges, type LayerMatrix } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { type Plan, planTransfer, transferMethods } from '../../src/transfer/index.ts';

/** Largest weight that a pair of cells holds. */
export const limit = 1.5;

/** A plan of one copy of a posterior's means on pairs of cells, or of its signs on cells against a reference. */
export function planned(
  posterior: Posterior,
  matrices: readonly LayerMatrix[],
  device: Device,
  method?: 'threshold',
): Plan {
  const request = {
    posterior,
    matrices,
    device,
    geometry: { rows: 64, columns: 64 },
    layout: 'tiles',
    copies: 1,
    ranges: evenRanges(matrices, limit),
    time: 1,
  } as const;
  const { deterministic, threshold } = transferMethods;
  return method
    ? planTransfer(
        keyOf(1),
        threshold,
        { method },
        { ...request, mappings: matrices.map(() => ({ mapping: 'offset' }) as const) },
      )
    : planTransfer(
        keyOf(1),
        deterministic,
        { method: 'deterministic', point: 'mean' },
        { ...request, mappings: matrices.map(() => ({ mapping: 'differential' }) as const) },
      );
}
