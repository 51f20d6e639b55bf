//! Work split over cores. Callers split so that every output is computed by the same instructions in the same order
//! whatever the number of threads.
//!
//! The calling thread works too, so that nothing waits for a thread that is slow to wake; helpers watch for the next
//! call for a moment before they sleep, since kernels are called one right after the other.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

/// A pointer that may cross threads: tasks write disjoint parts.
#[derive(Clone, Copy)]
pub struct Shared<T>(*mut T);
unsafe impl<T> Send for Shared<T> {}
unsafe impl<T> Sync for Shared<T> {}
impl<T> Shared<T> {
    pub fn new(pointer: *const T) -> Shared<T> {
        Shared(pointer.cast_mut())
    }

    /// The element `offset` on; the null pointer stays null.
    #[inline(always)]
    pub fn at(self, offset: usize) -> *mut T {
        if self.0.is_null() { self.0 } else { self.0.wrapping_add(offset) }
    }
}

/// How often a helper looks for work before it sleeps; each look takes about 50 ns.
const LOOKS: usize = 1000;

/// More threads than this are never started.
const MOST: usize = 1024;

/// Threads that may be used, 0 before anybody asked. Nothing else is read by it, so Relaxed.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The helpers, held by the thread that they work for.
static POOL: Mutex<Option<Pool>> = Mutex::new(None);

/// Threads that may be used; all cores unless set.
pub fn count() -> usize {
    match COUNT.load(Relaxed) {
        0 => {
            let cores = thread::available_parallelism().map_or(1, |n| n.get());
            COUNT.compare_exchange(0, cores.min(MOST), Relaxed, Relaxed).map_or_else(|set| set, |_| cores.min(MOST))
        }
        set => set,
    }
}

pub fn set_count(threads: usize) {
    COUNT.store(threads.clamp(1, MOST), Relaxed);
    end();
}

/// Ends the helpers, once no call uses them; the next call that wants some starts them anew.
pub fn end() {
    *POOL.lock().unwrap() = None;
}

/// Tasks 0 … tasks−1 of one call.
#[derive(Clone, Copy)]
struct Job {
    task: *const (dyn Fn(usize) + Sync),
    tasks: usize,
}
unsafe impl Send for Job {}

/// What a task panicked with.
type Panic = Box<dyn Any + Send>;

/// What the calling thread and its helpers share.
struct Board {
    posted: Mutex<Posted>,
    wake: Condvar,
    /// Number of the latest job. It changes under the lock; helpers that watch it without take it as a hint and read
    /// the job under the lock, so Relaxed.
    number: AtomicUsize,
    /// The next task of each thread's share; the caller's is the first. The starts are set under the lock that helpers
    /// join under, and additions alone tell who has a task, so Relaxed.
    next: Vec<AtomicUsize>,
    /// Helpers at work on the job. They join under the lock and leave with Release; the caller waits for zero with
    /// Acquire and so has all that they wrote.
    busy: AtomicUsize,
}

struct Posted {
    /// Present while helpers may join.
    job: Option<Job>,
    sleepers: usize,
    /// The first panic of the job.
    panic: Option<Panic>,
    ended: bool,
}

impl Board {
    /// Takes tasks until none is left, first those of its own share: what a thread wrote in one call it then finds in
    /// its cache in the next.
    fn work(&self, own: usize, job: Job) {
        let threads = self.next.len();
        let done = catch_unwind(AssertUnwindSafe(|| {
            for turn in 0..threads {
                let share = (own + turn) % threads;
                let end = (share + 1) * job.tasks / threads;
                loop {
                    let index = self.next[share].fetch_add(1, Relaxed);
                    if index >= end {
                        break;
                    }
                    unsafe { (*job.task)(index) };
                }
            }
        }));
        if let Err(panic) = done {
            self.posted.lock().unwrap().panic.get_or_insert(panic);
        }
    }

    fn help(&self, own: usize) {
        let mut seen = 0;
        loop {
            let news = (0..LOOKS).any(|_| {
                std::hint::spin_loop();
                self.number.load(Relaxed) != seen
            });
            let mut posted = self.posted.lock().unwrap();
            if !news {
                posted.sleepers += 1;
                posted = self.wake.wait_while(posted, |_| self.number.load(Relaxed) == seen).unwrap();
                posted.sleepers -= 1;
            }
            if posted.ended {
                return;
            }
            seen = self.number.load(Relaxed);
            let Some(job) = posted.job else { continue };
            self.busy.fetch_add(1, Relaxed);
            drop(posted);
            self.work(own, job);
            self.busy.fetch_sub(1, Release);
        }
    }

    /// Runs the job; what it borrows is free when this returns, whether or not a task panicked.
    fn run(&self, job: Job) -> Option<Panic> {
        let sleepers = {
            let mut posted = self.posted.lock().unwrap();
            posted.job = Some(job);
            for (share, next) in self.next.iter().enumerate() {
                next.store(share * job.tasks / self.next.len(), Relaxed);
            }
            self.number.fetch_add(1, Relaxed);
            posted.sleepers
        };
        for _ in 0..sleepers.min(job.tasks - 1) {
            self.wake.notify_one();
        }
        self.work(0, job);
        self.posted.lock().unwrap().job = None;
        // Those that joined are within their last task.
        let mut looks = 0;
        while self.busy.load(Acquire) > 0 {
            looks += 1;
            if looks < LOOKS { std::hint::spin_loop() } else { thread::yield_now() }
        }
        self.posted.lock().unwrap().panic.take()
    }
}

struct Pool {
    board: Arc<Board>,
    helpers: Vec<JoinHandle<()>>,
}

impl Pool {
    fn new(threads: usize) -> Pool {
        let posted = Mutex::new(Posted { job: None, sleepers: 0, panic: None, ended: false });
        let board = Arc::new(Board {
            posted,
            wake: Condvar::new(),
            number: AtomicUsize::new(0),
            next: (0..threads).map(|_| AtomicUsize::new(0)).collect(),
            busy: AtomicUsize::new(0),
        });
        let start = |own: usize| {
            let board = board.clone();
            thread::Builder::new().name(format!("kernels-{own}")).spawn(move || board.help(own))
        };
        // Where no thread can be had, the others do the work.
        let helpers = (1..threads).map_while(|own| start(own).ok()).collect();
        Pool { board, helpers }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        {
            let mut posted = self.board.posted.lock().unwrap();
            posted.ended = true;
            self.board.number.fetch_add(1, Relaxed);
            self.board.wake.notify_all();
        }
        for helper in self.helpers.drain(..) {
            let _ = helper.join();
        }
    }
}

/// Runs tasks 0 … tasks−1, in any order, on the threads allowed; on this one alone while they work for another. A panic
/// of a task is one of this call, once no thread works on it any more.
pub fn run(tasks: usize, task: impl Fn(usize) + Sync) {
    if tasks > 1
        && count() > 1
        && let Ok(mut slot) = POOL.try_lock()
    {
        let pool = slot.get_or_insert_with(|| Pool::new(count()));
        let task: *const (dyn Fn(usize) + Sync + '_) = &task;
        // The job ends before this call does.
        let task =
            unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const (dyn Fn(usize) + Sync)>(task) };
        let panic = pool.board.run(Job { task, tasks });
        drop(slot);
        return panic.map_or((), |panic| resume_unwind(panic));
    }
    (0..tasks).for_each(task);
}

/// Runs `task(from, to)` over pieces of 0 … length−1 that start at multiples of `grain`.
pub fn pieces(length: usize, grain: usize, task: impl Fn(usize, usize) + Sync) {
    if length <= grain || count() == 1 {
        task(0, length);
    } else {
        run(length.div_ceil(grain), |i| task(i * grain, length.min((i + 1) * grain)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every task of one call, run.
    fn ran(tasks: usize) -> Vec<usize> {
        let slots: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
        run(tasks, |i| {
            slots[i].fetch_add(1, Relaxed);
        });
        slots.into_iter().map(AtomicUsize::into_inner).collect()
    }

    fn reason(panic: Panic) -> String {
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    }

    #[test]
    fn callers_side_by_side_run_every_task_once_while_the_count_changes() {
        thread::scope(|scope| {
            for caller in 0..4 {
                scope.spawn(move || {
                    for call in 0..500 {
                        let tasks = 1 + (call * 7 + caller) % 40;
                        assert_eq!(ran(tasks), vec![1; tasks]);
                        if caller == 0 && call % 5 == 0 {
                            set_count(1 + call % 6);
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_in_any_task_is_one_of_the_call_and_leaves_the_helpers_at_work() {
        set_count(4);
        std::panic::set_hook(Box::new(|_| {}));
        for call in 0..500 {
            let bad = call % 23;
            let held = vec![call; 23];
            let panic = catch_unwind(AssertUnwindSafe(|| {
                run(23, |i| {
                    assert_eq!(held[i], call);
                    if i >= bad {
                        panic!("task {i} of call {call}");
                    }
                });
            }));
            let reason = reason(panic.expect_err("a call whose tasks panic"));
            assert!(reason.ends_with(&format!(" of call {call}")), "{reason}");
            assert_eq!(ran(40), vec![1; 40]);
        }
        let _ = std::panic::take_hook();
    }

    #[test]
    fn a_call_within_a_task_runs_on_its_thread() {
        let total = AtomicUsize::new(0);
        run(8, |_| {
            total.fetch_add(ran(5).iter().sum::<usize>(), Relaxed);
        });
        assert_eq!(total.into_inner(), 40);
    }
}
