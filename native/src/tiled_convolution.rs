//! Convolutions whose matrices stand on tiles of arrays: what the columns of a tile sum of an image, with the noise of its
//! cells and as its converters see it, added over the tiles. An image is quantised once and lies in planes as `convolution`
//! has them, beside it its squares, which the variances of the cells multiply. The sums of a few columns are finished while
//! they are near the core.

mod columns;
mod image;

use crate::convolution::{Plan, pack, rooms};
use crate::elementwise::Unary;
use crate::simd::by_level;
use crate::threads;
use crate::tiles::Levels;
use columns::Columns;
use image::Driver;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The matrices of one group of channels with what converts their inputs and sums.
pub struct Tiles<'a> {
    /// The convolution of this group alone.
    pub plan: &'a Plan,
    /// First word line of every tile, and the end; where there is a line more than inputs, it is the bias line.
    pub boundaries: &'a [usize],
    /// Tile after tile, each [held, lines, outputs]; without noise the variances are null.
    pub weights: *const f32,
    pub variances: *const f32,
    pub held: usize,
    pub input: Levels,
    pub output: Levels,
    /// [3, outputs]: factor, shift and range of each column's converter; all alike where null.
    pub columns: *const f32,
    pub conversion_variance: f32,
    /// For each tile the key of the noise of reads, then that of conversions.
    pub keys: *const [u32; 4],
}

/// Which copies are read of which images.
pub struct Reads {
    /// Results [copies, count], each `result` numbers on from the one before.
    pub y: *mut f32,
    pub result: usize,
    /// Images [count], or [copies, count] where they are not shared, `image` numbers apart.
    pub x: *const f32,
    pub image: usize,
    pub shared: bool,
    /// Numbers of the images, which noise belongs to, [count].
    pub numbers: *const u32,
    pub count: usize,
    pub copies: usize,
    /// The first of the copies held that is read; the others follow, and the first one again after the last.
    pub matrix: usize,
    /// Number of the first sample.
    pub sample: u32,
    pub after: Option<Unary>,
}

/// Multiply-adds of one task.
const GRAIN: usize = 1 << 20;

struct Work<'a> {
    tiles: &'a Tiles<'a>,
    reads: &'a Reads,
    /// Weights and variances, each [matrices, inputs, outputs], a tile's as `sums` reads them.
    packed: [*const f32; 2],
}
unsafe impl Sync for Work<'_> {}

/// Fills the results; returns how many inputs, counted for every window that sees them, and how many sums of tiles left
/// the range of their converters.
///
/// # Safety
/// The arrays hold what the sizes say, and the results overlap none of them.
pub unsafe fn convolve(tiles: &Tiles, reads: &Reads) -> [usize; 2] {
    let plan = tiles.plan;
    let kinds = if tiles.variances.is_null() { 1 } else { 2 };
    let matrices = reads.copies.min(tiles.held);
    let size = matrices * plan.offsets.len() * plan.own;
    let [packed] = rooms::<f32, 1>(7, [kinds * size]);
    let work = Work { tiles, reads, packed: [packed, packed.wrapping_add(size)] };
    for (kind, from) in [tiles.weights, tiles.variances].into_iter().enumerate().take(kinds) {
        unsafe { work.pack(packed.add(kind * size), from, matrices) };
    }
    let driver = Driver::new(plan, tiles.input);
    let items = reads.count * if reads.shared { matrices } else { reads.copies };
    let totals = [AtomicUsize::new(0), AtomicUsize::new(0)];
    threads::pieces(items, (GRAIN / (kinds * plan.work()).max(1)).max(1), |from, to| {
        let found = unsafe { work.items(&driver, from, to) };
        for (total, found) in totals.iter().zip(found) {
            total.fetch_add(found, Relaxed);
        }
    });
    totals.map(AtomicUsize::into_inner)
}

by_level! {
    /// A matrix [depth, rows] as `sums` reads it.
    pack_matrix<>(to: *mut f32, w: *const f32, rows: usize, depth: usize) {
        Avx512: pack::<f32, 8>(to, w, rows, depth, |k, j| k * rows + j),
        Avx2: pack::<f32, 4>(to, w, rows, depth, |k, j| k * rows + j),
        Neon: pack::<f32, 8>(to, w, rows, depth, |k, j| k * rows + j),
        Portable: pack::<f32, 4>(to, w, rows, depth, |k, j| k * rows + j),
    }
}

impl Tiles<'_> {
    /// First input of a tile, and their end.
    fn inputs(&self, tile: usize) -> [usize; 2] {
        [self.boundaries[tile], self.boundaries[tile + 1]].map(|line| line.min(self.plan.offsets.len()))
    }

    /// Where a copy's matrix of a tile lies.
    fn matrix(&self, copy: usize, tile: usize) -> usize {
        let (top, end) = (self.boundaries[tile], self.boundaries[tile + 1]);
        (self.held * top + copy * (end - top)) * self.plan.own
    }

    /// Where the bias line lies within a tile's matrix, if it has it.
    fn bias(&self, tile: usize) -> Option<usize> {
        let end = self.boundaries[tile + 1];
        (end > self.plan.offsets.len()).then(|| (end - 1 - self.boundaries[tile]) * self.plan.own)
    }
}

impl Work<'_> {
    unsafe fn pack(&self, to: *mut f32, from: *const f32, matrices: usize) {
        let (tiles, own, depth) = (self.tiles, self.tiles.plan.own, self.tiles.plan.offsets.len());
        for m in 0..matrices {
            for t in 0..tiles.boundaries.len() - 1 {
                let [top, end] = tiles.inputs(t);
                let matrix = tiles.matrix(self.held(m), t);
                unsafe { pack_matrix(to.add((m * depth + top) * own), from.add(matrix), own, end - top) };
            }
        }
    }

    /// The copy held that read s is of.
    fn held(&self, s: usize) -> usize {
        (self.reads.matrix + s) % self.tiles.held
    }

    /// Items `from` … `to − 1`: images of one read each or, where reads share their images, of all reads of one matrix.
    unsafe fn items(&self, driver: &Driver, from: usize, to: usize) -> [usize; 2] {
        let Reads { shared, count, copies, .. } = *self.reads;
        let matrices = copies.min(self.tiles.held);
        let planes = unsafe { driver.planes() };
        let columns = Columns::new(self, planes);
        let (mut driven, mut beyond) = (usize::MAX, 0);
        let mut found = [0, 0];
        for item in from..to {
            let (n, s) = if shared { (item / matrices, item % matrices) } else { (item % count, item / count) };
            let image = if shared { n } else { s * count + n };
            let alike = (s..if shared { copies } else { s + 1 }).step_by(matrices);
            unsafe {
                if image != driven {
                    beyond = driver.drive(planes, self.reads.x.add(image * self.reads.image));
                    driven = image;
                }
                found[0] += beyond * alike.len();
                found[1] += columns.read(n, s, alike);
            }
        }
        found
    }
}
