//! Kernels that work on each number by itself.
//!
//! Loops go through small local arrays, so that they vectorise although outputs may be the inputs.

use crate::real::Real;
use crate::simd::multiversion;

/// Numbers handled at a time: so many that loops over them are vectorised and not unrolled number by number.
pub const WIDTH: usize = 128;

#[derive(Clone, Copy, PartialEq)]
pub enum Activation {
    Linear,
    Relu,
    Tanh,
    HardTanh,
}

impl Activation {
    pub const ALL: [Activation; 4] = [Activation::Linear, Activation::Relu, Activation::Tanh, Activation::HardTanh];
}

#[derive(Clone, Copy, PartialEq)]
pub enum Unary {
    Exp,
    Log,
    Sqrt,
    Square,
    Reciprocal,
    Negate,
    Abs,
    Softplus,
    Sigmoid,
    Relu,
    Tanh,
    HardTanh,
}

impl Unary {
    pub const ALL: [Unary; 12] = [
        Unary::Exp,
        Unary::Log,
        Unary::Sqrt,
        Unary::Square,
        Unary::Reciprocal,
        Unary::Negate,
        Unary::Abs,
        Unary::Softplus,
        Unary::Sigmoid,
        Unary::Relu,
        Unary::Tanh,
        Unary::HardTanh,
    ];
}

#[derive(Clone, Copy, PartialEq)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Binary {
    pub const ALL: [Binary; 4] = [Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide];
}

#[inline(always)]
fn relu<T: Real>(x: T) -> T {
    if x <= T::ZERO { T::ZERO } else { x }
}

#[inline(always)]
pub fn one_where<T: Real>(condition: bool) -> T {
    if condition { T::ONE } else { T::ZERO }
}

#[inline(always)]
fn hard_tanh<T: Real>(x: T) -> T {
    let x = if x < -T::ONE { -T::ONE } else { x };
    if x > T::ONE { T::ONE } else { x }
}

#[inline(always)]
pub unsafe fn take<T: Real>(from: *const T, count: usize) -> [T; WIDTH] {
    if count == WIDTH {
        return unsafe { from.cast::<[T; WIDTH]>().read_unaligned() };
    }
    let mut values = [T::ZERO; WIDTH];
    unsafe { std::ptr::copy_nonoverlapping(from, values.as_mut_ptr(), count) };
    values
}

#[inline(always)]
pub unsafe fn put<T: Real>(to: *mut T, values: &[T; WIDTH], count: usize) {
    if count == WIDTH {
        unsafe { to.cast::<[T; WIDTH]>().write_unaligned(*values) };
    } else {
        unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), to, count) };
    }
}

/// Runs the body for 0 ≤ i < n in steps of WIDTH, `count` being WIDTH, a constant, but for the rest at the end.
/// Macros and not closures, because a large closure called from two places would not be inlined.
macro_rules! blocks {
    ($n:expr, |$i:ident, $count:ident| $body:block) => {{
        let mut $i = 0;
        while $i + WIDTH <= $n {
            let $count = WIDTH;
            $body
            $i += WIDTH;
        }
        if $i < $n {
            let $count = $n - $i;
            $body
        }
    }};
}
pub(crate) use blocks;

/// y = f(x).
macro_rules! map {
    ($y:expr, $x:expr, $n:expr, |$v:ident| $f:expr) => {
        blocks!($n, |i, count| {
            let mut values = take($x.add(i), count);
            for slot in &mut values {
                let $v = *slot;
                *slot = $f;
            }
            put($y.add(i), &values, count);
        })
    };
}

/// y = f(a, b).
macro_rules! map2 {
    ($y:expr, $left:expr, $right:expr, $n:expr, |$a:ident, $b:ident| $f:expr) => {
        blocks!($n, |i, count| {
            let mut values = take($left.add(i), count);
            let others = take($right.add(i), count);
            for j in 0..WIDTH {
                let ($a, $b) = (values[j], others[j]);
                values[j] = $f;
            }
            put($y.add(i), &values, count);
        })
    };
}

/// y = f(y, a, b).
macro_rules! map3 {
    ($y:expr, $left:expr, $right:expr, $n:expr, |$v:ident, $a:ident, $b:ident| $f:expr) => {
        blocks!($n, |i, count| {
            let mut values = take($y.add(i), count);
            let (lefts, rights) = (take($left.add(i), count), take($right.add(i), count));
            for j in 0..WIDTH {
                let ($v, $a, $b) = (values[j], lefts[j], rights[j]);
                values[j] = $f;
            }
            put($y.add(i), &values, count);
        })
    };
}

#[inline(always)]
unsafe fn unary_body<T: Real, const LEVEL: u8>(operation: Unary, y: *mut T, x: *const T, n: usize) {
    unsafe {
        match operation {
            Unary::Exp => map!(y, x, n, |v| v.exponential::<LEVEL>()),
            Unary::Log => map!(y, x, n, |v| v.logarithm::<LEVEL>()),
            Unary::Sqrt => map!(y, x, n, |v| v.root()),
            Unary::Square => map!(y, x, n, |v| v * v),
            Unary::Reciprocal => map!(y, x, n, |v| T::ONE / v),
            Unary::Negate => map!(y, x, n, |v| -v),
            Unary::Abs => map!(y, x, n, |v| v.absolute()),
            Unary::Softplus => map!(y, x, n, |v| v.softplus::<LEVEL>()),
            Unary::Sigmoid => map!(y, x, n, |v| v.sigmoid::<LEVEL>()),
            Unary::Relu => map!(y, x, n, |v| relu(v)),
            Unary::Tanh => map!(y, x, n, |v| v.hyperbolic_tangent::<LEVEL>()),
            Unary::HardTanh => map!(y, x, n, |v| hard_tanh(v)),
        }
    }
}
multiversion!(pub unary<T: Real>(operation: Unary, y: *mut T, x: *const T, n: usize) = unary_body);

/// Numbers that a short repeated operand is laid out to, so that blocks are full.
const PATTERN: usize = 256;

/// Calls `row(offset, operand, count)` for the rows of y that the repeated operand falls on: a short one is first
/// repeated to about PATTERN numbers.
#[inline(always)]
unsafe fn repeated<T: Real>(n: usize, b: *const T, period: usize, mut row: impl FnMut(usize, *const T, usize)) {
    let mut pattern = [T::ZERO; PATTERN];
    let (mut operand, mut length) = (b, period);
    if period < WIDTH && period < n {
        length = PATTERN / period * period;
        for (j, slot) in pattern[..length.min(n)].iter_mut().enumerate() {
            *slot = unsafe { *b.add(j % period) };
        }
        operand = pattern.as_ptr();
    }
    let mut i = 0;
    while i < n {
        row(i, operand, length.min(n - i));
        i += length;
    }
}

#[inline(always)]
unsafe fn binary_body<T: Real, const LEVEL: u8>(
    operation: Binary,
    y: *mut T,
    a: *const T,
    n: usize,
    b: *const T,
    period: usize,
) {
    unsafe {
        repeated(n, b, period, |i, b, count| {
            let (y, a) = (y.add(i), a.add(i));
            match operation {
                Binary::Add => map2!(y, a, b, count, |a, b| a + b),
                Binary::Subtract => map2!(y, a, b, count, |a, b| a - b),
                Binary::Multiply => map2!(y, a, b, count, |a, b| a * b),
                Binary::Divide => map2!(y, a, b, count, |a, b| a / b),
            }
        });
    }
}
multiversion!(
    /// b repeats with its period, which starts anew at y.
    pub binary<T: Real>(operation: Binary, y: *mut T, a: *const T, n: usize, b: *const T, period: usize) = binary_body
);

#[inline(always)]
unsafe fn axpy_body<T: Real, const LEVEL: u8>(y: *mut T, n: usize, alpha: T, x: *const T, period: usize) {
    unsafe {
        repeated(n, x, period, |i, x, count| {
            map2!(y.add(i), y.add(i), x, count, |y, x| x.times_plus::<LEVEL>(alpha, y));
        });
    }
}
multiversion!(pub axpy<T: Real>(y: *mut T, n: usize, alpha: T, x: *const T, period: usize) = axpy_body);

#[inline(always)]
unsafe fn scale_body<T: Real, const LEVEL: u8>(y: *mut T, x: *const T, n: usize, alpha: T, beta: T) {
    unsafe { map!(y, x, n, |v| v.times_plus::<LEVEL>(alpha, beta)) }
}
multiversion!(pub scale<T: Real>(y: *mut T, x: *const T, n: usize, alpha: T, beta: T) = scale_body);

#[inline(always)]
unsafe fn slope_body<T: Real, const LEVEL: u8>(
    dx: *mut T,
    dy: *const T,
    y: *const T,
    n: usize,
    activation: Activation,
) {
    unsafe {
        match activation {
            Activation::Linear => map3!(dx, dy, y, n, |v, dy, _y| v + dy),
            Activation::Relu => map3!(dx, dy, y, n, |v, dy, y| dy.times_plus::<LEVEL>(one_where(y > T::ZERO), v)),
            Activation::Tanh => {
                map3!(dx, dy, y, n, |v, dy, y| dy.times_plus::<LEVEL>((-y).times_plus::<LEVEL>(y, T::ONE), v))
            }
            Activation::HardTanh => {
                map3!(dx, dy, y, n, |v, dy, y| dy.times_plus::<LEVEL>(one_where(y > -T::ONE && y < T::ONE), v))
            }
        }
    }
}
multiversion!(
    pub activation_gradient<T: Real>(dx: *mut T, dy: *const T, y: *const T, n: usize, activation: Activation) = slope_body
);

/// The rates of one Adam step.
#[derive(Clone, Copy)]
pub struct Adam {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// 1 − beta1^step and 1 − beta2^step.
    pub correction1: f64,
    pub correction2: f64,
}

/// What a step needs for each number.
#[derive(Clone, Copy)]
pub struct Rates<T> {
    keep: [T; 2],
    take: [T; 2],
    rate: T,
    spread: T,
    epsilon: T,
}

impl<T: Real> Rates<T> {
    pub fn new(options: Adam) -> Rates<T> {
        let Adam { rate, beta1, beta2, epsilon, correction1, correction2 } = options;
        Rates {
            keep: [T::from_f64(beta1), T::from_f64(beta2)],
            take: [T::from_f64(1.0 - beta1), T::from_f64(1.0 - beta2)],
            rate: T::from_f64(rate / correction1),
            spread: T::from_f64(1.0 / correction2),
            epsilon: T::from_f64(epsilon),
        }
    }

    #[inline(always)]
    pub fn step<const LEVEL: u8>(&self, weight: &mut T, gradient: T, mean: &mut T, square: &mut T) {
        *mean = mean.times_plus::<LEVEL>(self.keep[0], gradient * self.take[0]);
        *square = square.times_plus::<LEVEL>(self.keep[1], gradient * gradient * self.take[1]);
        *weight = *weight - self.rate * *mean / ((*square * self.spread).root() + self.epsilon);
    }
}

#[inline(always)]
unsafe fn adam_body<T: Real, const LEVEL: u8>(
    w: *mut T,
    g: *const T,
    first: *mut T,
    second: *mut T,
    n: usize,
    options: Adam,
) {
    let rates = Rates::<T>::new(options);
    unsafe {
        blocks!(n, |i, count| {
            let mut weights = take(w.add(i), count);
            let gradient = take(g.add(i), count);
            let mut mean = take(first.add(i), count);
            let mut square = take(second.add(i), count);
            for j in 0..WIDTH {
                rates.step::<LEVEL>(&mut weights[j], gradient[j], &mut mean[j], &mut square[j]);
            }
            put(w.add(i), &weights, count);
            put(first.add(i), &mean, count);
            put(second.add(i), &square, count);
        });
    }
}
multiversion!(pub adam<T: Real>(w: *mut T, g: *const T, first: *mut T, second: *mut T, n: usize, options: Adam) = adam_body);

/// In double precision whatever T, so that ties are those of the definition.
#[inline(always)]
pub unsafe fn quantise_body<T: Real, const LEVEL: u8>(
    y: *mut T,
    x: *const T,
    n: usize,
    step: f64,
    low: f64,
    high: f64,
) -> usize {
    let per_step = 1.0 / step;
    // Adding and taking away 1.5·2⁵² rounds to the nearest integer, ties to even.
    const SHIFT: f64 = 6755399441055744.0;
    let mut outside = 0u64;
    macro_rules! each {
        ($from:expr) => {
            for i in 0..n {
                let value = unsafe { *$from.add(i) }.to_f64();
                outside += ((value < low) | (value > high)) as u64;
                let inside = if value < low { low } else { value };
                let inside = if inside > high { high } else { inside };
                let code = ((inside - low) * per_step + SHIFT) - SHIFT;
                unsafe { *y.add(i) = T::from_f64(if step > 0.0 { low + step * code } else { inside }) };
            }
        };
    }
    // In place there is one pointer, so that the loop needs no check of what overlaps.
    if y.cast_const() == x {
        each!(y)
    } else {
        each!(x)
    }
    outside as usize
}
multiversion!(
    pub quantise<T: Real>(y: *mut T, x: *const T, n: usize, step: f64, low: f64, high: f64) -> usize = quantise_body
);

#[inline(always)]
unsafe fn clamp_slope_body<T: Real, const LEVEL: u8>(dx: *mut T, dy: *const T, x: *const T, n: usize, low: T, high: T) {
    unsafe { map3!(dx, dy, x, n, |v, slope, x| if x >= low && x <= high { v + slope } else { v }) }
}
multiversion!(
    pub clamp_gradient<T: Real>(dx: *mut T, dy: *const T, x: *const T, n: usize, low: T, high: T) = clamp_slope_body
);

/// A piecewise-linear function, at equal distances from `low` to `high` and constant outside.
#[derive(Clone, Copy)]
pub struct Table<T> {
    pub at: *const T,
    last: i32,
    low: T,
    high: T,
    /// Segments per unit of x.
    density: T,
}
unsafe impl<T> Sync for Table<T> {}

impl<T: Real> Table<T> {
    /// That of the `count` numbers from `at` on, between 2 and 2²⁴.
    pub fn new(at: *const T, count: usize, low: f64, high: f64) -> Table<T> {
        let density = T::from_f64((count - 1) as f64 / (high - low));
        Table { at, last: count as i32 - 2, low: T::from_f64(low), high: T::from_f64(high), density }
    }

    /// The segment that x lies in, and how far along it.
    #[inline(always)]
    pub fn place(&self, x: T) -> (usize, T) {
        let clamped = if x < self.low { self.low } else { x };
        let clamped = if clamped > self.high { self.high } else { clamped };
        let position = (clamped - self.low) * self.density;
        let segment = position.to_index().clamp(0, self.last);
        (segment as usize, position - T::from_index(segment))
    }
}

/// The value there of the table whose entries begin at `at`, and how much it rises over the segment.
#[inline(always)]
pub unsafe fn look_up<T: Real, const LEVEL: u8>(at: *const T, (segment, share): (usize, T)) -> (T, T) {
    let (left, right) = unsafe { T::pair::<LEVEL>(at.add(segment)) };
    (share.times_plus::<LEVEL>(right - left, left), right - left)
}

#[inline(always)]
unsafe fn tabulate_body<T: Real, const LEVEL: u8>(y: *mut T, slope: *mut T, x: *const T, n: usize, table: Table<T>) {
    unsafe {
        blocks!(n, |i, count| {
            let values = take(x.add(i), count);
            let mut result = [T::ZERO; WIDTH];
            let mut slopes = [T::ZERO; WIDTH];
            for j in 0..WIDTH {
                let (value, rise) = look_up::<T, LEVEL>(table.at, table.place(values[j]));
                let inside = values[j] >= table.low && values[j] <= table.high;
                result[j] = value;
                slopes[j] = if inside { rise * table.density } else { T::ZERO };
            }
            put(y.add(i), &result, count);
            if !slope.is_null() {
                put(slope.add(i), &slopes, count);
            }
        });
    }
}
multiversion!(pub tabulate<T: Real>(y: *mut T, slope: *mut T, x: *const T, n: usize, table: Table<T>) = tabulate_body);

#[inline(always)]
unsafe fn scatter_body<T: Real, const LEVEL: u8>(
    y: *mut T,
    z: *const T,
    x: *const T,
    n: usize,
    mean: *const T,
    std: Table<T>,
) {
    unsafe {
        blocks!(n, |i, count| {
            let values = take(x.add(i), count);
            let mut result = take(z.add(i), count);
            let (mut centres, mut spreads) = (values, [T::ZERO; WIDTH]);
            for j in 0..WIDTH {
                let place = std.place(values[j]);
                spreads[j] = look_up::<T, LEVEL>(std.at, place).0;
                if !mean.is_null() {
                    centres[j] = look_up::<T, LEVEL>(mean, place).0;
                }
            }
            for j in 0..WIDTH {
                result[j] = spreads[j].times_plus::<LEVEL>(result[j], centres[j]);
            }
            put(y.add(i), &result, count);
        });
    }
}
multiversion!(
    /// y = mean(x) + std(x)·z of tables side by side; a mean of null is x itself.
    pub scatter<T: Real>(y: *mut T, z: *const T, x: *const T, n: usize, mean: *const T, std: Table<T>) = scatter_body
);

#[inline(always)]
unsafe fn finish_body<T: Real, const LEVEL: u8>(
    c: *mut T,
    stride: usize,
    m: usize,
    n: usize,
    bias: *const T,
    activation: Activation,
) {
    #[inline(always)]
    unsafe fn each<T: Real, const LEVEL: u8>(c: *mut T, b: *const T, n: usize, activation: Activation) {
        unsafe {
            match activation {
                Activation::Linear => map2!(c, c, b, n, |c, b| c + b),
                Activation::Relu => map2!(c, c, b, n, |c, b| relu(c + b)),
                Activation::Tanh => map2!(c, c, b, n, |c, b| (c + b).hyperbolic_tangent::<LEVEL>()),
                Activation::HardTanh => map2!(c, c, b, n, |c, b| hard_tanh(c + b)),
            }
        }
    }
    // −0 leaves every number, also −0, as it is.
    let none = -T::ZERO;
    let (bias, period) = if bias.is_null() { (&none as *const T, 1) } else { (bias, n) };
    unsafe {
        if stride == n {
            repeated(m * n, bias, period, |i, b, count| each::<T, LEVEL>(c.add(i), b, count, activation));
        } else {
            for i in 0..m {
                let row = c.add(i * stride);
                repeated(n, bias, period, |j, b, count| each::<T, LEVEL>(row.add(j), b, count, activation));
            }
        }
    }
}
multiversion!(
    /// c[m, n] = activation(c + bias), rows `stride` apart; no bias where null.
    pub finish_rows<T: Real>(c: *mut T, stride: usize, m: usize, n: usize, bias: *const T, activation: Activation) = finish_body
);
