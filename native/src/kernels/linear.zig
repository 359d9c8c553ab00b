//! Leaf functions on long vectors; sums go lane by lane, then over the lanes, whatever the level.
const std = @import("std");
const vector = @import("vector.zig");

pub fn dot(a: [*]const f64, b: [*]const f64, count: usize) callconv(.c) f64 {
    // Four sums at once hide the latency of the additions.
    var sums: [4]vector.F = .{vector.splat(0)} ** 4;
    var index: usize = 0;
    while (index + 4 * vector.width <= count) : (index += 4 * vector.width) {
        inline for (&sums, 0..) |*sum, part| {
            const at = index + part * vector.width;
            sum.* += vector.load(a, at) * vector.load(b, at);
        }
    }
    var total = vector.sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
    while (index < count) : (index += 1) total += a[index] * b[index];
    return total;
}

/// y += factor x
pub fn addScaled(y: [*]f64, factor: f64, x: [*]const f64, count: usize) callconv(.c) void {
    var index: usize = 0;
    while (index + vector.width <= count) : (index += vector.width) {
        vector.store(y, index, vector.load(y, index) + vector.splat(factor) * vector.load(x, index));
    }
    while (index < count) : (index += 1) y[index] += factor * x[index];
}

/// y = a y + b x
pub fn combine(y: [*]f64, a: f64, x: [*]const f64, b: f64, count: usize) callconv(.c) void {
    var index: usize = 0;
    while (index + vector.width <= count) : (index += vector.width) {
        const scaled = vector.splat(a) * vector.load(y, index);
        vector.store(y, index, scaled + vector.splat(b) * vector.load(x, index));
    }
    while (index < count) : (index += 1) y[index] = a * y[index] + b * x[index];
}

const testing = std.testing;

test "dot, addScaled and combine of any length" {
    var a: [77]f64 = undefined;
    var b: [77]f64 = undefined;
    for (&a, &b, 0..) |*x, *y, index| {
        x.* = @floatFromInt(index);
        y.* = 2;
    }
    for ([_]usize{ 0, 1, 7, 8, 31, 32, 33, 77 }) |count| {
        const size: f64 = @floatFromInt(count);
        try testing.expectEqual(size * (size - 1), dot(&a, &b, count));
    }
    addScaled(&b, 3, &a, 77);
    try testing.expectEqual(2 + 3 * 76, b[76]);
    combine(&b, 0.5, &a, -1, 77);
    try testing.expectEqual(0.5 * (2 + 3 * 76) - 76, b[76]);
}
