//! Jobs "test.*": what the tests of the engine need to see fail, wait and add up.
const std = @import("std");
const clock = @import("../clock.zig");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const max_count = 1 << 40;

/// params: 0 = index out of bounds in the task, 1 = panic in one chunk of a loop.
pub fn panics(scope: *Scope) Error!void {
    const where = try scope.param(0, "where", 0, 1);
    if (where == 1) {
        const bad: usize = 70;
        return scope.forEach(100, &bad, panicAt);
    }
    const bytes = try scope.alloc(u8, 4);
    bytes[scope.task.params().len + 8] = 1;
}

fn panicAt(bad: *const usize, _: *Scope, index: usize) Error!void {
    if (index == bad.*) @panic("chunk panic");
}

/// params: blocks, bytes a block. Takes and touches them.
pub fn allocates(scope: *Scope) Error!void {
    const count: usize = @intFromFloat(try scope.param(0, "count", 0, max_count));
    const size: usize = @intFromFloat(try scope.param(1, "bytes", 1, max_count));
    for (0..count) |_| {
        try scope.checkpoint();
        const block = try scope.alloc(u8, size);
        block[0] = 1;
        block[size - 1] = 1;
    }
}

const Spin = struct { nanoseconds: u64 };

/// params: milliseconds, chunks that each spin so long.
pub fn spins(scope: *Scope) Error!void {
    const duration = try scope.param(0, "milliseconds", 0, 1e6);
    const chunks: usize = @intFromFloat(try scope.param(1, "chunks", 1, 1e6));
    const spin: Spin = .{ .nanoseconds = @intFromFloat(duration * std.time.ns_per_ms) };
    scope.expectChunks(chunks);
    return scope.forEach(chunks, &spin, spinChunk);
}

fn spinChunk(spin: *const Spin, scope: *Scope, _: usize) Error!void {
    const start = clock.now();
    while (clock.since(start) < spin.nanoseconds) {
        try scope.checkpoint();
        for (0..200) |_| std.atomic.spinLoopHint();
    }
}

const values_per_chunk = 4096;
const Sum = struct { values: []const f64, parts: []f64 };

/// Input 0: numbers. Output 0: their sum, by chunks in order.
pub fn sums(scope: *Scope) Error!void {
    const values = try scope.input(f64, 0, "values");
    const chunks = std.math.divCeil(usize, values.len, values_per_chunk) catch unreachable;
    var sum: Sum = .{ .values = values, .parts = try scope.alloc(f64, chunks) };
    scope.expectChunks(chunks);
    try scope.forEach(chunks, &sum, sumChunk);
    const total = try scope.output(f64, 1);
    total[0] = 0;
    for (sum.parts) |part| total[0] += part;
}

fn sumChunk(sum: *Sum, _: *Scope, chunk: usize) Error!void {
    const first = chunk * values_per_chunk;
    sum.parts[chunk] = 0;
    for (sum.values[first..@min(first + values_per_chunk, sum.values.len)]) |value| {
        sum.parts[chunk] += value;
    }
}

/// A tree of joins whose leaves count themselves.
const Tree = struct {
    leaves: usize,
    counted: usize = 0,

    fn run(tree: *Tree, scope: *Scope) Error!void {
        if (tree.leaves <= 1) {
            tree.counted = tree.leaves;
            return;
        }
        var halves = [2]Tree{
            .{ .leaves = tree.leaves / 2 },
            .{ .leaves = tree.leaves - tree.leaves / 2 },
        };
        try scope.join(&halves, runFirst, runSecond);
        tree.counted = halves[0].counted + halves[1].counted;
    }

    fn runFirst(halves: *[2]Tree, scope: *Scope) Error!void {
        return halves[0].run(scope);
    }

    fn runSecond(halves: *[2]Tree, scope: *Scope) Error!void {
        return halves[1].run(scope);
    }
};

/// params: leaves of a binary tree of joins. Output 0: how many were run.
pub fn forksAndJoins(scope: *Scope) Error!void {
    var tree: Tree = .{ .leaves = @intFromFloat(try scope.param(0, "leaves", 0, max_count)) };
    try tree.run(scope);
    const counted = try scope.output(f64, 1);
    counted[0] = @floatFromInt(tree.counted);
}
