//! The multiply-add peak of one core, measured: the ceiling that products are judged by.

use super::by_level;
use super::vector::Vector;
use crate::product::Element;
use std::hint::black_box;
use std::time::{Duration, Instant};

const CHAINS: usize = 12;
const ROUNDS: usize = 200_000;

/// Floating-point operations per second of one core, from multiply-adds in registers run for about `seconds`;
/// the best of many short spells, since other work on the machine only ever slows one down.
pub fn peak<T: Element>(seconds: f64) -> f64 {
    let begin = Instant::now();
    let mut best = 0.0f64;
    loop {
        let start = Instant::now();
        let operations = unsafe { spell::<T>() };
        best = best.max(operations / start.elapsed().as_secs_f64());
        if begin.elapsed() > Duration::from_secs_f64(seconds) {
            return best;
        }
    }
}

by_level! {
    spell<T: Element>() -> f64 {
        Avx512: chains::<T::Avx512>(T::ONE, T::ONE),
        Avx2: chains::<T::Avx2>(T::ONE, T::ONE),
        Neon: chains::<T::Neon>(T::ONE, T::ONE),
        Portable: chains::<T::Portable>(T::ONE, T::ONE),
    }
}

#[inline(always)]
unsafe fn chains<V: Vector>(a: V::Scalar, b: V::Scalar) -> f64 {
    unsafe {
        let mut totals = [V::zero(); CHAINS];
        let (a, b) = (black_box(V::splat(a)), black_box(V::splat(b)));
        for _ in 0..ROUNDS {
            for total in &mut totals {
                *total = V::multiply_add(a, b, *total);
            }
        }
        black_box(totals);
    }
    (2 * V::LANES * CHAINS * ROUNDS) as f64
}
