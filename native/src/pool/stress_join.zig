//! Tests of fork-join: deep trees, failures, panics on any thread, arena memory.
const std = @import("std");
const testing = std.testing;
const leaves = @import("leaves.zig");
const fixtures = @import("fixtures.zig");
const guard = @import("guard.zig");
const join = @import("join.zig").join;
const loop = @import("loop.zig");
const Span = @import("spans.zig").Span;
const Spans = @import("spans.zig").Spans;
const Worker = @import("pool.zig").Worker;
const Failure = fixtures.Failure;
const Root = fixtures.Root;

fn countLeaves(worker: *Worker, _: *guard.Message) Failure!u64 {
    return leaves.forkJoinLeaves(worker, 10_000);
}

test "a tree of joins runs every leaf once, on any number of threads" {
    for ([_]usize{ 1, 2, 5 }) |thread_count| {
        const pool = try fixtures.createPool(thread_count);
        defer fixtures.destroyPool(pool);
        for (0..20) |_| {
            var roots = [_]Root(countLeaves){.{}} ** 4;
            for (&roots) |*root| pool.inject(&root.job);
            for (&roots) |*root| {
                root.done.wait();
                try testing.expectEqual(10_000, try root.result);
            }
        }
    }
}

/// A tree whose leaves each end in a way that their number decides, with scratch memory and a loop
/// on the way.
const Tree = struct {
    begin: usize,
    end: usize,
    failing: usize = none,
    panicking: usize = none,
    /// Of the numbers of its leaves.
    sum: u64 = 0,

    const none = std.math.maxInt(usize);

    fn run(tree: *Tree, worker: *Worker) Failure!void {
        const scratch = worker.arena.alloc(64 + tree.begin % 1000).?;
        @memset(scratch, @truncate(tree.begin));
        defer for (scratch) |byte| std.debug.assert(byte == @as(u8, @truncate(tree.begin)));
        if (tree.end - tree.begin == 1) return tree.leaf();
        if (tree.end - tree.begin == 2) return tree.runLoop(worker);
        const middle = tree.begin + (tree.end - tree.begin) / 3 + 1;
        var first = tree.*;
        var second = tree.*;
        first.end = middle;
        second.begin = middle;
        try join(Failure, worker, &first, run, &second, run);
        tree.sum = first.sum + second.sum;
    }

    fn runLoop(tree: *Tree, worker: *Worker) Failure!void {
        var message: guard.Message = .{};
        var sums = [_]u64{0} ** 2;
        const parts: Parts = .{ .tree = tree, .sums = &sums };
        loop.run(Failure, worker, sums.len, parts, Parts.run, &message) catch |failure| {
            if (failure == error.Panicked) guard.panic(message.text(), null, null);
            return failure;
        };
        tree.sum = sums[0] + sums[1];
    }

    fn leaf(tree: *Tree) Failure!void {
        if (tree.begin == tree.failing) return error.Refused;
        if (tree.begin == tree.panicking) guard.panic("leaf panic", null, null);
        tree.sum = tree.begin;
    }
};

/// The two leaves of a tree as chunks.
const Parts = struct {
    tree: *const Tree,
    sums: *[2]u64,

    fn run(parts: Parts, worker: *Worker, index: usize) Failure!void {
        var part = parts.tree.*;
        part.begin += index;
        part.end = part.begin + 1;
        try part.run(worker);
        parts.sums[index] = part.sum;
    }
};

/// Runs a tree under a guard, as a task does.
const Guarded = struct {
    worker: *Worker,
    tree: Tree,
    result: Failure!void = {},

    fn call(guarded: *Guarded) void {
        guarded.result = guarded.tree.run(guarded.worker);
    }

    fn run(guarded: *Guarded, message: *guard.Message) Failure!u64 {
        const worker = guarded.worker;
        const mark = worker.arena.mark();
        defer worker.arena.release(mark);
        try guard.call(guarded, call, message);
        try guarded.result;
        return guarded.tree.sum;
    }
};

const leaf_count = 2000;

fn healthyTree(worker: *Worker, message: *guard.Message) Failure!u64 {
    var guarded: Guarded = .{ .worker = worker, .tree = .{ .begin = 0, .end = leaf_count } };
    return guarded.run(message);
}

/// Trees of which a random leaf panics, another fails: the first of both decides.
fn brokenTrees(worker: *Worker, message: *guard.Message) Failure!u64 {
    var random = std.Random.DefaultPrng.init(worker.index);
    for (0..50) |_| {
        const tree: Tree = .{
            .begin = 0,
            .end = leaf_count,
            .failing = random.random().uintLessThan(usize, leaf_count),
            .panicking = random.random().uintLessThan(usize, leaf_count),
        };
        var guarded: Guarded = .{ .worker = worker, .tree = tree };
        const expected: Failure = if (tree.failing <= tree.panicking)
            error.Refused
        else
            error.Panicked;
        // The two leaves of one loop run in any order.
        const either = @max(tree.failing, tree.panicking) - @min(tree.failing, tree.panicking) == 1;
        if (guarded.run(message)) |_| return error.Refused else |failure| {
            if (failure != expected and !either) return error.Refused;
            if (failure != error.Panicked) continue;
            if (!std.mem.eql(u8, message.text(), "leaf panic")) return error.Refused;
        }
        if (worker.open_joins != null or !worker.deque.looksEmpty()) return error.Refused;
    }
    return healthyTree(worker, message);
}

test "joins around loops with panics and failures on random leaves: the first one decides" {
    const pool = try fixtures.createPool(3);
    defer fixtures.destroyPool(pool);
    for (0..4) |_| {
        var roots = [_]Root(brokenTrees){.{}} ** 4;
        for (&roots) |*root| pool.inject(&root.job);
        for (&roots) |*root| {
            root.done.wait();
            try testing.expectEqual(leaf_count * (leaf_count - 1) / 2, try root.result);
        }
    }
}

/// The first half waits until the second was stolen; either then panics or fails.
const Pair = struct {
    stolen: std.Thread.ResetEvent = .{},
    released: std.Thread.ResetEvent = .{},
    first: End,
    second: End,
    second_ended: bool = false,

    const End = enum { well, fails, panics };

    fn reach(end: End, text: []const u8) Failure!void {
        switch (end) {
            .well => {},
            .fails => return error.Refused,
            .panics => guard.panic(text, null, null),
        }
    }

    fn runFirst(pair: *Pair, _: *Worker) Failure!void {
        pair.stolen.wait();
        pair.released.set();
        return reach(pair.first, "first panic");
    }

    fn runSecond(pair: *Pair, worker: *Worker) Failure!void {
        pair.stolen.set();
        pair.released.wait();
        // Long enough for the first to be through.
        _ = leaves.forkJoinLeaves(worker, 2000);
        pair.second_ended = true;
        return reach(pair.second, "second panic");
    }

    const Call = struct {
        pair: *Pair,
        worker: *Worker,
        result: Failure!void = {},

        fn run(call: *Call) void {
            call.result = join(Failure, call.worker, call.pair, runFirst, call.pair, runSecond);
        }
    };

    fn run(worker: *Worker, message: *guard.Message) Failure!u64 {
        for (std.enums.values(End)) |first| for (std.enums.values(End)) |second| {
            var pair: Pair = .{ .first = first, .second = second };
            var call: Call = .{ .pair = &pair, .worker = worker };
            message.length = 0;
            const outcome: Failure!void = if (guard.call(&call, Call.run, message))
                call.result
            else |failure|
                failure;
            if (!pair.second_ended) return error.Refused; // its thief still wrote to this frame
            const decisive = if (first == .well) second else first;
            const expected: Failure!void = switch (decisive) {
                .well => {},
                .fails => error.Refused,
                .panics => error.Panicked,
            };
            if (!std.meta.eql(outcome, expected)) return error.Refused;
            if (decisive != .panics) continue;
            const text = if (first == .panics) "first panic" else "second panic";
            if (!std.mem.eql(u8, message.text(), text)) return error.Refused;
        };
        return 0;
    }
};

test "a panic waits for the stolen half, and the first half's end decides" {
    const pool = try fixtures.createPool(2);
    defer fixtures.destroyPool(pool);
    for (0..200) |_| {
        var root: Root(Pair.run) = .{};
        pool.inject(&root.job);
        root.done.wait();
        try testing.expectEqual(0, try root.result);
    }
}

/// Chunks of very different weight, each a tree of joins.
const Skewed = struct {
    run_leaves: [chunk_count]usize = undefined,

    const chunk_count = 40;

    fn weight(index: usize) usize {
        return if (index % 13 == 5) 20_000 else index;
    }

    fn chunk(skewed: *Skewed, worker: *Worker, index: usize) Failure!void {
        skewed.run_leaves[index] = leaves.forkJoinLeaves(worker, weight(index));
    }

    fn run(worker: *Worker, message: *guard.Message) Failure!u64 {
        var skewed: Skewed = .{};
        try loop.run(Failure, worker, chunk_count, &skewed, chunk, message);
        for (skewed.run_leaves, 0..) |count, index| {
            if (count != weight(index)) return error.Refused;
        }
        return 0;
    }
};

test "joins in the chunks of a skewed loop" {
    for ([_]usize{ 1, 2, 5 }) |thread_count| {
        const pool = try fixtures.createPool(thread_count);
        defer fixtures.destroyPool(pool);
        var roots = [_]Root(Skewed.run){.{}} ** 6;
        for (&roots) |*root| pool.inject(&root.job);
        for (&roots) |*root| {
            root.done.wait();
            _ = try root.result;
        }
    }
}

fn servedSerial(worker: *Worker, message: *guard.Message) Failure!u64 {
    worker.serial = 9;
    var pair: Pair = .{ .first = .well, .second = .well };
    var call: Pair.Call = .{ .pair = &pair, .worker = worker };
    try guard.call(&call, Pair.Call.run, message);
    try call.result;
    return worker.index;
}

test "the thief of a half records one span with the serial of the task" {
    const pool = try fixtures.createPool(2);
    defer fixtures.destroyPool(pool);
    var root: Root(servedSerial) = .{};
    pool.inject(&root.job);
    root.done.wait();
    const thief = pool.workers[1 - try root.result];
    var spans: [Spans.capacity]Span = undefined;
    const count = thief.spans.read(&spans);
    try testing.expect(count >= 1);
    for (spans[0..count]) |span| {
        try testing.expectEqual(9, span.serial);
        try testing.expectEqual(.helper, span.kind);
    }
}
