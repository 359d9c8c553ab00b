//! The worker threads: each runs what its own deque, the injector or another worker's deque offers,
//! and sleeps on a futex when there is nothing.
const std = @import("std");
const clock = @import("../clock.zig");
const guard = @import("guard.zig");
const Arena = @import("arena.zig").Arena;
const Deque = @import("deque.zig").Deque;
const Half = @import("join.zig").Half;
const Injector = @import("injector.zig").Injector;
const Job = @import("job.zig").Job;
const Priority = @import("job.zig").Priority;
const Spans = @import("spans.zig").Spans;
const Value = std.atomic.Value;
const Futex = std.Thread.Futex;

/// The `serial` of a worker that works for no task.
pub const no_task: u64 = 0;

/// How long after a wake-up more jobs may be pushed without one.
pub const burst_ns = 50 * std.time.ns_per_us;
/// The first sleep after work is no longer than this, and longer than a burst.
const recheck_ns = std.time.ns_per_ms;

/// More than there are workers.
pub const for_good = 1 << 16;

pub const Worker = struct {
    /// Holds invitations to loops and second halves of joins, a few for each level of nesting.
    deque: Deque(Job, 256) = .{},
    pool: *Pool,
    /// Position in `Pool.workers`.
    index: u32,
    /// The task that this worker works for now: set by the root job, carried along by invitations
    /// and stolen halves. Its own thread's alone, as the next.
    serial: u64 = no_task,
    /// Joins whose second half is offered or stolen, innermost first.
    open_joins: ?*Half = null,
    arena: Arena = .{},
    thread: std.Thread = undefined,
    random: u64,
    /// Read by `Pool.stats` only: no order needed, on either.
    steals: Value(u64) = Value(u64).init(0),
    busy: Value(bool) = Value(bool).init(false),
    /// Written by its own thread, read by any.
    spans: Spans = .{},

    /// Counts what followers wait for: a push, or the end of a stolen half. Their futex.
    news: Value(u32) align(std.atomic.cache_line) = Value(u32).init(0),
    /// Set by workers that are about to wait for news, cleared by this one.
    followed: Value(bool) = Value(bool).init(false),

    /// Offers a job to the other workers; false when the deque is full.
    pub fn offer(worker: *Worker, job: *Job) bool {
        if (!worker.deque.push(job)) return false;
        worker.announce(1);
        return true;
    }

    /// After `count` pushes to the own deque.
    pub fn announce(worker: *Worker, count: u32) void {
        worker.pool.wake(count);
        worker.tellFollowers();
    }

    /// Own thread, after a push or the end of a stolen half.
    pub fn tellFollowers(worker: *Worker) void {
        // seq_cst: after the push or the end in the total order; partner is the store in `follow`.
        // Either this load sees the follower, or the follower's look sees the news.
        if (!worker.followed.load(.seq_cst)) return;
        worker.followed.store(false, .seq_cst); // before the count: see `follow`
        _ = worker.news.fetchAdd(1, .seq_cst); // partner: the first load in `follow`
        Futex.wake(&worker.news, std.math.maxInt(u32));
    }

    /// Another worker's thread: sleeps until there is news of `worker`, or not at all when
    /// `sees(context)` finds some. None is lost: news before the store of `followed` are seen, news
    /// after it change `news`, and the futex refuses to wait. A store that `tellFollowers`
    /// overwrites comes before its count, and so does the load of `seen`.
    pub fn follow(
        worker: *Worker,
        context: anytype,
        comptime sees: fn (@TypeOf(context)) bool,
    ) void {
        const seen = worker.news.load(.seq_cst);
        worker.followed.store(true, .seq_cst);
        if (!sees(context)) Futex.wait(&worker.news, seen);
    }

    /// Makes this worker one of `serial`'s; `endHelp` takes the result.
    pub fn beginHelp(worker: *Worker, serial: u64) Help {
        const help: Help = .{ .outer_serial = worker.serial };
        worker.serial = serial;
        return help;
    }

    /// Records the help if it ran something and lies within no other span of this worker.
    pub fn endHelp(worker: *Worker, help: Help) void {
        if (help.start_ns) |start_ns| worker.spans.add(.{
            .serial = worker.serial,
            .start_ns = start_ns,
            .end_ns = clock.now(),
            .kind = .helper,
        });
        worker.serial = help.outer_serial;
    }

    fn next(worker: *Worker) ?*Job {
        return worker.deque.pop() orelse worker.pool.injector.pop(clock) orelse worker.steal();
    }

    fn steal(worker: *Worker) ?*Job {
        const others = worker.pool.workers;
        const start: usize = @intCast(worker.nextRandom() % others.len);
        var contended = true;
        while (contended) {
            contended = false;
            for (0..others.len) |offset| {
                const victim = others[(start + offset) % others.len];
                if (victim == worker) continue;
                switch (victim.deque.steal()) {
                    .item => |job| {
                        _ = worker.steals.fetchAdd(1, .monotonic);
                        return job;
                    },
                    .retry => contended = true,
                    .empty => {},
                }
            }
        }
        return null;
    }

    /// One look at one worker: a job of its deque that is there while `holds(context)`.
    pub fn stealFrom(
        worker: *Worker,
        victim: *Worker,
        context: anytype,
        comptime holds: fn (@TypeOf(context)) bool,
    ) ?*Job {
        switch (victim.deque.stealIf(context, holds)) {
            .item => |job| {
                _ = worker.steals.fetchAdd(1, .monotonic);
                return job;
            },
            .retry, .empty => return null,
        }
    }

    /// xorshift64 (G. Marsaglia, J. Stat. Softw. 8(14), 2003): whom to rob first.
    fn nextRandom(worker: *Worker) u64 {
        worker.random ^= worker.random << 13;
        worker.random ^= worker.random >> 7;
        worker.random ^= worker.random << 17;
        return worker.random;
    }

    fn main(worker: *Worker) void {
        const pool = worker.pool;
        guard.setWorker(worker);
        // No order: a hint that joining is quick; the join itself orders everything.
        defer _ = pool.ended.fetchAdd(1, .monotonic);
        var woken = false;
        // It worked, or was woken, since the last sleep that went on to its end.
        var active = false;
        while (true) {
            if (worker.next()) |job| {
                if (woken and pool.hasWork()) pool.wake(1);
                woken = false;
                active = true;
                worker.busy.store(true, .monotonic);
                job.run(job, worker);
                worker.serial = no_task;
                worker.busy.store(false, .monotonic);
            } else if (pool.stopping.load(.seq_cst)) { // partner: `stop`
                return;
            } else {
                // In a burst, jobs may come without a wake-up shortly after the last one: see `push`.
                const in_burst = active and pool.bursts.load(.seq_cst) > 0; // partner: `beginBurst`
                const slept = pool.sleep(if (in_burst) recheck_ns else null);
                woken = true;
                // Others may have taken what woke it; more may come without a wake-up.
                active = slept == .woken;
            }
        }
    }
};

/// What a worker does for another worker's task.
pub const Help = struct {
    outer_serial: u64,
    /// Null: nothing ran, or nothing to record.
    start_ns: ?u64 = null,

    /// Before the first piece of work.
    pub fn start(help: *Help, worker: *const Worker) void {
        if (help.start_ns != null) return;
        if (help.outer_serial == no_task and worker.serial != no_task) help.start_ns = clock.now();
    }
};

pub const Stats = struct {
    busy: u32,
    /// Of each priority, lowest first.
    queued_by_priority: [std.enums.values(Priority).len]u32,
    steals: u64,
};

pub const Pool = struct {
    allocator: std.mem.Allocator,
    /// Also those whose thread did not start: their deques stay empty.
    workers: []*Worker,
    started: usize = 0,
    injector: Injector = .{},
    /// Plus `for_good` for each that sleeps until it is woken.
    sleepers: Value(u32) align(128) = Value(u32).init(0),
    /// Counts wake-ups; the futex of `sleep`.
    wakes: Value(u32) align(128) = Value(u32).init(0),
    /// A sleeper was woken and has not looked for work since.
    waking: Value(bool) = Value(bool).init(false),
    /// Bursts of submissions that go on.
    bursts: Value(u32) = Value(u32).init(0),
    stopping: Value(bool) = Value(bool).init(false),
    ended: Value(usize) = Value(usize).init(0),

    pub const Options = struct {
        thread_count: usize,
        stack_size: usize,
        spawn: *const fn (usize, *Worker) std.Thread.SpawnError!std.Thread = spawnWorker,
    };

    /// A system that refuses a thread gets a smaller pool; the error is for no thread at all.
    pub fn create(
        allocator: std.mem.Allocator,
        options: Options,
    ) (std.mem.Allocator.Error || std.Thread.SpawnError)!*Pool {
        const pool = try allocator.create(Pool);
        errdefer allocator.destroy(pool);
        const workers = try allocator.alloc(*Worker, options.thread_count);
        errdefer allocator.free(workers);
        pool.* = .{ .allocator = allocator, .workers = workers };
        for (workers, 0..) |*worker, index| {
            errdefer for (workers[0..index]) |created| allocator.destroy(created);
            worker.* = try allocator.create(Worker);
            worker.*.* = .{
                .pool = pool,
                .index = @intCast(index),
                .random = 0x9E3779B97F4A7C15 *% (index + 1),
            };
        }
        errdefer for (workers) |worker| allocator.destroy(worker);
        for (workers) |worker| {
            worker.thread = options.spawn(options.stack_size, worker) catch |cause| {
                if (pool.started == 0) return cause;
                break;
            };
            pool.started += 1;
        }
        return pool;
    }

    /// Lets the workers finish what is queued and end; returns at once.
    pub fn stop(pool: *Pool) void {
        // seq_cst, partner: the loads in `Worker.main` and `sleep`. A worker that goes to sleep sees
        // the flag, or its futex value is stale after the next line.
        pool.stopping.store(true, .seq_cst);
        _ = pool.wakes.fetchAdd(1, .seq_cst); // partner: the first load in `sleep`
        Futex.wake(&pool.wakes, std.math.maxInt(u32));
    }

    /// True when `destroy` will not wait.
    pub fn hasEnded(pool: *const Pool) bool {
        return pool.ended.load(.monotonic) == pool.started;
    }

    /// After `stop`: waits for the threads and frees everything.
    pub fn destroy(pool: *Pool) void {
        for (pool.workers[0..pool.started]) |worker| worker.thread.join();
        for (pool.workers) |worker| {
            worker.arena.deinit();
            pool.allocator.destroy(worker);
        }
        pool.allocator.free(pool.workers);
        pool.allocator.destroy(pool);
    }

    /// Any thread: queues a root job.
    pub fn inject(pool: *Pool, job: *Job) void {
        pool.push(job, clock.now());
        pool.wake(1);
    }

    /// Before the wake-up of a job after which some may be pushed without: a worker that is awake from
    /// then on looks for work once more, after `recheck_ns`, before it sleeps for good.
    pub fn beginBurst(pool: *Pool) void {
        _ = pool.bursts.fetchAdd(1, .seq_cst); // partner: the load in `Worker.main`
    }

    pub fn endBurst(pool: *Pool) void {
        _ = pool.bursts.fetchSub(1, .monotonic); // saves a look at most
    }

    /// As `inject`, without a wake-up unless nobody would look for the job by himself: within a burst,
    /// no later than `burst_ns` after the last one.
    pub fn pushInBurst(pool: *Pool, job: *Job, now: u64) void {
        pool.push(job, now);
        // The time between `now` and the push knows no bound. seq_cst, partner: the increment in
        // `sleep`; either this sees that everybody sleeps, or somebody's look for work sees the job.
        if (pool.sleepers.load(.seq_cst) / for_good == pool.started) pool.wake(1);
    }

    /// `wake` is due.
    pub fn push(pool: *Pool, job: *Job, now: u64) void {
        pool.injector.push(job, now);
    }

    pub fn stats(pool: *Pool) Stats {
        var sum: Stats = .{
            .busy = 0,
            .queued_by_priority = pool.injector.lengths(),
            .steals = 0,
        };
        for (pool.workers) |worker| {
            sum.busy += @intFromBool(worker.busy.load(.monotonic));
            sum.steals += worker.steals.load(.monotonic);
        }
        return sum;
    }

    /// Wakes up to `count` sleepers. One waker at a time: until a worker that it wakes has looked for
    /// work, further pushes cost no system call. That worker sees them, and wakes the next if there
    /// is more to do.
    pub fn wake(pool: *Pool, count: u32) void {
        // seq_cst: after the push in the total order; partner is the increment in `sleep`. Either
        // this load sees the sleeper, or the sleeper's check for work sees the push.
        if (pool.sleepers.load(.seq_cst) == 0) return;
        // The load saves the exchange. seq_cst on both, partner: the stores in `sleep`. The worker
        // that clears the flag after this looks for work after the push.
        if (pool.waking.load(.seq_cst) or pool.waking.swap(true, .seq_cst)) return;
        _ = pool.wakes.fetchAdd(1, .seq_cst); // partner: the first load in `sleep`
        Futex.wake(&pool.wakes, count);
    }

    /// Returns when woken, or at once when there is work. No wake-up is lost: see `wake` for a
    /// push before the increment; a push after it changes `wakes`, and the futex refuses to wait.
    /// Nor does `waking` stay set while somebody waits: set before the first store here, it is cleared
    /// by it; set later, it comes with a new count after `seen`, so this worker or another one that
    /// waits leaves, and clears it.
    fn sleep(pool: *Pool, timeout_ns: ?u64) enum { to_its_end, woken } {
        const seen = pool.wakes.load(.seq_cst); // partner: the increments in `wake` and `stop`
        const weight: u32 = if (timeout_ns == null) 1 + for_good else 1;
        _ = pool.sleepers.fetchAdd(weight, .seq_cst); // partners: the loads in `wake`, `pushInBurst`
        pool.waking.store(false, .seq_cst); // partner: `wake`; before the look for work
        var timed_out = false;
        if (!pool.hasWork() and !pool.stopping.load(.seq_cst)) {
            if (timeout_ns) |timeout| {
                Futex.timedWait(&pool.wakes, seen, timeout) catch {
                    timed_out = true;
                };
            } else {
                Futex.wait(&pool.wakes, seen);
            }
        }
        // Only saves wake-ups from now on: no order needed.
        _ = pool.sleepers.fetchSub(weight, .monotonic);
        pool.waking.store(false, .seq_cst); // partner: `wake`; before the look that follows
        return if (timed_out) .to_its_end else .woken;
    }

    fn hasWork(pool: *Pool) bool {
        if (!pool.injector.isEmpty()) return true;
        for (pool.workers) |worker| if (!worker.deque.looksEmpty()) return true;
        return false;
    }
};

fn spawnWorker(stack_size: usize, worker: *Worker) std.Thread.SpawnError!std.Thread {
    const thread = try std.Thread.spawn(.{ .stack_size = stack_size }, Worker.main, .{worker});
    thread.setName("prism") catch {}; // a thread without a name works as well
    return thread;
}
