//! AMX-BF16: eight tiles of 16 rows of 64 bytes hold 32×32 sums and 32 numbers' worth of both operands (Intel 64 and
//! IA-32 Architectures Software Developer's Manual, volume 1, chapter 18).

use super::{Block, COLUMNS, Instructions};
use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count};

const ROWS: usize = 32;
/// Pairs in one row of a tile.
const PAIRS: usize = 16;

/// What LDTILECFG reads: the palette and, for each tile, bytes of a row and rows.
#[repr(C, align(64))]
struct Configuration {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

const _: () = assert!(size_of::<Configuration>() == 64);

static CONFIGURATION: Configuration = Configuration {
    palette: 1,
    start_row: 0,
    reserved: [0; 14],
    row_bytes: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// Whether the processor has AMX-BF16 and the system lets this process use it.
pub fn available() -> bool {
    const OSXSAVE: u32 = 1 << 27;
    const AMX_BF16: u32 = 1 << 22;
    const AMX_TILE: u32 = 1 << 24;
    const TILE_STATE: u32 = 3 << 17;
    if __cpuid(0).eax < 7 || __cpuid(1).ecx & OSXSAVE == 0 {
        return false;
    }
    let extended = __cpuid_count(7, 0).edx;
    if extended & AMX_BF16 == 0 || extended & AMX_TILE == 0 {
        return false;
    }
    let enabled: u32;
    unsafe { asm!("xgetbv", in("ecx") 0, out("eax") enabled, out("edx") _, options(nomem, nostack)) };
    enabled & TILE_STATE == TILE_STATE && permitted()
}

/// Asks Linux for the tiles' data, which a process may not use before (arch_prctl(2), ARCH_REQ_XCOMP_PERM).
#[cfg(target_os = "linux")]
fn permitted() -> bool {
    const ARCH_PRCTL: i64 = 158;
    const REQUEST_PERMISSION: i64 = 0x1023;
    const TILE_DATA: i64 = 18;
    let answer: i64;
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => answer,
            in("rdi") REQUEST_PERMISSION,
            in("rsi") TILE_DATA,
            out("rcx") _,
            out("r11") _,
            options(nostack)
        );
    }
    answer == 0
}

#[cfg(not(target_os = "linux"))]
fn permitted() -> bool {
    false
}

pub struct Tiles;

/// 32×32 sums, where AMX leaves them.
#[repr(C, align(64))]
struct Sums([[f32; COLUMNS]; ROWS]);

impl Instructions for Tiles {
    const ROWS: usize = ROWS;
    const PAIRS: usize = PAIRS;

    unsafe fn begin() {
        unsafe { asm!("ldtilecfg [{}]", in(reg) &raw const CONFIGURATION, options(nostack, readonly)) };
    }

    unsafe fn end() {
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }

    /// Tiles 0 to 3 are the quarters of the sums, 4 and 5 the upper and lower rows of A, 6 and 7 the left and right
    /// columns of B.
    unsafe fn block(c: Block, a: *const u32, b: *const u32, pairs: usize) {
        let mut sums = Sums([[0.0; COLUMNS]; ROWS]);
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                "test {steps}, {steps}",
                "jz 3f",
                "2:",
                "tileloadd tmm4, [{upper} + {row}*1]",
                "tileloadd tmm5, [{lower} + {row}*1]",
                "tileloadd tmm6, [{b} + {line}*1]",
                "tileloadd tmm7, [{b} + {line}*1 + 64]",
                "tdpbf16ps tmm0, tmm4, tmm6",
                "tdpbf16ps tmm1, tmm4, tmm7",
                "tdpbf16ps tmm2, tmm5, tmm6",
                "tdpbf16ps tmm3, tmm5, tmm7",
                "add {upper}, 64",
                "add {lower}, 64",
                "add {b}, 2048",
                "dec {steps}",
                "jnz 2b",
                "3:",
                "tilestored [{sums} + {line}*1], tmm0",
                "tilestored [{sums} + {line}*1 + 64], tmm1",
                "tilestored [{sums} + {line}*1 + 2048], tmm2",
                "tilestored [{sums} + {line}*1 + 2112], tmm3",
                upper = inout(reg) a => _,
                lower = inout(reg) a.add(16 * pairs) => _,
                b = inout(reg) b => _,
                steps = inout(reg) pairs / PAIRS => _,
                row = in(reg) pairs * size_of::<u32>(),
                line = in(reg) COLUMNS * size_of::<u32>(),
                sums = in(reg) &raw mut sums,
                out("tmm0") _,
                out("tmm1") _,
                out("tmm2") _,
                out("tmm3") _,
                out("tmm4") _,
                out("tmm5") _,
                out("tmm6") _,
                out("tmm7") _,
                options(nostack)
            );
        }
        for (i, row) in sums.0.iter().take(c.rows).enumerate() {
            unsafe { std::ptr::copy_nonoverlapping(row.as_ptr(), c.at.add(i * c.stride), c.columns) };
        }
    }
}
