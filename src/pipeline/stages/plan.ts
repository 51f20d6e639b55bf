import { deviceOf } from '../../device/index.ts';
import { decodePlan, encodePlan, encodePlanCsv, type Plan } from '../../transfer/index.ts';
import { copiesOf } from '../design-facts.ts';
import { type NetworkGiven, networkGiven, networkOf } from '../network-of.ts';
import { planOf, type TransferGiven, transferGiven } from '../planning.ts';
import type { Stage } from '../stage.ts';

export interface PlanGiven extends NetworkGiven, TransferGiven {
  readonly copies: number;
}

/** Plans of more cells than this are written as Parquet only: as text they would run to hundreds of megabytes. */
const mostCsvCells = 500_000;

/** What every cell is to become. */
export const plan: Stage<PlanGiven, 'data' | 'posterior' | 'range', Plan> = {
  name: 'plan',
  per: [],
  needs: ['data', 'posterior', 'range'],
  project: design => ({ ...networkGiven(design), ...transferGiven(design), copies: copiesOf(design) }),
  run: (given, { data, posterior, range }, key, job) =>
    planOf(key, given, posterior, networkOf(given, data).network.matrices, given.copies, range.ranges, job),
  bytes: ({ target, intended }) => 4 * (2 * target.length + intended.length),
  codec: {
    files: () => ['plan.parquet', 'plan.csv'],
    encode: plan => ({
      'plan.parquet': encodePlan(plan),
      ...(plan.target.length <= mostCsvCells && { 'plan.csv': new TextEncoder().encode(encodePlanCsv(plan)) }),
    }),
    decode: (files, given, { data }) =>
      decodePlan(
        files['plan.parquet']!,
        networkOf(given, data).network.matrices,
        deviceOf(given.device),
        'plan.parquet',
      ),
  },
};
