//! Tests of the pool as a whole: many jobs, nested loops, failures and panics on any thread. Run
//! them under ThreadSanitizer with `zig build test -Dtsan`.
const std = @import("std");
const fixtures = @import("fixtures.zig");
const testing = std.testing;
const Deque = @import("deque.zig").Deque;
const guard = @import("guard.zig");
const loop = @import("loop.zig");
const Pool = @import("pool.zig").Pool;
const registry = @import("registry.zig");
const Span = @import("spans.zig").Span;
const Spans = @import("spans.zig").Spans;
const Worker = @import("pool.zig").Worker;
const Value = std.atomic.Value;

const Failure = fixtures.Failure;
const Root = fixtures.Root;
const createPool = fixtures.createPool;
const destroyPool = fixtures.destroyPool;

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

/// One chunk waits until all others are done, on whichever thread they run.
const Blocked = struct {
    blocker: usize,
    others_left: Value(usize) = Value(usize).init(count - 1),
    others_done: std.Thread.ResetEvent = .{},
    reported: Value(usize) = Value(usize).init(0),

    const count = 1000;

    fn chunk(blocked: *Blocked, _: *Worker, index: usize) Failure!void {
        if (index == blocked.blocker) {
            const patience_ns = 20 * std.time.ns_per_s;
            return blocked.others_done.timedWait(patience_ns) catch error.Refused;
        }
        if (blocked.others_left.fetchSub(1, .monotonic) == 1) blocked.others_done.set();
    }

    fn report(blocked: *Blocked, chunks: usize) void {
        _ = blocked.reported.fetchAdd(chunks, .monotonic);
    }

    fn run(worker: *Worker, message: *guard.Message) Failure!u64 {
        for ([_]usize{ 0, 1, 77, count / 2, count - 1 }) |blocker| {
            var blocked: Blocked = .{ .blocker = blocker };
            try loop.runReported(Failure, worker, count, &blocked, chunk, report, message);
            if (blocked.reported.load(.monotonic) != count) return error.Refused;
        }
        return 0;
    }
};

test "no chunk waits behind a long one while a thread is idle, and every chunk is reported" {
    const pool = try createPool(2);
    defer destroyPool(pool);
    for (0..20) |_| {
        var root: Root(Blocked.run) = .{};
        pool.inject(&root.job);
        root.done.wait();
        _ = try root.result;
    }
}

/// Ends only when a helper ran one of the two chunks.
const Helped = struct {
    both_run: std.Thread.ResetEvent = .{},
    running: Value(u32) = Value(u32).init(0),

    const serial = 7;

    fn chunk(helped: *Helped, _: *Worker, _: usize) Failure!void {
        if (helped.running.fetchAdd(1, .monotonic) == 1) helped.both_run.set();
        helped.both_run.wait();
    }

    fn run(worker: *Worker, message: *guard.Message) Failure!u64 {
        worker.serial = serial;
        var helped: Helped = .{};
        try loop.run(Failure, worker, 2, &helped, chunk, message);
        return worker.index;
    }
};

test "a helper records what it did, with the serial of the task" {
    const pool = try createPool(2);
    defer destroyPool(pool);
    var root: Root(Helped.run) = .{};
    pool.inject(&root.job);
    root.done.wait();
    const caller = try root.result;
    var spans: [Spans.capacity]Span = undefined;
    try testing.expectEqual(0, pool.workers[caller].spans.read(&spans));
    try testing.expectEqual(1, pool.workers[1 - caller].spans.read(&spans));
    try testing.expectEqual(Helped.serial, spans[0].serial);
    try testing.expectEqual(.helper, spans[0].kind);
    try testing.expect(spans[0].start_ns <= spans[0].end_ns);
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
        .stack_size = fixtures.stack_size,
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

/// A loop in a loop in a loop.
const Nest = struct {
    levels: u64,

    fn chunk(nest: *const Nest, worker: *Worker, _: usize) Failure!void {
        if (nest.levels == 0) return;
        const inner: Nest = .{ .levels = nest.levels - 1 };
        var message: guard.Message = .{};
        try loop.run(Failure, worker, 2, &inner, chunk, &message);
    }

    fn run(worker: *Worker, _: *guard.Message) Failure!u64 {
        const outermost: Nest = .{ .levels = 10 };
        try outermost.chunk(worker, 0);
        return outermost.levels;
    }
};

test "loops nest on the smallest stack" {
    const pool = try Pool.create(testing.allocator, .{
        .thread_count = 3,
        .stack_size = registry.min_stack_size,
    });
    defer destroyPool(pool);
    var root: Root(Nest.run) = .{};
    pool.inject(&root.job);
    root.done.wait();
    try testing.expectEqual(10, try root.result);
}
