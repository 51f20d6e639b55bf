import type { Stream } from '../random/index.ts';
import { logBelow } from './normal.ts';
import { cardinality, placeOf, type Variable, valueAt } from './space.ts';

/** A density on a variable's unit interval, estimated from places of points. */
export interface Parzen {
  /**
   * A place. From a kernel of a discrete variable it is the middle of a value's part; from the uniform density it stays
   * where it fell, between values where kernels of others are low, so that these variables go on exploring.
   */
  draw(stream: Stream): number;
  /** Density at a place, of a category its probability. */
  density(u: number): number;
}

/**
 * Mixture of one kernel per place and the uniform density, all of equal weight. A kernel is a normal truncated to the
 * interval and as wide as the larger distance to a neighbouring place, but no narrower than `narrowest`/(places + 1) nor
 * half the part of a discrete value: Bergstra, Bardenet, Bengio & Kégl, NeurIPS 2011, section 4. Categories are counted.
 */
export function parzenOf(variable: Variable, places: ArrayLike<number>, narrowest: number): Parzen {
  return variable.kind === 'categorical'
    ? counted(variable.values.length, places)
    : smoothed(variable, Float64Array.from(places).sort(), narrowest);
}

function counted(values: number, places: ArrayLike<number>): Parzen {
  const total = places.length + 1;
  const weights = new Float64Array(values).fill(1 / values);
  for (let i = 0; i < places.length; i++) weights[Math.floor(places[i]! * values)]! += 1;
  return {
    draw(stream) {
      let rest = stream.uniform() * total;
      let i = 0;
      while (i < values - 1 && rest >= weights[i]!) rest -= weights[i++]!;
      return (i + 0.5) / values;
    },
    density: u => weights[Math.floor(u * values)]! / total,
  };
}

/** Places in ascending order. */
function smoothed(variable: Variable, places: Float64Array, narrowest: number): Parzen {
  const count = places.length;
  const least = Math.max(narrowest / Math.min(100, count + 1), 0.5 / cardinality(variable));
  const inverse = new Float64Array(count);
  const heights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const u = places[i]!;
    const left = u - (i > 0 ? places[i - 1]! : 0);
    const right = (i + 1 < count ? places[i + 1]! : 1) - u;
    inverse[i] = 1 / Math.max(least, left, right);
    const inside = Math.exp(logBelow((1 - u) * inverse[i]!)) - Math.exp(logBelow(-u * inverse[i]!));
    heights[i] = inverse[i]! / (inside * Math.sqrt(2 * Math.PI));
  }
  return {
    draw(stream) {
      const i = Math.floor(stream.uniform() * (count + 1));
      for (;;) {
        if (i === count) return stream.uniform();
        const u = places[i]! + stream.normal() / inverse[i]!;
        if (u >= 0 && u <= 1) return variable.kind === 'real' ? u : placeOf(variable, valueAt(variable, u));
      }
    },
    density(u) {
      let sum = 1;
      for (let i = 0; i < count; i++) {
        const z = (u - places[i]!) * inverse[i]!;
        const square = z * z;
        if (square < 80) sum += heights[i]! * Math.exp(-0.5 * square);
      }
      return sum / (count + 1);
    },
  };
}
