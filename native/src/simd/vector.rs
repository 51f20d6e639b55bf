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
