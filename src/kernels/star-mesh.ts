/** Nodes eliminated together, so that the rest of the network is passed over once for all of them. */
const PANEL = 4;

/**
 * Eliminates nodes 0 … eliminated−1 of a network of conductances by star-mesh transforms, in place: front[i,j], j > i,
 * of [size, size] joins nodes i and j. Afterwards row k < eliminated holds at (k,k) the sum of the conductances of node
 * k when it went and at (k,j) those conductances; the triangle beyond is the network that is left.
 */
export function starMesh(front: Float64Array, size: number, eliminated: number): void {
  for (let k = 0; k < eliminated; k += PANEL) {
    const end = Math.min(k + PANEL, eliminated);
    for (let p = k; p < end; p++) {
      const row = p * size;
      let total = 0;
      for (let j = p + 1; j < size; j++) total += front[row + j]!;
      front[row + p] = total;
      for (let i = p + 1; i < end; i++) addScaled(front, i * size, row, i + 1, size, share(front, size, p, i));
    }
    for (let i = end; i < size; i++) {
      const row = i * size;
      if (end - k < PANEL) {
        for (let p = k; p < end; p++) addScaled(front, row, p * size, i + 1, size, share(front, size, p, i));
        continue;
      }
      const f0 = share(front, size, k, i);
      const f1 = share(front, size, k + 1, i);
      const f2 = share(front, size, k + 2, i);
      const f3 = share(front, size, k + 3, i);
      if (f0 === 0 && f1 === 0 && f2 === 0 && f3 === 0) continue;
      const from = k * size;
      for (let j = i + 1; j < size; j++) {
        front[row + j]! +=
          f0 * front[from + j]! +
          f1 * front[from + size + j]! +
          f2 * front[from + 2 * size + j]! +
          f3 * front[from + 3 * size + j]!;
      }
    }
  }
}

/** Share of node p's conductance that goes to node i. */
function share(front: Float64Array, size: number, p: number, i: number): number {
  const between = front[p * size + i]!;
  return between === 0 ? 0 : between / front[p * size + p]!;
}

function addScaled(front: Float64Array, to: number, from: number, begin: number, end: number, factor: number): void {
  if (factor === 0) return;
  for (let j = begin; j < end; j++) front[to + j]! += factor * front[from + j]!;
}
