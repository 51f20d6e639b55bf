//! Convolutions without gathered windows. An image is copied with its padding, apart by what its rows and columns leave
//! when divided by the stride; every number that a kernel's place multiplies then lies at one distance from the output,
//! so that whole lines of outputs are sums of shifted lines of the image:
//!
//! out[j, q] = Σ_k w[k, j]·image[offset(k) + q], q = row·wide + column.
//!
//! What lies between the last column and `wide` is computed too and left out. Sums run over k in order.

use crate::elementwise::{self, Activation, Unary};
use crate::node::{Fault, size};
use crate::product::{Element, room};
use crate::real::Real;
use crate::simd::by_level;
use crate::simd::vector::Vector;
use crate::threads;
use crate::windows::Windows;
use std::cell::RefCell;

/// One place of a kernel: the plane of a channel that it reads, and how far on.
#[derive(Clone, Copy)]
pub struct Tap {
    pub phase: usize,
    pub shift: usize,
}

/// Where everything lies.
pub struct Plan {
    pub windows: Windows,
    pub outputs: usize,
    pub groups: usize,
    pub rows: usize,
    pub columns: usize,
    /// Channels and outputs of one group.
    pub part: usize,
    pub own: usize,
    /// What rows and columns of the padded image leave when divided by the stride, where a kernel reads them.
    pub phases: [Vec<usize>; 2],
    /// Rows and columns of a plane.
    pub tall: usize,
    pub wide: usize,
    pub taps: Vec<Tap>,
    /// From the group's first channel to what the k-th weight multiplies first.
    pub offsets: Vec<usize>,
}

/// The different remainders of the places of one axis, and each place's remainder by number and quotient.
fn along(kernel: usize, dilation: usize, stride: usize) -> (Vec<usize>, Vec<[usize; 2]>) {
    let mut phases = Vec::new();
    let places = (0..kernel).map(|i| {
        let (quotient, rest) = (i * dilation / stride, i * dilation % stride);
        let phase = phases.iter().position(|&p| p == rest).unwrap_or_else(|| {
            phases.push(rest);
            phases.len() - 1
        });
        [phase, quotient]
    });
    let places = places.collect();
    (phases, places)
}

impl Plan {
    /// The plan of a number of outputs in groups of channels.
    pub fn new(windows: Windows, outputs: usize, groups: usize) -> Result<Plan, Fault> {
        let Windows { channels, kernel, stride, dilation, .. } = windows;
        let whole = [stride, dilation, kernel[0], kernel[1], groups].iter().all(|&n| (1..=1 << 24).contains(&n));
        if !whole || channels % groups != 0 || outputs % groups != 0 {
            return Err("internal: the sizes of a convolution do not fit together.");
        }
        let [rows, columns] = windows.grid().ok_or("internal: windows do not fit their images.")?;
        let (part, own) = (channels / groups, outputs / groups);
        size(&[part, kernel[0], kernel[1], outputs])?;
        let ((down, vertical), (across, horizontal)) =
            (along(kernel[0], dilation, stride), along(kernel[1], dilation, stride));
        let most = |places: &[[usize; 2]]| places.iter().map(|place| place[1]).max().unwrap_or(0);
        let (tall, wide) = (rows + most(&vertical), columns + most(&horizontal));
        size(&[channels.max(outputs), down.len() * across.len(), tall + 1, wide + 64])?;
        let taps: Vec<Tap> = vertical
            .iter()
            .flat_map(|&[a, i]| {
                let count = across.len();
                horizontal.iter().map(move |&[b, j]| Tap { phase: a * count + b, shift: i * wide + j })
            })
            .collect();
        let mut plan = Plan {
            windows,
            outputs,
            groups,
            rows,
            columns,
            part,
            own,
            phases: [down, across],
            tall,
            wide,
            taps,
            offsets: vec![],
        };
        plan.offsets = (0..part)
            .flat_map(|c| plan.taps.iter().map(move |tap| (c, tap)))
            .map(|(c, tap)| c * plan.channel() + tap.phase * plan.plane() + tap.shift)
            .collect();
        Ok(plan)
    }

    pub fn plane(&self) -> usize {
        self.tall * self.wide
    }

    /// Numbers of the planes of one channel.
    pub fn channel(&self) -> usize {
        self.phases[0].len() * self.phases[1].len() * self.plane()
    }

    /// Numbers of the planes of an image, and what vectors may read beyond.
    pub fn image(&self) -> usize {
        self.windows.channels * self.channel() + SLACK
    }

    pub fn positions(&self) -> usize {
        self.rows * self.columns
    }

    /// What vectors of so many lanes cover of an output, and how far apart its rows then are in the sums: rows without what
    /// lies between where they are of whole vectors, else the line from the first output to the last.
    pub fn cover(&self, lanes: usize) -> (Cover, usize) {
        if self.columns.is_multiple_of(lanes) {
            (Cover { count: self.positions(), row: self.columns, wide: self.wide }, self.columns)
        } else {
            (Cover::line((self.rows - 1) * self.wide + self.columns), self.wide)
        }
    }

    /// Multiply-adds of an image.
    pub fn work(&self) -> usize {
        self.offsets.len() * self.outputs * self.positions()
    }

    /// Calls `line(plane row, first, image row, column, count)` for the parts of planes that lie on the image: `count`
    /// numbers from `first` on in the row of a plane are those of the image from `column` on, a stride apart.
    #[inline(always)]
    pub fn lines(&self, mut line: impl FnMut(usize, usize, usize, usize, usize)) {
        let Windows { height, width, stride, padding: [above, _, left, _], .. } = self.windows;
        for (a, &down) in self.phases[0].iter().enumerate() {
            for (b, &across) in self.phases[1].iter().enumerate() {
                let phase = a * self.phases[1].len() + b;
                let first = left.saturating_sub(across).div_ceil(stride);
                let end = (width + left).saturating_sub(across).div_ceil(stride).min(self.wide);
                for y in 0..self.tall {
                    let row = y * stride + down;
                    if row >= above && row < above + height && first < end {
                        let column = first * stride + across - left;
                        line(phase * self.tall + y, first, row - above, column, end - first);
                    }
                }
            }
        }
    }

    /// Copies an image into its planes, whose padding is zero already.
    #[inline(always)]
    pub unsafe fn spread<T: Real>(&self, to: *mut T, image: *const T) {
        let Windows { channels, height, width, stride, .. } = self.windows;
        self.lines(|line, first, row, column, count| {
            for c in 0..channels {
                unsafe {
                    let to = to.add(c * self.channel() + line * self.wide + first);
                    let from = image.add((c * height + row) * width + column);
                    if stride == 1 {
                        std::ptr::copy_nonoverlapping(from, to, count);
                    } else {
                        for i in 0..count {
                            *to.add(i) = *from.add(i * stride);
                        }
                    }
                }
            }
        });
    }
}

/// What vectors may read beyond the end of a plane.
pub const SLACK: usize = 64;

/// Multiply-adds of one task.
const GRAIN: usize = 1 << 20;

thread_local! {
    static ROOMS: RefCell<[Vec<u64>; 8]> = RefCell::new(Default::default());
}

/// Rooms of this thread from number `first` on for so many numbers each; a room is valid until it is asked for again.
#[inline(never)]
pub fn rooms<T, const N: usize>(first: usize, counts: [usize; N]) -> [*mut T; N] {
    ROOMS.with_borrow_mut(|all| {
        let mut at = first;
        counts.map(|count| {
            at += 1;
            room(&mut all[at - 1], count)
        })
    })
}

/// Weights in blocks of at most R rows, each [k, rows], as `sums` reads them; `at(k, row)` says where each lies.
pub unsafe fn pack<T: Copy, const R: usize>(
    to: *mut T,
    w: *const T,
    rows: usize,
    depth: usize,
    at: impl Fn(usize, usize) -> usize,
) {
    let mut i = 0;
    while i < rows {
        let some = block_of::<R>(rows - i);
        for k in 0..depth {
            for r in 0..some {
                unsafe { *to.add(i * depth + k * some + r) = *w.add(at(k, i + r)) };
            }
        }
        i += some;
    }
}

/// Rows of the next block where so many are left.
#[inline(always)]
fn block_of<const R: usize>(left: usize) -> usize {
    match left {
        _ if left >= R => R,
        6.. if R > 6 => 6,
        4.. if R > 4 => 4,
        2.. => 2,
        _ => 1,
    }
}

/// Which numbers of the planes whole vectors cover: so many, in rows that lie `wide` apart in the planes and side by side in
/// the sums.
#[derive(Clone, Copy)]
pub struct Cover {
    pub count: usize,
    row: usize,
    wide: usize,
}

impl Cover {
    /// Numbers side by side.
    pub fn line(count: usize) -> Cover {
        Cover { count, row: usize::MAX, wide: 0 }
    }
}

/// c[i, q] = Σ_k a[k, i]·b[offsets[k] + place(q)] for `rows` rows, `stride` apart, of whole vectors that cover the numbers.
#[inline(always)]
pub unsafe fn sums<V: Vector, const R: usize, const NV: usize>(
    c: *mut V::Scalar,
    stride: usize,
    a: *const V::Scalar,
    b: *const V::Scalar,
    offsets: &[usize],
    rows: usize,
    cover: Cover,
) {
    macro_rules! block {
        ($rows:expr, $i:expr) => {{
            let from = unsafe { a.add($i * offsets.len()) };
            let (mut q, mut start, mut column) = (0, b, 0);
            while q < cover.count {
                let places: [*const V::Scalar; NV] = std::array::from_fn(|_| {
                    let place = start.wrapping_add(column);
                    column += V::LANES;
                    if column == cover.row {
                        (start, column) = (start.wrapping_add(cover.wide), 0);
                    }
                    place
                });
                unsafe {
                    let to = c.add($i * stride + q);
                    let left = (cover.count - q).div_ceil(V::LANES);
                    if left >= NV {
                        tile::<V, { $rows }, NV>(to, stride, from, places, offsets);
                    } else if left == 2 {
                        tile::<V, { $rows }, 2>(to, stride, from, [places[0], places[1]], offsets);
                    } else {
                        tile::<V, { $rows }, 1>(to, stride, from, [places[0]], offsets);
                    }
                }
                q += NV * V::LANES;
            }
        }};
    }
    let mut i = 0;
    while i < rows {
        let some = block_of::<R>(rows - i);
        match some {
            _ if some == R => block!(R, i),
            6 => block!(6, i),
            4 => block!(4, i),
            2 => block!(2, i),
            _ => block!(1, i),
        }
        i += some;
    }
}

#[inline(always)]
unsafe fn tile<V: Vector, const R: usize, const NV: usize>(
    c: *mut V::Scalar,
    stride: usize,
    a: *const V::Scalar,
    b: [*const V::Scalar; NV],
    offsets: &[usize],
) {
    unsafe {
        let mut total = [[V::zero(); NV]; R];
        let mut a = a;
        for &offset in offsets {
            let mut right = [V::zero(); NV];
            for (right, from) in right.iter_mut().zip(b) {
                *right = V::load(from.add(offset));
            }
            for (i, row) in total.iter_mut().enumerate() {
                let left = V::splat(*a.add(i));
                for (sum, &right) in row.iter_mut().zip(&right) {
                    *sum = V::multiply_add(left, right, *sum);
                }
            }
            a = a.add(R);
        }
        for (i, row) in total.iter().enumerate() {
            for (v, sum) in row.iter().enumerate() {
                sum.store(c.add(i * stride + v * V::LANES));
            }
        }
    }
}

struct Forward<'a, T> {
    plan: &'a Plan,
    y: *mut T,
    x: *const T,
    w: *const T,
    bias: *const T,
    activation: Activation,
    packed: *mut T,
}
unsafe impl<T> Sync for Forward<'_, T> {}

/// y = activation(convolution(x, w) + bias), no bias where null.
///
/// # Safety
/// The arrays hold what the plan's shape and the number of images say; y overlaps none of the others.
pub unsafe fn convolve<T: Element>(
    y: *mut T,
    x: *const T,
    w: *const T,
    bias: *const T,
    count: usize,
    plan: &Plan,
    activation: Activation,
) {
    let [packed] = rooms::<T, 1>(7, [plan.offsets.len() * plan.outputs]);
    let job = Forward { plan, y, x, w, bias, activation, packed };
    unsafe { pack_weights(&job) };
    threads::pieces(count, (GRAIN / plan.work().max(1)).max(1), |from, to| unsafe { images(&job, from, to) });
}

by_level! {
    pack_weights<T: Element>(job: &Forward<T>) {
        Avx512: pack_groups::<T, 8>(job),
        Avx2: pack_groups::<T, 4>(job),
        Neon: pack_groups::<T, 8>(job),
        Portable: pack_groups::<T, 4>(job),
    }
}

by_level! {
    /// Some images on this thread.
    images<T: Element>(job: &Forward<T>, from: usize, to: usize) {
        Avx512: images_of::<T::Avx512, 8, 3>(job, from, to),
        Avx2: images_of::<T::Avx2, 4, 3>(job, from, to),
        Neon: images_of::<T::Neon, 8, 3>(job, from, to),
        Portable: images_of::<T::Portable, 4, 2>(job, from, to),
    }
}

#[inline(always)]
unsafe fn pack_groups<T: Element, const R: usize>(job: &Forward<T>) {
    let Plan { own, offsets, outputs, groups, .. } = job.plan;
    for g in 0..*groups {
        let at = |k: usize, j: usize| k * outputs + g * own + j;
        unsafe { pack::<T, R>(job.packed.add(g * own * offsets.len()), job.w, *own, offsets.len(), at) };
    }
}

#[inline(always)]
unsafe fn images_of<V: Vector, const R: usize, const NV: usize>(job: &Forward<V::Scalar>, from: usize, to: usize)
where
    V::Scalar: Real,
{
    let Forward { plan, bias, activation, .. } = *job;
    let Plan { outputs, groups, rows, columns, part, own, ref offsets, .. } = *plan;
    let (cover, apart) = plan.cover(V::LANES);
    let stride = cover.count.next_multiple_of(V::LANES);
    let [planes, lines] = rooms::<V::Scalar, 2>(0, [plan.image(), own * stride]);
    unsafe { std::ptr::write_bytes(planes, 0, plan.image()) };
    let size = outputs * plan.positions();
    for n in from..to {
        unsafe {
            plan.spread(planes, job.x.add(n * plan.windows.image()));
            let y = job.y.add(n * size);
            for g in 0..groups {
                let weights = job.packed.add(g * own * offsets.len());
                let image = planes.add(g * part * plan.channel());
                sums::<V, R, NV>(lines, stride, weights, image, offsets, own, cover);
                for j in 0..own {
                    let out = g * own + j;
                    let offset = if bias.is_null() { V::Scalar::ZERO } else { *bias.add(out) };
                    for r in 0..rows {
                        let (to, from) = (y.add((out * rows + r) * columns), lines.add(j * stride + r * apart));
                        for c in 0..columns {
                            *to.add(c) = *from.add(c) + offset;
                        }
                    }
                }
            }
            if let Some(operation) = after(activation) {
                elementwise::unary(operation, y, y, size);
            }
        }
    }
}

/// The operation that an activation is; nothing for the linear one.
pub fn after(activation: Activation) -> Option<Unary> {
    match activation {
        Activation::Linear => None,
        Activation::Relu => Some(Unary::Relu),
        Activation::Tanh => Some(Unary::Tanh),
        Activation::HardTanh => Some(Unary::HardTanh),
    }
}
