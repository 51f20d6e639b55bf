//! Sums. They run in double precision over chunks of fixed size that are combined in order, so that the number of
//! threads does not show.

use crate::memory::zeros;
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};

/// Numbers of one chunk, and partial sums kept side by side in it.
const CHUNK: usize = 1 << 16;
const LANES: usize = 32;

#[inline(always)]
unsafe fn sum_body<T: Real, const LEVEL: u8>(x: *const T, n: usize) -> f64 {
    let mut lanes = [0.0f64; LANES];
    let whole = n / LANES * LANES;
    unsafe {
        for i in (0..whole).step_by(LANES) {
            let values = x.add(i).cast::<[T; LANES]>().read_unaligned();
            for j in 0..LANES {
                lanes[j] += values[j].to_f64();
            }
        }
        for i in whole..n {
            lanes[i - whole] += (*x.add(i)).to_f64();
        }
    }
    lanes.iter().sum()
}
multiversion!(sum_chunk<T: Real>(x: *const T, n: usize) -> f64 = sum_body);

#[inline(always)]
unsafe fn dot_body<T: Real, const LEVEL: u8>(a: *const T, b: *const T, n: usize) -> f64 {
    let mut lanes = [0.0f64; LANES];
    let whole = n / LANES * LANES;
    unsafe {
        for i in (0..whole).step_by(LANES) {
            let left = a.add(i).cast::<[T; LANES]>().read_unaligned();
            let right = b.add(i).cast::<[T; LANES]>().read_unaligned();
            for j in 0..LANES {
                lanes[j] = left[j].to_f64().times_plus::<LEVEL>(right[j].to_f64(), lanes[j]);
            }
        }
        for i in whole..n {
            let lane = &mut lanes[i - whole];
            *lane = (*a.add(i)).to_f64().times_plus::<LEVEL>((*b.add(i)).to_f64(), *lane);
        }
    }
    lanes.iter().sum()
}
multiversion!(dot_chunk<T: Real>(a: *const T, b: *const T, n: usize) -> f64 = dot_body);

/// Σ of `chunk(from, count)` over the chunks of `size` that n numbers make.
pub fn chunks(n: usize, size: usize, chunk: impl Fn(usize, usize) -> f64 + Sync) -> f64 {
    if n <= size {
        return chunk(0, n);
    }
    let mut parts = zeros::<f64>(n.div_ceil(size));
    let slots = Shared::new(parts.as_mut_ptr());
    threads::run(parts.len(), |i| unsafe { *slots.at(i) = chunk(i * size, size.min(n - i * size)) });
    parts.iter().sum()
}

/// # Safety
/// x points to n numbers.
pub unsafe fn sum<T: Real>(x: *const T, n: usize) -> f64 {
    let x = Shared::new(x);
    chunks(n, CHUNK, |from, count| unsafe { sum_chunk(x.at(from), count) })
}

/// # Safety
/// a and b point to n numbers each.
pub unsafe fn dot<T: Real>(a: *const T, b: *const T, n: usize) -> f64 {
    let (a, b) = (Shared::new(a), Shared::new(b));
    chunks(n, CHUNK, |from, count| unsafe { dot_chunk(a.at(from), b.at(from), count) })
}

#[inline(always)]
unsafe fn range_body<T: Real, const LEVEL: u8>(x: *const T, n: usize) -> [T; 2] {
    let none = T::ONE / T::ZERO;
    let (mut low, mut high) = ([none; LANES], [-none; LANES]);
    let mut take = |j: usize, value: T| {
        low[j] = if value < low[j] { value } else { low[j] };
        high[j] = if value > high[j] { value } else { high[j] };
    };
    let whole = n / LANES * LANES;
    unsafe {
        for i in (0..whole).step_by(LANES) {
            let values = x.add(i).cast::<[T; LANES]>().read_unaligned();
            for (j, &value) in values.iter().enumerate() {
                take(j, value);
            }
        }
        for i in whole..n {
            take(i - whole, *x.add(i));
        }
    }
    let least = low.iter().fold(none, |least, &v| if v < least { v } else { least });
    [least, high.iter().fold(-none, |most, &v| if v > most { v } else { most })]
}
multiversion!(range_chunk<T: Real>(x: *const T, n: usize) -> [T; 2] = range_body);

/// The smallest and the largest of n numbers.
///
/// # Safety
/// x points to n numbers.
pub unsafe fn range<T: Real>(x: *const T, n: usize) -> [T; 2] {
    let mut ends = zeros::<T>(2 * n.div_ceil(CHUNK));
    let (x, slots) = (Shared::new(x), Shared::new(ends.as_mut_ptr()));
    threads::run(ends.len() / 2, |i| unsafe {
        let from = i * CHUNK;
        slots.at(2 * i).cast::<[T; 2]>().write(range_chunk(x.at(from), CHUNK.min(n - from)));
    });
    let none = T::ONE / T::ZERO;
    // A chunk of NaN alone has no ends: its smallest is +∞, its largest −∞.
    ends.chunks_exact(2).fold([none, -none], |[low, high], own| {
        [if own[0] < low { own[0] } else { low }, if own[1] > high { own[1] } else { high }]
    })
}

/// Columns `from` … `to` of the sums over rows.
#[inline(always)]
unsafe fn rows_body<T: Real, const LEVEL: u8>(
    out: *mut T,
    x: *const T,
    m: usize,
    n: usize,
    from: usize,
    to: usize,
    accumulate: bool,
) {
    let finish = |j: usize, total: f64| unsafe {
        let before = if accumulate { (*out.add(j)).to_f64() } else { 0.0 };
        *out.add(j) = T::from_f64(before + total);
    };
    let mut lanes;
    unsafe {
        if n <= LANES / 2 {
            // Several short rows side by side make one long row.
            let step = LANES / n * n;
            let size = m * n;
            lanes = [0.0f64; LANES];
            let mut i = 0;
            while i + LANES <= size {
                let values = x.add(i).cast::<[T; LANES]>().read_unaligned();
                for j in 0..LANES {
                    lanes[j] += values[j].to_f64();
                }
                i += step;
            }
            for e in i..size {
                lanes[(e - i) % step] += (*x.add(e)).to_f64();
            }
            for j in 0..n {
                finish(j, (j..step).step_by(n).map(|l| lanes[l]).sum());
            }
            return;
        }
        for j0 in (from..to).step_by(LANES) {
            let count = LANES.min(to - j0);
            lanes = [0.0f64; LANES];
            for i in 0..m {
                let row = x.add(i * n + j0);
                if count == LANES {
                    let values = row.cast::<[T; LANES]>().read_unaligned();
                    for j in 0..LANES {
                        lanes[j] += values[j].to_f64();
                    }
                } else {
                    for (j, lane) in lanes[..count].iter_mut().enumerate() {
                        *lane += (*row.add(j)).to_f64();
                    }
                }
            }
            for (j, &lane) in lanes[..count].iter().enumerate() {
                finish(j0 + j, lane);
            }
        }
    }
}
multiversion!(
    rows_part<T: Real>(out: *mut T, x: *const T, m: usize, n: usize, from: usize, to: usize, accumulate: bool) = rows_body
);

/// # Safety
/// out points to n numbers, x to m·n.
pub unsafe fn sum_rows<T: Real>(out: *mut T, x: *const T, m: usize, n: usize, accumulate: bool) {
    if n == 0 {
        return;
    }
    let (out, x) = (Shared::new(out), Shared::new(x));
    let grain = if m * n < 1 << 18 { n } else { 256 };
    threads::pieces(n, grain, |from, to| unsafe { rows_part(out.at(0), x.at(0), m, n, from, to, accumulate) });
}
