//! What a product needs of a vector register.

/// One register of LANES numbers. All functions are `#[inline(always)]` and only called from code compiled for the
/// instruction set; pointers are valid for the lanes that the mask selects.
#[allow(clippy::missing_safety_doc)]
pub trait Vector: Copy {
    type Scalar: Copy;
    /// Which of the first lanes take part.
    type Mask: Copy;
    const LANES: usize;
    unsafe fn zero() -> Self;
    unsafe fn splat(value: Self::Scalar) -> Self;
    unsafe fn mask(count: usize) -> Self::Mask;
    unsafe fn load(from: *const Self::Scalar) -> Self;
    unsafe fn store(self, to: *mut Self::Scalar);
    unsafe fn load_masked(from: *const Self::Scalar, mask: Self::Mask) -> Self;
    unsafe fn store_masked(self, to: *mut Self::Scalar, mask: Self::Mask);
    /// a·b + c.
    unsafe fn multiply_add(a: Self, b: Self, c: Self) -> Self;
}

/// A register as a `Vector`: what differs between instruction sets is how it is filled, stored, multiplied and masked.
macro_rules! register {
    ($name:ident, $register:ty, $scalar:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident,
     |$a:ident, $b:ident, $c:ident| $multiply_add:expr, $($masked:tt)*) => {
        #[derive(Clone, Copy)]
        pub struct $name($register);
        impl Vector for $name {
            type Scalar = $scalar;
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn zero() -> Self {
                unsafe { Self::splat(0.0) }
            }
            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                Self(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn multiply_add(Self($a): Self, Self($b): Self, Self($c): Self) -> Self {
                Self(unsafe { $multiply_add })
            }
            $($masked)*
        }
    };
}

/// The first `count` lanes by way of memory, where a set has no masks.
macro_rules! masked_in_memory {
    ($scalar:ty, $lanes:literal) => {
        type Mask = usize;
        #[inline(always)]
        unsafe fn mask(count: usize) -> usize {
            count
        }
        #[inline(always)]
        unsafe fn load_masked(from: *const $scalar, count: usize) -> Self {
            let mut lanes = [0.0; $lanes];
            unsafe {
                std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count);
                Self::load(lanes.as_ptr())
            }
        }
        #[inline(always)]
        unsafe fn store_masked(self, to: *mut $scalar, count: usize) {
            let mut lanes = [0.0; $lanes];
            unsafe {
                self.store(lanes.as_mut_ptr());
                std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, count);
            }
        }
    };
}

#[allow(unused_imports)]
pub(crate) use {masked_in_memory, register};
