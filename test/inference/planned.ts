import type { Posterior } from '../../src/bayes/index.ts';
import type { Device } from '../../src/device/index.ts';
import { evenRanges, type LayerMatrix } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { type Plan, planTransfer, transferMethods } from '../../src/transfer/index.ts';

/** Largest weight that a pair of cells holds. */
export const limit = 1.5;

/** A plan of one copy of a posterior's means on pairs of cells. */
export const planned = (posterior: Posterior, matrices: readonly LayerMatrix[], device: Device): Plan =>
  planTransfer(
    keyOf(1),
    transferMethods.deterministic,
    { method: 'deterministic', point: 'mean' },
    {
      posterior,
      matrices,
      device,
      geometry: { rows: 64, columns: 64 },
      layout: 'tiles',
      copies: 1,
      mapping: { mapping: 'differential' },
      ranges: evenRanges(matrices, limit),
      time: 1,
    },
  );
