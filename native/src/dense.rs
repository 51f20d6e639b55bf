//! Networks of a few dense layers in one pass, layer after layer for some points at a time, forth and back, so that
//! nothing leaves the first caches. Numbers of one unit lie side by side for all points.

use crate::convolution::{Cover, pack, rooms, sums};
use crate::elementwise::{self, Activation, Unary, WIDTH, one_where, put, take};
use crate::product::Element;
use crate::real::Real;
use crate::simd::by_level;
use crate::simd::vector::Vector;
use crate::threads;

/// Points of a block, and blocks whose sums stand alone, so that the number of threads does not show.
const POINTS: usize = WIDTH;
const BLOCKS: usize = 16;

/// A softmax classifier and its data.
pub struct Dense<'a> {
    /// Units of the input and of every layer.
    pub widths: &'a [usize],
    /// What follows every layer but the last.
    pub hidden: Activation,
    /// Layer after layer [inputs, outputs], then its offsets [outputs].
    pub weights: *const f64,
    /// [features, rows].
    pub inputs: *const f64,
    pub labels: *const i32,
    pub rows: usize,
}
unsafe impl Sync for Dense<'_> {}

impl Dense<'_> {
    pub fn size(widths: &[usize]) -> usize {
        widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }

    /// Units of all layers, each with a line of ones behind it.
    fn lines(&self) -> usize {
        self.widths.iter().map(|width| width + 1).sum()
    }

    fn widest(&self) -> usize {
        self.widths.iter().copied().max().unwrap_or(0) + 1
    }
}

/// −Σ log softmax(outputs)[label] over all rows; overwrites its gradient by the weights.
///
/// # Safety
/// The arrays hold what the widths and the number of rows say; the gradient overlaps none of the others.
pub unsafe fn softmax(gradient: *mut f64, dense: &Dense) -> f64 {
    let size = Dense::size(dense.widths);
    let pieces = dense.rows.div_ceil(BLOCKS * POINTS);
    let [packed, parts] = rooms::<f64, 2>(6, [2 * size, pieces * (size + 1)]);
    let parts = threads::Shared::new(parts);
    let packed = threads::Shared::new(packed);
    unsafe { pack_all(dense, packed.at(0)) };
    threads::run(pieces, |i| unsafe {
        let to = parts.at(i * (size + 1));
        let loss = piece(dense, packed.at(0), to, i * BLOCKS * POINTS);
        *to.add(size) = loss;
    });
    unsafe {
        std::ptr::write_bytes(gradient, 0, size);
        for i in 0..pieces {
            for j in 0..size {
                *gradient.add(j) += *parts.at(i * (size + 1) + j);
            }
        }
        (0..pieces).map(|i| *parts.at(i * (size + 1) + size)).sum()
    }
}

by_level! {
    pack_all<>(dense: &Dense, to: *mut f64) {
        Avx512: pack_layers::<8>(dense, to),
        Avx2: pack_layers::<4>(dense, to),
        Neon: pack_layers::<8>(dense, to),
        Portable: pack_layers::<4>(dense, to),
    }
}

by_level! {
    /// The rows of one piece, from `first` on, on this thread.
    piece<>(dense: &Dense, packed: *const f64, gradient: *mut f64, first: usize) -> f64 {
        Avx512: piece_of::<<f64 as Element>::Avx512, 8, 3, 2>(dense, packed, gradient, first),
        Avx2: piece_of::<<f64 as Element>::Avx2, 4, 3, 1>(dense, packed, gradient, first),
        Neon: piece_of::<<f64 as Element>::Neon, 8, 3, 1>(dense, packed, gradient, first),
        Portable: piece_of::<<f64 as Element>::Portable, 4, 2, 0>(dense, packed, gradient, first),
    }
}

/// Every layer's weights as the way forth and the way back read them.
#[inline(always)]
unsafe fn pack_layers<const R: usize>(dense: &Dense, to: *mut f64) {
    let (mut from, mut to) = (dense.weights, to);
    for pair in dense.widths.windows(2) {
        let (inputs, outputs) = (pair[0], pair[1]);
        let size = (inputs + 1) * outputs;
        unsafe {
            // The offsets, which stand behind the weights, multiply the line of ones.
            pack::<f64, R>(to, from, outputs, inputs + 1, |k, j| k * outputs + j);
            pack::<f64, R>(to.add(size), from, inputs, outputs, |k, i| i * outputs + k);
            (from, to) = (from.add(size), to.add(2 * size));
        }
    }
}

#[inline(always)]
unsafe fn piece_of<V: Vector<Scalar = f64>, const R: usize, const NV: usize, const LEVEL: u8>(
    dense: &Dense,
    packed: *const f64,
    gradient: *mut f64,
    first: usize,
) -> f64 {
    let Dense { widths, hidden, inputs, labels, rows, .. } = *dense;
    let layers = widths.len() - 1;
    let size = Dense::size(widths);
    let room = dense.widest() * POINTS;
    let [lines, totals, mut d, mut below] = rooms::<f64, 4>(0, [dense.lines() * POINTS, size * V::LANES, room, room]);
    let offsets: Vec<usize> = (0..dense.widest()).map(|i| i * POINTS).collect();
    let mut loss = 0.0;
    unsafe {
        std::ptr::write_bytes(totals, 0, size * V::LANES);
        let mut at = lines;
        for &width in widths {
            std::slice::from_raw_parts_mut(at.add(width * POINTS), POINTS).fill(1.0);
            at = at.add((width + 1) * POINTS);
        }
        for from in (first..rows.min(first + BLOCKS * POINTS)).step_by(POINTS) {
            let count = POINTS.min(rows - from);
            for i in 0..widths[0] {
                let line = std::slice::from_raw_parts_mut(lines.add(i * POINTS), POINTS);
                line[..count].copy_from_slice(std::slice::from_raw_parts(inputs.add(i * rows + from), count));
                line[count..].fill(0.0);
            }
            let (mut x, mut w) = (lines, packed);
            for l in 0..layers {
                let (before, after) = (widths[l], widths[l + 1]);
                let y = x.add((before + 1) * POINTS);
                sums::<V, R, NV>(y, POINTS, w, x, &offsets[..before + 1], after, Cover::line(POINTS));
                if l + 1 < layers {
                    activate(hidden, y, after * POINTS);
                }
                (x, w) = (y, w.add(2 * (before + 1) * after));
            }
            loss += losses::<LEVEL>(d, x, labels.add(from), widths[layers], count);
            let mut total = totals.add(size * V::LANES);
            for l in (0..layers).rev() {
                let (before, after) = (widths[l], widths[l + 1]);
                w = w.sub(2 * (before + 1) * after);
                total = total.sub((before + 1) * after * V::LANES);
                x = x.sub((before + 1) * POINTS);
                dots::<V>(total, x, d, before + 1, after);
                if l > 0 {
                    let turned = w.add((before + 1) * after);
                    sums::<V, R, NV>(below, POINTS, turned, d, &offsets[..after], before, Cover::line(POINTS));
                    (d, below) = (below, d);
                    turn::<LEVEL>(hidden, d, x, before);
                }
            }
        }
        for j in 0..size {
            *gradient.add(j) = (0..V::LANES).map(|lane| *totals.add(j * V::LANES + lane)).sum();
        }
    }
    loss
}

unsafe fn activate(hidden: Activation, y: *mut f64, count: usize) {
    let operation = match hidden {
        Activation::Linear => return,
        Activation::Relu => Unary::Relu,
        Activation::Tanh => Unary::Tanh,
        Activation::HardTanh => Unary::HardTanh,
    };
    unsafe { elementwise::unary(operation, y, y, count) };
}

/// Slopes by what a layer gives into slopes by its sums, in place, from the lines it gave.
#[inline(always)]
unsafe fn turn<const LEVEL: u8>(hidden: Activation, d: *mut f64, y: *const f64, lines: usize) {
    if hidden == Activation::Linear {
        return;
    }
    for at in (0..lines * POINTS).step_by(POINTS) {
        unsafe {
            let mut slopes = take(d.add(at), POINTS);
            let values = take(y.add(at), POINTS);
            for (slope, &value) in slopes.iter_mut().zip(&values) {
                *slope *= match hidden {
                    Activation::Tanh => (-value).times_plus::<LEVEL>(value, 1.0),
                    Activation::Relu => one_where(value > 0.0),
                    _ => one_where(value > -1.0 && value < 1.0),
                };
            }
            put(d.add(at), &slopes, POINTS);
        }
    }
}

/// Losses of the first `count` points of lines of logits, and the slopes of all, 0 beyond.
#[inline(always)]
unsafe fn losses<const LEVEL: u8>(d: *mut f64, z: *const f64, labels: *const i32, classes: usize, count: usize) -> f64 {
    let (mut most, mut sum, mut own, mut label) = ([f64::MIN; POINTS], [0.0; POINTS], [0.0; POINTS], [-1.0; POINTS]);
    unsafe {
        for p in 0..count {
            label[p] = *labels.add(p) as f64;
        }
        for j in 0..classes {
            let line = take(z.add(j * POINTS), POINTS);
            for p in 0..POINTS {
                most[p] = if line[p] > most[p] { line[p] } else { most[p] };
                own[p] = if label[p] == j as f64 { line[p] } else { own[p] };
            }
        }
        for j in 0..classes {
            let mut line = take(z.add(j * POINTS), POINTS);
            for p in 0..POINTS {
                line[p] = (line[p] - most[p]).exponential::<LEVEL>();
                sum[p] += line[p];
            }
            put(d.add(j * POINTS), &line, POINTS);
        }
        let mut loss = [0.0; POINTS];
        for p in 0..POINTS {
            loss[p] = sum[p].logarithm_normal::<LEVEL>() + most[p] - own[p];
            sum[p] = 1.0 / sum[p];
        }
        for j in 0..classes {
            let mut line = take(d.add(j * POINTS), POINTS);
            for p in 0..POINTS {
                let slope = line[p] * sum[p] - if label[p] == j as f64 { 1.0 } else { 0.0 };
                line[p] = if label[p] < 0.0 { 0.0 } else { slope };
            }
            put(d.add(j * POINTS), &line, POINTS);
        }
        loss[..count].iter().sum()
    }
}

/// totals[i, j, lane] += Σ over the points of each lane of x[i]·d[j].
#[inline(always)]
unsafe fn dots<V: Vector<Scalar = f64>>(totals: *mut f64, x: *const f64, d: *const f64, rows: usize, columns: usize) {
    macro_rules! tiles {
        ($rows:literal, $i:expr) => {{
            let mut j = 0;
            while j + 2 <= columns {
                unsafe { dot_tile::<V, $rows, 2>(totals, x, d, $i, j, columns) };
                j += 2;
            }
            if j < columns {
                unsafe { dot_tile::<V, $rows, 1>(totals, x, d, $i, j, columns) };
            }
        }};
    }
    let mut i = 0;
    while i + 4 <= rows {
        tiles!(4, i);
        i += 4;
    }
    while i < rows {
        tiles!(1, i);
        i += 1;
    }
}

#[inline(always)]
unsafe fn dot_tile<V: Vector<Scalar = f64>, const R: usize, const C: usize>(
    totals: *mut f64,
    x: *const f64,
    d: *const f64,
    i: usize,
    j: usize,
    columns: usize,
) {
    unsafe {
        let place = |r: usize, c: usize| totals.add(((i + r) * columns + j + c) * V::LANES);
        let mut total = [[V::zero(); C]; R];
        for (r, row) in total.iter_mut().enumerate() {
            for (c, sum) in row.iter_mut().enumerate() {
                *sum = V::load(place(r, c));
            }
        }
        for p in (0..POINTS).step_by(V::LANES) {
            let mut right = [V::zero(); C];
            for (c, right) in right.iter_mut().enumerate() {
                *right = V::load(d.add((j + c) * POINTS + p));
            }
            for (r, row) in total.iter_mut().enumerate() {
                let left = V::load(x.add((i + r) * POINTS + p));
                for (sum, &right) in row.iter_mut().zip(&right) {
                    *sum = V::multiply_add(left, right, *sum);
                }
            }
        }
        for (r, row) in total.iter().enumerate() {
            for (c, sum) in row.iter().enumerate() {
                sum.store(place(r, c));
            }
        }
    }
}
