import { type Progress, part } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import { fold } from '../random/index.ts';
import { programChip } from '../transfer/index.ts';
import { type LimitSearch, searchLimit } from './limit.ts';
import { copiesOf, planOf, procedureOf, type TransferOptions } from './plan.ts';
import type { ChipSide, Programmed } from './predict.ts';
import type { Setting } from './setting.ts';

/** What the transfer stage makes. */
export interface Transferred {
  readonly hardware: Programmed;
  readonly deterministic: Programmed;
  /** How the largest |w| was chosen; absent where it was given. */
  readonly search?: { readonly hardware?: LimitSearch; readonly deterministic?: LimitSearch };
}

/** Plans the transfer and programs every chip; beside it, one weight vector on as many chips of its own. */
export function transferAll(setting: Setting, posterior: Posterior, progress: Progress): Transferred {
  const options = setting.experiment.transfer as TransferOptions;
  const baseline = { ...options, method: 'deterministic', point: 'best' } as TransferOptions;
  const hardware = programAll(setting, posterior, options, 'hardware', part(progress, 0, 0.7));
  const deterministic = programAll(setting, posterior, baseline, 'deterministic', part(progress, 0.7, 1));
  return {
    hardware: hardware.programmed,
    deterministic: deterministic.programmed,
    search: { hardware: hardware.search, deterministic: deterministic.search },
  };
}

function programAll(
  setting: Setting,
  posterior: Posterior,
  options: TransferOptions,
  side: ChipSide,
  progress: Progress,
) {
  const { experiment, device, key } = setting;
  const copies = copiesOf(experiment);
  const given = options.limit === 'search' ? trainedLimit(posterior, options.method) : (options.limit as number);
  const search =
    given === undefined ? searchLimit(setting, posterior, side, options, copies, part(progress, 0, 0.8)) : undefined;
  const plan = planOf(setting, posterior, options, copies, given ?? search!.limit, 'declared');
  const chips = Array.from({ length: experiment.evaluate.chips }, (_, c) => {
    progress(0.8 + (0.2 * c) / experiment.evaluate.chips, `programming ${side} ${c + 1}`);
    return programChip(plan, device, procedureOf(options), fold(fold(key, side), c));
  });
  progress(1);
  return { programmed: { plan, chips }, search };
}

/** The weight range that a posterior was trained for, where its training knew the device. */
function trainedLimit(posterior: Posterior, method: string): number | undefined {
  if (posterior.kind !== 'moments' || method === 'deterministic') return undefined;
  return posterior.tied?.limit ?? (posterior.info.limit as number | undefined);
}
