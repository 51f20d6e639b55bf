//! AVX-512 and AVX2 registers.

use super::vector::{Vector, register};
use std::arch::x86_64::*;

macro_rules! avx512 {
    ($name:ident, $register:ty, $scalar:ty, $lanes:literal, $mask:ty, $splat:ident, $load:ident, $store:ident,
     $load_masked:ident, $store_masked:ident, $fma:ident) => {
        register! {
            $name, $register, $scalar, $lanes, $splat, $load, $store, |a, b, c| $fma(a, b, c),
            type Mask = $mask;
            #[inline(always)]
            unsafe fn mask(count: usize) -> $mask {
                ((1u32 << count) - 1) as $mask
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $scalar, mask: $mask) -> Self {
                Self(unsafe { $load_masked(mask, from) })
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, mask: $mask) {
                unsafe { $store_masked(to, mask, self.0) }
            }
        }
    };
}

avx512!(
    F32x16,
    __m512,
    f32,
    16,
    __mmask16,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_maskz_loadu_ps,
    _mm512_mask_storeu_ps,
    _mm512_fmadd_ps
);
avx512!(
    F64x8,
    __m512d,
    f64,
    8,
    __mmask8,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_maskz_loadu_pd,
    _mm512_mask_storeu_pd,
    _mm512_fmadd_pd
);

static LANES32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
static LANES64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

macro_rules! avx2 {
    ($name:ident, $register:ty, $scalar:ty, $lanes:literal, $table:ident, $splat:ident, $load:ident, $store:ident,
     $load_masked:ident, $store_masked:ident, $fma:ident) => {
        register! {
            $name, $register, $scalar, $lanes, $splat, $load, $store, |a, b, c| $fma(a, b, c),
            type Mask = __m256i;
            #[inline(always)]
            unsafe fn mask(count: usize) -> __m256i {
                unsafe { _mm256_loadu_si256($table.as_ptr().add($lanes - count).cast()) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $scalar, mask: __m256i) -> Self {
                Self(unsafe { $load_masked(from, mask) })
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, mask: __m256i) {
                unsafe { $store_masked(to, mask, self.0) }
            }
        }
    };
}

avx2!(
    F32x8,
    __m256,
    f32,
    8,
    LANES32,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_maskload_ps,
    _mm256_maskstore_ps,
    _mm256_fmadd_ps
);
avx2!(
    F64x4,
    __m256d,
    f64,
    4,
    LANES64,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_maskload_pd,
    _mm256_maskstore_pd,
    _mm256_fmadd_pd
);
