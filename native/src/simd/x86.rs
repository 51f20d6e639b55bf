//! AVX-512 and AVX2 registers.

use super::vector::Vector;
use std::arch::x86_64::*;

macro_rules! avx512 {
    ($name:ident, $scalar:ty, $lanes:literal, $register:ty, $mask:ty, $zero:ident, $splat:ident, $load:ident, $store:ident,
     $load_masked:ident, $store_masked:ident, $fma:ident) => {
        #[derive(Clone, Copy)]
        pub struct $name($register);
        impl Vector for $name {
            type Scalar = $scalar;
            type Mask = $mask;
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Self(unsafe { $zero() })
            }
            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn mask(count: usize) -> $mask {
                ((1u32 << count) - 1) as $mask
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
            unsafe fn load_masked(from: *const $scalar, mask: $mask) -> Self {
                Self(unsafe { $load_masked(mask, from) })
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, mask: $mask) {
                unsafe { $store_masked(to, mask, self.0) }
            }
            #[inline(always)]
            unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
                Self(unsafe { $fma(a.0, b.0, c.0) })
            }
        }
    };
}

avx512!(
    F32x16,
    f32,
    16,
    __m512,
    __mmask16,
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_maskz_loadu_ps,
    _mm512_mask_storeu_ps,
    _mm512_fmadd_ps
);
avx512!(
    F64x8,
    f64,
    8,
    __m512d,
    __mmask8,
    _mm512_setzero_pd,
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
    ($name:ident, $scalar:ty, $lanes:literal, $register:ty, $table:ident, $zero:ident, $splat:ident, $load:ident,
     $store:ident, $load_masked:ident, $store_masked:ident, $fma:ident) => {
        #[derive(Clone, Copy)]
        pub struct $name($register);
        impl Vector for $name {
            type Scalar = $scalar;
            type Mask = __m256i;
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Self(unsafe { $zero() })
            }
            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn mask(count: usize) -> __m256i {
                unsafe { _mm256_loadu_si256($table.as_ptr().add($lanes - count).cast()) }
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
            unsafe fn load_masked(from: *const $scalar, mask: __m256i) -> Self {
                Self(unsafe { $load_masked(from, mask) })
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, mask: __m256i) {
                unsafe { $store_masked(to, mask, self.0) }
            }
            #[inline(always)]
            unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self {
                Self(unsafe { $fma(a.0, b.0, c.0) })
            }
        }
    };
}

avx2!(
    F32x8,
    f32,
    8,
    __m256,
    LANES32,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_maskload_ps,
    _mm256_maskstore_ps,
    _mm256_fmadd_ps
);
avx2!(
    F64x4,
    f64,
    4,
    __m256d,
    LANES64,
    _mm256_setzero_pd,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_maskload_pd,
    _mm256_maskstore_pd,
    _mm256_fmadd_pd
);
