//! Products of operands rounded to bfloat16 (to the nearest, ties to even), summed in single precision: by AMX tiles or
//! the AVX512-BF16 instructions where they are there and fast, otherwise by rounding the operands and multiplying as
//! usual. Products of two bfloat16 numbers are exact in single precision, so the ways differ only in the order of the
//! sum, and in that the instructions take subnormal numbers for zero. Results do not depend on the number of threads.

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod avx512;

use crate::product::{self, Shape};
use crate::threads::{self, Shared};
use std::cell::RefCell;
use std::sync::OnceLock;

/// How products are computed on this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(dead_code)]
pub enum Path {
    Rounded,
    Avx512,
    Amx,
}

impl Path {
    pub fn name(self) -> &'static str {
        match self {
            Path::Rounded => "rounding",
            Path::Avx512 => "AVX512-BF16",
            Path::Amx => "AMX",
        }
    }
}

static PATH: OnceLock<Path> = OnceLock::new();

/// The way in use: AMX where there is any; AVX512-BF16 except on processors of Intel, whose VDPBF16PS takes four times as
/// long as the single-precision multiply-add of half as many numbers; else rounding. POSTEROHM_SIMD `avx512bf16` asks for
/// AVX512-BF16 where the processor has it, a value that lowers the instruction set for rounding.
pub fn path() -> Path {
    *PATH.get_or_init(|| {
        #[cfg(target_arch = "x86_64")]
        if crate::simd::level() == crate::simd::Level::Avx512 {
            let wished = std::env::var("POSTEROHM_SIMD").as_deref() == Ok("avx512bf16");
            if !wished && amx::available() {
                return Path::Amx;
            }
            if is_x86_feature_detected!("avx512bf16") && (wished || !by_intel()) {
                return Path::Avx512;
            }
        }
        Path::Rounded
    })
}

#[cfg(target_arch = "x86_64")]
fn by_intel() -> bool {
    let id = std::arch::x86_64::__cpuid(0);
    [id.ebx, id.edx, id.ecx] == [b"Genu", b"ineI", b"ntel"].map(|&part| u32::from_le_bytes(part))
}

/// Numbers of rounded operands held at a time, unless one product has more.
const ROOM: usize = 1 << 23;

/// Multiply-adds below which a product stays on the calling thread.
#[cfg(target_arch = "x86_64")]
const PARALLEL_WORK: usize = 1 << 20;

thread_local! {
    static BUFFER: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// C = bf16(A)·bf16(B); of the shape, sizes, batch and shared operands count.
///
/// # Safety
/// `a`, `b` and `c` point to the elements that `shape` speaks of.
pub unsafe fn product(c: *mut f32, a: *const f32, b: *const f32, shape: Shape) {
    let mut shape = shape;
    if shape.shared_b && !shape.shared_a {
        shape.m *= shape.batch;
        shape.batch = 1;
    }
    if shape.m == 0 || shape.n == 0 || shape.batch == 0 {
        return;
    }
    match path() {
        Path::Rounded => unsafe { by_rounding(c, a, b, shape) },
        #[cfg(target_arch = "x86_64")]
        Path::Avx512 => unsafe { packed::<avx512::Registers>(c, a, b, shape) },
        #[cfg(target_arch = "x86_64")]
        Path::Amx => unsafe { packed::<amx::Tiles>(c, a, b, shape) },
        #[cfg(not(target_arch = "x86_64"))]
        _ => unreachable!(),
    }
}

/// The bits of x rounded to bfloat16, in the upper half.
#[inline(always)]
fn round(x: f32) -> u32 {
    let bits = x.to_bits();
    let nearest = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    (if x.is_nan() { bits | 1 << 22 } else { nearest }) & 0xffff_0000
}

/// Products of a batch taken together, so that their operands fit the room.
fn together(shape: Shape, size_a: usize, size_b: usize) -> usize {
    let own = if shape.shared_a { 0 } else { size_a } + if shape.shared_b { 0 } else { size_b };
    (ROOM / own.max(1)).clamp(1, shape.batch)
}

unsafe fn by_rounding(c: *mut f32, a: *const f32, b: *const f32, shape: Shape) {
    let Shape { m, n, k, batch, shared_a, shared_b, .. } = shape;
    let (size_a, size_b) = (m * k, k * n);
    let most = together(shape, size_a, size_b);
    let count_a = if shared_a { 1 } else { most } * size_a;
    let count_b = if shared_b { 1 } else { most } * size_b;
    BUFFER.with_borrow_mut(|buffer| {
        let left: *mut f32 = product::room(buffer, count_a + count_b);
        for s in (0..batch).step_by(most) {
            let part = most.min(batch - s);
            unsafe {
                let right = left.add(count_a);
                if s == 0 || !shared_a {
                    round_all(left, a.add(s * size_a), if shared_a { 1 } else { part } * size_a);
                }
                if s == 0 || !shared_b {
                    round_all(right, b.add(s * size_b), if shared_b { 1 } else { part } * size_b);
                }
                product::product::<f32>(c.add(s * m * n), left, right, Shape { batch: part, ..shape }, None);
            }
        }
    });
}

unsafe fn round_all(to: *mut f32, from: *const f32, count: usize) {
    let (to, from) = (Shared::new(to), Shared::new(from));
    threads::pieces(count, 1 << 17, |first, end| unsafe {
        for i in first..end {
            *to.at(i) = f32::from_bits(round(*from.at(i)));
        }
    });
}

/// Columns of a panel of B and of a block of C.
#[cfg(target_arch = "x86_64")]
const COLUMNS: usize = 32;

/// Instructions that multiply pairs of bfloat16 numbers and add both to a sum.
#[cfg(target_arch = "x86_64")]
trait Instructions {
    /// Rows of a block of C.
    const ROWS: usize;
    /// The number of pairs in a row is a multiple of this.
    const PAIRS: usize;
    /// Before the first block on a thread.
    unsafe fn begin() {}
    /// After the last one.
    unsafe fn end() {}
    /// The first rows×columns of C = A·B for A [ROWS, pairs] and B [pairs, COLUMNS]; every entry is the two
    /// numbers of a pair, the first in the lower half.
    unsafe fn block(c: Block, a: *const u32, b: *const u32, pairs: usize);
}

/// What of a block lies inside C.
#[cfg(target_arch = "x86_64")]
struct Block {
    at: *mut f32,
    stride: usize,
    rows: usize,
    columns: usize,
}

/// Rows of blocks and panels in one task.
#[cfg(target_arch = "x86_64")]
const TASK_ROWS: usize = 128;
#[cfg(target_arch = "x86_64")]
const TASK_PANELS: usize = 4;

#[cfg(target_arch = "x86_64")]
unsafe fn packed<I: Instructions>(c: *mut f32, a: *const f32, b: *const f32, shape: Shape) {
    let Shape { m, n, k, batch, shared_a, shared_b, .. } = shape;
    let pairs = k.div_ceil(2).next_multiple_of(I::PAIRS);
    let (rows, panels) = (m.next_multiple_of(I::ROWS), n.div_ceil(COLUMNS));
    // Panels of B start on cache lines.
    let (size_a, size_b) = ((rows * pairs).next_multiple_of(16), panels * COLUMNS * pairs);
    let most = together(shape, 2 * size_a, 2 * size_b);
    let items = |shared: bool, part: usize| if shared { 1 } else { part };
    let threaded = (m * n * k).saturating_mul(batch) >= PARALLEL_WORK;
    let each = |count: usize, task: &(dyn Fn(usize) + Sync)| {
        if threaded { threads::run(count, task) } else { (0..count).for_each(task) }
    };
    BUFFER.with_borrow_mut(|buffer| {
        let held = [items(shared_a, most) * size_a, items(shared_b, most) * size_b];
        let left = Shared::new(product::room::<u32>(buffer, held[0] + held[1]));
        let right = Shared::new(left.at(held[0]));
        let (c, a, b) = (Shared::new(c), Shared::new(a), Shared::new(b));
        for s in (0..batch).step_by(most) {
            let part = most.min(batch - s);
            if s == 0 || !shared_a {
                let blocks = rows.div_ceil(TASK_ROWS);
                each(items(shared_a, part) * blocks, &|task| unsafe {
                    let (item, from) = (task / blocks, task % blocks * TASK_ROWS);
                    let to = left.at(item * size_a + from * pairs);
                    let held = TASK_ROWS.min(rows - from);
                    avx512::pack_rows(to, a.at((s + item) * m * k + from * k), m.saturating_sub(from), held, k, pairs);
                });
            }
            if s == 0 || !shared_b {
                each(items(shared_b, part) * panels, &|task| unsafe {
                    let (item, panel) = (task / panels, task % panels);
                    let to = right.at(item * size_b + panel * COLUMNS * pairs);
                    avx512::pack_columns(to, b.at((s + item) * k * n), panel * COLUMNS, k, n, pairs);
                });
            }
            let (down, across) = (m.div_ceil(TASK_ROWS), panels.div_ceil(TASK_PANELS));
            each(part * down * across, &|task| unsafe {
                let (item, within) = (task / (down * across), task % (down * across));
                let (row, panel) = (within / across * TASK_ROWS, within % across * TASK_PANELS);
                let left = left.at(if shared_a { 0 } else { item * size_a });
                let right = right.at(if shared_b { 0 } else { item * size_b });
                I::begin();
                for p in panel..panels.min(panel + TASK_PANELS) {
                    for i in (row..m.min(row + TASK_ROWS)).step_by(I::ROWS) {
                        let block = Block {
                            at: c.at((s + item) * m * n + i * n + p * COLUMNS),
                            stride: n,
                            rows: I::ROWS.min(m - i),
                            columns: COLUMNS.min(n - p * COLUMNS),
                        };
                        I::block(block, left.add(i * pairs), right.add(p * COLUMNS * pairs), pairs);
                    }
                }
                I::end();
            });
        }
    });
}
