//! Arguments and results of a call from JavaScript, straight over Node-API: nothing is allocated, but for an error.

use crate::memory::Lacking;
use napi_sys as sys;
use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{NonNull, null, null_mut};

pub const MAX_ARGUMENTS: usize = 40;

/// An `internal:` message: the arguments broke the contract of a kernel.
pub type Fault = &'static str;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    F32,
    F64,
    U32,
    I32,
    Null,
}

impl Kind {
    /// Bytes of a number.
    fn size(self) -> usize {
        if self == Kind::F64 { 8 } else { 4 }
    }
}

/// A typed array of the caller, valid during the call: nothing of JavaScript runs on this thread meanwhile, and shared
/// memory only grows. Its numbers may change, by another thread or where arrays overlap, so whatever is used as an index
/// is bounded where it is used.
#[derive(Clone, Copy)]
pub struct View {
    pub kind: Kind,
    pub data: *mut c_void,
    pub len: usize,
}

impl View {
    /// The array as elements of type T, of at least `needed` of them.
    pub fn of<T: Stored>(self, needed: usize) -> Result<*mut T, Fault> {
        if self.kind != T::KIND {
            return Err("internal: the arrays of one kernel call have different or wrong types.");
        }
        if self.len < needed {
            return Err("internal: an array is shorter than the kernel call says.");
        }
        if self.len == 0 {
            return Ok(NonNull::dangling().as_ptr());
        }
        let data = self.data.cast::<T>();
        if data.is_aligned() {
            Ok(data)
        } else {
            Err("internal: an array does not begin at a multiple of its numbers' size.")
        }
    }

    /// As `of`, with the null pointer for null.
    pub fn optional<T: Stored>(self, needed: usize) -> Result<*mut T, Fault> {
        if self.kind == Kind::Null { Ok(null_mut()) } else { self.of(needed) }
    }
}

/// A number of a typed array.
pub trait Stored: Copy + Default + 'static {
    const KIND: Kind;
}
macro_rules! stored {
    ($($number:ty: $kind:ident),*) => {
        $(impl Stored for $number {
            const KIND: Kind = Kind::$kind;
        })*
    };
}
stored!(f32: F32, f64: F64, u32: U32, i32: I32);

pub struct Call {
    env: sys::napi_env,
    values: [sys::napi_value; MAX_ARGUMENTS],
}

impl Call {
    /// # Safety
    /// `env` and `info` are those of the running callback.
    pub unsafe fn new(env: sys::napi_env, info: sys::napi_callback_info) -> Call {
        let mut values = [null_mut(); MAX_ARGUMENTS];
        let mut count = MAX_ARGUMENTS;
        unsafe { sys::napi_get_cb_info(env, info, &mut count, values.as_mut_ptr(), null_mut(), null_mut()) };
        Call { env, values }
    }

    pub fn array(&self, index: usize) -> Result<View, Fault> {
        let mut kind = 0;
        let mut len = 0;
        let mut data = null_mut();
        let status = unsafe {
            sys::napi_get_typedarray_info(
                self.env,
                self.values[index],
                &mut kind,
                &mut len,
                &mut data,
                null_mut(),
                null_mut(),
            )
        };
        if status != sys::Status::napi_ok {
            return Err("internal: a kernel wants a typed array and got something else.");
        }
        let kind = match kind {
            sys::TypedarrayType::float32_array => Kind::F32,
            sys::TypedarrayType::float64_array => Kind::F64,
            sys::TypedarrayType::uint32_array => Kind::U32,
            sys::TypedarrayType::int32_array => Kind::I32,
            _ => return Err("internal: a kernel got a typed array of a kind that it does not take."),
        };
        Ok(View { kind, data, len })
    }

    pub fn array_or_null(&self, index: usize) -> Result<View, Fault> {
        let mut kind = 0;
        unsafe { sys::napi_typeof(self.env, self.values[index], &mut kind) };
        if kind == sys::ValueType::napi_null {
            return Ok(View { kind: Kind::Null, data: null_mut(), len: 0 });
        }
        self.array(index)
    }

    pub fn number(&self, index: usize) -> Result<f64, Fault> {
        let mut value = 0.0;
        let status = unsafe { sys::napi_get_value_double(self.env, self.values[index], &mut value) };
        if status == sys::Status::napi_ok { Ok(value) } else { Err("internal: a kernel wants a number.") }
    }

    /// A whole number from 0 to 2⁵³.
    pub fn index(&self, index: usize) -> Result<usize, Fault> {
        let value = self.number(index)?;
        if (0.0..=9007199254740992.0).contains(&value) && value.fract() == 0.0 {
            Ok(value as usize)
        } else {
            Err("internal: a kernel wants a size or an offset, a whole number not below 0.")
        }
    }

    pub fn word(&self, index: usize) -> Result<u32, Fault> {
        Ok(self.number(index)? as i64 as u32)
    }

    pub fn value_of(&self, number: f64) -> sys::napi_value {
        let mut value = null_mut();
        unsafe { sys::napi_create_double(self.env, number, &mut value) };
        value
    }

    pub fn text(&self, text: &str) -> sys::napi_value {
        let mut value = null_mut();
        unsafe { sys::napi_create_string_utf8(self.env, text.as_ptr().cast(), text.len() as isize, &mut value) };
        value
    }

    /// What the kernel returns (null pointer: undefined); throws its fault or what it panicked with.
    pub fn answer(&self, kernel: impl FnOnce(&Call) -> Result<sys::napi_value, Fault>) -> sys::napi_value {
        let message = match catch_unwind(AssertUnwindSafe(|| kernel(self))) {
            Ok(Ok(value)) => return value,
            Ok(Err(fault)) => format!("{fault}\0"),
            Err(panic) => match panic.downcast_ref::<Lacking>() {
                Some(Lacking(bytes)) => {
                    let message = format!("memory allocation failed: a kernel needs {:.1} GB\0", *bytes as f64 / 1e9);
                    unsafe { sys::napi_throw_range_error(self.env, null(), message.as_ptr().cast()) };
                    return null_mut();
                }
                None => format!("internal: a kernel failed: {}.\0", reason(&*panic)),
            },
        };
        unsafe { sys::napi_throw_error(self.env, null(), message.as_ptr().cast()) };
        null_mut()
    }
}

fn reason(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref().copied()).unwrap_or("no reason given")
}

/// Product of sizes, as a fault where it does not fit.
pub fn size(factors: &[usize]) -> Result<usize, Fault> {
    factors
        .iter()
        .try_fold(1usize, |total, &factor| total.checked_mul(factor))
        .ok_or("internal: the sizes of a kernel call are too large.")
}

/// A fault where an array that is written shares memory with another.
pub fn apart(written: View, others: &[View]) -> Result<(), Fault> {
    let span = |view: View| {
        let from = view.data as usize;
        from..from + view.len * view.kind.size()
    };
    let own = span(written);
    let free = |&other: &View| span(other).is_empty() || span(other).end <= own.start || own.end <= span(other).start;
    if others.iter().all(free) { Ok(()) } else { Err("internal: arrays of a kernel call overlap.") }
}
