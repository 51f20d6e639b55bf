import { kernels } from '../kernels/index.ts';
import { reduceCrossbar, type Step } from './elimination.ts';
import type { CrossbarNetwork } from './network.ts';

/** A port's potential in volts; null where the port is connected to nothing. */
export type PortPotential = number | null;

/** Potentials of all nodes in volts: word line side and bit line side of every cell [rows, columns], drivers, senses. */
export interface Potentials {
  readonly word: Float64Array;
  readonly bit: Float64Array;
  readonly drivers: Float64Array;
  readonly senses: Float64Array;
}

/**
 * Finds the potentials inside an array, the elimination done once: `solve` takes the potentials of drivers and senses
 * (floating ones ignored) and, where present, the current in amperes that each cell drives from its word line to its
 * bit line beside its conductance, [rows, columns].
 */
export interface PotentialSolver {
  solve(drivers: ArrayLike<PortPotential>, senses: ArrayLike<PortPotential>, injected?: Float64Array): Potentials;
}

/** A solver for cell conductances in siemens and one choice of floating ports, [rows + columns], drivers first. */
export function potentialSolver(
  network: CrossbarNetwork,
  cells: Float64Array,
  floating: readonly boolean[],
): PotentialSolver {
  const { rows, columns } = network;
  const count = rows * columns;
  const { ports, steps } = reduceCrossbar(network, cells, true);
  const all = [...steps, portStep(ports, floating, 2 * count)];
  return {
    solve(drivers, senses, injected) {
      const v = new Float64Array(2 * count + rows + columns);
      for (let i = 0; i < rows; i++) v[2 * count + i] = drivers[i] ?? 0;
      for (let j = 0; j < columns; j++) v[2 * count + rows + j] = senses[j] ?? 0;
      const q = new Float64Array(v.length);
      if (injected) {
        for (let i = 0; i < count; i++) {
          q[i] = -injected[i]!;
          q[count + i] = injected[i]!;
        }
        for (const step of all) forward(step, q);
      }
      for (let s = all.length - 1; s >= 0; s--) backward(all[s]!, v, q);
      return {
        word: v.subarray(0, count),
        bit: v.subarray(count, 2 * count),
        drivers: v.subarray(2 * count, 2 * count + rows),
        senses: v.subarray(2 * count + rows),
      };
    },
  };
}

/** Eliminates the floating ports from the network between the ports. */
function portStep(ports: Float64Array, floating: readonly boolean[], firstId: number): Step {
  const size = floating.length;
  const order = [...floating.keys()].sort((a, b) => Number(floating[b]) - Number(floating[a]) || a - b);
  const eliminated = floating.filter(Boolean).length;
  const front = new Float64Array(eliminated === 0 ? 0 : size * size);
  if (eliminated > 0) {
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        const [a, b] = [order[i]!, order[j]!];
        front[i * size + j] = ports[Math.min(a, b) * size + Math.max(a, b)]!;
      }
    }
    kernels().starMesh(front, size, eliminated);
  }
  return {
    ids: Int32Array.from(order, port => firstId + port),
    eliminated,
    factor: front.subarray(0, eliminated * size),
  };
}

/** Hands each eliminated node's injected current on to its neighbours. */
function forward({ ids, eliminated, factor }: Step, q: Float64Array): void {
  const size = ids.length;
  for (let k = 0; k < eliminated; k++) {
    const total = factor[k * size + k]!;
    const current = q[ids[k]!]!;
    if (current === 0 || total === 0) continue;
    for (let j = k + 1; j < size; j++) q[ids[j]!]! += (factor[k * size + j]! / total) * current;
  }
}

/** Each eliminated node's potential is the mean of its neighbours', weighted by conductance, plus its own current. */
function backward({ ids, eliminated, factor }: Step, v: Float64Array, q: Float64Array): void {
  const size = ids.length;
  for (let k = eliminated - 1; k >= 0; k--) {
    const total = factor[k * size + k]!;
    if (total === 0) continue;
    let sum = q[ids[k]!]!;
    for (let j = k + 1; j < size; j++) sum += factor[k * size + j]! * v[ids[j]!]!;
    v[ids[k]!] = sum / total;
  }
}
