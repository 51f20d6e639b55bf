import { headlines } from '../uncertainty/index.ts';
import type { Standing } from './evaluation-record.ts';
import type { Metrics } from './predicted.ts';

/**
 * Where each real chip stands among the simulated ones by headline metric. Were it one of them, all ranks would be equally
 * likely: p = 2 min(1 + chips at or below, 1 + chips at or above)/(1 + chips), at most 1, is exact whatever the metric's law.
 */
export function standingOf(chips: readonly Metrics[], real: readonly number[]): Standing[] {
  const simulated = chips.filter((_, i) => !real.includes(i));
  if (simulated.length === 0) return [];
  return real.map(chip => ({
    chip,
    metrics: Object.fromEntries(
      headlines.flatMap(name => {
        const value = chips[chip]![name];
        const others = simulated.flatMap(one => (Number.isFinite(one[name]) ? [one[name]!] : []));
        if (value === undefined || !Number.isFinite(value) || others.length === 0) return [];
        const below = others.filter(other => other <= value).length;
        const above = others.filter(other => other >= value).length;
        const pValue = Math.min(1, (2 * (1 + Math.min(below, above))) / (1 + others.length));
        return [[name, { value, simulated: others.reduce((a, b) => a + b, 0) / others.length, pValue }]];
      }),
    ),
  }));
}
