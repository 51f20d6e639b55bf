//! Windows of images, each to its largest number or its mean.

use crate::elementwise::{put, take};
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};

/// Windows without padding on planes; what lies beyond the last whole window is left out.
#[derive(Clone, Copy)]
pub struct Shape {
    pub height: usize,
    pub width: usize,
    pub kernel: [usize; 2],
    pub stride: usize,
    pub average: bool,
}

impl Shape {
    /// Windows above each other and side by side.
    pub fn grid(&self) -> Option<[usize; 2]> {
        let along = |size: usize, kernel: usize| Some(size.checked_sub(kernel)? / self.stride + 1);
        Some([along(self.height, self.kernel[0])?, along(self.width, self.kernel[1])?])
    }
}

/// Numbers of one task.
const GRAIN: usize = 1 << 15;

/// Numbers of a line taken together down the window.
const LINE: usize = 128;

#[inline(always)]
fn larger<T: Real>(value: T, best: T) -> T {
    // Not a number where either is none.
    #[allow(clippy::eq_op)]
    if value > best || value != value { value } else { best }
}

/// Planes `from` … `to − 1` of `out` [planes, rows, columns].
#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(out: *mut T, images: *const T, shape: Shape, from: usize, to: usize) {
    let Shape { height, width, kernel, stride, average } = shape;
    let [rows, columns] = shape.grid().unwrap_or([0, 0]);
    let share = T::from_f64(1.0 / (kernel[0] * kernel[1]) as f64);
    let pairs = kernel == [2, 2] && stride == 2;
    // Windows whose columns a line of numbers covers.
    let some = if kernel[1] <= LINE { (LINE - kernel[1]) / stride + 1 } else { 0 };
    for line in from * rows..to * rows {
        let top = unsafe { images.add((line / rows * height + line % rows * stride) * width) };
        let to = unsafe { out.add(line * columns) };
        let mut c = 0;
        while pairs && c + 8 <= columns {
            unsafe {
                let upper = top.add(2 * c).cast::<[T; 16]>().read_unaligned();
                let lower = top.add(width + 2 * c).cast::<[T; 16]>().read_unaligned();
                let mut result = [T::ZERO; 8];
                for o in 0..8 {
                    let (a, b) = if average {
                        (upper[2 * o] + lower[2 * o], upper[2 * o + 1] + lower[2 * o + 1])
                    } else {
                        (larger(lower[2 * o], upper[2 * o]), larger(lower[2 * o + 1], upper[2 * o + 1]))
                    };
                    result[o] = if average { (a + b) * share } else { larger(b, a) };
                }
                to.add(c).cast::<[T; 8]>().write_unaligned(result);
            }
            c += 8;
        }
        while c < columns {
            if pairs || some == 0 {
                unsafe { *to.add(c) = window(top.add(c * stride), shape, share) };
                c += 1;
                continue;
            }
            let count = some.min(columns - c);
            let taken = (count - 1) * stride + kernel[1];
            unsafe {
                let mut best = take(top.add(c * stride), taken);
                for i in 1..kernel[0] {
                    let next = take(top.add(i * width + c * stride), taken);
                    for x in 0..LINE {
                        best[x] = if average { best[x] + next[x] } else { larger(next[x], best[x]) };
                    }
                }
                let mut result = [T::ZERO; LINE];
                for o in 0..count {
                    let mut value = best[o * stride];
                    for j in 1..kernel[1] {
                        let next = best[o * stride + j];
                        value = if average { value + next } else { larger(next, value) };
                    }
                    result[o] = if average { value * share } else { value };
                }
                put(to.add(c), &result, count);
            }
            c += count;
        }
    }
}
multiversion!(planes<T: Real>(out: *mut T, images: *const T, shape: Shape, from: usize, to: usize) = body);

/// One window of any width.
#[inline(always)]
unsafe fn window<T: Real>(corner: *const T, shape: Shape, share: T) -> T {
    let mut value = if shape.average { T::ZERO } else { unsafe { *corner } };
    for i in 0..shape.kernel[0] {
        for j in 0..shape.kernel[1] {
            let next = unsafe { *corner.add(i * shape.width + j) };
            value = if shape.average { value + next } else { larger(next, value) };
        }
    }
    if shape.average { value * share } else { value }
}

/// # Safety
/// `images` holds so many planes, `out` has room for their windows, which fit.
pub unsafe fn pool<T: Real>(out: *mut T, images: *const T, count: usize, shape: Shape) {
    let (out, images) = (Shared::new(out), Shared::new(images));
    threads::pieces(count, GRAIN / (shape.height * shape.width).max(1) + 1, |from, to| unsafe {
        planes(out.at(0), images.at(0), shape, from, to)
    });
}

#[inline(always)]
unsafe fn gradient_body<T: Real, const LEVEL: u8>(
    dx: *mut T,
    [dy, y, x]: [*const T; 3],
    shape: Shape,
    from: usize,
    to: usize,
) {
    let Shape { height, width, kernel, stride, average } = shape;
    let [rows, columns] = shape.grid().unwrap_or([0, 0]);
    let share = T::from_f64(1.0 / (kernel[0] * kernel[1]) as f64);
    for line in from * rows..to * rows {
        let corner = (line / rows * height + line % rows * stride) * width;
        for c in 0..columns {
            let (at, first) = (line * columns + c, corner + c * stride);
            unsafe {
                let (d, largest) = (*dy.add(at), *y.add(at));
                if kernel == [2, 2] && !average {
                    // The first of the largest, without branches.
                    let places = [first, first + 1, first + width, first + width + 1];
                    let mut open = T::ONE;
                    for place in places {
                        let hit = if *x.add(place) == largest { open } else { T::ZERO };
                        open = open - hit;
                        *dx.add(place) = hit.times_plus::<LEVEL>(d, *dx.add(place));
                    }
                    continue;
                }
                'window: for i in 0..kernel[0] {
                    for j in 0..kernel[1] {
                        let place = first + i * width + j;
                        if average {
                            *dx.add(place) = d.times_plus::<LEVEL>(share, *dx.add(place));
                        } else if *x.add(place) == largest {
                            *dx.add(place) = *dx.add(place) + d;
                            break 'window;
                        }
                    }
                }
            }
        }
    }
}
multiversion!(
    gradient_planes<T: Real>(dx: *mut T, arrays: [*const T; 3], shape: Shape, from: usize, to: usize) = gradient_body
);

/// Adds to dx what a loss's gradient dy by the windows' results y is by the planes x.
///
/// # Safety
/// As for `pool`; dx overlaps none of the others.
pub unsafe fn gradient<T: Real>(dx: *mut T, arrays: [*const T; 3], count: usize, shape: Shape) {
    let dx = Shared::new(dx);
    let arrays = arrays.map(|array| Shared::new(array));
    threads::pieces(count, GRAIN / (shape.height * shape.width).max(1) + 1, |from, to| unsafe {
        gradient_planes(dx.at(0), arrays.map(|array| array.at(0).cast_const()), shape, from, to)
    });
}
