//! Sums of columns: some columns at a time, tile after tile, with their noise and as their converters see them.

use super::{Tiles, Work};
use crate::convolution::{Plan, rooms, sums};
use crate::elementwise;
use crate::planar_noise::{Part, add_noise};
use crate::product::Element;
use crate::simd::vector::Vector;
use crate::simd::{by_level, multiversion};
use crate::tiles::Levels;
use std::iter::StepBy;
use std::ops::Range;

/// Numbers of the columns that are finished together, and what their count is a multiple of: blocks of columns of `sums`
/// and of noise.
const NEAR: usize = 1 << 12;
const BLOCK: usize = 8;

/// Lanes of the widest vectors.
const LANES: usize = 16;

pub struct Columns<'a> {
    work: &'a Work<'a>,
    /// The image and its squares.
    planes: [*mut f32; 2],
    /// Columns finished together.
    together: usize,
    /// Rooms for sums as they come; sums and variances, a tile's sums and variances of conversions, each
    /// [columns, positions].
    lines: *mut f32,
    sums: [*mut f32; 2],
    part: *mut f32,
    conversion: *mut f32,
}

/// Sums of columns, [columns, positions]; `lines` is room for them as they come.
#[inline(always)]
unsafe fn columns_of<V: Vector<Scalar = f32>, const R: usize, const NV: usize>(
    c: *mut f32,
    lines: *mut f32,
    a: *const f32,
    b: *const f32,
    offsets: &[usize],
    columns: usize,
    plan: &Plan,
) {
    let (cover, apart) = plan.cover(V::LANES);
    if plan.columns.is_multiple_of(V::LANES) {
        return unsafe { sums::<V, R, NV>(c, plan.positions(), a, b, offsets, columns, cover) };
    }
    let stride = cover.count.next_multiple_of(V::LANES);
    unsafe { sums::<V, R, NV>(lines, stride, a, b, offsets, columns, cover) };
    for j in 0..columns {
        for r in 0..plan.rows {
            unsafe { copy(c.add((j * plan.rows + r) * plan.columns), lines.add(j * stride + r * apart), plan.columns) };
        }
    }
}

/// A copy of a short row, in halves of vectors.
#[inline(always)]
unsafe fn copy(to: *mut f32, from: *const f32, count: usize) {
    let mut i = 0;
    while i + 8 <= count {
        unsafe { to.add(i).cast::<[f32; 8]>().write_unaligned(from.add(i).cast::<[f32; 8]>().read_unaligned()) };
        i += 8;
    }
    while i < count {
        unsafe { *to.add(i) = *from.add(i) };
        i += 1;
    }
}

by_level! {
    plane_sums<>(c: *mut f32, lines: *mut f32, a: *const f32, b: *const f32, offsets: &[usize], rows: usize, plan: &Plan) {
        Avx512: columns_of::<<f32 as Element>::Avx512, 8, 3>(c, lines, a, b, offsets, rows, plan),
        Avx2: columns_of::<<f32 as Element>::Avx2, 4, 3>(c, lines, a, b, offsets, rows, plan),
        Neon: columns_of::<<f32 as Element>::Neon, 8, 3>(c, lines, a, b, offsets, rows, plan),
        Portable: columns_of::<<f32 as Element>::Portable, 4, 2>(c, lines, a, b, offsets, rows, plan),
    }
}

#[inline(always)]
unsafe fn add_body<const LEVEL: u8>(y: *mut f32, x: *const f32, n: usize) {
    for i in 0..n {
        unsafe { *y.add(i) += *x.add(i) };
    }
}
multiversion!(add<>(y: *mut f32, x: *const f32, n: usize) = add_body);

#[inline(always)]
unsafe fn shift_body<const LEVEL: u8>(y: *mut f32, n: usize, offset: f32) {
    for i in 0..n {
        unsafe { *y.add(i) += offset };
    }
}
multiversion!(shift<>(y: *mut f32, n: usize, offset: f32) = shift_body);

impl Columns<'_> {
    pub fn new<'a>(work: &'a Work<'a>, planes: [*mut f32; 2]) -> Columns<'a> {
        let Tiles { plan, conversion_variance, .. } = *work.tiles;
        let together = (NEAR / plan.positions() / BLOCK * BLOCK).clamp(BLOCK, plan.own.max(1).next_multiple_of(BLOCK));
        let near = together * plan.positions();
        let converted = if conversion_variance > 0.0 { near } else { 0 };
        let [lines, means, both] = rooms::<f32, 3>(3, [together * (plan.plane() + LANES), near, 2 * near + converted]);
        let [variances, part, conversion] = [0, near, 2 * near].map(|at| both.wrapping_add(at));
        unsafe { std::slice::from_raw_parts_mut(conversion, converted) }.fill(conversion_variance);
        Columns { work, planes, together, lines, sums: [means, variances], part, conversion }
    }

    /// Reads image n by the matrix of read s for all reads that are alike; returns how many sums left the range of their
    /// converters.
    pub unsafe fn read(&self, n: usize, s: usize, alike: StepBy<Range<usize>>) -> usize {
        let (tiles, reads) = (self.work.tiles, self.work.reads);
        let own = tiles.plan.own;
        let mut outside = 0;
        for first in (0..own).step_by(self.together) {
            let columns = self.together.min(own - first);
            let length = columns * tiles.plan.positions();
            let result = |s: usize| {
                let at = (s * reads.count + n) * reads.result + first * tiles.plan.positions();
                reads.y.wrapping_add(at)
            };
            for tile in 0..tiles.boundaries.len() - 1 {
                unsafe { self.sum(tile, s, first, columns) };
                for s in alike.clone() {
                    let row = unsafe { *reads.numbers.add(n) };
                    let outer = reads.sample.wrapping_add(s as u32);
                    let part = Part { first, columns, planes: tiles.plan.positions(), row, outer };
                    let to = if tile == 0 { result(s) } else { self.part };
                    outside += unsafe { self.convert(to, tile, part) };
                    if tile > 0 {
                        unsafe { add(result(s), to, length) };
                    }
                }
            }
            if let Some(operation) = reads.after {
                for s in alike.clone() {
                    unsafe { elementwise::unary(operation, result(s), result(s), length) };
                }
            }
        }
        outside
    }

    /// What columns of a tile sum, and the variances.
    unsafe fn sum(&self, tile: usize, s: usize, first: usize, columns: usize) {
        let Work { tiles, reads, packed } = *self.work;
        let plan = tiles.plan;
        let [top, end] = tiles.inputs(tile);
        let at = (s % reads.copies.min(tiles.held) * plan.offsets.len() + top) * plan.own + first * (end - top);
        for (kind, matrices) in [tiles.weights, tiles.variances].into_iter().enumerate() {
            if matrices.is_null() {
                continue;
            }
            unsafe {
                let (a, b) = (packed[kind].add(at), self.planes[kind]);
                plane_sums(self.sums[kind], self.lines, a, b, &plan.offsets[top..end], columns, plan);
                let Some(bias) = tiles.bias(tile) else { continue };
                let bias = matrices.add(tiles.matrix(self.work.held(s), tile) + bias + first);
                for j in 0..columns {
                    shift(self.sums[kind].add(j * plan.positions()), plan.positions(), *bias.add(j));
                }
            }
        }
    }

    /// One read of the sums, converted; returns how many were out of range.
    unsafe fn convert(&self, to: *mut f32, tile: usize, part: Part) -> usize {
        let tiles = self.work.tiles;
        let length = part.columns * part.planes;
        let [read0, read1, conversion0, conversion1] = unsafe { *tiles.keys.add(tile) };
        let [means, variances] = self.sums;
        let Levels { step, low, high } = tiles.output;
        let own = tiles.plan.own;
        // Number `which` of every column's converter, over its positions.
        let each = |which: usize, change: fn(f32, f32) -> f32| {
            for j in 0..if tiles.columns.is_null() { 0 } else { part.columns } {
                unsafe {
                    let number = *tiles.columns.add(which * own + part.first + j);
                    for y in std::slice::from_raw_parts_mut(to.add(j * part.planes), part.planes) {
                        *y = change(*y, number);
                    }
                }
            }
        };
        unsafe {
            if tiles.variances.is_null() {
                std::ptr::copy_nonoverlapping(means, to, length);
            } else {
                add_noise(to, means, variances, part, [read0, read1]);
            }
            each(0, |y, factor| y * factor);
            each(1, |y, shift| y + shift);
            each(2, |y, range| y / range);
            if tiles.conversion_variance > 0.0 {
                add_noise(to, to, self.conversion, part, [conversion0, conversion1]);
            }
            let outside = elementwise::quantise(to, to, length, step, low, high);
            each(2, |y, range| y * range);
            outside
        }
    }
}
