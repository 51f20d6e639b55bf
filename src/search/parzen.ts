import type { Stream } from '../random/index.ts';
import { logBelow } from './normal.ts';
import { cardinality, placeOf, type Variable, valueAt } from './space.ts';

export interface Parzen {
  draw(stream: Stream): number;
  density(u: number): number;
}

const below = (z: number) => Math.exp(logBelow(z));

export function parzenOf(variable: Variable, places: readonly number[], { floor, prior, mode }: { floor: number; prior: number; mode: string }): Parzen {
  const count = places.length;
  const total = count + prior;
  if (variable.kind === 'categorical') {
    const k = variable.values.length;
    const weights = Array.from({ length: k }, () => prior / k);
    for (const u of places) weights[Math.floor(u * k)]! += 1;
    return {
      draw(stream) {
        let r = stream.uniform() * total;
        let i = 0;
        while (i < k - 1 && r >= weights[i]!) r -= weights[i++]!;
        return (i + 0.5) / k;
      },
      density: u => weights[Math.floor(u * k)]! / total,
    };
  }
  const sorted = [...places].sort((a, b) => a - b);
  const cell = variable.kind === 'real' ? 0 : 1 / cardinality(variable);
  const least = Math.max(floor / Math.min(100, 1 + count), cell/2);
  let common = 0;
  if (mode === 'scott') {
    const m = sorted.reduce((a, b) => a + b, 0) / count;
    const sd = Math.sqrt(sorted.reduce((a, b) => a + (b - m) ** 2, 0) / count);
    const iqr = (sorted[Math.floor(count * 0.75)]! - sorted[Math.floor(count * 0.25)]!) / 1.34;
    common = 1.06 * Math.min(sd, iqr || sd) * count ** -0.2;
  }
  const widths = sorted.map((u, i) => {
    if (mode === 'scott') return Math.min(1, Math.max(least, common));
    const left = i > 0 ? u - sorted[i - 1]! : u;
    const right = i + 1 < count ? sorted[i + 1]! - u : 1 - u;
    return Math.min(1, Math.max(least, mode === 'min' ? Math.min(left, right) : Math.max(left, right)));
  });
  const masses = sorted.map((u, i) => below((1 - u) / widths[i]!) - below(-u / widths[i]!));
  return {
    draw(stream) {
      const i = Math.floor(stream.uniform() * total);
      if (i >= count) return stream.uniform();
      for (;;) {
        const u = sorted[i]! + widths[i]! * stream.normal();
        if (u >= 0 && u <= 1) return variable.kind === 'real' ? u : placeOf(variable, valueAt(variable, u));
      }
    },
    density(u) {
      let sum = prior;
      for (let i = 0; i < count; i++) {
        const z = (u - sorted[i]!) / widths[i]!;
        sum += Math.exp(-0.5 * z * z) / (widths[i]! * masses[i]! * 2.5066282746310002);
      }
      return sum / total;
    },
  };
}
