import type { CrossbarNetwork } from '../../../src/crossbar/index.ts';

/** Currents out of all ports by plain nodal analysis: dense Gaussian elimination with pivoting. All resistances above 0. */
export function nodalCurrents(network: CrossbarNetwork, drivers: number[], senses: number[]): Float64Array {
  const { rows: R, columns: C, conductance } = network;
  const n = 2 * R * C;
  const a = Array.from({ length: n }, () => new Float64Array(n + 1));
  const source = 1 / (network.rowResistance + (network.sourceResistance ?? 0));
  const sense = 1 / (network.columnResistance + (network.senseResistance ?? 0));
  const contact = network.contactResistance ?? 0;
  const ties: [number, number, number][] = [];
  const stamp = (p: number, q: number, g: number) => {
    a[p]![p]! += g;
    a[q]![q]! += g;
    a[p]![q]! -= g;
    a[q]![p]! -= g;
  };
  const tie = (p: number, port: number, g: number) => {
    a[p]![p]! += g;
    a[p]![n]! += g * (port < R ? drivers[port]! : senses[port - R]!);
    ties.push([p, port, g]);
  };
  for (let i = 0; i < R; i++)
    for (let j = 0; j < C; j++) {
      const w = i * C + j;
      const b = R * C + w;
      const g = conductance[w]!;
      stamp(w, b, g / (1 + g * contact));
      if (j === 0) tie(w, i, source);
      else stamp(w - 1, w, 1 / network.rowResistance);
      if (j === C - 1 && network.drive === 'both') tie(w, i, source);
      if (i === R - 1) tie(b, R + j, sense);
      else stamp(b, b + C, 1 / network.columnResistance);
      if (i === 0 && network.sense === 'both') tie(b, R + j, sense);
    }
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    for (let i = k + 1; i < n; i++) {
      const f = a[i]![k]! / a[k]![k]!;
      if (f !== 0) for (let j = k; j <= n; j++) a[i]![j]! -= f * a[k]![j]!;
    }
  }
  const v = new Float64Array(n);
  for (let k = n - 1; k >= 0; k--) {
    let sum = a[k]![n]!;
    for (let j = k + 1; j < n; j++) sum -= a[k]![j]! * v[j]!;
    v[k] = sum / a[k]![k]!;
  }
  const out = new Float64Array(R + C);
  for (const [p, port, g] of ties) out[port]! += g * (v[p]! - (port < R ? drivers[port]! : senses[port - R]!));
  return out;
}
