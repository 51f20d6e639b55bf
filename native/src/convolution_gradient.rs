//! The gradients of a convolution. By the image: the shifted lines of `convolution`, shifted back. By the weights: every
//! output's row of gradients, channels side by side, times what each weight multiplied there. Images are taken in groups
//! whose sums are added in order, so that the number of threads does not show.

use crate::convolution::{Cover, Plan, SLACK, Tap, pack, rooms, sums};
use crate::elementwise::{self, Activation};
use crate::product::Element;
use crate::real::Real;
use crate::simd::by_level;
use crate::simd::vector::Vector;
use crate::threads;

/// The arrays of a call; those of gradients that are not asked for are null.
#[derive(Clone, Copy)]
pub struct Gradients<T> {
    pub dx: *mut T,
    pub dw: *mut T,
    pub db: *mut T,
    pub dy: *const T,
    pub y: *const T,
    pub x: *const T,
    pub w: *const T,
}

/// Groups of images at most, and the numbers of all their sums.
const GROUPS: usize = 16;
const SUMS: usize = 1 << 23;

struct Backward<'a, T> {
    plan: &'a Plan,
    arrays: Gradients<T>,
    activation: Activation,
    /// Images in all and of one group.
    count: usize,
    each: usize,
    /// Weights for the gradient by the image, phase after phase.
    turned: *mut T,
    /// Of every group of images, the sums by the weights [groups, k, padded] and by the bias [outputs].
    sums: *mut T,
    /// Outputs of a group of channels, up to whole vectors.
    padded: usize,
    size: usize,
}
unsafe impl<T> Sync for Backward<'_, T> {}

/// Adds to the gradients that are asked for.
///
/// # Safety
/// The arrays hold what the plan's shape and the number of images say; those written overlap no other.
pub unsafe fn gradient<T: Element>(arrays: Gradients<T>, count: usize, plan: &Plan, activation: Activation) {
    let Plan { own, part, ref offsets, outputs, groups: parts, .. } = *plan;
    let padded = own.next_multiple_of(16);
    let size = parts * offsets.len() * padded + outputs;
    let groups = (SUMS / size).clamp(4, GROUPS).min(count.max(1));
    let each = count.div_ceil(groups);
    let groups = count.div_ceil(each.max(1));
    let by_weights = !arrays.dw.is_null() || !arrays.db.is_null();
    let turned = if arrays.dx.is_null() { 0 } else { parts * own * plan.taps.len() * part };
    let [turned, sums] = rooms::<T, 2>(6, [turned, if by_weights { groups * size } else { 0 }]);
    let job = Backward { plan, arrays, activation, count, each, turned, sums, padded, size };
    if !arrays.dx.is_null() {
        unsafe { turn(&job) };
    }
    threads::run(groups, |g| unsafe { group(&job, g) });
    if !by_weights {
        return;
    }
    let Gradients { dw, db, .. } = arrays;
    let (dw, sums) = (threads::Shared::new(dw), threads::Shared::new(sums));
    let lines = if arrays.dw.is_null() { 0 } else { offsets.len() };
    threads::pieces(lines, (1 << 14) / (groups * outputs).max(1) + 1, |from, to| {
        for k in from..to {
            for (c, g) in (0..parts).flat_map(|c| (0..groups).map(move |g| (c, g))) {
                let from = sums.at(g * size + (c * offsets.len() + k) * padded);
                unsafe { elementwise::axpy(dw.at(k * outputs + c * own), own, T::ONE, from, own) };
            }
        }
    });
    if !db.is_null() {
        for g in 0..groups {
            let from = sums.at((g + 1) * size - outputs);
            unsafe { elementwise::axpy(db, outputs, T::ONE, from, outputs) };
        }
    }
}

/// The taps of one phase.
fn taps_of(plan: &Plan, phase: usize) -> impl Iterator<Item = (usize, &Tap)> {
    plan.taps.iter().enumerate().filter(move |(_, tap)| tap.phase == phase)
}

by_level! {
    turn<T: Element>(job: &Backward<T>) {
        Avx512: turn_weights::<T, 8>(job),
        Avx2: turn_weights::<T, 4>(job),
        Neon: turn_weights::<T, 8>(job),
        Portable: turn_weights::<T, 4>(job),
    }
}

by_level! {
    /// One group of images on this thread.
    group<T: Element>(job: &Backward<T>, g: usize) {
        Avx512: group_of::<T::Avx512, 8, 3>(job, g),
        Avx2: group_of::<T::Avx2, 4, 3>(job, g),
        Neon: group_of::<T::Neon, 8, 3>(job, g),
        Portable: group_of::<T::Portable, 4, 2>(job, g),
    }
}

/// Weights [outputs and taps of a phase, channels], phase after phase, for each group of channels.
#[inline(always)]
unsafe fn turn_weights<T: Element, const R: usize>(job: &Backward<T>) {
    let Plan { ref taps, own, part, outputs, groups, .. } = *job.plan;
    let mut to = job.turned;
    for g in 0..groups {
        for phase in 0..phases(job.plan) {
            let own_taps: Vec<usize> = taps_of(job.plan, phase).map(|(t, _)| t).collect();
            let depth = own * own_taps.len();
            let at = |k: usize, c: usize| {
                (c * taps.len() + own_taps[k % own_taps.len()]) * outputs + g * own + k / own_taps.len()
            };
            unsafe {
                pack::<T, R>(to, job.arrays.w, part, depth, at);
                to = to.add(part * depth);
            }
        }
    }
}

fn phases(plan: &Plan) -> usize {
    plan.phases[0].len() * plan.phases[1].len()
}

#[inline(always)]
unsafe fn group_of<V: Vector, const R: usize, const NV: usize>(job: &Backward<V::Scalar>, g: usize)
where
    V::Scalar: Real,
{
    let Backward { plan, arrays, activation, padded, .. } = *job;
    let Gradients { dx, dw, db, dy, y, x, .. } = arrays;
    let Plan { windows, outputs, groups, columns, own, part, ref offsets, wide, .. } = *plan;
    let (positions, depth) = (plan.positions(), offsets.len());
    let (image, output) = (windows.image(), outputs * positions);
    // Lines of gradients by outputs, with room in front for the farthest shift.
    let front = plan.taps.iter().map(|tap| tap.shift).max().unwrap_or(0);
    let plane = plan.plane().next_multiple_of(V::LANES);
    let line = front + plane + SLACK;
    let wanted = |pointer: *mut V::Scalar, count: usize| if pointer.is_null() { 0 } else { count };
    let [planes, slope, rows, lines, back] = rooms::<V::Scalar, 5>(
        0,
        [
            wanted(dw, plan.image()),
            output,
            wanted(dw, positions * padded),
            wanted(dx, own * line),
            wanted(dx, part * plane),
        ],
    );
    let by_phase: Vec<Vec<usize>> = (0..phases(plan))
        .map(|phase| {
            let shifts: Vec<usize> = taps_of(plan, phase).map(|(_, tap)| front - tap.shift).collect();
            (0..own).flat_map(|j| shifts.iter().map(move |shift| j * line + shift)).collect()
        })
        .collect();
    let by_weights = job.sums.wrapping_add(g * job.size);
    unsafe {
        std::ptr::write_bytes(planes, 0, wanted(dw, plan.image()));
        std::ptr::write_bytes(rows, 0, wanted(dw, positions * padded));
        std::ptr::write_bytes(lines, 0, wanted(dx, own * line));
        if !dw.is_null() || !db.is_null() {
            std::ptr::write_bytes(by_weights, 0, job.size);
        }
    }
    let mut offset = vec![0.0f64; if db.is_null() { 0 } else { outputs }];
    for n in g * job.each..job.count.min((g + 1) * job.each) {
        unsafe {
            let mut d = dy.add(n * output);
            if activation != Activation::Linear {
                std::ptr::write_bytes(slope, 0, output);
                elementwise::activation_gradient(slope, d, y.add(n * output), output, activation);
                d = slope;
            }
            for (j, total) in offset.iter_mut().enumerate() {
                *total += total_of(d.add(j * positions), positions);
            }
            if !dw.is_null() {
                plan.spread(planes, x.add(n * image));
            }
            for c in 0..groups {
                let own_d = d.add(c * own * positions);
                if !dw.is_null() {
                    for q in 0..positions {
                        for j in 0..own {
                            *rows.add(q * padded + j) = *own_d.add(j * positions + q);
                        }
                    }
                    let to = by_weights.add(c * depth * padded);
                    weights::<V, R, NV>(to, planes.add(c * part * plan.channel()), rows, padded, own, plan);
                }
                if dx.is_null() {
                    continue;
                }
                for j in 0..own {
                    for r in 0..plan.rows {
                        let from = own_d.add(j * positions + r * columns);
                        std::ptr::copy_nonoverlapping(from, lines.add(j * line + front + r * wide), columns);
                    }
                }
                let mut turned = job.turned.add(c * own * plan.taps.len() * part);
                for (phase, offsets) in by_phase.iter().enumerate() {
                    sums::<V, R, NV>(back, plane, turned, lines, offsets, part, Cover::line(plan.plane()));
                    turned = turned.add(part * offsets.len());
                    plan.lines(|at, first, row, column, count| {
                        if at / plan.tall != phase {
                            return;
                        }
                        for channel in 0..part {
                            let from = back.add(channel * plane + at % plan.tall * wide + first);
                            let channel = c * part + channel;
                            let to = dx.add(n * image + (channel * windows.height + row) * windows.width + column);
                            for i in 0..count {
                                *to.add(i * windows.stride) = *to.add(i * windows.stride) + *from.add(i);
                            }
                        }
                    });
                }
            }
        }
    }
    for (j, &total) in offset.iter().enumerate() {
        unsafe { *by_weights.add(job.size - outputs + j) = V::Scalar::from_f64(total) };
    }
}

#[inline(always)]
unsafe fn total_of<T: Real>(x: *const T, count: usize) -> f64 {
    let mut lanes = [0.0f64; 8];
    for i in 0..count / 8 {
        let values = unsafe { x.add(8 * i).cast::<[T; 8]>().read_unaligned() };
        for j in 0..8 {
            lanes[j] += values[j].to_f64();
        }
    }
    for i in count / 8 * 8..count {
        lanes[0] += unsafe { *x.add(i) }.to_f64();
    }
    lanes.iter().sum()
}

/// to[k, j] += Σ over positions of image[offset(k) + position]·rows[position, j].
#[inline(always)]
unsafe fn weights<V: Vector, const R: usize, const NV: usize>(
    to: *mut V::Scalar,
    image: *const V::Scalar,
    rows: *const V::Scalar,
    padded: usize,
    own: usize,
    plan: &Plan,
) {
    macro_rules! block {
        ($some:expr, $k:expr) => {{
            let from: [*const V::Scalar; { $some }] =
                std::array::from_fn(|i| unsafe { image.add(*plan.offsets.get_unchecked($k + i)) });
            let mut j = 0;
            while j < own {
                unsafe {
                    let (to, rows) = (to.add($k * padded + j), rows.add(j));
                    let left = (own - j).div_ceil(V::LANES);
                    if left >= NV {
                        weight_tile::<V, { $some }, NV>(to, from, rows, padded, plan);
                    } else if left == 2 {
                        weight_tile::<V, { $some }, 2>(to, from, rows, padded, plan);
                    } else {
                        weight_tile::<V, { $some }, 1>(to, from, rows, padded, plan);
                    }
                }
                j += NV * V::LANES;
            }
        }};
    }
    let depth = plan.offsets.len();
    let mut k = 0;
    while k + R <= depth {
        block!(R, k);
        k += R;
    }
    if R > 4 && depth - k >= 4 {
        block!(4, k);
        k += 4;
    }
    if depth - k >= 2 {
        block!(2, k);
        k += 2;
    }
    if depth > k {
        block!(1, k);
    }
}

#[inline(always)]
unsafe fn weight_tile<V: Vector, const R: usize, const NV: usize>(
    to: *mut V::Scalar,
    from: [*const V::Scalar; R],
    rows: *const V::Scalar,
    padded: usize,
    plan: &Plan,
) {
    unsafe {
        let mut total = [[V::zero(); NV]; R];
        for (i, row) in total.iter_mut().enumerate() {
            for (v, sum) in row.iter_mut().enumerate() {
                *sum = V::load(to.add(i * padded + v * V::LANES));
            }
        }
        let mut rows = rows;
        for r in 0..plan.rows {
            for q in r * plan.wide..r * plan.wide + plan.columns {
                let mut right = [V::zero(); NV];
                for (v, right) in right.iter_mut().enumerate() {
                    *right = V::load(rows.add(v * V::LANES));
                }
                for (i, row) in total.iter_mut().enumerate() {
                    let left = V::splat(*from[i].add(q));
                    for (sum, &right) in row.iter_mut().zip(&right) {
                        *sum = V::multiply_add(left, right, *sum);
                    }
                }
                rows = rows.add(padded);
            }
        }
        for (i, row) in total.iter().enumerate() {
            for (v, sum) in row.iter().enumerate() {
                sum.store(to.add(i * padded + v * V::LANES));
            }
        }
    }
}
