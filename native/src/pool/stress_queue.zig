//! Tests of the way into the pool: many threads submit and withdraw root jobs of all priorities.
const std = @import("std");
const testing = std.testing;
const clock = @import("../clock.zig");
const fixtures = @import("fixtures.zig");
const pools = @import("pool.zig");
const Job = @import("job.zig").Job;
const Pool = pools.Pool;
const Priority = @import("job.zig").Priority;
const Worker = pools.Worker;
const Value = std.atomic.Value;

/// A root job that counts what became of it.
const Counted = struct {
    job: Job = .{ .run = run },
    runs: Value(u32) = Value(u32).init(0),
    withdrawals: u32 = 0,
    settled: *Value(usize),

    fn run(job: *Job, _: *Worker) void {
        const counted: *Counted = @alignCast(@fieldParentPtr("job", job));
        _ = counted.runs.fetchAdd(1, .monotonic);
        _ = counted.settled.fetchAdd(1, .release); // partner: the load in `waitForAll`
    }
};

const Submitter = struct {
    pool: *Pool,
    jobs: []Counted,
    seed: u64,

    /// Submits in bursts and withdraws a random half of each burst while workers take from it.
    fn run(submitter: Submitter) void {
        var generator = std.Random.DefaultPrng.init(submitter.seed);
        const random = generator.random();
        var begin: usize = 0;
        while (begin < submitter.jobs.len) {
            const length = @min(1 + random.uintLessThan(usize, 50), submitter.jobs.len - begin);
            const burst = submitter.jobs[begin..][0..length];
            begin += length;
            for (burst) |*counted| {
                counted.job.priority = random.enumValue(Priority);
                submitter.pool.inject(&counted.job);
            }
            for (burst) |*counted| {
                if (random.boolean()) continue;
                // Twice: at most one of them may succeed.
                for (0..2) |_| {
                    if (!submitter.pool.injector.withdraw(&counted.job)) continue;
                    counted.withdrawals += 1;
                    _ = counted.settled.fetchAdd(1, .release); // partner: as in `Counted.run`
                }
            }
        }
    }
};

fn waitForAll(settled: *const Value(usize), count: usize) !void {
    var timer = try std.time.Timer.start();
    while (settled.load(.acquire) < count) { // partners: the increments
        if (timer.read() > 20 * std.time.ns_per_s) return error.JobsLost;
        try std.Thread.yield();
    }
}

test "every job of several submitters runs once or is withdrawn once" {
    const submitter_count = 3;
    const jobs = try testing.allocator.alloc(Counted, submitter_count * 20_000);
    defer testing.allocator.free(jobs);
    var settled = Value(usize).init(0);
    for (jobs) |*counted| counted.* = .{ .settled = &settled };
    const pool = try fixtures.createPool(3);
    var threads: [submitter_count]std.Thread = undefined;
    for (&threads, 0..) |*thread, index| {
        const share = jobs.len / submitter_count;
        thread.* = try std.Thread.spawn(.{}, Submitter.run, .{Submitter{
            .pool = pool,
            .jobs = jobs[index * share ..][0..share],
            .seed = index,
        }});
    }
    for (threads) |thread| thread.join();
    try waitForAll(&settled, jobs.len);
    fixtures.destroyPool(pool);
    var withdrawn: usize = 0;
    for (jobs) |*counted| {
        try testing.expectEqual(1, counted.runs.load(.monotonic) + counted.withdrawals);
        withdrawn += counted.withdrawals;
    }
    try testing.expect(withdrawn > 0 and withdrawn < jobs.len);
}

/// Holds its worker until it is released.
const Gate = struct {
    job: Job = .{ .run = run, .priority = .critical },
    entered: std.Thread.ResetEvent = .{},
    open: std.Thread.ResetEvent = .{},

    fn run(job: *Job, _: *Worker) void {
        const gate: *Gate = @alignCast(@fieldParentPtr("job", job));
        gate.entered.set();
        gate.open.wait();
    }
};

test "the statistics count what is queued, by priority" {
    var settled = Value(usize).init(0);
    var jobs: [10]Counted = undefined;
    for (&jobs, 0..) |*counted, index| {
        counted.* = .{ .settled = &settled };
        counted.job.priority = @enumFromInt(@min(index, 3));
    }
    const pool = try fixtures.createPool(1);
    defer fixtures.destroyPool(pool);
    var gate: Gate = .{};
    pool.inject(&gate.job);
    gate.entered.wait();
    for (&jobs) |*counted| pool.inject(&counted.job);
    try testing.expect(pool.injector.withdraw(&jobs[9].job));
    const stats = pool.stats();
    gate.open.set();
    try testing.expectEqual([_]u32{ 1, 1, 1, 6 }, stats.queued_by_priority);
    var queued: u32 = 0;
    for (stats.queued_by_priority) |count| queued += count;
    try testing.expectEqual(9, queued);
    try testing.expectEqual(1, stats.busy);
    try waitForAll(&settled, 9);
    try testing.expectEqual([_]u32{0} ** 4, pool.stats().queued_by_priority);
}

test "a job pushed without a wake-up is found by a worker that was woken for nothing before" {
    const pool = try fixtures.createPool(2);
    defer fixtures.destroyPool(pool);
    var gate: Gate = .{};
    pool.inject(&gate.job);
    gate.entered.wait();
    defer gate.open.set();
    var settled = Value(usize).init(0);
    var jobs = [_]Counted{.{ .settled = &settled }} ** 100;
    pool.beginBurst();
    defer pool.endBurst();
    var count: usize = 0;
    while (count < jobs.len) : (count += 2) {
        pool.inject(&jobs[count].job);
        try waitForAll(&settled, count + 1);
        while (pool.sleepers.load(.monotonic) == 0) try std.Thread.yield();
        const woken = clock.now();
        pool.wake(1);
        while (clock.since(woken) < 200 * std.time.ns_per_us) try std.Thread.yield();
        pool.pushInBurst(&jobs[count + 1].job, clock.now());
        // No burst any more: this thread was held up.
        if (clock.since(woken) > std.time.ns_per_ms) pool.wake(1);
        try waitForAll(&settled, count + 2);
    }
}

test "a job pushed without a wake-up is found however late it comes" {
    const pool = try fixtures.createPool(2);
    defer fixtures.destroyPool(pool);
    var settled = Value(usize).init(0);
    var jobs = [_]Counted{.{ .settled = &settled }} ** 20;
    pool.beginBurst();
    defer pool.endBurst();
    pool.inject(&jobs[0].job);
    for (jobs[1..], 1..) |*late, count| {
        try waitForAll(&settled, count);
        while (pool.sleepers.load(.monotonic) < 2 * pools.for_good) try std.Thread.yield();
        pool.pushInBurst(&late.job, clock.now());
    }
    try waitForAll(&settled, jobs.len);
}
