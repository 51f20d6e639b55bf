//! Noise of rows where the values of a column lie side by side, plane after plane: a block of words serves four columns
//! of one plane, so that a batch of blocks serves as many planes of four columns.

use crate::random::{BLOCKS, Law, Normal, words};
use crate::real::Real;
use crate::simd::multiversion;

/// Columns that a block of words serves.
pub const TOGETHER: usize = 4;

/// Columns `first` … `first + columns − 1` of all planes of one row and outer number; `first` is a multiple of four.
#[derive(Clone, Copy)]
pub struct Part {
    pub first: usize,
    pub columns: usize,
    pub planes: usize,
    pub row: u32,
    pub outer: u32,
}

/// Numbers that are computed together.
const LANES: usize = 16;

#[inline(always)]
unsafe fn take(from: *const f32, count: usize) -> [f32; LANES] {
    if count == LANES {
        return unsafe { from.cast::<[f32; LANES]>().read_unaligned() };
    }
    let mut values = [0.0; LANES];
    unsafe { std::ptr::copy_nonoverlapping(from, values.as_mut_ptr(), count) };
    values
}

#[inline(always)]
unsafe fn put(to: *mut f32, values: [f32; LANES], count: usize) {
    if count == LANES {
        unsafe { to.cast::<[f32; LANES]>().write_unaligned(values) };
    } else {
        unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), to, count) };
    }
}

/// Calls `run(j, column, plane, count)` for the runs of planes of four columns among blocks `from` … `from + some − 1`.
#[inline(always)]
fn runs(part: &Part, from: usize, some: usize, mut run: impl FnMut(usize, usize, usize, usize)) {
    let (mut column, mut plane, mut j) = (from / part.planes * TOGETHER, from % part.planes, 0);
    while j < some {
        let count = (part.planes - plane).min(some - j);
        run(j, column, plane, count);
        j += count;
        (column, plane) = (column + TOGETHER, 0);
    }
}

#[inline(always)]
unsafe fn body<const LEVEL: u8>(y: *mut f32, x: *const f32, variance: *const f32, part: Part, key: [u32; 2]) {
    let total = part.columns.div_ceil(TOGETHER) * part.planes;
    let (row, outer) = (part.row.wrapping_add(1) as u64, part.outer as u64);
    let mut normals = [[0.0; BLOCKS]; TOGETHER];
    for from in (0..total).step_by(BLOCKS) {
        let some = BLOCKS.min(total - from);
        let (column, plane) = (part.first / TOGETHER + from / part.planes, from % part.planes);
        let [w0, w1, w2, w3] = if plane + some <= part.planes {
            words(|j| [column as u64, (plane + j) as u64, row, outer], key)
        } else {
            let mut counters = [[0u32; BLOCKS]; 2];
            runs(&part, from, some, |j, column, plane, count| {
                for i in 0..count {
                    counters[0][j + i] = ((part.first + column) / TOGETHER) as u32;
                    counters[1][j + i] = (plane + i) as u32;
                }
            });
            words(|j| [counters[0][j] as u64, counters[1][j] as u64, row, outer], key)
        };
        for j in 0..BLOCKS {
            let four = <Normal as Law<f32>>::elements::<LEVEL>([w0[j], w1[j], w2[j], w3[j]]);
            for (line, z) in normals.iter_mut().zip(four) {
                line[j] = z;
            }
        }
        runs(&part, from, some, |j, column, plane, count| {
            for (l, line) in normals.iter().enumerate().take(part.columns - column) {
                let at = (column + l) * part.planes + plane;
                unsafe {
                    let (y, x, variance, z) = (y.add(at), x.add(at), variance.add(at), line.as_ptr().add(j));
                    for i in (0..count).step_by(LANES) {
                        let some = LANES.min(count - i);
                        let (mut values, variances, z) =
                            (take(x.add(i), some), take(variance.add(i), some), take(z.add(i), some));
                        for l in 0..LANES {
                            values[l] = variances[l].sqrt().times_plus::<LEVEL>(z[l], values[l]);
                        }
                        put(y.add(i), values, some);
                    }
                }
            }
        });
    }
}

multiversion!(
    /// y = x + √variance·z, each [columns, planes], with z the standard normals of the part; y may be x.
    pub add_noise<>(y: *mut f32, x: *const f32, variance: *const f32, part: Part, key: [u32; 2]) = body
);
