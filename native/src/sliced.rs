//! Products of bit-serial inputs with sliced weights: for every input bit, weight slice and tile the rows whose bit is
//! set are summed as 16-bit integers, converted by a table and added with the weight of bit and slice. Outputs do not
//! depend on the number of threads, since each is computed whole by one of them.

use crate::memory::zeros;
use crate::simd::multiversion;
use crate::threads::{self, Shared};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Columns summed at a time.
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

impl Default for Row {
    fn default() -> Row {
        Row([0; BLOCK])
    }
}

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

/// y[m,n] as the interface defines; returns how many sums took one of the two end levels.
///
/// # Safety
/// `y` points to m·n numbers that are none of the others.
pub unsafe fn sliced_product(y: *mut f32, x: &[u32], w: &[i32], table: Table, shape: Shape) -> usize {
    let Shape { m, n, k, bits, slices, tile_rows, .. } = shape;
    let (tiles, words, blocks) = (k.div_ceil(tile_rows), tile_rows.min(k).div_ceil(64), n.div_ceil(BLOCK));
    let mut weights = zeros::<Row>(blocks * slices * k);
    let packed = Shared::new(weights.as_mut_ptr());
    threads::pieces(slices * k, 64, |from, to| {
        for row in from..to {
            for (j, &value) in w[row * n..(row + 1) * n].iter().enumerate() {
                unsafe { (*packed.at(j / BLOCK * slices * k + row)).0[j % BLOCK] = value as i16 };
            }
        }
    });
    let mut masks = zeros::<u64>(m * tiles * bits * words);
    let marks = Shared::new(masks.as_mut_ptr());
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
    let (out, ends) = (Shared::new(y), AtomicUsize::new(0));
    threads::run(groups * blocks, |task| {
        let (block, group) = (task / groups, task % groups);
        let (from, to) = (group * GROUP, m.min((group + 1) * GROUP));
        ends.fetch_add(unsafe { one_block(&work, out.at(0), block, from, to) }, Relaxed);
    });
    ends.into_inner()
}

/// Outputs `from` … `to` of one block of columns; returns how many sums took an end level.
#[inline(always)]
unsafe fn block_body<const LEVEL: u8>(work: &Work, y: *mut f32, block: usize, from: usize, to: usize) -> usize {
    let Shape { n, k, bits, twos_complement, slices, slice_bits, tile_rows, .. } = work.shape;
    let Work { tiles, words, table, .. } = *work;
    let mut totals = [[0f32; BLOCK]; GROUP];
    let columns = BLOCK.min(n - block * BLOCK);
    let bound = |sum: i32| sum.clamp(i16::MIN as i32, i16::MAX as i32) as i16;
    let last = table.levels.len() as i32 - 1;
    let (low, high) = (bound(table.lowest), bound(table.lowest + last));
    let mut ends = 0;
    for tile in 0..tiles {
        for slice in 0..slices {
            let rows = &work.weights[(block * slices + slice) * k + tile * tile_rows..];
            for i in from..to {
                for b in 0..bits {
                    let mut sums = [0i16; BLOCK];
                    let at = ((i * tiles + tile) * bits + b) * words;
                    for (word, &mask) in work.masks[at..at + words].iter().enumerate() {
                        let mut set = mask;
                        while set != 0 {
                            // Masks hold rows of the tile alone.
                            let row = unsafe { rows.get_unchecked(word * 64 + set.trailing_zeros() as usize) };
                            for (sum, &weight) in sums.iter_mut().zip(&row.0) {
                                *sum = sum.wrapping_add(weight);
                            }
                            set &= set - 1;
                        }
                    }
                    let sign = if twos_complement && b == bits - 1 { -1.0 } else { 1.0 };
                    let factor = sign * (2f32).powi((b + slice * slice_bits) as i32);
                    let totals = &mut totals[i - from];
                    if let Some(uniform) = work.uniform {
                        for (total, &sum) in totals.iter_mut().zip(&sums) {
                            *total += factor * uniform.level(sum as f32);
                        }
                    } else {
                        for (total, &sum) in totals.iter_mut().zip(&sums) {
                            let at = (sum as i32 - table.lowest).clamp(0, last) as usize;
                            *total += factor * unsafe { table.levels.get_unchecked(at) };
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
multiversion!(one_block<>(work: &Work, y: *mut f32, block: usize, from: usize, to: usize) -> usize = block_body);
