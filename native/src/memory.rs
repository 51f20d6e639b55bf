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
