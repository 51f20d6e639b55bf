//! The functions of one number that the kernels need, written without branches so that loops over them vectorise.
//!
//! `LEVEL` is that of `multiversion!`: above 0, `a·b + c` is one instruction. Polynomials are Taylor series, cut where the next term is below
//! half a unit in the last place on the reduced range.

use crate::node::Stored;
use std::ops::{Add, Div, Mul, Neg, Sub};

pub trait Real:
    Stored
    + Send
    + Sync
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    fn from_f64(value: f64) -> Self;
    fn to_f64(self) -> f64;
    fn absolute(self) -> Self;
    fn root(self) -> Self;
    /// Toward −∞, as an index; NaN gives 0.
    fn to_index(self) -> i32;
    fn from_index(index: i32) -> Self;
    /// The numbers at `at` and behind it.
    ///
    /// # Safety
    /// Both are there.
    unsafe fn pair<const LEVEL: u8>(at: *const Self) -> (Self, Self);
    /// self·b + c.
    fn times_plus<const LEVEL: u8>(self, b: Self, c: Self) -> Self;
    /// eˣ; results below about twice the smallest normal number are 0.
    fn exponential<const LEVEL: u8>(self) -> Self;
    /// Natural logarithm, with the special cases of zero, negative, infinite and subnormal numbers.
    fn logarithm<const LEVEL: u8>(self) -> Self;
    /// Natural logarithm of a positive, normal, finite number.
    fn logarithm_normal<const LEVEL: u8>(self) -> Self;
    fn hyperbolic_tangent<const LEVEL: u8>(self) -> Self;
    /// (cos 2πv, sin 2πv) for 0 ≤ v ≤ 1.
    fn circle<const LEVEL: u8>(self) -> (Self, Self);

    /// ln(1 + eˣ).
    #[inline(always)]
    fn softplus<const LEVEL: u8>(self) -> Self {
        let y = (-self.absolute()).exponential::<LEVEL>();
        let u = Self::ONE + y;
        let rest = (y - (u - Self::ONE)) / u;
        let positive = if self < Self::ZERO { Self::ZERO } else { self };
        positive + (u.logarithm_normal::<LEVEL>() + rest)
    }

    /// 1/(1 + e⁻ˣ).
    #[inline(always)]
    fn sigmoid<const LEVEL: u8>(self) -> Self {
        Self::ONE / (Self::ONE + (-self).exponential::<LEVEL>())
    }
}

macro_rules! polynomial {
    ($T:ty, $x:expr, [$($c:expr),+ $(,)?]) => {{
        let coefficients = [$($c as $T),+];
        let mut value = coefficients[coefficients.len() - 1];
        let mut i = coefficients.len() - 1;
        while i > 0 {
            i -= 1;
            value = value.times_plus::<LEVEL>($x, coefficients[i]);
        }
        value
    }};
}

macro_rules! real {
    (
        $T:ident, $bits:ident, pair |$at:ident| $pair:expr, mantissa $mantissa:literal, bias $bias:literal,
        exponential [$($e:expr),+] from $exp_low:literal to $exp_high:literal,
        logarithm [$($l:expr),+],
        tangent limit $tanh_limit:literal,
        sine [$($s:expr),+], cosine [$($c:expr),+],
        ln2 $ln2_high:expr, $ln2_low:expr
    ) => {
        impl Real for $T {
            const ZERO: $T = 0.0;
            const ONE: $T = 1.0;

            #[inline(always)]
            fn from_f64(value: f64) -> $T {
                value as $T
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[inline(always)]
            fn absolute(self) -> $T {
                self.abs()
            }

            #[inline(always)]
            fn root(self) -> $T {
                self.sqrt()
            }

            #[inline(always)]
            fn to_index(self) -> i32 {
                self as i32
            }

            #[inline(always)]
            fn from_index(index: i32) -> $T {
                index as $T
            }

            #[inline(always)]
            unsafe fn pair<const LEVEL: u8>($at: *const $T) -> ($T, $T) {
                unsafe { if LEVEL > 1 { $pair } else { (*$at, *$at.add(1)) } }
            }

            #[inline(always)]
            fn times_plus<const LEVEL: u8>(self, b: $T, c: $T) -> $T {
                if LEVEL > 0 { self.mul_add(b, c) } else { self * b + c }
            }

            #[inline(always)]
            fn exponential<const LEVEL: u8>(self) -> $T {
                // Adding 1.5·2^mantissa rounds to an integer, which is then the low bits of the sum.
                const SHIFT: $T = 1.5 * (1u64 << $mantissa) as $T;
                let shifted = self.times_plus::<LEVEL>(std::$T::consts::LOG2_E, SHIFT);
                let n = shifted - SHIFT;
                let r = n.times_plus::<LEVEL>(-$ln2_low, n.times_plus::<LEVEL>(-$ln2_high, self));
                let series = polynomial!($T, r, [1.0, 1.0, $($e),+]);
                let power = $T::from_bits((shifted.to_bits().wrapping_add($bias - 1)) << $mantissa);
                let value = series * power * 2.0;
                let value = if self < $exp_low { 0.0 } else { value };
                if self > $exp_high { $T::INFINITY } else { value }
            }

            #[inline(always)]
            fn logarithm_normal<const LEVEL: u8>(self) -> $T {
                const ONE: $bits = $T::to_bits(1.0);
                const ROOT: $bits = $T::to_bits(std::$T::consts::FRAC_1_SQRT_2);
                const INTEGER: $T = (1u64 << $mantissa) as $T;
                let lifted = self.to_bits().wrapping_add(ONE - ROOT);
                let exponent = $T::from_bits((lifted >> $mantissa) | INTEGER.to_bits()) - (INTEGER + $bias as $T);
                let fraction = $T::from_bits((lifted & ((1 << $mantissa) - 1)) + ROOT);
                // ln(1 + f) = f − (f²/2 − s (f²/2 + R)), s = f/(2 + f), R = Σ 2 s²ᵏ/(2k + 1).
                let f = fraction - 1.0;
                let s = f / (2.0 + f);
                let z = s * s;
                let series = z * polynomial!($T, z, [$($l),+]);
                let half = 0.5 * f * f;
                let tail = s.times_plus::<LEVEL>(half + series, exponent * $ln2_low);
                exponent.times_plus::<LEVEL>($ln2_high, f - (half - tail))
            }

            #[inline(always)]
            fn logarithm<const LEVEL: u8>(self) -> $T {
                const LIFT: $T = (1u64 << $mantissa) as $T;
                let small = self < $T::MIN_POSITIVE;
                let lifted = if small { self * LIFT } else { self };
                let value = lifted.logarithm_normal::<LEVEL>();
                let value = if small { value - $mantissa as $T * std::$T::consts::LN_2 } else { value };
                let value = if self == 0.0 { $T::NEG_INFINITY } else { value };
                let value = if self == $T::INFINITY { self } else { value };
                if self >= 0.0 { value } else { $T::NAN }
            }

            #[inline(always)]
            fn hyperbolic_tangent<const LEVEL: u8>(self) -> $T {
                // With t = e^(2|x|) − 1, tanh |x| = t/(t + 2).
                const SHIFT: $T = 1.5 * (1u64 << $mantissa) as $T;
                let y = 2.0 * self.abs();
                let y = if y > $tanh_limit { $tanh_limit } else { y };
                let shifted = y.times_plus::<LEVEL>(std::$T::consts::LOG2_E, SHIFT);
                let n = shifted - SHIFT;
                let r = n.times_plus::<LEVEL>(-$ln2_low, n.times_plus::<LEVEL>(-$ln2_high, y));
                let series = (r * r).times_plus::<LEVEL>(polynomial!($T, r, [$($e),+]), r);
                let power = $T::from_bits((shifted.to_bits().wrapping_add($bias)) << $mantissa);
                let t = power.times_plus::<LEVEL>(series, power - 1.0);
                (t / (t + 2.0)).copysign(self)
            }

            #[inline(always)]
            fn circle<const LEVEL: u8>(self) -> ($T, $T) {
                const SHIFT: $T = 1.5 * (1u64 << $mantissa) as $T;
                let shifted = self.times_plus::<LEVEL>(4.0, SHIFT);
                let quadrant = shifted.to_bits();
                let x = ((shifted - SHIFT).times_plus::<LEVEL>(-0.25, self)) * std::$T::consts::TAU;
                let z = x * x;
                let sine = (x * z).times_plus::<LEVEL>(polynomial!($T, z, [$($s),+]), x);
                let cosine = z.times_plus::<LEVEL>(polynomial!($T, z, [$($c),+]), 1.0);
                const TOP: $bits = 1 << ($bits::BITS - 1);
                let odd = quadrant & 1 != 0;
                let (c, s) = if odd { (sine, cosine) } else { (cosine, sine) };
                // cos is negative in quadrants 1 and 2, sin in 2 and 3.
                let flip_c = (quadrant.wrapping_add(1) << ($bits::BITS - 2)) & TOP;
                let flip_s = (quadrant << ($bits::BITS - 2)) & TOP;
                ($T::from_bits(c.to_bits() ^ flip_c), $T::from_bits(s.to_bits() ^ flip_s))
            }
        }
    };
}

real!(
    f32, u32,
    // One read of both where AVX-512 gathers, which costs by the number.
    pair |at| {
        let both = u64::from_le_bytes(at.cast::<[u8; 8]>().read_unaligned());
        (f32::from_bits(both as u32), f32::from_bits((both >> 32) as u32))
    },
    mantissa 23, bias 127,
    exponential [1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0] from -86.5 to 88.72283,
    logarithm [2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0],
    tangent limit 20.0,
    sine [-1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362880.0],
    cosine [-1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40320.0],
    // The first 16 bits of ln 2, so that a product with an exponent is exact, and the rest.
    ln2 f32::from_bits(0x3f317200), 1.428_606_8e-6_f32
);

real!(
    f64, u64, pair |at| (*at, *at.add(1)), mantissa 52, bias 1023,
    exponential [
        1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0, 1.0 / 362880.0,
        1.0 / 3628800.0, 1.0 / 39916800.0, 1.0 / 479001600.0, 1.0 / 6227020800.0
    ] from -708.0 to 709.782712893384,
    logarithm [
        2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0, 2.0 / 13.0, 2.0 / 15.0, 2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0
    ],
    tangent limit 40.0,
    sine [
        -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362880.0, -1.0 / 39916800.0, 1.0 / 6227020800.0,
        -1.0 / 1307674368000.0
    ],
    cosine [
        -1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40320.0, -1.0 / 3628800.0, 1.0 / 479001600.0,
        -1.0 / 87178291200.0, 1.0 / 20922789888000.0
    ],
    // ln 2 with its last 21 bits cleared, so that a product with an exponent is exact, and the rest.
    ln2 f64::from_bits(0x3fe62e42fee00000), 1.9082149292705877e-10f64
);
