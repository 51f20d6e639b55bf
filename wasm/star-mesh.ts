// Elimination of nodes of a conductance network, in the order of the definition, so that the bits are the reference's.

/** Nodes eliminated together, so that the rest of the network is passed over once for all of them. */
const PANEL: usize = 4;

/** Share of a node's conductance that goes to another. */
// @ts-ignore: decorator
@inline
function share(between: f64, total: f64): f64 {
  return between == 0 ? 0 : between / total;
}

/** row += factor·source, `count` numbers; one number behind the row may be written. */
// @ts-ignore: decorator
@inline
function addScaled(row: usize, source: usize, count: usize, factor: f64): void {
  if (factor == 0) return;
  const f = f64x2.splat(factor);
  for (let j: usize = 0; j < 8 * count; j += 16) {
    v128.store(row + j, f64x2.add(v128.load(row + j), f64x2.mul(f, v128.load(source + j))));
  }
}

/**
 * Nodes 0 … eliminated−1 of a network of `size` nodes; upper triangle of `front`, row-major. What lies below the diagonal
 * is overwritten.
 */
export function starMesh(front: usize, size: usize, eliminated: usize): void {
  const row: usize = 8 * size;
  for (let k: usize = 0; k < eliminated; k += PANEL) {
    const end = min(k + PANEL, eliminated);
    for (let p = k; p < end; p++) {
      const source = front + p * row;
      let total: f64 = 0;
      for (let j = p + 1; j < size; j++) total += load<f64>(source + 8 * j);
      store<f64>(source + 8 * p, total);
      for (let i = p + 1; i < end; i++) {
        const at: usize = 8 * (i + 1);
        addScaled(front + i * row + at, source + at, size - i - 1, share(load<f64>(source + 8 * i), total));
      }
    }
    const s0 = front + k * row;
    for (let i = end; i < size; i++) {
      const to = front + i * row;
      const at: usize = 8 * (i + 1);
      if (end - k < PANEL) {
        for (let p = k; p < end; p++) {
          const source = front + p * row;
          const factor = share(load<f64>(source + 8 * i), load<f64>(source + 8 * p));
          addScaled(to + at, source + at, size - i - 1, factor);
        }
        continue;
      }
      const s1 = s0 + row;
      const s2 = s1 + row;
      const s3 = s2 + row;
      const f0 = share(load<f64>(s0 + 8 * i), load<f64>(s0 + 8 * k));
      const f1 = share(load<f64>(s1 + 8 * i), load<f64>(s1 + 8 * k, 8));
      const f2 = share(load<f64>(s2 + 8 * i), load<f64>(s2 + 8 * k, 16));
      const f3 = share(load<f64>(s3 + 8 * i), load<f64>(s3 + 8 * k, 24));
      if (f0 == 0 && f1 == 0 && f2 == 0 && f3 == 0) continue;
      const g0 = f64x2.splat(f0);
      const g1 = f64x2.splat(f1);
      const g2 = f64x2.splat(f2);
      const g3 = f64x2.splat(f3);
      for (let j = at; j < row; j += 16) {
        let sum = f64x2.add(f64x2.mul(g0, v128.load(s0 + j)), f64x2.mul(g1, v128.load(s1 + j)));
        sum = f64x2.add(sum, f64x2.mul(g2, v128.load(s2 + j)));
        sum = f64x2.add(sum, f64x2.mul(g3, v128.load(s3 + j)));
        v128.store(to + j, f64x2.add(v128.load(to + j), sum));
      }
    }
  }
}
