//! Matrix products. Every element of C is summed over k in order, one multiply-add after the other, whatever the
//! path, the blocking, the vector width or the number of threads, so all of them give the same bits (on processors
//! with fused multiply-add).
//!
//! Blocks of C of MR rows by two vectors are kept in registers while k runs (Goto & van de Geijn, Anatomy of
//! high-performance matrix multiplication, ACM TOMS 34(3), 2008). Large operands are packed into panels first, small
//! ones are read where they are.

use crate::elementwise::{Activation, finish_rows};
use crate::memory::{fetch, grow};
use crate::real::Real;
use crate::simd::by_level;
use crate::simd::vector::Vector;
use crate::threads;
use std::cell::RefCell;

/// A number that products are made for, with its vector registers.
pub trait Element: Real {
    #[cfg(target_arch = "x86_64")]
    type Avx512: Vector<Scalar = Self>;
    #[cfg(target_arch = "x86_64")]
    type Avx2: Vector<Scalar = Self>;
    #[cfg(target_arch = "aarch64")]
    type Neon: Vector<Scalar = Self>;
    type Portable: Vector<Scalar = Self>;
}

impl Element for f32 {
    #[cfg(target_arch = "x86_64")]
    type Avx512 = crate::simd::x86::F32x16;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = crate::simd::x86::F32x8;
    #[cfg(target_arch = "aarch64")]
    type Neon = crate::simd::neon::F32x4;
    type Portable = crate::simd::portable::F32x4;
}

impl Element for f64 {
    #[cfg(target_arch = "x86_64")]
    type Avx512 = crate::simd::x86::F64x8;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = crate::simd::x86::F64x4;
    #[cfg(target_arch = "aarch64")]
    type Neon = crate::simd::neon::F64x2;
    type Portable = crate::simd::portable::F64x4;
}

/// As `ProductShape` of the interface.
#[derive(Clone, Copy, Default)]
pub struct Shape {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    pub batch: usize,
    pub transpose_a: bool,
    pub transpose_b: bool,
    pub shared_a: bool,
    pub shared_b: bool,
    pub accumulate: bool,
}

/// What follows the product while C is still in cache: activation(C + bias).
#[derive(Clone, Copy)]
pub struct Epilogue<T> {
    /// n numbers, or null.
    pub bias: *const T,
    pub activation: Activation,
}

/// One operand: element (i, j) at i·row + j·column.
#[derive(Clone, Copy)]
struct Operand<T> {
    at: *const T,
    row: usize,
    column: usize,
}

impl<T> Operand<T> {
    #[inline(always)]
    unsafe fn from(self, i: usize, j: usize) -> Operand<T> {
        Operand { at: unsafe { self.at.add(i * self.row + j * self.column) }, ..self }
    }
}

/// One product on one thread.
#[derive(Clone, Copy)]
struct Task<T> {
    m: usize,
    n: usize,
    k: usize,
    a: Operand<T>,
    b: Operand<T>,
    c: *mut T,
    /// Distance between rows of C.
    stride: usize,
    accumulate: bool,
    epilogue: Option<Epilogue<T>>,
}
unsafe impl<T> Sync for Task<T> {}

impl<T: Copy> Task<T> {
    /// The product number s of a batch; `sizes` lie between successive A, B and C.
    #[inline(always)]
    unsafe fn item(&self, s: usize, sizes: [usize; 3]) -> Task<T> {
        let [a, b, c] = sizes.map(|size| s * size);
        unsafe {
            Task {
                a: Operand { at: self.a.at.add(a), ..self.a },
                b: Operand { at: self.b.at.add(b), ..self.b },
                c: self.c.add(c),
                ..*self
            }
        }
    }
}

/// Rows and columns that one packed block holds, and how much of k. A block of A fits the second cache; C is read and
/// written once per block of k.
const BLOCK_ROWS: usize = 168;
const BLOCK_COLUMNS: usize = 2048;
const BLOCK_DEPTH: usize = 512;
/// How much of k where A is read in place, by fewer rows at a time, so that a panel of B fits the first cache.
const DEPTH_IN_PLACE: usize = 256;

/// Rows of B that are packed at a time, so that each is read along memory; columns are read along memory anyway.
const PACKED_ROWS: usize = 8;

/// Multiply-adds below which a product stays on the calling thread.
const PARALLEL_WORK: usize = 1 << 19;

/// # Safety
/// `a`, `b` and `c` point to the elements that `shape` speaks of.
pub unsafe fn product<T: Element>(c: *mut T, a: *const T, b: *const T, shape: Shape, epilogue: Option<Epilogue<T>>) {
    let Shape { mut m, n, k, mut batch, transpose_a, transpose_b, shared_a, shared_b, accumulate } = shape;
    if shared_b && !shared_a && !transpose_a {
        m *= batch;
        batch = 1;
    }
    if m == 0 || n == 0 || batch == 0 {
        return;
    }
    let sizes = [if shared_a { 0 } else { m * k }, if shared_b { 0 } else { k * n }, m * n];
    let whole = Task {
        m,
        n,
        k,
        a: if transpose_a { Operand { at: a, row: 1, column: m } } else { Operand { at: a, row: k, column: 1 } },
        b: if transpose_b { Operand { at: b, row: 1, column: k } } else { Operand { at: b, row: n, column: 1 } },
        c,
        stride: n,
        accumulate,
        epilogue,
    };
    let work = m * n * k;
    let cores = if work.saturating_mul(batch) < PARALLEL_WORK { 1 } else { threads::count() };
    let each = |from: usize, to: usize| {
        for s in from..to {
            unsafe { multiply(&whole.item(s, sizes)) };
        }
    };
    if cores == 1 {
        each(0, batch);
    } else if batch >= cores {
        let group = batch.div_ceil(4 * cores).max(PARALLEL_WORK / 4 / work.max(1)).min(batch.div_ceil(cores));
        threads::pieces(batch, group, each);
    } else {
        for s in 0..batch {
            unsafe { split(&whole.item(s, sizes), cores) };
        }
    }
}

/// One product over several threads: a grid of blocks of C, each computed whole by one of them.
unsafe fn split<T: Element>(task: &Task<T>, cores: usize) {
    let (mut down, mut across) = (1, 1);
    while down * across < 2 * cores {
        let (rows, columns) = (task.m / down, task.n / across);
        if rows.max(columns) < 128 {
            break;
        }
        if rows >= columns { down *= 2 } else { across *= 2 }
    }
    let rows = task.m.div_ceil(down);
    let columns = task.n.div_ceil(across).next_multiple_of(32);
    let (down, across) = (task.m.div_ceil(rows), task.n.div_ceil(columns));
    threads::run(down * across, |index| unsafe {
        let (i, j) = (index / across * rows, index % across * columns);
        let epilogue = task.epilogue.map(|e| Epilogue { bias: offset(e.bias, j), ..e });
        multiply(&Task {
            m: rows.min(task.m - i),
            n: columns.min(task.n - j),
            a: task.a.from(i, 0),
            b: task.b.from(0, j),
            c: task.c.add(i * task.stride + j),
            epilogue,
            ..*task
        });
    });
}

#[inline(always)]
unsafe fn offset<T>(pointer: *const T, by: usize) -> *const T {
    if pointer.is_null() { pointer } else { unsafe { pointer.add(by) } }
}

by_level! {
    /// One product on this thread.
    multiply<T: Element>(task: &Task<T>) {
        Avx512: blocks::<T::Avx512, 14, 8>(task),
        Avx2: blocks::<T::Avx2, 6, 6>(task),
        Neon: blocks::<T::Neon, 12, 8>(task),
        Portable: blocks::<T::Portable, 4, 4>(task),
    }
}

thread_local! {
    static PACKED: RefCell<(Vec<u64>, Vec<u64>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// Room for the panels of A and of B on this thread; valid until the next call. Not inlined, so that nothing of the
/// thread-local machinery stands between a product and its instruction set.
#[inline(never)]
fn rooms<T>(count_a: usize, count_b: usize) -> (*mut T, *mut T) {
    if count_a + count_b == 0 {
        return (std::ptr::null_mut(), std::ptr::null_mut());
    }
    PACKED.with_borrow_mut(|(a, b)| (room(a, count_a), room(b, count_b)))
}

/// Room for `count` numbers on a cache line's boundary.
pub fn room<T>(buffer: &mut Vec<u64>, count: usize) -> *mut T {
    grow(buffer, (count * size_of::<T>()).div_ceil(8) + 8);
    let at = buffer.as_mut_ptr();
    at.wrapping_add(at.align_offset(64)).cast()
}

/// MR: rows of a packed block of registers; DR: rows where A is read in place.
#[inline(always)]
unsafe fn blocks<V: Vector, const MR: usize, const DR: usize>(task: &Task<V::Scalar>)
where
    V::Scalar: Real,
{
    let Task { m, n, k, a, b, c, stride, accumulate, epilogue } = *task;
    let nr = 2 * V::LANES;
    let pack_b = b.column != 1 || (m >= 4 * MR && n > nr && k * n > 8192);
    // Rows side by side are read in place, but for many columns, or where rows a page apart would share cache lines.
    let apart = a.column != 1 || (a.row * size_of::<V::Scalar>()).is_multiple_of(4096);
    let pack_a = m >= MR && n > 2 * nr && m * k > 1024 && (apart || n >= 1024);
    if k == 0 && !accumulate {
        for i in 0..m {
            unsafe { std::ptr::write_bytes(c.add(i * stride), 0, n) };
        }
    }
    let block_depth = if pack_a { BLOCK_DEPTH } else { DEPTH_IN_PLACE };
    let most = block_depth.min(k);
    let (panels_a, panels_b): (*mut V::Scalar, *mut V::Scalar) = rooms(
        if pack_a { BLOCK_ROWS.min(m).next_multiple_of(MR) * most } else { 0 },
        if pack_b { BLOCK_COLUMNS.min(n).next_multiple_of(nr) * most } else { 0 },
    );
    {
        for jc in (0..n).step_by(BLOCK_COLUMNS) {
            let width = BLOCK_COLUMNS.min(n - jc);
            for pc in (0..k).step_by(block_depth) {
                let depth = block_depth.min(k - pc);
                let onto = accumulate || pc > 0;
                if pack_b {
                    unsafe { pack_columns::<V>(panels_b, b.from(pc, jc), depth, width) };
                }
                for ic in (0..m).step_by(BLOCK_ROWS) {
                    let height = BLOCK_ROWS.min(m - ic);
                    if pack_a {
                        unsafe { pack_rows::<V, MR>(panels_a, a.from(ic, pc), depth, height) };
                    }
                    for jr in (0..width).step_by(nr) {
                        let cols = nr.min(width - jr);
                        unsafe {
                            let (from_b, row_b) = if pack_b {
                                (panels_b.add(jr * depth) as *const V::Scalar, nr)
                            } else {
                                (b.from(pc, jc + jr).at, b.row)
                            };
                            let to = c.add(ic * stride + jc + jr);
                            if pack_a {
                                panel::<V, MR, true>(
                                    height,
                                    cols,
                                    depth,
                                    Operand { at: panels_a, row: 1, column: MR },
                                    from_b,
                                    row_b,
                                    to,
                                    stride,
                                    onto,
                                );
                            } else {
                                panel::<V, DR, false>(
                                    height,
                                    cols,
                                    depth,
                                    a.from(ic, pc),
                                    from_b,
                                    row_b,
                                    to,
                                    stride,
                                    onto,
                                );
                            }
                        }
                    }
                }
            }
        }
    }
    if let Some(Epilogue { bias, activation }) = epilogue {
        unsafe { finish_rows(c, stride, m, n, bias, activation) };
    }
}

/// All rows of one panel of columns of C, as many at a time as the registers hold.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
unsafe fn panel<V: Vector, const MR: usize, const PACKED: bool>(
    rows: usize,
    cols: usize,
    depth: usize,
    a: Operand<V::Scalar>,
    b: *const V::Scalar,
    row_b: usize,
    c: *mut V::Scalar,
    stride: usize,
    onto: bool,
) {
    macro_rules! tile {
        ($rows:expr, $i:expr) => {{
            let from = if PACKED {
                // Panels of MR rows, each depth × MR.
                let panel = $i / MR;
                unsafe { a.at.add(panel * MR * depth + $i % MR) }
            } else {
                unsafe { a.from($i, 0).at }
            };
            let (row_a, column_a) = if PACKED { (1, MR) } else { (a.row, a.column) };
            let to = unsafe { c.add($i * stride) };
            // All tiles of this panel of B together ask for the next one.
            let step = row_b * MR / rows;
            let ahead = b.wrapping_add(depth * row_b + $i / MR * depth * step);
            // Masks cost time where they are not needed, so whole vectors go without.
            macro_rules! vectors {
                ($count:literal) => {{
                    let last = cols - ($count - 1) * V::LANES;
                    let mask = unsafe { V::mask(last) };
                    if last == V::LANES {
                        unsafe {
                            tile::<V, { $rows }, $count, false, PACKED>(
                                depth, from, row_a, column_a, b, row_b, to, stride, mask, onto, ahead, step,
                            )
                        };
                    } else {
                        unsafe {
                            tile::<V, { $rows }, $count, true, PACKED>(
                                depth, from, row_a, column_a, b, row_b, to, stride, mask, onto, ahead, step,
                            )
                        };
                    }
                }};
            }
            if cols > V::LANES { vectors!(2) } else { vectors!(1) }
        }};
    }
    let mut i = 0;
    // Six rows and a mask are more than sixteen registers hold.
    let whole = cols.is_multiple_of(V::LANES);
    while i + MR <= rows && (PACKED || whole || MR != 6) {
        tile!(MR, i);
        i += MR;
    }
    if MR > 8 && rows - i >= 8 {
        tile!(8, i);
        i += 8;
    }
    while MR > 4 && rows - i >= 4 {
        tile!(4, i);
        i += 4;
    }
    if rows - i >= 2 {
        tile!(2, i);
        i += 2;
    }
    if rows > i {
        tile!(1, i);
    }
}

/// R rows by NV vectors of C, the last one masked where asked for, in registers while k runs; meanwhile, of what comes
/// next, the rows of C below are asked for, and B from `ahead` on by `step` numbers for each of k.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
unsafe fn tile<V: Vector, const R: usize, const NV: usize, const MASKED: bool, const AHEAD: bool>(
    depth: usize,
    a: *const V::Scalar,
    row_a: usize,
    column_a: usize,
    b: *const V::Scalar,
    row_b: usize,
    c: *mut V::Scalar,
    stride: usize,
    mask: V::Mask,
    onto: bool,
    ahead: *const V::Scalar,
    step: usize,
) {
    unsafe {
        let mut total = [[V::zero(); NV]; R];
        if onto {
            for (i, row) in total.iter_mut().enumerate() {
                let from = c.add(i * stride);
                for (v, sum) in row.iter_mut().enumerate() {
                    *sum = load::<V, MASKED>(from.add(v * V::LANES), mask, v == NV - 1);
                }
            }
        }
        if AHEAD {
            for i in R..2 * R {
                for v in 0..NV {
                    fetch::<1, _>(c.wrapping_add(i * stride + v * V::LANES));
                }
            }
        }
        let (mut a, mut b, mut ahead) = (a, b, ahead);
        for _ in 0..depth {
            let mut right = [V::zero(); NV];
            for (v, right) in right.iter_mut().enumerate() {
                *right = load::<V, MASKED>(b.add(v * V::LANES), mask, v == NV - 1);
            }
            for (i, row) in total.iter_mut().enumerate() {
                let left = V::splat(*a.add(i * row_a));
                for (sum, &right) in row.iter_mut().zip(&right) {
                    *sum = V::multiply_add(left, right, *sum);
                }
            }
            a = a.add(column_a);
            b = b.add(row_b);
            if AHEAD {
                fetch::<2, _>(ahead);
                ahead = ahead.wrapping_add(step);
            }
        }
        for (i, row) in total.iter().enumerate() {
            let to = c.add(i * stride);
            for (v, sum) in row.iter().enumerate() {
                let to = to.add(v * V::LANES);
                if MASKED && v == NV - 1 { sum.store_masked(to, mask) } else { sum.store(to) }
            }
        }
    }
}

/// One vector, of which the mask says what is there if it is the last.
#[inline(always)]
unsafe fn load<V: Vector, const MASKED: bool>(from: *const V::Scalar, mask: V::Mask, last: bool) -> V {
    unsafe { if MASKED && last { V::load_masked(from, mask) } else { V::load(from) } }
}

/// B as panels of 2·LANES columns, each depth × 2·LANES; what lies beyond the last column is left as it is.
#[inline(always)]
unsafe fn pack_columns<V: Vector>(to: *mut V::Scalar, b: Operand<V::Scalar>, depth: usize, width: usize) {
    let nr = 2 * V::LANES;
    let some = if b.column == 1 { PACKED_ROWS } else { depth };
    for from in (0..depth).step_by(some) {
        let rows = some.min(depth - from);
        for jr in (0..width).step_by(nr) {
            let cols = nr.min(width - jr);
            unsafe {
                let panel = to.add(jr * depth + from * nr);
                let b = b.from(from, jr);
                if b.column != 1 {
                    transpose(panel, nr, b.at, b.column, cols, rows);
                } else if cols == nr {
                    for l in 0..rows {
                        let from = b.at.add(l * b.row);
                        V::load(from).store(panel.add(l * nr));
                        V::load(from.add(V::LANES)).store(panel.add(l * nr + V::LANES));
                    }
                } else {
                    for l in 0..rows {
                        std::ptr::copy_nonoverlapping(b.at.add(l * b.row), panel.add(l * nr), cols);
                    }
                }
            }
        }
    }
}

/// A as panels of MR rows, each depth × MR with the rows side by side.
#[inline(always)]
unsafe fn pack_rows<V: Vector, const MR: usize>(
    to: *mut V::Scalar,
    a: Operand<V::Scalar>,
    depth: usize,
    height: usize,
) {
    for ir in (0..height).step_by(MR) {
        let rows = MR.min(height - ir);
        let panel = unsafe { to.add(ir * depth) };
        unsafe {
            if a.row == 1 && rows == MR {
                for l in 0..depth {
                    let side_by_side = a.from(ir, l).at.cast::<[V::Scalar; MR]>().read_unaligned();
                    panel.add(l * MR).cast::<[V::Scalar; MR]>().write_unaligned(side_by_side);
                }
            } else if a.row == 1 {
                for l in 0..depth {
                    std::ptr::copy_nonoverlapping(a.from(ir, l).at, panel.add(l * MR), rows);
                }
            } else {
                transpose(panel, MR, a.from(ir, 0).at, a.row, rows, depth);
            }
        }
    }
}

/// to[l, i] = from[i, l] for `rows` of `depth` numbers side by side; rows of `to` are `width` apart, those of `from` `stride`.
#[inline(always)]
unsafe fn transpose<T: Copy>(to: *mut T, width: usize, from: *const T, stride: usize, rows: usize, depth: usize) {
    let whole = (rows - rows % 4, depth - depth % 4);
    unsafe {
        for i in (0..whole.0).step_by(4) {
            for l in (0..whole.1).step_by(4) {
                // Four by four, which compilers know how to turn in registers.
                let square: [[T; 4]; 4] =
                    std::array::from_fn(|r| from.add((i + r) * stride + l).cast::<[T; 4]>().read_unaligned());
                for c in 0..4 {
                    let turned = [square[0][c], square[1][c], square[2][c], square[3][c]];
                    to.add((l + c) * width + i).cast::<[T; 4]>().write_unaligned(turned);
                }
            }
        }
        for i in 0..rows {
            for l in if i < whole.0 { whole.1 } else { 0 }..depth {
                *to.add(l * width + i) = *from.add(i * stride + l);
            }
        }
    }
}
