//! Elimination of nodes of a conductance network, in place, in double precision.

use crate::real::Real;
use crate::simd::multiversion;

/// Nodes eliminated together, so that the rest of the network is passed over once for all of them.
const PANEL: usize = 4;

/// row += Σ share·source over sources, all of one length.
#[inline(always)]
fn add_scaled<T: Real, const LEVEL: u8>(row: &mut [T], source: &[T], share: T) {
    if share == T::ZERO {
        return;
    }
    for (to, &from) in row.iter_mut().zip(source) {
        *to = from.times_plus::<LEVEL>(share, *to);
    }
}

#[inline(always)]
fn share_of<T: Real>(between: T, total: T) -> T {
    if between == T::ZERO { T::ZERO } else { between / total }
}

#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(front: *mut T, size: usize, eliminated: usize) {
    let front = unsafe { std::slice::from_raw_parts_mut(front, size * size) };
    for k in (0..eliminated).step_by(PANEL) {
        let end = eliminated.min(k + PANEL);
        for p in k..end {
            let (above, below) = front.split_at_mut((p + 1) * size);
            let source = &mut above[p * size..];
            source[p] = source[p + 1..].iter().fold(T::ZERO, |total, &g| total + g);
            for i in p + 1..end {
                let share = share_of(source[i], source[p]);
                let at = (i - p - 1) * size;
                add_scaled::<T, LEVEL>(&mut below[at + i + 1..at + size], &source[i + 1..], share);
            }
        }
        let (above, below) = front.split_at_mut(end * size);
        let panel = &above[k * size..];
        for i in end..size {
            let at = (i - end) * size;
            let row = &mut below[at + i + 1..at + size];
            let source = |p: usize| &panel[p * size + i + 1..(p + 1) * size];
            let share = |p: usize| share_of(panel[p * size + i], panel[p * size + k + p]);
            if end - k < PANEL {
                for p in 0..end - k {
                    add_scaled::<T, LEVEL>(row, source(p), share(p));
                }
                continue;
            }
            let (f0, f1, f2, f3) = (share(0), share(1), share(2), share(3));
            if f0 == T::ZERO && f1 == T::ZERO && f2 == T::ZERO && f3 == T::ZERO {
                continue;
            }
            let length = row.len();
            let (s0, s1, s2, s3) =
                (&source(0)[..length], &source(1)[..length], &source(2)[..length], &source(3)[..length]);
            for j in 0..length {
                let pair = s0[j].times_plus::<LEVEL>(f0, s1[j] * f1);
                let other = s2[j].times_plus::<LEVEL>(f2, s3[j] * f3);
                row[j] = row[j] + (pair + other);
            }
        }
    }
}
multiversion!(
    /// Nodes 0 … eliminated−1 of a network of `size` nodes; upper triangle of `front`, row-major.
    pub star_mesh<T: Real>(front: *mut T, size: usize, eliminated: usize) = body
);
