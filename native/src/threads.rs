//! Work split over cores. Callers split so that every output is computed by the same instructions in the same order
//! whatever the number of threads.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, RwLock};

static POOL: RwLock<Option<Arc<ThreadPool>>> = RwLock::new(None);
static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// A pointer that may cross threads: tasks write disjoint parts.
#[derive(Clone, Copy)]
pub struct Shared<T>(pub *mut T);
unsafe impl<T> Send for Shared<T> {}
unsafe impl<T> Sync for Shared<T> {}
impl<T> Shared<T> {
    pub fn at(self, offset: usize) -> *mut T {
        unsafe { self.0.add(offset) }
    }
}

/// Threads that may be used; all cores unless set.
pub fn count() -> usize {
    use std::sync::atomic::Ordering::Relaxed;
    match COUNT.load(Relaxed) {
        0 => {
            let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
            COUNT.store(cores, Relaxed);
            cores
        }
        set => set,
    }
}

pub fn set_count(threads: usize) {
    COUNT.store(threads.max(1), std::sync::atomic::Ordering::Relaxed);
    *POOL.write().unwrap() = None;
}

fn pool() -> Arc<ThreadPool> {
    if let Some(pool) = POOL.read().unwrap().as_ref() {
        return pool.clone();
    }
    let mut slot = POOL.write().unwrap();
    slot.get_or_insert_with(|| {
        let builder = ThreadPoolBuilder::new().num_threads(count()).thread_name(|i| format!("kernels-{i}"));
        Arc::new(builder.build().expect("internal: no threads for kernels"))
    })
    .clone()
}

/// Runs tasks 0 … tasks−1, in any order, on the threads allowed.
pub fn run(tasks: usize, task: impl Fn(usize) + Sync) {
    if tasks <= 1 || count() == 1 {
        (0..tasks).for_each(task);
    } else {
        pool().install(|| (0..tasks).into_par_iter().with_max_len(1).for_each(&task));
    }
}

/// Runs `task(from, to)` over pieces of 0 … length−1 that start at multiples of `grain`.
pub fn pieces(length: usize, grain: usize, task: impl Fn(usize, usize) + Sync) {
    if length <= grain || count() == 1 {
        task(0, length);
    } else {
        run(length.div_ceil(grain), |i| task(i * grain, length.min((i + 1) * grain)));
    }
}
