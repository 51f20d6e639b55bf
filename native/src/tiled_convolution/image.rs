//! Images as word lines see them.

use crate::convolution::{Plan, rooms};
use crate::elementwise::{self, Unary};
use crate::tiles::Levels;

pub struct Driver<'a> {
    plan: &'a Plan,
    levels: Levels,
    /// What stands for the zeros around an image, and whether zero is out of range.
    pad: f32,
    pad_outside: bool,
    /// How many windows and places of kernels read each row and each column of an image, and the padding.
    uses: [Vec<usize>; 2],
    padding: usize,
}

impl Driver<'_> {
    pub fn new(plan: &Plan, levels: Levels) -> Driver<'_> {
        let windows = plan.windows;
        let [above, _, left, _] = windows.padding;
        let along = |size: usize, count: usize, kernel: usize, before: usize| {
            let mut uses = vec![0; size];
            for window in 0..count {
                for place in 0..kernel {
                    if let Some(uses) =
                        uses.get_mut((window * windows.stride + place * windows.dilation).wrapping_sub(before))
                    {
                        *uses += 1;
                    }
                }
            }
            uses
        };
        let uses = [
            along(windows.height, plan.rows, windows.kernel[0], above),
            along(windows.width, plan.columns, windows.kernel[1], left),
        ];
        let [down, across] = uses.each_ref().map(|uses| uses.iter().sum::<usize>());
        let padding = plan.offsets.len() * plan.positions() - windows.channels * down * across;
        let mut pad = 0.0;
        let Levels { step, low, high } = levels;
        let outside = unsafe { elementwise::quantise::<f32>(&mut pad, &0.0, 1, step, low, high) };
        Driver { plan, levels, pad, pad_outside: outside > 0, uses, padding }
    }

    /// Rooms of this thread for the planes of an image and of its squares, with what surrounds them.
    pub unsafe fn planes(&self) -> [*mut f32; 2] {
        let size = self.plan.image();
        let planes = rooms::<f32, 2>(0, [size; 2]);
        unsafe { std::slice::from_raw_parts_mut(planes[0], size) }.fill(self.pad);
        planes
    }

    /// Fills the planes; returns how many inputs of all windows were out of range.
    pub unsafe fn drive(&self, planes: [*mut f32; 2], x: *const f32) -> usize {
        let size = self.plan.windows.image();
        let [levels] = rooms::<f32, 1>(2, [size]);
        let Levels { step, low, high } = self.levels;
        let around = if self.pad_outside { self.padding } else { 0 };
        unsafe {
            let outside = elementwise::quantise(levels, x, size, step, low, high);
            self.plan.spread(planes[0], levels);
            elementwise::unary(Unary::Square, planes[1], planes[0], self.plan.image());
            around + if outside > 0 { self.outside(x) } else { 0 }
        }
    }

    /// Numbers of the image that are out of range, each as often as windows read it.
    unsafe fn outside(&self, x: *const f32) -> usize {
        let windows = self.plan.windows;
        let mut total = 0;
        for line in 0..windows.channels * windows.height {
            let across = self.uses[1].iter().enumerate().map(|(c, uses)| {
                let value = unsafe { *x.add(line * windows.width + c) } as f64;
                if value < self.levels.low || value > self.levels.high { *uses } else { 0 }
            });
            total += self.uses[0][line % windows.height] * across.sum::<usize>();
        }
        total
    }
}
