//! Working memory of kernels: what cannot be had is an error of the call, not the end of the process.

use std::panic::resume_unwind;

/// What a call panics with where memory is lacking; the number is that of bytes asked for.
pub struct Lacking(pub usize);

/// The vector with at least `length` entries.
pub fn grow<T: Copy + Default>(buffer: &mut Vec<T>, length: usize) {
    let more = length.saturating_sub(buffer.len());
    if buffer.try_reserve_exact(more).is_err() {
        resume_unwind(Box::new(Lacking(length.saturating_mul(size_of::<T>()))));
    }
    buffer.resize(buffer.len() + more, T::default());
}

pub fn zeros<T: Copy + Default>(length: usize) -> Vec<T> {
    let mut made = Vec::new();
    grow(&mut made, length);
    made
}

/// Asks for the line of memory at `at`, which need not be there, into the first or second cache; nothing where stable Rust
/// has no such instruction.
#[inline(always)]
pub fn fetch<const CACHE: u8, T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};
        if CACHE == 1 { _mm_prefetch::<_MM_HINT_T0>(at.cast()) } else { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}
