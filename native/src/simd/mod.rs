//! Instruction sets: which one this machine has, the vector types of each, and code compiled once for each.

#[cfg(target_arch = "aarch64")]
pub mod neon;
pub mod peak;
pub mod portable;
pub mod vector;
#[cfg(target_arch = "x86_64")]
pub mod x86;

use std::sync::OnceLock;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(dead_code)]
pub enum Level {
    Portable,
    Neon,
    Avx2,
    Avx512,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            Level::Neon => "NEON",
            Level::Avx2 => "AVX2",
            Level::Avx512 => "AVX-512",
        }
    }
}

static LEVEL: OnceLock<Level> = OnceLock::new();

/// The instruction set in use: the best that the processor has, or a lower one named by POSTEROHM_SIMD
/// (`portable`, `avx2`) so that all can be tested on one machine.
pub fn level() -> Level {
    *LEVEL.get_or_init(|| {
        let wish = std::env::var("POSTEROHM_SIMD").unwrap_or_default();
        let best = detect();
        match (wish.as_str(), best) {
            ("portable", _) => Level::Portable,
            ("avx2", Level::Avx512) => Level::Avx2,
            _ => best,
        }
    })
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Level {
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw");
    match (avx2, avx512) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        _ => Level::Portable,
    }
}

#[cfg(target_arch = "aarch64")]
fn detect() -> Level {
    Level::Neon
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn detect() -> Level {
    Level::Portable
}

/// Defines an unsafe function by one expression for each instruction set, compiled for that set.
macro_rules! by_level {
    ($(#[$meta:meta])* $vis:vis $name:ident<$($T:ident: $bound:path),*>($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? {
        Avx512: $avx512:expr, Avx2: $avx2:expr, Neon: $neon:expr, Portable: $portable:expr $(,)?
    }) => {
        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis unsafe fn $name<$($T: $bound),*>($($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                unsafe fn avx512<$($T: $bound),*>($($arg: $ty),*) $(-> $ret)? {
                    unsafe { $avx512 }
                }
                #[target_feature(enable = "avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                unsafe fn avx2<$($T: $bound),*>($($arg: $ty),*) $(-> $ret)? {
                    unsafe { $avx2 }
                }
                match $crate::simd::level() {
                    $crate::simd::Level::Avx512 => return unsafe { avx512::<$($T),*>($($arg),*) },
                    $crate::simd::Level::Avx2 => return unsafe { avx2::<$($T),*>($($arg),*) },
                    _ => {}
                }
            }
            #[cfg(target_arch = "aarch64")]
            {
                return unsafe { $neon };
            }
            #[cfg(not(target_arch = "aarch64"))]
            unsafe { $portable }
        }
    };
}

/// Defines a function that runs `$body::<T…, LEVEL>` compiled for the instruction set in use. The body is
/// `#[inline(always)]`, so its plain loops become vector code of that set. LEVEL is 0 where multiply and add are two
/// instructions, and a number of its own for each set, so that closures have one caller and are inlined too.
macro_rules! multiversion {
    ($(#[$meta:meta])* $vis:vis $name:ident<$($T:ident: $bound:path),*>($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? = $body:ident) => {
        $crate::simd::by_level! {
            $(#[$meta])*
            $vis $name<$($T: $bound),*>($($arg: $ty),*) $(-> $ret)? {
                Avx512: $body::<$($T,)* 2>($($arg),*),
                Avx2: $body::<$($T,)* 1>($($arg),*),
                Neon: $body::<$($T,)* 1>($($arg),*),
                Portable: $body::<$($T,)* 0>($($arg),*),
            }
        }
    };
}

pub(crate) use {by_level, multiversion};
