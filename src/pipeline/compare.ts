import { type PairedTest, pairedTest } from '../uncertainty/index.ts';
import type { Evaluation } from './evaluation.ts';

/** Metrics that variants are compared by on each chip, and the sign of what is better. */
const compared: Readonly<Record<Evaluation['task'], Readonly<Record<string, 1 | -1>>>> = {
  classification: { nll: -1, accuracy: 1, ece: -1 },
  regression: { nll: -1, rmse: -1 },
};

/**
 * A variant against the experiment it varies, on the same chips at the first time, by metric: wins are chips on which the
 * variant is better, and a positive difference is in its favour. Empty where the numbers of chips differ.
 */
export function againstBase(base: Evaluation, variant: Evaluation): Readonly<Record<string, PairedTest>> {
  if (base.hardware.chips.length !== variant.hardware.chips.length) return {};
  return Object.fromEntries(
    Object.entries(compared[base.task]).map(([metric, sign]) => {
      const values = ({ hardware }: Evaluation) => hardware.chips.map(chip => sign * chip[metric]!);
      return [metric, pairedTest(values(variant), values(base))];
    }),
  );
}
