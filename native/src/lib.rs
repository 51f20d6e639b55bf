//! The fast back end of posterohm's kernels: what `src/kernels/kernels.ts` defines, for Node through Node-API.
//!
//! `exports` checks the arguments of each call and hands pointers to the pure kernels below it. A kernel is written
//! once: products over the vector types of `simd`, everything else as plain loops that `multiversion!` compiles for
//! each instruction set. Results do not depend on the number of threads.

mod bf16;
mod convolution;
mod convolution_gradient;
mod crossbar;
mod dense;
mod elementwise;
mod exports;
mod gaussian_weights;
mod memory;
mod node;
mod noise;
mod normalise;
mod patches;
mod planar_noise;
mod pool;
mod product;
mod random;
mod real;
mod reduce;
mod rows;
mod simd;
mod sliced;
mod softmax;
mod star_mesh;
mod threads;
mod tiled_convolution;
mod tiles;
mod windows;
