//! Philox4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011) and fills from it. Element i
//! of a stream depends on the key and i alone, so any part can be filled by any thread.

use crate::node::Stored;
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};

const M0: u64 = 0xd2511f53;
const M1: u64 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;
const LOW: u64 = 0xffff_ffff;

/// Counter blocks computed together; each gives four words.
pub const BLOCKS: usize = 64;

/// Numbers of one task when several threads fill.
const GRAIN: usize = 1 << 14;

pub type Words = [[u32; BLOCKS]; 4];

/// The words of the blocks at the given counters, of which the low half of each word counts: entry [w][j] is word w of
/// block j.
#[inline(always)]
pub fn words(counter: impl Fn(usize) -> [u64; 4], key: [u32; 2]) -> Words {
    let mut keys = [[0u64; 2]; 10];
    let (mut k0, mut k1) = (key[0], key[1]);
    for pair in &mut keys {
        *pair = [k0 as u64, k1 as u64];
        k0 = k0.wrapping_add(W0);
        k1 = k1.wrapping_add(W1);
    }
    let mut out = [[0u32; BLOCKS]; 4];
    let (head, tail) = out.split_at_mut(2);
    let ([out0, out1], [out2, out3]) = (head, tail) else { unreachable!() };
    for j in 0..BLOCKS {
        // 64-bit lanes whose upper halves are left undefined between rounds.
        let [mut c0, mut c1, mut c2, mut c3] = counter(j);
        for [k0, k1] in keys {
            let p0 = (c0 & LOW) * M0;
            let p1 = (c2 & LOW) * M1;
            c0 = (p1 >> 32) ^ c1 ^ k0;
            c1 = p1;
            c2 = (p0 >> 32) ^ c3 ^ k1;
            c3 = p0;
        }
        out0[j] = c0 as u32;
        out1[j] = c1 as u32;
        out2[j] = c2 as u32;
        out3[j] = c3 as u32;
    }
    out
}

/// A law that fills follow.
pub trait Law<T: Stored> {
    /// The elements of the stream that one block of words gives, side by side.
    type Elements: Copy;
    fn elements<const LEVEL: u8>(words: [u32; 4]) -> Self::Elements;
}

/// Elements that one block gives.
pub const fn per_block<T: Stored, L: Law<T>>() -> usize {
    size_of::<L::Elements>() / size_of::<T>()
}

/// Writes the elements of the BLOCKS blocks that start at `block`.
#[inline(always)]
unsafe fn batch<T: Stored, L: Law<T>, const LEVEL: u8>(out: *mut T, block: u64, key: [u32; 2]) {
    let counter = |j: usize| {
        let counter = block.wrapping_add(j as u64);
        [counter, counter >> 32, 0, 0]
    };
    let [w0, w1, w2, w3] = words(counter, key);
    let out = unsafe { &mut *out.cast::<[L::Elements; BLOCKS]>() };
    for j in 0..BLOCKS {
        out[j] = L::elements::<LEVEL>([w0[j], w1[j], w2[j], w3[j]]);
    }
}

pub struct Raw;
pub struct Uniform;
pub struct Normal;

impl Law<u32> for Raw {
    type Elements = [u32; 4];
    #[inline(always)]
    fn elements<const LEVEL: u8>(words: [u32; 4]) -> [u32; 4] {
        words
    }
}

/// (word >>> 9 + ½)·2⁻²³
#[inline(always)]
fn uniform32(word: u32) -> f32 {
    const HALF: f32 = 1.0 / (1 << 24) as f32;
    f32::from_bits(0x3f80_0000 | (word >> 9)) - 1.0 + HALF
}

/// ((high >>> 6)·2²⁶ + (low >>> 6) + ½)·2⁻⁵²
#[inline(always)]
fn uniform64(high: u32, low: u32) -> f64 {
    const HALF: f64 = 1.0 / (1u64 << 53) as f64;
    let bits = ((high >> 6) as u64) << 26 | (low >> 6) as u64;
    f64::from_bits(0x3ff0_0000_0000_0000 | bits) - 1.0 + HALF
}

impl Law<f32> for Uniform {
    type Elements = [f32; 4];
    #[inline(always)]
    fn elements<const LEVEL: u8>(words: [u32; 4]) -> [f32; 4] {
        words.map(uniform32)
    }
}

impl Law<f64> for Uniform {
    type Elements = [f64; 2];
    #[inline(always)]
    fn elements<const LEVEL: u8>([a, b, c, d]: [u32; 4]) -> [f64; 2] {
        [uniform64(a, b), uniform64(c, d)]
    }
}

/// √(−2 ln u)·(cos 2πv, sin 2πv)
#[inline(always)]
fn box_muller<T: Real, const LEVEL: u8>(u: T, v: T) -> (T, T) {
    let radius = (T::from_f64(-2.0) * u.logarithm_normal::<LEVEL>()).root();
    let (cosine, sine) = v.circle::<LEVEL>();
    (radius * cosine, radius * sine)
}

impl Law<f32> for Normal {
    type Elements = [f32; 4];
    #[inline(always)]
    fn elements<const LEVEL: u8>(words: [u32; 4]) -> [f32; 4] {
        let [a, b, c, d] = words.map(uniform32);
        let ((a, b), (c, d)) = (box_muller::<f32, LEVEL>(a, b), box_muller::<f32, LEVEL>(c, d));
        [a, b, c, d]
    }
}

impl Law<f64> for Normal {
    type Elements = [f64; 2];
    #[inline(always)]
    fn elements<const LEVEL: u8>([a, b, c, d]: [u32; 4]) -> [f64; 2] {
        box_muller::<f64, LEVEL>(uniform64(a, b), uniform64(c, d)).into()
    }
}

/// Elements `offset` … `offset + n − 1` on this thread.
#[inline(always)]
unsafe fn part<T: Stored, L: Law<T>, const LEVEL: u8>(out: *mut T, n: usize, key: [u32; 2], offset: usize) {
    let full = BLOCKS * per_block::<T, L>();
    let mut block = (offset / per_block::<T, L>()) as u64;
    let mut skip = offset % per_block::<T, L>();
    let mut done = 0;
    unsafe {
        while done < n {
            if skip == 0 && n - done >= full {
                batch::<T, L, LEVEL>(out.add(done), block, key);
                done += full;
            } else {
                let mut spare = [T::default(); BLOCKS * 4];
                batch::<T, L, LEVEL>(spare.as_mut_ptr(), block, key);
                let count = (full - skip).min(n - done);
                std::ptr::copy_nonoverlapping(spare.as_ptr().add(skip), out.add(done), count);
                done += count;
                skip = 0;
            }
            block += BLOCKS as u64;
        }
    }
}

/// Fills `out` with elements `offset` … `offset + n − 1` of the key's stream.
///
/// # Safety
/// `out` points to n elements, of a size no larger than the words of a block that make them.
pub unsafe fn fill<T: Stored, L: Law<T>>(out: *mut T, n: usize, key: [u32; 2], offset: usize) {
    let out = Shared::new(out);
    threads::pieces(n, GRAIN, |from, to| unsafe { on_level::<T, L>(out.at(from), to - from, key, offset + from) });
}

multiversion!(on_level<T: Stored, L: Law<T>>(out: *mut T, n: usize, key: [u32; 2], offset: usize) = part);
