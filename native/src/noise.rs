//! Gaussian noise of given variances, drawn and added piece by piece so that no numbers pass through memory twice.

use crate::random::{Law, Normal, fill};
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};

/// Numbers of one task.
const GRAIN: usize = 1 << 14;
/// Normals drawn at a time.
const PIECE: usize = 1 << 10;

#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(y: *mut T, slope: *mut T, variance: *const T, normals: *const T, n: usize) {
    let half = T::from_f64(0.5);
    for i in 0..n {
        unsafe {
            let (variance, z) = (*variance.add(i), *normals.add(i));
            if !slope.is_null() {
                let value = half * z / variance.root();
                *slope.add(i) = if variance > T::ZERO { value } else { T::ZERO };
            }
            *y.add(i) = variance.root().times_plus::<LEVEL>(z, *y.add(i));
        }
    }
}
multiversion!(
    /// y += √variance·normals, slope = normals/(2 √variance) unless null.
    add<T: Real>(y: *mut T, slope: *mut T, variance: *const T, normals: *const T, n: usize) = body
);

/// # Safety
/// `y`, `variance` and, unless null, `slope` hold n numbers.
pub unsafe fn add_noise<T: Real>(y: *mut T, slope: *mut T, variance: *const T, n: usize, key: [u32; 2], offset: usize)
where
    Normal: Law<T>,
{
    let (y, slope, variance) = (Shared::new(y), Shared::new(slope), Shared::new(variance));
    threads::pieces(n, GRAIN, |from, to| {
        let mut normals = [T::ZERO; PIECE];
        for at in (from..to).step_by(PIECE) {
            let count = PIECE.min(to - at);
            unsafe {
                fill::<T, Normal>(normals.as_mut_ptr(), count, key, offset + at);
                add(y.at(at), slope.at(at), variance.at(at), normals.as_ptr(), count);
            }
        }
    });
}
