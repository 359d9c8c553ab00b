//! The worker threads: each runs what its own deque, the injector or another worker's deque offers,
//! and sleeps on a futex when there is nothing.
const std = @import("std");
const Arena = @import("arena.zig").Arena;
const Deque = @import("deque.zig").Deque;
const Injector = @import("injector.zig").Injector;
const Job = @import("job.zig").Job;
const Value = std.atomic.Value;
const Futex = std.Thread.Futex;

pub const Worker = struct {
    /// Holds invitations to loops only, a few for each level of nesting.
    deque: Deque(Job, 256) = .{},
    pool: *Pool,
    arena: Arena = .{},
    thread: std.Thread = undefined,
    random: u64,
    /// Read by `Pool.stats` only: no order needed, on either.
    steals: Value(u64) = Value(u64).init(0),
    busy: Value(bool) = Value(bool).init(false),

    /// Offers a job to the other workers; false when the deque is full.
    pub fn offer(worker: *Worker, job: *Job) bool {
        if (!worker.deque.push(job)) return false;
        worker.pool.wakeOne();
        return true;
    }

    fn next(worker: *Worker) ?*Job {
        return worker.deque.pop() orelse worker.pool.injector.pop() orelse worker.steal();
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

    /// xorshift64 (G. Marsaglia, J. Stat. Softw. 8(14), 2003): whom to rob first.
    fn nextRandom(worker: *Worker) u64 {
        worker.random ^= worker.random << 13;
        worker.random ^= worker.random >> 7;
        worker.random ^= worker.random << 17;
        return worker.random;
    }

    fn main(worker: *Worker) void {
        const pool = worker.pool;
        // No order: a hint that joining is quick; the join itself orders everything.
        defer _ = pool.ended.fetchAdd(1, .monotonic);
        while (true) {
            if (worker.next()) |job| {
                worker.busy.store(true, .monotonic);
                job.run(job, worker);
                worker.busy.store(false, .monotonic);
            } else if (pool.stopping.load(.seq_cst)) { // partner: `stop`
                return;
            } else {
                pool.sleep();
            }
        }
    }
};

pub const Stats = struct { busy: u32, queued: u32, steals: u64 };

pub const Pool = struct {
    allocator: std.mem.Allocator,
    /// Also those whose thread did not start: their deques stay empty.
    workers: []*Worker,
    started: usize = 0,
    injector: Injector = .{},
    sleepers: Value(u32) align(128) = Value(u32).init(0),
    /// Counts wake-ups; the futex of `sleep`.
    wakes: Value(u32) align(128) = Value(u32).init(0),
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
            worker.*.* = .{ .pool = pool, .random = 0x9E3779B97F4A7C15 *% (index + 1) };
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
        pool.injector.push(job);
        pool.wakeOne();
    }

    pub fn stats(pool: *const Pool) Stats {
        var sum: Stats = .{ .busy = 0, .queued = pool.injector.length.load(.monotonic), .steals = 0 };
        for (pool.workers) |worker| {
            sum.busy += @intFromBool(worker.busy.load(.monotonic));
            sum.steals += worker.steals.load(.monotonic);
        }
        return sum;
    }

    fn wakeOne(pool: *Pool) void {
        // seq_cst: after the push in the total order; partner is the increment in `sleep`. Either
        // this load sees the sleeper, or the sleeper's check for work sees the push.
        if (pool.sleepers.load(.seq_cst) == 0) return;
        _ = pool.wakes.fetchAdd(1, .seq_cst); // partner: the first load in `sleep`
        Futex.wake(&pool.wakes, 1);
    }

    /// Returns when woken, or at once when there is work. No wake-up is lost: see `wakeOne` for a
    /// push before the increment; a push after it changes `wakes`, and the futex refuses to wait.
    fn sleep(pool: *Pool) void {
        const seen = pool.wakes.load(.seq_cst); // partner: the increments in `wakeOne` and `stop`
        _ = pool.sleepers.fetchAdd(1, .seq_cst); // partner: the load in `wakeOne`
        if (!pool.hasWork() and !pool.stopping.load(.seq_cst)) Futex.wait(&pool.wakes, seen);
        // Only saves wake-ups from now on: no order needed.
        _ = pool.sleepers.fetchSub(1, .monotonic);
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
