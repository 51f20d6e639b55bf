//! Work split over cores. Callers split so that every output is computed by the same instructions in the same order
//! whatever the number of threads.
//!
//! The calling thread works too, so that nothing waits for a thread that is slow to wake; helpers watch for the next
//! call for a moment before they sleep, since kernels are called one right after the other.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

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

/// How often a helper looks for work before it sleeps; each look takes about 50 ns.
const LOOKS: usize = 1000;

static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The helpers, held by the thread that they work for.
static POOL: Mutex<Option<Pool>> = Mutex::new(None);

/// Threads that may be used; all cores unless set.
pub fn count() -> usize {
    match COUNT.load(Relaxed) {
        0 => {
            let cores = thread::available_parallelism().map_or(1, |n| n.get());
            COUNT.store(cores, Relaxed);
            cores
        }
        set => set,
    }
}

pub fn set_count(threads: usize) {
    COUNT.store(threads.max(1), Relaxed);
    *POOL.lock().unwrap() = None;
}

/// Tasks 0 … tasks−1 of one call.
#[derive(Clone, Copy)]
struct Job {
    task: *const (dyn Fn(usize) + Sync),
    tasks: usize,
}
unsafe impl Send for Job {}

/// What the calling thread and its helpers share.
struct Board {
    posted: Mutex<Posted>,
    wake: Condvar,
    /// Number of the latest job, for helpers that watch without the lock.
    number: AtomicUsize,
    /// The next task of each thread's share; the caller's is the first.
    next: Vec<AtomicUsize>,
    /// Helpers at work on the job.
    busy: AtomicUsize,
    ended: AtomicBool,
}

struct Posted {
    /// Present while helpers may join.
    job: Option<Job>,
    sleepers: usize,
}

impl Board {
    /// Takes tasks until none is left, first those of its own share: what a thread wrote in one call it then finds in
    /// its cache in the next.
    fn work(&self, own: usize, job: Job) {
        let threads = self.next.len();
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
    }

    fn help(&self, own: usize) {
        let mut seen = 0;
        while !self.ended.load(Acquire) {
            if (0..LOOKS).all(|_| {
                std::hint::spin_loop();
                self.number.load(Acquire) == seen
            }) {
                let mut posted = self.posted.lock().unwrap();
                posted.sleepers += 1;
                while self.number.load(Acquire) == seen && !self.ended.load(Acquire) {
                    posted = self.wake.wait(posted).unwrap();
                }
                posted.sleepers -= 1;
            }
            let job = {
                let posted = self.posted.lock().unwrap();
                seen = self.number.load(Acquire);
                if posted.job.is_some() {
                    self.busy.fetch_add(1, AcqRel);
                }
                posted.job
            };
            if let Some(job) = job {
                self.work(own, job);
                self.busy.fetch_sub(1, Release);
            }
        }
    }

    fn run(&self, job: Job) {
        let sleepers = {
            let mut posted = self.posted.lock().unwrap();
            posted.job = Some(job);
            for (share, next) in self.next.iter().enumerate() {
                next.store(share * job.tasks / self.next.len(), Relaxed);
            }
            self.number.fetch_add(1, Release);
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
    }
}

struct Pool {
    board: Arc<Board>,
}

impl Pool {
    fn new(threads: usize) -> Pool {
        let posted = Mutex::new(Posted { job: None, sleepers: 0 });
        let board = Arc::new(Board {
            posted,
            wake: Condvar::new(),
            number: AtomicUsize::new(0),
            next: (0..threads).map(|_| AtomicUsize::new(0)).collect(),
            busy: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        });
        for own in 1..threads {
            let board = board.clone();
            // Where no thread can be had, the others do the work.
            let _ = thread::Builder::new().name(format!("kernels-{own}")).spawn(move || board.help(own));
        }
        Pool { board }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let _posted = self.board.posted.lock();
        self.board.ended.store(true, Release);
        self.board.number.fetch_add(1, Release);
        self.board.wake.notify_all();
    }
}

/// Runs tasks 0 … tasks−1, in any order, on the threads allowed; on this one alone while they work for another.
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
        return pool.board.run(Job { task, tasks });
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
