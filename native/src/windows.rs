//! Windows that kernels see of images.

/// As `PatchShape` and `Convolution` of the interface have them.
#[derive(Clone, Copy)]
pub struct Windows {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub kernel: [usize; 2],
    pub stride: usize,
    pub dilation: usize,
    /// Above, below, left, right.
    pub padding: [usize; 4],
}

impl Windows {
    /// Rows and columns of positions; none where windows do not fit or have no size.
    pub fn grid(&self) -> Option<[usize; 2]> {
        let along = |size: usize, kernel: usize, before: usize, after: usize| {
            let reach = kernel.checked_sub(1)?.checked_mul(self.dilation)?.checked_add(1)?;
            Some(size.checked_add(before)?.checked_add(after)?.checked_sub(reach)?.checked_div(self.stride)? + 1)
        };
        let [above, below, left, right] = self.padding;
        Some([along(self.height, self.kernel[0], above, below)?, along(self.width, self.kernel[1], left, right)?])
    }

    /// Numbers of an image.
    pub fn image(&self) -> usize {
        self.channels * self.height * self.width
    }
}
