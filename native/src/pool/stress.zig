//! Tests of the pool as a whole: many jobs, nested loops, failures and panics on any thread. Run
//! them under ThreadSanitizer with `zig build test -Dtsan`.
const std = @import("std");
const testing = std.testing;
const Deque = @import("deque.zig").Deque;
const guard = @import("guard.zig");
const Job = @import("job.zig").Job;
const loop = @import("loop.zig");
const Pool = @import("pool.zig").Pool;
const Worker = @import("pool.zig").Worker;
const Value = std.atomic.Value;

const Failure = error{ Refused, Panicked };
const stack_size = 256 << 10;

fn createPool(thread_count: usize) !*Pool {
    return Pool.create(testing.allocator, .{
        .thread_count = thread_count,
        .stack_size = stack_size,
    });
}

fn destroyPool(pool: *Pool) void {
    pool.stop();
    pool.destroy();
}

/// A root job that runs `body(worker)` and keeps its result.
fn Root(comptime body: fn (*Worker, *guard.Message) Failure!u64) type {
    return struct {
        job: Job = .{ .run = run },
        result: Failure!u64 = 0,
        message: guard.Message = .{},
        done: std.Thread.ResetEvent = .{},

        fn run(job: *Job, worker: *Worker) void {
            const root: *@This() = @alignCast(@fieldParentPtr("job", job));
            root.result = body(worker, &root.message);
            root.done.set();
        }
    };
}

test "deque: every item is taken exactly once by its owner or a thief" {
    const Item = struct { taken: Value(u32) = Value(u32).init(0) };
    const Items = Deque(Item, 64);
    const items = try testing.allocator.alloc(Item, 100_000);
    defer testing.allocator.free(items);
    for (items) |*item| item.* = .{};
    var deque: Items = .{};
    var finished = Value(bool).init(false);
    const thief = struct {
        fn run(from: *Items, stop: *Value(bool)) void {
            while (true) switch (from.steal()) {
                .item => |item| _ = item.taken.fetchAdd(1, .monotonic),
                .retry => {},
                .empty => if (stop.load(.acquire)) return, // partner: the store below
            };
        }
    }.run;
    var threads: [2]std.Thread = undefined;
    for (&threads) |*thread| thread.* = try std.Thread.spawn(.{}, thief, .{ &deque, &finished });
    for (items) |*item| {
        while (!deque.push(item)) {
            if (deque.pop()) |own| _ = own.taken.fetchAdd(1, .monotonic);
        }
    }
    while (deque.pop()) |own| _ = own.taken.fetchAdd(1, .monotonic);
    finished.store(true, .release); // partner: the thieves' load
    for (threads) |thread| thread.join();
    for (items) |*item| try testing.expectEqual(1, item.taken.load(.monotonic));
}

const Sums = struct {
    inner: [64]u64 = undefined,

    fn outerChunk(sums: *Sums, worker: *Worker, index: usize) Failure!void {
        var parts: [16]u64 = undefined;
        var message: guard.Message = .{};
        try loop.run(Failure, worker, parts.len, &parts, innerChunk, &message);
        sums.inner[index] = index;
        for (parts) |part| sums.inner[index] += part;
    }

    fn innerChunk(parts: *[16]u64, worker: *Worker, index: usize) Failure!void {
        const mark = worker.arena.mark();
        defer worker.arena.release(mark);
        const scratch = worker.arena.alloc(64 * (index + 1)).?;
        @memset(scratch, 1);
        parts[index] = 0;
        for (scratch) |byte| parts[index] += byte;
    }

    fn run(worker: *Worker, message: *guard.Message) Failure!u64 {
        var sums: Sums = .{};
        try loop.run(Failure, worker, sums.inner.len, &sums, outerChunk, message);
        var total: u64 = 0;
        for (sums.inner) |sum| total += sum;
        return total;
    }
};

test "nested loops of many root jobs give the same result on any number of threads" {
    const expected = 64 * 63 / 2 + 64 * 64 * (16 * 17 / 2);
    for ([_]usize{ 1, 2, 5 }) |thread_count| {
        const pool = try createPool(thread_count);
        defer destroyPool(pool);
        for (0..10) |_| {
            var roots = [_]Root(Sums.run){.{}} ** 8;
            for (&roots) |*root| pool.inject(&root.job);
            for (&roots) |*root| {
                root.done.wait();
                try testing.expectEqual(expected, try root.result);
            }
        }
    }
}

test "stop runs what is queued before the threads end" {
    var roots = [_]Root(Sums.run){.{}} ** 32;
    const pool = try createPool(2);
    for (&roots) |*root| pool.inject(&root.job);
    destroyPool(pool);
    for (&roots) |*root| try testing.expect(root.done.isSet());
}

fn panickingChunk(last: *const usize, _: *Worker, index: usize) Failure!void {
    if (index == last.*) guard.panic("leaf panic", null, null);
}

fn panickingLoop(worker: *Worker, message: *guard.Message) Failure!u64 {
    const last: usize = 199;
    try loop.run(Failure, worker, last + 1, &last, panickingChunk, message);
    return 0;
}

test "a panic in a chunk fails its loop with the message, and the pool lives on" {
    const pool = try createPool(4);
    defer destroyPool(pool);
    for (0..100) |_| {
        var root: Root(panickingLoop) = .{};
        pool.inject(&root.job);
        root.done.wait();
        try testing.expectError(error.Panicked, root.result);
        try testing.expectEqualStrings("leaf panic", root.message.text());
    }
    var sane: Root(Sums.run) = .{};
    pool.inject(&sane.job);
    sane.done.wait();
    _ = try sane.result;
}

/// Panics on whichever thread is not the caller's: only after a helper joined does the caller go on.
const Stolen = struct {
    caller: std.Thread.Id,
    joined: std.Thread.ResetEvent = .{},

    fn chunk(stolen: *Stolen, _: *Worker, _: usize) Failure!void {
        if (std.Thread.getCurrentId() == stolen.caller) return stolen.joined.wait();
        stolen.joined.set();
        guard.panic("stolen panic", null, null);
    }

    fn run(worker: *Worker, message: *guard.Message) Failure!u64 {
        var stolen: Stolen = .{ .caller = std.Thread.getCurrentId() };
        try loop.run(Failure, worker, 2, &stolen, chunk, message);
        return 0;
    }
};

test "a panic on a helper's thread reaches the caller with its message" {
    const pool = try createPool(2);
    defer destroyPool(pool);
    for (0..50) |_| {
        var root: Root(Stolen.run) = .{};
        pool.inject(&root.job);
        root.done.wait();
        try testing.expectError(error.Panicked, root.result);
        try testing.expectEqualStrings("stolen panic", root.message.text());
    }
}

fn refusingChunk(started: *Value(usize), _: *Worker, index: usize) Failure!void {
    _ = started.fetchAdd(1, .monotonic);
    if (index == 3) return error.Refused;
}

fn refusingLoop(worker: *Worker, message: *guard.Message) Failure!u64 {
    var started = Value(usize).init(0);
    loop.run(Failure, worker, 1_000_000, &started, refusingChunk, message) catch |failure| {
        if (failure == error.Refused) return started.load(.monotonic);
        return failure;
    };
    return error.Panicked;
}

test "an error in a chunk ends the loop early" {
    const pool = try createPool(2);
    defer destroyPool(pool);
    var root: Root(refusingLoop) = .{};
    pool.inject(&root.job);
    root.done.wait();
    try testing.expect(try root.result < 1_000_000);
}

var spawn_budget: usize = 0;

fn spawnWithinBudget(size: usize, worker: *Worker) std.Thread.SpawnError!std.Thread {
    if (spawn_budget == 0) return error.SystemResources;
    spawn_budget -= 1;
    const options: Pool.Options = .{ .thread_count = 1, .stack_size = size };
    return options.spawn(size, worker);
}

test "a system that refuses threads gives a smaller pool, or an error for none" {
    const options: Pool.Options = .{
        .thread_count = 5,
        .stack_size = stack_size,
        .spawn = spawnWithinBudget,
    };
    spawn_budget = 2;
    const pool = try Pool.create(testing.allocator, options);
    defer destroyPool(pool);
    try testing.expectEqual(2, pool.started);
    var root: Root(Sums.run) = .{};
    pool.inject(&root.job);
    root.done.wait();
    _ = try root.result;
    try testing.expectError(error.SystemResources, Pool.create(testing.allocator, options));
}
