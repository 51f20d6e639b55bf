import { type CoveragePoint, type Interval, interval, type ReliabilityBin, shareEnds } from '../uncertainty/index.ts';
import type { Curves, PooledBin, PooledCurves } from './predicted.ts';

/** The curves of one kind of chips in one: means over the chips, with their 95 % intervals. */
export function pooledCurves(chips: readonly Curves[]): PooledCurves {
  const reliability = chips.map(chip => chip.reliability);
  const risks = chips.map(({ riskCoverage }) => riskCoverage);
  return {
    reliability: areBins(reliability) ? pooledBins(reliability) : pooledLevels(reliability as CoveragePoint[][]),
    riskCoverage: risks[0]!.coverage.map((coverage, i) => ({
      coverage,
      ...interval(risks.map(({ risk }) => risk[i]!)),
    })),
  };
}

const areBins = (all: readonly Curves['reliability'][]): all is readonly (readonly ReliabilityBin[])[] =>
  all.every(one => one.every(entry => 'count' in entry));

/**
 * Bin by bin, inputs weighted alike: `count` is the mean over chips. The ends of an accuracy are Wilson's, of as many rows as
 * its variance is worth: what rows do, a(1 − a) over the rows of a chip, and what chips do, added (Owen 2007).
 */
function pooledBins(chips: readonly (readonly ReliabilityBin[])[]): PooledBin[] {
  return chips[0]!.map(({ low, high }, b) => {
    const bins = chips.map(chip => chip[b]!).filter(({ count }) => count > 0);
    const inputs = bins.reduce((sum, { count }) => sum + count, 0);
    const mean = (of: (bin: ReliabilityBin) => number) =>
      inputs > 0 ? bins.reduce((sum, bin) => sum + bin.count * of(bin), 0) / inputs : 0;
    const accuracy = mean(bin => bin.accuracy);
    const count = inputs / chips.length;
    const pooled = { low, high, count, confidence: mean(bin => bin.confidence), accuracy };
    if (inputs === 0) return pooled;
    const between = bins.reduce((sum, bin) => sum + (bin.count * (bin.accuracy - accuracy)) ** 2, 0) / inputs ** 2;
    const within = (accuracy * (1 - accuracy)) / count;
    const degrees = Math.max(1, Math.round(inputs / bins.length) - 1);
    return {
      ...pooled,
      ends: shareEnds(accuracy, within + (bins.length > 1 ? between : 0), degrees, { units: count }),
    };
  });
}

function pooledLevels(
  chips: readonly (readonly CoveragePoint[])[],
): (CoveragePoint & Pick<Interval, 'low' | 'high'>)[] {
  return chips[0]!.map(({ level }, i) => {
    const { mean, low, high } = interval(chips.map(chip => chip[i]!.coverage));
    return { level, coverage: mean, low, high };
  });
}
