//! Inputs as the word lines of a matrix's tiles see them: quantised, a line of ones for the bias, tile after tile.

use crate::elementwise::quantise_body;
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A quantiser; a step of 0 only clamps.
#[derive(Clone, Copy)]
pub struct Levels {
    pub step: f64,
    pub low: f64,
    pub high: f64,
}

/// Numbers of one task.
const GRAIN: usize = 1 << 15;

/// Numbers quantised at a time: short rows together, parts of long ones.
const ROOM: usize = 1 << 10;

/// Rows `from` … `to − 1` of m rows of n inputs.
#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(
    y: *mut T,
    x: *const T,
    sizes: [usize; 4],
    boundaries: &[usize],
    levels: Levels,
) -> usize {
    let [m, n, from, to] = sizes;
    let mut room = [T::ZERO; ROOM];
    let mut outside = 0;
    let (rows, width) = if n <= ROOM { (ROOM / n.max(1), n) } else { (1, ROOM) };
    for i in (from..to).step_by(rows) {
        let count = rows.min(to - i);
        for left in (0..n).step_by(width.max(1)) {
            let right = n.min(left + width);
            let Levels { step, low, high } = levels;
            unsafe {
                let source = x.add(i * n + left);
                outside +=
                    quantise_body::<T, LEVEL>(room.as_mut_ptr(), source, count * (right - left), step, low, high);
            }
            for edges in boundaries.windows(2) {
                let (first, end) = (edges[0].max(left), edges[1].min(right));
                for r in 0..if first < end { count } else { 0 } {
                    let target = m * edges[0] + (i + r) * (edges[1] - edges[0]) + first - edges[0];
                    unsafe {
                        let source = room.as_ptr().add(r * (right - left) + first - left);
                        std::ptr::copy_nonoverlapping(source, y.add(target), end - first);
                    }
                }
            }
        }
        let last = boundaries.len() - 1;
        if boundaries[last] > n {
            let top = if last > 0 { boundaries[last - 1] } else { 0 };
            let lines = boundaries[last] - top;
            for r in i..i + count {
                unsafe { *y.add(m * top + (r + 1) * lines - 1) = T::ONE };
            }
        }
    }
    outside
}
multiversion!(
    on_level<T: Real>(y: *mut T, x: *const T, sizes: [usize; 4], boundaries: &[usize], levels: Levels) -> usize = body
);

/// Writes x [m, n] tile after tile, each [m, lines]; returns how many inputs lay outside the levels' range.
///
/// # Safety
/// `boundaries` ascend from 0 to n, or to n + 1 where the last line is one of ones; x holds m·n numbers and y as many
/// as all lines.
pub unsafe fn drive<T: Real>(
    y: *mut T,
    x: *const T,
    m: usize,
    n: usize,
    boundaries: &[usize],
    levels: Levels,
) -> usize {
    let (y, x) = (Shared::new(y), Shared::new(x));
    let outside = AtomicUsize::new(0);
    threads::pieces(m, GRAIN / (n + 1) + 1, |from, to| {
        let found = unsafe { on_level::<T>(y.at(0), x.at(0), [m, n, from, to], boundaries, levels) };
        outside.fetch_add(found, Relaxed);
    });
    outside.into_inner()
}
