//! AVX512-BF16: each lane of a register adds the products of one pair of numbers.

use super::{Block, COLUMNS, Instructions, round};
use std::arch::x86_64::*;

const LANES: usize = 16;
const ROWS: usize = 8;

pub struct Registers;

impl Instructions for Registers {
    const ROWS: usize = ROWS;
    const PAIRS: usize = 1;

    unsafe fn block(c: Block, a: *const u32, b: *const u32, pairs: usize) {
        unsafe { block(c, a, b, pairs) }
    }
}

#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512bf16")]
unsafe fn block(c: Block, a: *const u32, b: *const u32, pairs: usize) {
    unsafe {
        let pair = |bits: __m512i| std::mem::transmute::<__m512i, __m512bh>(bits);
        let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
        for p in 0..pairs {
            let from = b.add(p * COLUMNS);
            let right = [pair(_mm512_load_si512(from.cast())), pair(_mm512_load_si512(from.add(LANES).cast()))];
            for (i, sums) in sums.iter_mut().enumerate() {
                let left = pair(_mm512_set1_epi32(*a.add(i * pairs + p) as i32));
                sums[0] = _mm512_dpbf16_ps(sums[0], left, right[0]);
                sums[1] = _mm512_dpbf16_ps(sums[1], left, right[1]);
            }
        }
        let inside = |columns: usize| if columns >= LANES { !0 } else { (1u16 << columns) - 1 };
        let masks = [inside(c.columns), inside(c.columns.saturating_sub(LANES))];
        for (i, sums) in sums.iter().take(c.rows).enumerate() {
            let to = c.at.add(i * c.stride);
            _mm512_mask_storeu_ps(to, masks[0], sums[0]);
            if masks[1] != 0 {
                _mm512_mask_storeu_ps(to.add(LANES), masks[1], sums[1]);
            }
        }
    }
}

/// Rounds up to `held` rows of A [given, k] to [held, pairs], zeros beyond the given rows and beyond k.
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
pub unsafe fn pack_rows(to: *mut u32, a: *const f32, given: usize, held: usize, k: usize, pairs: usize) {
    let width = 2 * pairs;
    let to: *mut u16 = to.cast();
    for i in 0..held {
        unsafe {
            let row = std::slice::from_raw_parts_mut(to.add(i * width), width);
            let filled = if i < given { k } else { 0 };
            for (l, number) in row[..filled].iter_mut().enumerate() {
                *number = (round(*a.add(i * k + l)) >> 16) as u16;
            }
            row[filled..].fill(0);
        }
    }
}

/// Rounds columns first … first+31 of B [k, n] to pairs of rows, [pairs, 32], zeros beyond n and beyond k.
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
pub unsafe fn pack_columns(to: *mut u32, b: *const f32, first: usize, k: usize, n: usize, pairs: usize) {
    let columns = COLUMNS.min(n - first);
    let bits = |l: usize, j: usize| if l < k { round(unsafe { *b.add(l * n + first + j) }) } else { 0 };
    for p in 0..pairs {
        let to = unsafe { std::slice::from_raw_parts_mut(to.add(p * COLUMNS), COLUMNS) };
        if columns == COLUMNS && 2 * p + 1 < k {
            for (j, pair) in to.iter_mut().enumerate() {
                *pair = bits(2 * p, j) >> 16 | bits(2 * p + 1, j);
            }
        } else {
            for (j, pair) in to[..columns].iter_mut().enumerate() {
                *pair = bits(2 * p, j) >> 16 | bits(2 * p + 1, j);
            }
            to[columns..].fill(0);
        }
    }
}
