import { bestPoint } from './draw.ts';
import { addPrefix, type Training, withPrefix } from './method.ts';
import type { MomentPosterior } from './posterior.ts';

/** Which part of training within a limit: a short trial of a candidate, or the training itself. */
export type Part = 'trial' | 'final';

export interface LimitSearch {
  /** Finds the point to start from, a maximum a posteriori estimate. */
  readonly point: Training;
  /** Candidates for the largest |w|; a single one needs no trial. */
  readonly limits: readonly number[];
  readonly steps: Readonly<Record<Part, number>>;
  /** Training of weights within ±limit that starts at `begin`; its first step is number `from` of all. */
  within(limit: number, begin: Float32Array, part: Part, from: number): Training;
  /** What is least for the best candidate. */
  score(posterior: MomentPosterior, limit: number): number;
}

/** Training from a point estimate, within the largest |w| that does best of the candidates in a trial each. */
export function trainWithinBestLimit({ point, limits, steps, within, score }: LimitSearch): Training {
  const trials = limits.length > 1 ? limits : [];
  const scores = new Float64Array(trials.length).fill(Number.NaN);
  const lengths = [point.steps, ...trials.map(() => steps.trial), steps.final];
  let begin: Float32Array = new Float32Array(0);
  let phase = 0;
  let own: Training = point;

  const best = () => scores.reduce((least, score, i) => (score < scores[least]! ? i : least), 0);
  const isFinal = () => phase === lengths.length - 1;
  const limitNow = () => limits[isFinal() ? best() : phase - 1]!;
  const enter = (next: number) => {
    phase = next;
    if (phase === 0) return;
    const limit = limitNow();
    const from = lengths.slice(0, phase).reduce((a, b) => a + b, 0);
    const inside = begin.map(w => Math.min(limit, Math.max(-limit, w)));
    own = within(limit, inside, isFinal() ? 'final' : 'trial', from);
  };
  const posterior = () => own.finish() as MomentPosterior;

  return {
    steps: lengths.reduce((a, b) => a + b, 0),
    step(place) {
      let index = place;
      let now = 0;
      while (index >= lengths[now]!) index -= lengths[now++]!;
      if (index === 0) enter(now);
      const info = own.step(index);
      if (phase === 0) {
        if (index === point.steps - 1) begin = bestPoint(point.finish());
        return { ...info, note: 'starting point' };
      }
      if (isFinal()) return info;
      const limit = limitNow();
      if (index === steps.trial - 1) scores[phase - 1] = score(posterior(), limit);
      return { note: `largest |w| ${limit}` };
    },
    save() {
      const part = own.save();
      return {
        arrays: { begin: begin.slice(), scores: scores.slice(), ...addPrefix(part.arrays, 'own.') },
        numbers: { phase, ...addPrefix(part.numbers, 'own.') },
      };
    },
    load({ arrays, numbers }) {
      begin = Float32Array.from(arrays.begin!);
      scores.set(arrays.scores!);
      enter(numbers.phase!);
      own.load({ arrays: withPrefix(arrays, 'own.'), numbers: withPrefix(numbers, 'own.') });
    },
    finish() {
      const found = posterior();
      if (trials.length === 0) return found;
      return { ...found, info: { ...found.info, limits: limits.map((limit, i) => ({ limit, nll: scores[i]! })) } };
    },
  };
}
