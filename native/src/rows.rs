//! Random numbers that belong to rows: element (s, r, p, j) depends on the key, the outer number `first` + s, the row's
//! own number, the plane `first_plane` + p and the column j alone, whatever else is filled with it. Its block has the
//! counter (⌊j/per block⌋, plane, 1 + row number, outer number); flat streams have zero in the third word, and so has
//! the derivation of keys.

use crate::node::Stored;
use crate::random::{BLOCKS, Law, Normal, per_block, words};
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};

/// Blocks of one task when several threads fill.
const GRAIN: usize = 1 << 12;

/// As `RowNumbers` of the interface.
#[derive(Clone, Copy)]
pub struct Rows {
    pub numbers: *const u32,
    pub rows: usize,
    pub first: u32,
    pub outer: usize,
    pub first_plane: u32,
    pub planes: usize,
    pub columns: usize,
    /// The planes of an element lie side by side.
    pub interleaved: bool,
    /// Distance between the parts of two outer numbers in memory.
    pub stride: usize,
}
unsafe impl Sync for Rows {}

impl Rows {
    /// Whether the elements lie side by side in the order in which they are drawn.
    fn dense(&self) -> bool {
        let own = self.rows * self.planes * self.columns;
        (!self.interleaved || self.planes == 1) && (self.stride == own || self.outer == 1)
    }

    fn blocks(&self, per: usize) -> usize {
        self.outer * self.rows * self.planes * self.columns.div_ceil(per)
    }
}

/// A block among those of all lines: outer number, row, plane, block of the line.
#[derive(Clone, Copy)]
struct Place {
    s: usize,
    r: usize,
    p: usize,
    c: usize,
}

impl Place {
    fn of(block: usize, rows: &Rows, per: usize) -> Place {
        let per_line = rows.columns.div_ceil(per);
        let line = block / per_line;
        let row = line / rows.planes;
        Place { s: row / rows.rows, r: row % rows.rows, p: line % rows.planes, c: block % per_line }
    }

    /// The first block of the next line.
    #[inline(always)]
    fn next_line(&mut self, rows: &Rows) {
        self.c = 0;
        self.p += 1;
        if self.p == rows.planes {
            self.p = 0;
            self.r += 1;
            if self.r == rows.rows {
                self.r = 0;
                self.s += 1;
            }
        }
    }

    /// Elements before it.
    #[inline(always)]
    fn before(&self, rows: &Rows, per: usize) -> usize {
        ((self.s * rows.rows + self.r) * rows.planes + self.p) * rows.columns + self.c * per
    }
}

/// The counter of block j; entry [w][j] of `counters` is its word w.
#[inline(always)]
fn counter(counters: &[[u32; BLOCKS]; 4], j: usize) -> [u64; 4] {
    [counters[0][j] as u64, counters[1][j] as u64, counters[2][j] as u64, counters[3][j] as u64]
}

/// Draws the next `count` ≤ BLOCKS blocks and moves on; returns how many elements they have. `spare` holds 4·BLOCKS.
#[inline(always)]
unsafe fn draw<T: Stored, L: Law<T>, const LEVEL: u8>(
    spare: *mut T,
    rows: &Rows,
    place: &mut Place,
    count: usize,
    key: [u32; 2],
) -> usize {
    let per = per_block::<T, L>();
    let per_line = rows.columns.div_ceil(per);
    let last = rows.columns - (per_line - 1) * per;
    let start = place.c;
    let line = |place: &Place| {
        let row = unsafe { *rows.numbers.add(place.r) }.wrapping_add(1);
        [rows.first_plane.wrapping_add(place.p as u32), row, rows.first.wrapping_add(place.s as u32)]
    };
    let [w0, w1, w2, w3] = if count <= per_line - start {
        let [plane, row, outer] = line(place).map(|word| word as u64);
        place.c += count;
        words(|j| [(start + j) as u64, plane, row, outer], key)
    } else {
        let mut counters = [[0u32; BLOCKS]; 4];
        let mut j = 0;
        while j < count {
            let run = (per_line - place.c).min(count - j);
            let [plane, row, outer] = line(place);
            for i in j..j + run {
                counters[0][i] = (place.c + i - j) as u32;
                counters[1][i] = plane;
                counters[2][i] = row;
                counters[3][i] = outer;
            }
            j += run;
            place.c += run;
            if place.c == per_line && j < count {
                place.next_line(rows);
            }
        }
        words(|j| counter(&counters, j), key)
    };
    if place.c == per_line {
        place.next_line(rows);
    }
    let blocks = spare.cast::<L::Elements>();
    unsafe {
        for j in 0..BLOCKS {
            *blocks.add(j) = L::elements::<LEVEL>([w0[j], w1[j], w2[j], w3[j]]);
        }
        if last == per {
            return count * per;
        }
        // The last block of a line has elements too many, which the next line overwrites.
        let (mut c, mut at) = (start, 0);
        for j in 0..count {
            let block = blocks.add(j).read();
            spare.add(at).cast::<L::Elements>().write_unaligned(block);
            c += 1;
            if c == per_line {
                c = 0;
                at += last;
            } else {
                at += per;
            }
        }
        at
    }
}

/// Blocks `from` … `to − 1` on this thread.
#[inline(always)]
unsafe fn part<T: Stored, L: Law<T>, const LEVEL: u8>(out: *mut T, rows: &Rows, from: usize, to: usize, key: [u32; 2]) {
    let per = per_block::<T, L>();
    let dense = rows.dense();
    let mut place = Place::of(from, rows, per);
    let mut spare = [T::default(); BLOCKS * 4];
    for block in (from..to).step_by(BLOCKS) {
        let mut at = place;
        unsafe {
            let n = draw::<T, L, LEVEL>(spare.as_mut_ptr(), rows, &mut place, BLOCKS.min(to - block), key);
            if dense {
                std::ptr::copy_nonoverlapping(spare.as_ptr(), out.add(at.before(rows, per)), n);
                continue;
            }
            let mut done = 0;
            while done < n {
                let column = at.c * per;
                let run = (rows.columns - column).min(n - done);
                let first = at.s * rows.stride;
                let (first, step) = if rows.interleaved {
                    (first + (at.r * rows.columns + column) * rows.planes + at.p, rows.planes)
                } else {
                    (first + (at.r * rows.planes + at.p) * rows.columns + column, 1)
                };
                for i in 0..run {
                    *out.add(first + i * step) = spare[done + i];
                }
                done += run;
                at.next_line(rows);
            }
        }
    }
}
multiversion!(on_level<T: Stored, L: Law<T>>(out: *mut T, rows: &Rows, from: usize, to: usize, key: [u32; 2]) = part);

/// Fills `out` with the elements of all rows.
///
/// # Safety
/// `out` has room for the elements where `rows` puts them, and `rows.numbers` holds a number for each row.
pub unsafe fn fill<T: Stored, L: Law<T>>(out: *mut T, rows: Rows, key: [u32; 2]) {
    let out = Shared::new(out);
    threads::pieces(rows.blocks(per_block::<T, L>()), GRAIN, |from, to| unsafe {
        on_level::<T, L>(out.at(0), &rows, from, to, key)
    });
}

/// y = x + √variance·z; x and the variance are repeated where they are shorter.
#[derive(Clone, Copy)]
pub struct Noisy<T> {
    pub y: *mut T,
    pub x: *const T,
    pub x_length: usize,
    pub variance: *const T,
    pub variance_length: usize,
}
unsafe impl<T> Sync for Noisy<T> {}

#[inline(always)]
unsafe fn noisy_part<T: Real, L: Law<T>, const LEVEL: u8>(
    to: &Noisy<T>,
    rows: &Rows,
    from: usize,
    end: usize,
    key: [u32; 2],
) {
    let per = per_block::<T, L>();
    let mut place = Place::of(from, rows, per);
    let mut spare = [T::default(); BLOCKS * 4];
    for block in (from..end).step_by(BLOCKS) {
        let mut at = place.before(rows, per);
        unsafe {
            let n = draw::<T, L, LEVEL>(spare.as_mut_ptr(), rows, &mut place, BLOCKS.min(end - block), key);
            let mut done = 0;
            while done < n {
                let (i, j) = (at % to.x_length, at % to.variance_length);
                let run = (n - done).min(to.x_length - i).min(to.variance_length - j);
                let (y, variance) = (to.y.add(at), to.variance.add(j));
                if y.cast_const() == to.x.add(i) {
                    for l in 0..run {
                        *y.add(l) = (*variance.add(l)).root().times_plus::<LEVEL>(spare[done + l], *y.add(l));
                    }
                } else {
                    // Through the spare, since x may overlap y.
                    for l in 0..run {
                        let std = (*variance.add(l)).root();
                        spare[done + l] = std.times_plus::<LEVEL>(spare[done + l], *to.x.add(i + l));
                    }
                    std::ptr::copy_nonoverlapping(spare.as_ptr().add(done), y, run);
                }
                done += run;
                at += run;
            }
        }
    }
}
multiversion!(
    noisy_on_level<T: Real, L: Law<T>>(to: &Noisy<T>, rows: &Rows, from: usize, end: usize, key: [u32; 2]) = noisy_part
);

/// Adds noise whose normals are those of the rows, which lie side by side.
///
/// # Safety
/// y holds the elements of all rows; the lengths of x and of the variance are theirs and not zero.
pub unsafe fn add_noise<T: Real>(to: Noisy<T>, rows: Rows, key: [u32; 2])
where
    Normal: Law<T>,
{
    threads::pieces(rows.blocks(per_block::<T, Normal>()), GRAIN, |from, end| unsafe {
        noisy_on_level::<T, Normal>(&to, &rows, from, end, key)
    });
}

#[inline(always)]
unsafe fn at_part<T: Stored, L: Law<T>, const LEVEL: u8>(
    out: *mut T,
    addresses: *const [u32; 4],
    n: usize,
    key: [u32; 2],
) {
    let per = per_block::<T, L>() as u32;
    let mut spare = [T::default(); BLOCKS * 4];
    for from in (0..n).step_by(BLOCKS) {
        let count = BLOCKS.min(n - from);
        let mut counters = [[0u32; BLOCKS]; 4];
        unsafe {
            for j in 0..count {
                let [column, plane, row, outer] = addresses.add(from + j).read();
                counters[0][j] = column / per;
                counters[1][j] = plane;
                counters[2][j] = row.wrapping_add(1);
                counters[3][j] = outer;
            }
            let [w0, w1, w2, w3] = words(|j| counter(&counters, j), key);
            let blocks = spare.as_mut_ptr().cast::<L::Elements>();
            for j in 0..BLOCKS {
                *blocks.add(j) = L::elements::<LEVEL>([w0[j], w1[j], w2[j], w3[j]]);
            }
            for j in 0..count {
                let lane = addresses.add(from + j).read()[0] % per;
                *out.add(from + j) = spare[j * per as usize + lane as usize];
            }
        }
    }
}
multiversion!(
    at_on_level<T: Stored, L: Law<T>>(out: *mut T, addresses: *const [u32; 4], n: usize, key: [u32; 2]) = at_part
);

/// Fills `out` with the elements at single addresses: column, plane, row number, outer number.
///
/// # Safety
/// `out` and `addresses` have n entries.
pub unsafe fn fill_at<T: Stored, L: Law<T>>(out: *mut T, addresses: *const [u32; 4], n: usize, key: [u32; 2]) {
    let (out, addresses) = (Shared::new(out), Shared::new(addresses));
    threads::pieces(n, GRAIN, |from, to| unsafe {
        at_on_level::<T, L>(out.at(from), addresses.at(from), to - from, key)
    });
}
