import { fillNormal, fillUniform, fold, type Key } from '../../random/index.ts';
import type { Density } from '../density.ts';
import type { NutsInfo, NutsSettings } from './nuts.ts';
import { type SamplerState, stateAt } from './state.ts';

/** Energy error that counts as a divergence. */
const worst = 1000;

/**
 * Hamiltonian Monte Carlo: trajectories of a given length, each scaled by a uniform factor in 0.5…1.5 so that no
 * period of the dynamics is hit for ever: Neal, MCMC using Hamiltonian dynamics, Handbook of MCMC, 2011, section 4.2.
 */
export function hmcSampler(density: Density, length: number) {
  const { size } = density;
  const momentum = new Float64Array(size);
  const uniforms = new Float64Array(2);

  function step(key: Key, state: SamplerState, { stepSize, inverseMass }: NutsSettings) {
    fillNormal(fold(key, 'momentum'), momentum);
    fillUniform(fold(key, 'uniforms'), uniforms);
    const position = state.position.slice();
    const gradient = state.gradient.slice();
    let { logDensity } = state;
    for (let i = 0; i < size; i++) momentum[i]! /= Math.sqrt(inverseMass[i]!);
    const kinetic = () => {
      let total = 0;
      for (let i = 0; i < size; i++) total += inverseMass[i]! * momentum[i]! * momentum[i]!;
      return 0.5 * total;
    };
    const before = kinetic() - logDensity;
    const steps = Math.max(1, Math.min(1000, Math.round(((0.5 + uniforms[0]!) * length) / stepSize)));
    for (let s = 0; s < steps; s++) {
      for (let i = 0; i < size; i++) {
        momentum[i]! += 0.5 * stepSize * gradient[i]!;
        position[i]! += stepSize * inverseMass[i]! * momentum[i]!;
      }
      logDensity = density.evaluate(gradient, position);
      for (let i = 0; i < size; i++) momentum[i]! += 0.5 * stepSize * gradient[i]!;
    }
    const after = kinetic() - logDensity;
    const error = Number.isNaN(after) ? Number.POSITIVE_INFINITY : after - before;
    const acceptance = Math.min(1, Math.exp(-error));
    const accepted = uniforms[1]! < acceptance;
    const info: NutsInfo = { acceptance, divergent: error > worst, depth: 0, steps, energy: accepted ? after : before };
    return { state: accepted ? { position, gradient, logDensity } : state, info };
  }

  return { init: (position: Float64Array) => stateAt(density, position), step };
}
