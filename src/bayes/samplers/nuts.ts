import { fillNormal, fold, type Key, streamOf } from '../../random/index.ts';
import type { Density } from '../density.ts';
import { type SamplerState, stateAt } from './state.ts';

/** What a transition needs besides the state. */
export interface NutsSettings {
  readonly stepSize: number;
  /** Inverse of the diagonal mass matrix, [size]: the variances of the weights. */
  readonly inverseMass: Float64Array;
  /** Most doublings of the trajectory. */
  readonly maxDepth: number;
}

/** What happened in a transition. */
export interface NutsInfo {
  /** Mean acceptance probability over the trajectory, which step-size adaptation steers. */
  readonly acceptance: number;
  /** The energy error passed 1000 somewhere: the step is too long for the curvature there. */
  readonly divergent: boolean;
  readonly depth: number;
  /** Gradient evaluations. */
  readonly steps: number;
  /** Potential and kinetic energy at the state that was drawn. */
  readonly energy: number;
}

interface Point {
  readonly position: Float64Array;
  readonly momentum: Float64Array;
  readonly gradient: Float64Array;
  logDensity: number;
}

/** Energy error that counts as a divergence. */
const worst = 1000;

/**
 * The no-U-turn sampler with multinomial selection from the trajectory and the generalised U-turn criterion, checked
 * across neighbouring subtrees too.
 *
 * Hoffman & Gelman, The No-U-Turn Sampler, JMLR 15, 2014; Betancourt, A conceptual introduction to Hamiltonian Monte
 * Carlo, arXiv 1701.02434, appendix A.
 */
export function nutsSampler(density: Density) {
  const { size } = density;
  const vector = () => new Float64Array(size);
  const point = (): Point => ({ position: vector(), momentum: vector(), gradient: vector(), logDensity: 0 });
  const moving = point();
  const forward = point();
  const backward = point();
  const proposal = point();
  const chosen = point();
  const pools: {
    proposal: Point;
    initialEnd: Float64Array;
    finalBegin: Float64Array;
    initialSum: Float64Array;
    finalSum: Float64Array;
  }[] = [];
  const pool = (depth: number) => {
    pools[depth] ??= {
      proposal: point(),
      initialEnd: vector(),
      finalBegin: vector(),
      initialSum: vector(),
      finalSum: vector(),
    };
    return pools[depth];
  };
  const total = vector();
  const forwardSum = vector();
  const backwardSum = vector();
  const forwardInner = vector();
  const backwardInner = vector();

  let settings: NutsSettings;
  let uniform: () => number;
  let startEnergy = 0;
  let acceptanceSum = 0;
  let steps = 0;
  let divergent = false;

  function energyOf({ momentum, logDensity }: Point): number {
    const { inverseMass } = settings;
    let kinetic = 0;
    for (let i = 0; i < size; i++) kinetic += inverseMass[i]! * momentum[i]! * momentum[i]!;
    return 0.5 * kinetic - logDensity;
  }

  function leapfrog(step: number): void {
    const { position, momentum, gradient } = moving;
    const { inverseMass } = settings;
    for (let i = 0; i < size; i++) {
      momentum[i]! += 0.5 * step * gradient[i]!;
      position[i]! += step * inverseMass[i]! * momentum[i]!;
    }
    moving.logDensity = density.evaluate(gradient, position);
    for (let i = 0; i < size; i++) momentum[i]! += 0.5 * step * gradient[i]!;
  }

  /** Whether the trajectory between two momenta whose sum is a (+ b) still moves apart at both ends. */
  function apart(first: Float64Array, last: Float64Array, a: Float64Array, b: Float64Array | null): boolean {
    const { inverseMass } = settings;
    let atFirst = 0;
    let atLast = 0;
    for (let i = 0; i < size; i++) {
      const sharp = inverseMass[i]! * (b ? a[i]! + b[i]! : a[i]!);
      atFirst += first[i]! * sharp;
      atLast += last[i]! * sharp;
    }
    return atFirst > 0 && atLast > 0;
  }

  /**
   * Extends `moving` by 2^depth steps. Adds the momenta to `sum`, writes the momenta at both ends and a draw from the
   * subtree; returns the log of the subtree's weight, or NaN where it is not valid.
   */
  function build(
    depth: number,
    step: number,
    begin: Float64Array,
    end: Float64Array,
    sum: Float64Array,
    draw: Point,
  ): number {
    if (depth === 0) {
      leapfrog(step);
      steps++;
      let error = energyOf(moving) - startEnergy;
      if (Number.isNaN(error)) error = Number.POSITIVE_INFINITY;
      acceptanceSum += Math.min(1, Math.exp(-error));
      for (let i = 0; i < size; i++) sum[i]! += moving.momentum[i]!;
      begin.set(moving.momentum);
      end.set(moving.momentum);
      copy(draw, moving);
      if (error > worst) {
        divergent = true;
        return Number.NaN;
      }
      return -error;
    }
    const own = pool(depth);
    own.initialSum.fill(0);
    own.finalSum.fill(0);
    const initial = build(depth - 1, step, begin, own.initialEnd, own.initialSum, draw);
    if (Number.isNaN(initial)) return Number.NaN;
    const final = build(depth - 1, step, own.finalBegin, end, own.finalSum, own.proposal);
    if (Number.isNaN(final)) return Number.NaN;
    const weight = logAddExp(initial, final);
    if (uniform() < Math.exp(final - weight)) copy(draw, own.proposal);
    for (let i = 0; i < size; i++) sum[i]! += own.initialSum[i]! + own.finalSum[i]!;
    const goesOn =
      apart(begin, end, own.initialSum, own.finalSum) &&
      apart(begin, own.finalBegin, own.initialSum, own.finalBegin) &&
      apart(own.initialEnd, end, own.finalSum, own.initialEnd);
    return goesOn ? weight : Number.NaN;
  }

  function step(key: Key, state: SamplerState, chosenSettings: NutsSettings): { state: SamplerState; info: NutsInfo } {
    settings = chosenSettings;
    uniform = streamOf(fold(key, 'tree')).uniform;
    fillNormal(fold(key, 'momentum'), moving.momentum);
    for (let i = 0; i < size; i++) moving.momentum[i]! /= Math.sqrt(settings.inverseMass[i]!);
    moving.position.set(state.position);
    moving.gradient.set(state.gradient);
    moving.logDensity = state.logDensity;
    copy(forward, moving);
    copy(backward, moving);
    copy(chosen, moving);
    total.set(moving.momentum);
    startEnergy = energyOf(moving);
    acceptanceSum = 0;
    steps = 0;
    divergent = false;
    let weight = 0;
    let depth = 0;
    while (depth < settings.maxDepth) {
      forwardSum.fill(0);
      backwardSum.fill(0);
      let added: number;
      if (uniform() < 0.5) {
        backwardSum.set(total);
        backwardInner.set(forward.momentum);
        copy(moving, forward);
        added = build(depth, settings.stepSize, forwardInner, forward.momentum, forwardSum, proposal);
        copy(forward, moving);
      } else {
        forwardSum.set(total);
        forwardInner.set(backward.momentum);
        copy(moving, backward);
        added = build(depth, -settings.stepSize, backwardInner, backward.momentum, backwardSum, proposal);
        copy(backward, moving);
      }
      if (Number.isNaN(added)) break;
      depth++;
      if (uniform() < Math.exp(added - weight)) copy(chosen, proposal);
      weight = logAddExp(weight, added);
      for (let i = 0; i < size; i++) total[i] = forwardSum[i]! + backwardSum[i]!;
      const goesOn =
        apart(backward.momentum, forward.momentum, total, null) &&
        apart(backward.momentum, forwardInner, backwardSum, forwardInner) &&
        apart(backwardInner, forward.momentum, forwardSum, backwardInner);
      if (!goesOn) break;
    }
    return {
      state: { position: chosen.position.slice(), gradient: chosen.gradient.slice(), logDensity: chosen.logDensity },
      info: { acceptance: acceptanceSum / Math.max(1, steps), divergent, depth, steps, energy: energyOf(chosen) },
    };
  }

  return { init: (position: Float64Array) => stateAt(density, position), step };
}

function copy(to: Point, from: Point): void {
  to.position.set(from.position);
  to.momentum.set(from.momentum);
  to.gradient.set(from.gradient);
  to.logDensity = from.logDensity;
}

function logAddExp(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(Math.exp(a - top) + Math.exp(b - top));
}
