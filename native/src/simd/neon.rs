//! NEON registers, which every 64-bit Arm processor has.

use super::vector::Vector;
use std::arch::aarch64::*;

macro_rules! neon {
    ($name:ident, $scalar:ty, $lanes:literal, $register:ty, $splat:ident, $load:ident, $store:ident, $fma:ident) => {
        #[derive(Clone, Copy)]
        pub struct $name($register);
        impl Vector for $name {
            type Scalar = $scalar;
            type Mask = usize;
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Self(unsafe { $splat(0.0) })
            }
            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn mask(count: usize) -> usize {
                count
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                Self(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $scalar, count: usize) -> Self {
                let mut lanes = [0.0; $lanes];
                unsafe {
                    std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count);
                    Self($load(lanes.as_ptr()))
                }
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, count: usize) {
                let mut lanes = [0.0; $lanes];
                unsafe {
                    $store(lanes.as_mut_ptr(), self.0);
                    std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, count);
                }
            }
            #[inline(always)]
            unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
                Self(unsafe { $fma(c.0, a.0, b.0) })
            }
        }
    };
}

neon!(F32x4, f32, 4, float32x4_t, vdupq_n_f32, vld1q_f32, vst1q_f32, vfmaq_f32);
neon!(F64x2, f64, 2, float64x2_t, vdupq_n_f64, vld1q_f64, vst1q_f64, vfmaq_f64);
