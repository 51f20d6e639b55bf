//! Arrays in place of registers, for processors without a vector set of ours: multiply and add round separately.

use super::vector::Vector;

#[derive(Clone, Copy)]
pub struct Lanes<T>([T; 4]);

macro_rules! portable {
    ($scalar:ty) => {
        impl Vector for Lanes<$scalar> {
            type Scalar = $scalar;
            type Mask = usize;
            const LANES: usize = 4;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Self([0.0; 4])
            }
            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                Self([value; 4])
            }
            #[inline(always)]
            unsafe fn mask(count: usize) -> usize {
                count
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                Self(unsafe { from.cast::<[$scalar; 4]>().read_unaligned() })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                unsafe { to.cast::<[$scalar; 4]>().write_unaligned(self.0) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $scalar, count: usize) -> Self {
                let mut lanes = [0.0; 4];
                unsafe { std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count) };
                Self(lanes)
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, count: usize) {
                unsafe { std::ptr::copy_nonoverlapping(self.0.as_ptr(), to, count) };
            }
            #[inline(always)]
            unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
                Self(std::array::from_fn(|i| a.0[i] * b.0[i] + c.0[i]))
            }
        }
    };
}

portable!(f32);
portable!(f64);
