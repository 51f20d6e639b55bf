import { bestPoint } from './draw.ts';
import { addPrefix, type Training, withPrefix } from './method.ts';
import type { MomentPosterior } from './posterior.ts';

/** Which part of training within a limit: a short trial of a candidate, or the training itself. */
export type Attempt = 'trial' | 'final';

const startingPoint = 'starting point';

export interface LimitSearch {
  /** Finds the point to start from. */
  readonly point: Training;
  /** Candidates for the largest |w|, as many for any starting point; a single one needs no trial. */
  readonly candidates: number;
  limits(begin: Float32Array): readonly number[];
  readonly steps: Readonly<Record<Attempt, number>>;
  /** Training of weights within ±limit that starts at `begin`; its first step is number `from` of all. */
  within(limit: number, begin: Float32Array, attempt: Attempt, from: number): Training;
  /** What is least for the best candidate. */
  score(posterior: MomentPosterior, limit: number): number;
}

/** Training from a point estimate, within the largest |w| that does best of the candidates in a trial each. */
export function trainWithinBestLimit(search: LimitSearch): Training {
  const { point, steps, within, score } = search;
  const trials = search.candidates > 1 ? search.candidates : 0;
  const scores = new Float64Array(trials).fill(Number.NaN);
  const lengths = [point.steps, ...Array.from(scores, () => steps.trial), steps.final];
  let begin: Float32Array = new Float32Array(0);
  let phase = 0;
  let limit = Number.NaN;
  let own: Training = point;

  const best = () => scores.reduce((least, score, i) => (score < scores[least]! ? i : least), 0);
  const isFinal = () => phase === lengths.length - 1;
  const enter = (next: number) => {
    phase = next;
    if (phase === 0) return;
    limit = search.limits(begin)[isFinal() ? best() : phase - 1]!;
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
        return { ...info, note: startingPoint, phase: startingPoint };
      }
      if (isFinal()) return info;
      if (index === steps.trial - 1) scores[phase - 1] = score(posterior(), limit);
      return { note: `largest |w| ${Number(limit.toPrecision(3))}` };
    },
    save() {
      const inner = own.save();
      return {
        arrays: { begin: begin.slice(), scores: scores.slice(), ...addPrefix(inner.arrays, 'own.') },
        numbers: { phase, ...addPrefix(inner.numbers, 'own.') },
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
      if (trials === 0) return found;
      const limits = search.limits(begin).map((limit, i) => ({ limit, nll: scores[i]! }));
      return { ...found, info: { ...found.info, limits } };
    },
  };
}
