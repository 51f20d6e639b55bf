//! Softmax along rows. Rows of few classes are handled sixteen at a time, one per lane.

use crate::multiversion;
use crate::real::Real;
use crate::threads::{self, Shared};
use std::mem::MaybeUninit;

/// Rows side by side, and most classes for which they are.
const ROWS: usize = 16;
const FEW: usize = 64;

/// What becomes of each row once its largest entry and the logarithm of Σ e^(x − largest) are known.
#[derive(Clone, Copy)]
pub struct Target<T> {
    /// log softmax, or null.
    pub log: *mut T,
    /// softmax − one-hot, or null.
    pub gradient: *mut T,
    /// Class of each row, or null.
    pub labels: *const i32,
}

/// Rows `from` … `to`; returns Σ −log softmax[label].
#[inline(always)]
unsafe fn rows_body<T: Real, const LEVEL: u8>(target: Target<T>, x: *const T, from: usize, to: usize, n: usize) -> f64 {
    unsafe {
        if n > FEW {
            return (from..to).map(|i| long_row::<T, LEVEL>(target, x, i, n)).sum();
        }
        let mut loss = 0.0;
        let mut tile = MaybeUninit::<[[T; ROWS]; FEW]>::uninit();
        let columns = tile.as_mut_ptr().cast::<[T; ROWS]>();
        for i in (from..to).step_by(ROWS) {
            let rows = ROWS.min(to - i);
            let base = x.add(i * n);
            for j in 0..n {
                let column = &mut *columns.add(j);
                if rows == ROWS {
                    for (r, slot) in column.iter_mut().enumerate() {
                        *slot = *base.add(r * n + j);
                    }
                } else {
                    *column = [T::ZERO; ROWS];
                    for (r, slot) in column[..rows].iter_mut().enumerate() {
                        *slot = *base.add(r * n + j);
                    }
                }
            }
            let mut top = *columns;
            for j in 1..n {
                let column = &*columns.add(j);
                for r in 0..ROWS {
                    top[r] = if column[r] > top[r] { column[r] } else { top[r] };
                }
            }
            let mut total = [T::ZERO; ROWS];
            for j in 0..n {
                let column = &*columns.add(j);
                for r in 0..ROWS {
                    total[r] = total[r] + (column[r] - top[r]).exponential::<LEVEL>();
                }
            }
            let mut logarithm = [T::ZERO; ROWS];
            for r in 0..ROWS {
                logarithm[r] = total[r].logarithm::<LEVEL>();
            }
            if !target.labels.is_null() {
                for r in 0..rows {
                    let label = *target.labels.add(i + r) as usize;
                    loss += (top[r] - *base.add(r * n + label)).to_f64() + logarithm[r].to_f64();
                }
            }
            for j in 0..n {
                let column = &mut *columns.add(j);
                for r in 0..ROWS {
                    column[r] = (column[r] - top[r]) - logarithm[r];
                }
                if !target.gradient.is_null() {
                    for slot in column.iter_mut() {
                        *slot = slot.exponential::<LEVEL>();
                    }
                }
            }
            let to = if target.log.is_null() { target.gradient } else { target.log };
            if to.is_null() {
                continue;
            }
            for r in 0..rows {
                let row = to.add((i + r) * n);
                for j in 0..n {
                    *row.add(j) = (*columns.add(j))[r];
                }
                if !target.gradient.is_null() {
                    let hit = row.add(*target.labels.add(i + r) as usize);
                    *hit = *hit - T::ONE;
                }
            }
        }
        loss
    }
}

#[inline(always)]
unsafe fn long_row<T: Real, const LEVEL: u8>(target: Target<T>, x: *const T, i: usize, n: usize) -> f64 {
    let x = unsafe { x.add(i * n) };
    let part = |j: usize| -> ([T; ROWS], usize) {
        let count = ROWS.min(n - j);
        // Beyond the end the first entry is repeated, which changes no maximum.
        let mut values = [unsafe { *x }; ROWS];
        unsafe { std::ptr::copy_nonoverlapping(x.add(j), values.as_mut_ptr(), count) };
        (values, count)
    };
    let mut lanes = [unsafe { *x }; ROWS];
    for j in (0..n).step_by(ROWS) {
        let (values, _) = part(j);
        for r in 0..ROWS {
            lanes[r] = if values[r] > lanes[r] { values[r] } else { lanes[r] };
        }
    }
    let top = lanes.iter().fold(lanes[0], |top, &v| if v > top { v } else { top });
    let mut sums = [T::ZERO; ROWS];
    for j in (0..n).step_by(ROWS) {
        let (mut values, count) = part(j);
        for value in &mut values {
            *value = (*value - top).exponential::<LEVEL>();
        }
        for r in 0..count {
            sums[r] = sums[r] + values[r];
        }
    }
    let logarithm = sums.iter().fold(T::ZERO, |total, &v| total + v).logarithm::<LEVEL>();
    let label = if target.labels.is_null() { None } else { Some(unsafe { *target.labels.add(i) } as usize) };
    let loss = label.map_or(0.0, |label| unsafe { (top - *x.add(label)).to_f64() + logarithm.to_f64() });
    for j in (0..n).step_by(ROWS) {
        let (mut values, count) = part(j);
        for value in &mut values {
            *value = (*value - top) - logarithm;
        }
        unsafe {
            if !target.log.is_null() {
                std::ptr::copy_nonoverlapping(values.as_ptr(), target.log.add(i * n + j), count);
            }
            if !target.gradient.is_null() {
                for value in &mut values {
                    *value = value.exponential::<LEVEL>();
                }
                std::ptr::copy_nonoverlapping(values.as_ptr(), target.gradient.add(i * n + j), count);
            }
        }
    }
    if let (Some(label), false) = (label, target.gradient.is_null()) {
        unsafe {
            let hit = target.gradient.add(i * n + label);
            *hit = *hit - T::ONE;
        }
    }
    loss
}
multiversion!(rows_part<T: Real>(target: Target<T>, x: *const T, from: usize, to: usize, n: usize) -> f64 = rows_body);

/// # Safety
/// x and what the target names hold m rows of n; labels lie between 0 and n − 1.
pub unsafe fn softmax<T: Real>(target: Target<T>, x: *mut T, m: usize, n: usize) -> f64 {
    let grain = (8192 / n.max(1)).max(1).next_multiple_of(ROWS);
    if m <= grain {
        return unsafe { rows_part(target, x, 0, m, n) };
    }
    let mut parts = vec![0.0; m.div_ceil(grain)];
    let (slots, x) = (Shared(parts.as_mut_ptr()), Shared(x));
    let (log, gradient, labels) = (Shared(target.log), Shared(target.gradient), Shared(target.labels.cast_mut()));
    threads::run(parts.len(), |i| unsafe {
        let target = Target { log: log.at(0), gradient: gradient.at(0), labels: labels.at(0) };
        *slots.at(i) = rows_part(target, x.at(0), i * grain, m.min((i + 1) * grain), n);
    });
    parts.iter().sum()
}
