//! Gaussian noise of given variances, drawn and added piece by piece so that no numbers pass through memory twice.

use crate::multiversion;
use crate::random::{Law, Normal, fill};
use crate::real::Real;
use crate::threads::{self, Shared};

/// Numbers of one task.
const GRAIN: usize = 1 << 14;
/// Normals drawn at a time.
const PIECE: usize = 1 << 10;

#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(y: *mut T, variance: *const T, normals: *const T, n: usize) {
    let (y, variance) = unsafe { (std::slice::from_raw_parts_mut(y, n), std::slice::from_raw_parts(variance, n)) };
    let normals = unsafe { std::slice::from_raw_parts(normals, n) };
    for ((y, &variance), &z) in y.iter_mut().zip(variance).zip(normals) {
        *y = variance.root().times_plus::<LEVEL>(z, *y);
    }
}
multiversion!(
    /// y += √variance·normals.
    add<T: Real>(y: *mut T, variance: *const T, normals: *const T, n: usize) = body
);

/// # Safety
/// `y` and `variance` hold n numbers.
pub unsafe fn add_noise<T: Real>(y: *mut T, variance: *const T, n: usize, key: [u32; 2], offset: usize)
where
    Normal: Law<T>,
{
    let (y, variance) = (Shared(y), Shared(variance as *mut T));
    threads::pieces(n, GRAIN, |from, to| {
        let mut normals = [T::ZERO; PIECE];
        for at in (from..to).step_by(PIECE) {
            let count = PIECE.min(to - at);
            unsafe {
                fill::<T, Normal>(normals.as_mut_ptr(), count, key, offset + at);
                add(y.at(at), variance.at(at), normals.as_ptr(), count);
            }
        }
    });
}
