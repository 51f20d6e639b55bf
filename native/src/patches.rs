//! Parts of images as rows of a matrix, so that a convolution is a product.

use crate::real::Real;
use crate::threads::{self, Shared};
use crate::windows::Windows;

/// As `PatchShape` of the interface.
#[derive(Clone, Copy)]
pub struct Shape {
    pub windows: Windows,
    pub first_channel: usize,
    pub patch_channels: usize,
    pub bias: bool,
}

impl Shape {
    /// Numbers of a patch.
    pub fn patch(&self) -> Option<usize> {
        let kernel = self.windows.kernel[0].checked_mul(self.windows.kernel[1])?;
        self.patch_channels.checked_mul(kernel)?.checked_add(self.bias as usize)
    }
}

/// # Safety
/// `out` has room for the patches of `count` images, `images` holds them, and the channels taken exist.
pub unsafe fn patches<T: Real>(out: *mut T, images: *const T, count: usize, shape: Shape) {
    let (Some([rows, columns]), Some(patch)) = (shape.windows.grid(), shape.patch()) else { return };
    let (out, images) = (Shared::new(out), Shared::new(images));
    let line = columns * patch;
    let row = match (shape.windows.kernel[1], shape.windows.dilation) {
        (1, _) => one_row::<T, 1>,
        (3, 1) => one_row::<T, 3>,
        (5, 1) => one_row::<T, 5>,
        _ => one_row::<T, 0>,
    };
    threads::pieces(count * rows, (1 << 14) / line.max(1) + 1, |from, to| {
        for item in from..to {
            let image = images.at(item / rows * shape.windows.image());
            unsafe { row(out.at(item * line), image, item % rows, columns, &shape) };
        }
    });
}

/// The patches of one row of positions; K is the width of a kernel whose places lie side by side, 0 of any other.
unsafe fn one_row<T: Real, const K: usize>(mut to: *mut T, image: *const T, row: usize, columns: usize, shape: &Shape) {
    let Shape { windows, first_channel, patch_channels, .. } = *shape;
    let Windows { height, width, kernel, stride, dilation, padding, .. } = windows;
    let [above, _, before, _] = padding;
    for column in 0..columns {
        let left = column * stride;
        // Places of the kernel that lie on the image.
        let place = |edge: usize| edge.saturating_sub(left).div_ceil(dilation).min(kernel[1]);
        let (first, end) = (place(before), place(width + before));
        for c in first_channel..first_channel + patch_channels {
            for i in 0..kernel[0] {
                let y = row * stride + i * dilation;
                let inside = y >= above && y < height + above;
                unsafe {
                    let line = image.wrapping_add((c * height + y.wrapping_sub(above)).wrapping_mul(width));
                    let from = line.wrapping_add(left).wrapping_sub(before);
                    if K > 0 && inside && first == 0 && end == K {
                        to.cast::<[T; K]>().write_unaligned(from.cast::<[T; K]>().read_unaligned());
                    } else {
                        for j in 0..kernel[1] {
                            let held = inside && j >= first && j < end;
                            *to.add(j) = if held { *from.wrapping_add(j * dilation) } else { T::ZERO };
                        }
                    }
                    to = to.add(kernel[1]);
                }
            }
        }
        if shape.bias {
            unsafe {
                *to = T::ONE;
                to = to.add(1);
            }
        }
    }
}
