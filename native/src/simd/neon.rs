//! NEON registers, which every 64-bit Arm processor has.

use super::vector::{Vector, masked_in_memory, register};
use std::arch::aarch64::*;

macro_rules! neon {
    ($name:ident, $register:ty, $scalar:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $fma:ident) => {
        register! {
            $name, $register, $scalar, $lanes, $splat, $load, $store, |a, b, c| $fma(c, a, b),
            masked_in_memory!($scalar, $lanes);
        }
    };
}

neon!(F32x4, float32x4_t, f32, 4, vdupq_n_f32, vld1q_f32, vst1q_f32, vfmaq_f32);
neon!(F64x2, float64x2_t, f64, 2, vdupq_n_f64, vld1q_f64, vst1q_f64, vfmaq_f64);
