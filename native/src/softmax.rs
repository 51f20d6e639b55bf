//! Softmax along rows. Rows of few classes are handled sixteen at a time, one per lane.

use crate::real::Real;
use crate::reduce;
use crate::simd::multiversion;
use crate::threads::Shared;
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
unsafe impl<T> Sync for Target<T> {}

impl<T> Target<T> {
    /// The class of row i of n classes; the last for a label beyond them.
    #[inline(always)]
    unsafe fn label(&self, i: usize, n: usize) -> usize {
        unsafe { *self.labels.add(i) as usize }.min(n - 1)
    }
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
                let column = columns.add(j).cast::<T>();
                if rows == ROWS {
                    for r in 0..ROWS {
                        column.add(r).write(*base.add(r * n + j));
                    }
                } else {
                    for r in 0..ROWS {
                        column.add(r).write(if r < rows { *base.add(r * n + j) } else { T::ZERO });
                    }
                }
            }
            let columns = std::slice::from_raw_parts_mut(columns, n);
            let mut top = columns[0];
            for column in &columns[1..] {
                for r in 0..ROWS {
                    top[r] = if column[r] > top[r] { column[r] } else { top[r] };
                }
            }
            let mut total = [T::ZERO; ROWS];
            for column in &*columns {
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
                    let label = target.label(i + r, n);
                    loss += (top[r] - *base.add(r * n + label)).to_f64() + logarithm[r].to_f64();
                }
            }
            for column in &mut *columns {
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
                for (j, column) in columns.iter().enumerate() {
                    *row.add(j) = column[r];
                }
                if !target.gradient.is_null() {
                    let hit = row.add(target.label(i + r, n));
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
    let label = (!target.labels.is_null()).then(|| unsafe { target.label(i, n) });
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
/// x and what the target names hold m rows of n > 0.
pub unsafe fn softmax<T: Real>(target: Target<T>, x: *const T, m: usize, n: usize) -> f64 {
    let x = Shared::new(x);
    let grain = (8192 / n).max(1).next_multiple_of(ROWS);
    reduce::chunks(m, grain, |from, count| unsafe { rows_part(target, x.at(0), from, from + count, n) })
}
