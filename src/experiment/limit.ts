import type { Progress } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import { sampleRows } from '../data/index.ts';
import { fold } from '../random/index.ts';
import { candidateLimits, programChip } from '../transfer/index.ts';
import { judgeOutputs } from './judge.ts';
import { planOf, procedureOf, type TransferOptions } from './plan.ts';
import { type ChipSide, chipPredictor, readoutOf } from './predict.ts';
import type { Setting } from './setting.ts';

/** One candidate for the largest |w| and how its chips did on the validation split. */
export interface LimitCandidate {
  readonly limit: number;
  /** Mean negative log-likelihood over the candidate's chips, nats. */
  readonly nll: number;
}

export interface LimitSearch {
  readonly limit: number;
  readonly candidates: readonly LimitCandidate[];
}

/** Chips programmed for each candidate; their keys are never those of the evaluated chips. */
const chips = 4;

/** Weights that a candidate's chip holds at most: all copies of small networks, enough copies of large ones to rank them. */
const mostWeights = 1 << 21;

/** Validation rows that candidates are judged on at most. */
const mostRows = 512;

/**
 * Chooses the largest |w| that the cells of a weight can hold. A small one spends conductance range on few weights' tails, a large
 * one leaves all weights in the device's noise; which matters more shows only in the predictions, so candidates are
 * programmed on simulated chips of their own and the best validation score wins.
 */
export function searchLimit(
  setting: Setting,
  posterior: Posterior,
  side: ChipSide,
  options: TransferOptions,
  copies: number,
  progress: Progress,
): LimitSearch {
  const { key, dataset } = setting;
  const weights = setting.network.matrices.reduce((total, m) => total + m.rows * m.columns, 0);
  const validation = sampleRows(dataset.validation, mostRows);
  const { inputs, count } = validation;
  const candidates = candidateLimits(posterior, weights, options.method, key).map((limit, i, all): LimitCandidate => {
    const plan = planOf(
      setting,
      posterior,
      options,
      Math.min(copies, Math.max(4, Math.floor(mostWeights / weights))),
      limit,
      'unlimited',
    );
    const readout = readoutOf(setting, plan);
    let nll = 0;
    for (let c = 0; c < chips; c++) {
      const chip = programChip(plan, setting.device, procedureOf(options), fold(fold(key, 'limit'), c));
      const outputs = chipPredictor(
        setting,
        side,
        { chip, index: chips + c, readout },
        setting.time,
        fold(fold(key, 'limit-read'), c),
      )(inputs, count);
      nll += judgeOutputs(setting, outputs, validation, posterior.noiseStd).metrics.nll! / chips;
      progress((i + (c + 1) / chips) / all.length, `largest |w| ${limit.toFixed(2)}`);
    }
    return { limit, nll };
  });
  const best = candidates.reduce((a, b) => (b.nll < a.nll ? b : a));
  return { limit: best.limit, candidates };
}
