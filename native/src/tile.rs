//! Products of bit-serial inputs with sliced weights: for every input bit, weight slice and tile the rows whose bit is
//! set are summed as 16-bit integers, converted by a table and added with the weight of bit and slice. Outputs do not
//! depend on the number of threads, since each is computed whole by one of them.

use crate::simd::{Level, level};
use crate::threads::{self, Shared};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Columns summed at a time; their sums stay in registers.
const BLOCK: usize = 128;
/// Input vectors of one task.
const GROUP: usize = 32;

/// As `SlicedShape` of the interface.
#[derive(Clone, Copy)]
pub struct Shape {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    pub bits: usize,
    pub twos_complement: bool,
    pub slices: usize,
    pub slice_bits: usize,
    pub tile_rows: usize,
}

/// The converter: `levels[sum − lowest]`, the ends standing for everything beyond them.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    pub levels: &'a [f32],
    pub lowest: i32,
}

impl Table<'_> {
    /// The table as arithmetic, where that gives every one of its levels exactly.
    fn uniform(&self) -> Option<Uniform> {
        let (first, last) = (self.levels[0], self.levels[self.levels.len() - 1]);
        let count = 1 + self.levels.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let step = if count > 1 { ((last as f64 - first as f64) / (count - 1) as f64) as f32 } else { 1.0 };
        let (scale, top) = (1.0 / step, (count - 1) as f32);
        let uniform = Uniform { scale, shift: -first * scale, top, step, first };
        let exact = |(i, &level): (usize, &f32)| uniform.level((self.lowest + i as i32) as f32) == level;
        self.levels.iter().enumerate().all(exact).then_some(uniform)
    }
}

/// level = first + step·round(clamp(sum·scale + shift, 0, top)), multiply-adds rounded once.
#[derive(Clone, Copy)]
struct Uniform {
    scale: f32,
    shift: f32,
    top: f32,
    step: f32,
    first: f32,
}

impl Uniform {
    fn level(&self, sum: f32) -> f32 {
        let code = sum.mul_add(self.scale, self.shift).clamp(0.0, self.top).round_ties_even();
        code.mul_add(self.step, self.first)
    }
}

/// A row of a block, on the boundary of a cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Row([i16; BLOCK]);

struct Work<'a> {
    shape: Shape,
    table: Table<'a>,
    uniform: Option<Uniform>,
    /// [blocks, slices, k], zeros beyond the last column.
    weights: Vec<Row>,
    /// [m, tiles, bits, words]: rows of the tile whose bit is set.
    masks: Vec<u64>,
    tiles: usize,
    words: usize,
}

/// y[m,n] as the interface defines; returns how many sums took one of the two end levels. `y` has m·n elements.
pub fn sliced_product(y: *mut f32, x: &[u32], w: &[i32], table: Table, shape: Shape) -> usize {
    let Shape { m, n, k, bits, slices, tile_rows, .. } = shape;
    let (tiles, words, blocks) = (k.div_ceil(tile_rows), tile_rows.min(k).div_ceil(64), n.div_ceil(BLOCK));
    let mut weights = vec![Row([0; BLOCK]); blocks * slices * k];
    let packed = Shared(weights.as_mut_ptr());
    threads::pieces(slices * k, 64, |from, to| {
        for row in from..to {
            for (j, &value) in w[row * n..(row + 1) * n].iter().enumerate() {
                unsafe { (*packed.at(j / BLOCK * slices * k + row)).0[j % BLOCK] = value as i16 };
            }
        }
    });
    let mut masks = vec![0u64; m * tiles * bits * words];
    let marks = Shared(masks.as_mut_ptr());
    threads::pieces(m, GROUP, |from, to| {
        for i in from..to {
            for (r, &code) in x[i * k..(i + 1) * k].iter().enumerate() {
                let (tile, within) = (r / tile_rows, r % tile_rows);
                let at = (i * tiles + tile) * bits * words + within / 64;
                for b in 0..bits {
                    unsafe { *marks.at(at + b * words) |= ((code >> b & 1) as u64) << (within % 64) };
                }
            }
        }
    });
    let work = Work { shape, table, uniform: table.uniform(), weights, masks, tiles, words };
    let groups = m.div_ceil(GROUP);
    let (out, ends) = (Shared(y), AtomicUsize::new(0));
    threads::run(groups * blocks, |task| {
        let (block, group) = (task / groups, task % groups);
        let (from, to) = (group * GROUP, m.min((group + 1) * GROUP));
        ends.fetch_add(unsafe { one_block(&work, out.at(0), block, from, to) }, Relaxed);
    });
    ends.into_inner()
}

unsafe fn one_block(work: &Work, y: *mut f32, block: usize, from: usize, to: usize) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
        unsafe fn avx512(work: &Work, y: *mut f32, block: usize, from: usize, to: usize) -> usize {
            unsafe { body::<x86::Wide>(work, y, block, from, to) }
        }
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2(work: &Work, y: *mut f32, block: usize, from: usize, to: usize) -> usize {
            unsafe { body::<x86::Half>(work, y, block, from, to) }
        }
        match level() {
            Level::Avx512 => return unsafe { avx512(work, y, block, from, to) },
            Level::Avx2 => return unsafe { avx2(work, y, block, from, to) },
            _ => {}
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        debug_assert!(level() == Level::Neon);
        unsafe { body::<neon::Eighths>(work, y, block, from, to) }
    }
    #[cfg(not(target_arch = "aarch64"))]
    {
        debug_assert!(level() == Level::Portable);
        unsafe { body::<Plain>(work, y, block, from, to) }
    }
}

/// Sums of BLOCK columns.
trait Sums: Copy {
    unsafe fn zero() -> Self;
    /// Adds BLOCK numbers.
    unsafe fn add(self, row: *const i16) -> Self;
    unsafe fn store(self, to: *mut i16);
    /// total += factor·level of each sum, by arithmetic.
    #[inline(always)]
    unsafe fn compute(sums: &[i16; BLOCK], uniform: Uniform, factor: f32, total: &mut [f32; BLOCK]) {
        for (sum, total) in sums.iter().zip(total) {
            *total += factor * uniform.level(*sum as f32);
        }
    }
    /// total += factor·level of each sum, by the table.
    #[inline(always)]
    unsafe fn convert(sums: &[i16; BLOCK], table: Table, factor: f32, total: &mut [f32; BLOCK]) {
        let last = table.levels.len() as i32 - 1;
        for (sum, total) in sums.iter().zip(total) {
            let at = (*sum as i32 - table.lowest).clamp(0, last);
            *total += factor * unsafe { *table.levels.get_unchecked(at as usize) };
        }
    }
}

#[inline(always)]
unsafe fn body<S: Sums>(work: &Work, y: *mut f32, block: usize, from: usize, to: usize) -> usize {
    let Shape { n, k, bits, twos_complement, slices, slice_bits, tile_rows, .. } = work.shape;
    let Work { tiles, words, table, .. } = *work;
    let mut totals = [[0f32; BLOCK]; GROUP];
    let mut sums = [0i16; BLOCK];
    let columns = BLOCK.min(n - block * BLOCK);
    let bound = |sum: i32| sum.clamp(i16::MIN as i32, i16::MAX as i32) as i16;
    let (low, high) = (bound(table.lowest), bound(table.lowest + table.levels.len() as i32 - 1));
    let mut ends = 0;
    for tile in 0..tiles {
        for slice in 0..slices {
            let rows = unsafe { work.weights.as_ptr().add((block * slices + slice) * k + tile * tile_rows) };
            for i in from..to {
                for b in 0..bits {
                    let at = ((i * tiles + tile) * bits + b) * words;
                    unsafe {
                        let mut sum = S::zero();
                        for word in 0..words {
                            let mut set = *work.masks.get_unchecked(at + word);
                            while set != 0 {
                                sum = sum.add(rows.add(word * 64 + set.trailing_zeros() as usize).cast());
                                set &= set - 1;
                            }
                        }
                        sum.store(sums.as_mut_ptr());
                        let sign = if twos_complement && b == bits - 1 { -1.0 } else { 1.0 };
                        let factor = sign * (2f32).powi((b + slice * slice_bits) as i32);
                        match work.uniform {
                            Some(uniform) => S::compute(&sums, uniform, factor, &mut totals[i - from]),
                            None => S::convert(&sums, table, factor, &mut totals[i - from]),
                        }
                    }
                    let mut met = 0i16;
                    for &sum in &sums {
                        met += (sum <= low || sum >= high) as i16;
                    }
                    ends += met as usize;
                }
            }
        }
    }
    for i in from..to {
        let to = unsafe { y.add(i * n + block * BLOCK) };
        unsafe { std::ptr::copy_nonoverlapping(totals[i - from].as_ptr(), to, columns) };
    }
    // The columns beyond the last one sum to 0.
    let beyond = if low >= 0 || high <= 0 { (BLOCK - columns) * (to - from) * tiles * slices * bits } else { 0 };
    ends - beyond
}

/// Arrays in place of registers.
#[cfg(not(target_arch = "aarch64"))]
#[derive(Clone, Copy)]
struct Plain([i16; BLOCK]);
#[cfg(not(target_arch = "aarch64"))]
impl Sums for Plain {
    #[inline(always)]
    unsafe fn zero() -> Self {
        Self([0; BLOCK])
    }
    #[inline(always)]
    unsafe fn add(mut self, row: *const i16) -> Self {
        for (j, sum) in self.0.iter_mut().enumerate() {
            *sum = sum.wrapping_add(unsafe { *row.add(j) });
        }
        self
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut i16) {
        unsafe { to.cast::<[i16; BLOCK]>().write(self.0) }
    }
}

#[allow(unused_macros)]
macro_rules! registers {
    ($name:ident, $register:ty, $count:literal, $zero:expr, $load:expr, $add:ident, $store:expr, $($convert:item)*) => {
        #[derive(Clone, Copy)]
        pub struct $name([$register; $count]);
        impl Sums for $name {
            #[inline(always)]
            unsafe fn zero() -> Self {
                Self([unsafe { $zero }; $count])
            }
            #[inline(always)]
            unsafe fn add(mut self, row: *const i16) -> Self {
                for (q, sum) in self.0.iter_mut().enumerate() {
                    *sum = unsafe { $add(*sum, $load(row.add(q * BLOCK / $count))) };
                }
                self
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut i16) {
                for (q, &sum) in self.0.iter().enumerate() {
                    unsafe { $store(to.add(q * BLOCK / $count), sum) };
                }
            }
            $($convert)*
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BLOCK, Sums, Table, Uniform};
    use std::arch::x86_64::*;

    registers! {
        Wide,
        __m512i,
        4,
        _mm512_setzero_si512(),
        |p: *const i16| _mm512_loadu_si512(p.cast()),
        _mm512_add_epi16,
        |p: *mut i16, v| _mm512_storeu_si512(p.cast(), v),
        #[inline(always)]
        unsafe fn compute(sums: &[i16; BLOCK], uniform: Uniform, factor: f32, total: &mut [f32; BLOCK]) {
            unsafe {
                let (scale, shift) = (_mm512_set1_ps(uniform.scale), _mm512_set1_ps(uniform.shift));
                let (top, step) = (_mm512_set1_ps(uniform.top), _mm512_set1_ps(uniform.step));
                let (first, factor) = (_mm512_set1_ps(uniform.first), _mm512_set1_ps(factor));
                for j in (0..BLOCK).step_by(16) {
                    let sum =
                        _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(_mm256_loadu_si256(sums.as_ptr().add(j).cast())));
                    let code = _mm512_fmadd_ps(sum, scale, shift);
                    let code = _mm512_min_ps(_mm512_max_ps(code, _mm512_setzero_ps()), top);
                    let level = _mm512_fmadd_ps(
                        _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(code),
                        step,
                        first,
                    );
                    let to = total.as_mut_ptr().add(j);
                    _mm512_storeu_ps(to, _mm512_fmadd_ps(level, factor, _mm512_loadu_ps(to)));
                }
            }
        }
        #[inline(always)]
        unsafe fn convert(sums: &[i16; BLOCK], table: Table, factor: f32, total: &mut [f32; BLOCK]) {
            unsafe {
                let (lowest, last) =
                    (_mm512_set1_epi32(table.lowest), _mm512_set1_epi32(table.levels.len() as i32 - 1));
                let factor = _mm512_set1_ps(factor);
                for j in (0..BLOCK).step_by(16) {
                    let sum = _mm512_cvtepi16_epi32(_mm256_loadu_si256(sums.as_ptr().add(j).cast()));
                    let at = _mm512_max_epi32(_mm512_sub_epi32(sum, lowest), _mm512_setzero_si512());
                    let level = _mm512_i32gather_ps::<4>(_mm512_min_epi32(at, last), table.levels.as_ptr());
                    let to = total.as_mut_ptr().add(j);
                    _mm512_storeu_ps(to, _mm512_fmadd_ps(level, factor, _mm512_loadu_ps(to)));
                }
            }
        }
    }
    registers! {
        Half,
        __m256i,
        8,
        _mm256_setzero_si256(),
        |p: *const i16| _mm256_loadu_si256(p.cast()),
        _mm256_add_epi16,
        |p: *mut i16, v| _mm256_storeu_si256(p.cast(), v),
        #[inline(always)]
        unsafe fn compute(sums: &[i16; BLOCK], uniform: Uniform, factor: f32, total: &mut [f32; BLOCK]) {
            unsafe {
                let (scale, shift) = (_mm256_set1_ps(uniform.scale), _mm256_set1_ps(uniform.shift));
                let (top, step) = (_mm256_set1_ps(uniform.top), _mm256_set1_ps(uniform.step));
                let (first, factor) = (_mm256_set1_ps(uniform.first), _mm256_set1_ps(factor));
                for j in (0..BLOCK).step_by(8) {
                    let sum = _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(_mm_loadu_si128(sums.as_ptr().add(j).cast())));
                    let code = _mm256_fmadd_ps(sum, scale, shift);
                    let code = _mm256_min_ps(_mm256_max_ps(code, _mm256_setzero_ps()), top);
                    let level = _mm256_fmadd_ps(
                        _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(code),
                        step,
                        first,
                    );
                    let to = total.as_mut_ptr().add(j);
                    _mm256_storeu_ps(to, _mm256_fmadd_ps(level, factor, _mm256_loadu_ps(to)));
                }
            }
        }
        #[inline(always)]
        unsafe fn convert(sums: &[i16; BLOCK], table: Table, factor: f32, total: &mut [f32; BLOCK]) {
            unsafe {
                let (lowest, last) =
                    (_mm256_set1_epi32(table.lowest), _mm256_set1_epi32(table.levels.len() as i32 - 1));
                let factor = _mm256_set1_ps(factor);
                for j in (0..BLOCK).step_by(8) {
                    let sum = _mm256_cvtepi16_epi32(_mm_loadu_si128(sums.as_ptr().add(j).cast()));
                    let at = _mm256_max_epi32(_mm256_sub_epi32(sum, lowest), _mm256_setzero_si256());
                    let level = _mm256_i32gather_ps::<4>(table.levels.as_ptr(), _mm256_min_epi32(at, last));
                    let to = total.as_mut_ptr().add(j);
                    _mm256_storeu_ps(to, _mm256_fmadd_ps(level, factor, _mm256_loadu_ps(to)));
                }
            }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::{BLOCK, Sums};
    use std::arch::aarch64::*;

    registers! { Eighths, int16x8_t, 16, vdupq_n_s16(0), |p: *const i16| vld1q_s16(p), vaddq_s16, |p: *mut i16, v| {
        vst1q_s16(p, v)
    }, }
}
