//! Parts of images as rows of a matrix, so that a convolution is a product.

use crate::real::Real;
use crate::threads::{self, Shared};

/// As `PatchShape` of the interface.
#[derive(Clone, Copy)]
pub struct Shape {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub kernel_height: usize,
    pub kernel_width: usize,
    pub stride: usize,
    pub padding: usize,
    pub first_channel: usize,
    pub patch_channels: usize,
    pub bias: bool,
}

impl Shape {
    /// Rows and columns of positions.
    pub fn positions(&self) -> Option<(usize, usize)> {
        let along = |size: usize, kernel: usize| Some((size + 2 * self.padding).checked_sub(kernel)? / self.stride + 1);
        Some((along(self.height, self.kernel_height)?, along(self.width, self.kernel_width)?))
    }

    /// Numbers of a patch.
    pub fn patch(&self) -> Option<usize> {
        let kernel = self.kernel_height.checked_mul(self.kernel_width)?;
        self.patch_channels.checked_mul(kernel)?.checked_add(self.bias as usize)
    }
}

/// # Safety
/// `out` has room for the patches of `count` images, `images` holds them, and the channels taken exist.
pub unsafe fn patches<T: Real>(out: *mut T, images: *const T, count: usize, shape: Shape) {
    let (Some((rows, columns)), Some(patch)) = (shape.positions(), shape.patch()) else { return };
    let (out, images) = (Shared::new(out), Shared::new(images));
    let line = columns * patch;
    threads::pieces(count * rows, (1 << 14) / line.max(1) + 1, |from, to| {
        for item in from..to {
            let (image, row) = (item / rows, item % rows);
            let image = images.at(image * shape.channels * shape.height * shape.width);
            unsafe { one_row(out.at(item * line), image, row, columns, shape) };
        }
    });
}

/// The patches of one row of positions.
unsafe fn one_row<T: Real>(mut to: *mut T, image: *const T, row: usize, columns: usize, shape: Shape) {
    let Shape { height, width, kernel_height, kernel_width, stride, padding, first_channel, patch_channels, .. } =
        shape;
    for column in 0..columns {
        let left = column * stride;
        // Columns of the kernel that lie on the image.
        let first = padding.saturating_sub(left).min(kernel_width);
        let end = (width + padding).saturating_sub(left).min(kernel_width).max(first);
        for c in first_channel..first_channel + patch_channels {
            for i in 0..kernel_height {
                let y = row * stride + i;
                let inside = y >= padding && y < height + padding;
                unsafe {
                    for j in 0..kernel_width {
                        *to.add(j) = if inside && j >= first && j < end {
                            *image.add((c * height + y - padding) * width + left + j - padding)
                        } else {
                            T::ZERO
                        };
                    }
                    to = to.add(kernel_width);
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
