//! Arrays in place of registers, for processors without a vector set of ours: multiply and add round separately.

use super::vector::{Vector, masked_in_memory, register};
use crate::real::Real;

macro_rules! portable {
    ($name:ident, $scalar:ty) => {
        register! {
            $name, [$scalar; 4], $scalar, 4, splat, load, store, |a, b, c| multiply_add(a, b, c),
            masked_in_memory!($scalar, 4);
        }
    };
}

portable!(F32x4, f32);
portable!(F64x4, f64);

#[inline(always)]
unsafe fn splat<T: Copy>(value: T) -> [T; 4] {
    [value; 4]
}

#[inline(always)]
unsafe fn load<T>(from: *const T) -> [T; 4] {
    unsafe { from.cast::<[T; 4]>().read_unaligned() }
}

#[inline(always)]
unsafe fn store<T>(to: *mut T, values: [T; 4]) {
    unsafe { to.cast::<[T; 4]>().write_unaligned(values) }
}

#[inline(always)]
unsafe fn multiply_add<T: Real>(a: [T; 4], b: [T; 4], c: [T; 4]) -> [T; 4] {
    std::array::from_fn(|i| a[i] * b[i] + c[i])
}
