//! Leaf functions of L-BFGS: the memory of the last steps, and the direction that it gives.
const std = @import("std");
const vector = @import("vector.zig");

/// Steps that are kept.
pub const memory = 12;

/// Rows s (steps) and y (what they changed of the gradient), each `stride` numbers in whole vectors with
/// zeros at the end, as every vector that comes with them.
pub const Rows = extern struct {
    s: [*]f64,
    y: [*]f64,
    stride: usize,
    count: usize = 0,
    next: usize = 0,
    /// 1 / s·y of each row.
    rho: [memory]f64 = .{0} ** memory,
    /// s·y / y·y of the last row: the inverse curvature, Å²/eV, where nothing is known.
    scale: f64 = 0.02,
};

/// Keeps the step between two points unless the landscape bends downwards there.
pub fn add(
    rows: *Rows,
    x_new: [*]const f64,
    x_old: [*]const f64,
    gradient_new: [*]const f64,
    gradient_old: [*]const f64,
) callconv(.c) void {
    const s = rows.s + rows.next * rows.stride;
    const y = rows.y + rows.next * rows.stride;
    var sy = vector.splat(0);
    var yy = vector.splat(0);
    var ss = vector.splat(0);
    var index: usize = 0;
    while (index < rows.stride) : (index += vector.width) {
        const step = vector.load(x_new, index) - vector.load(x_old, index);
        const change = vector.load(gradient_new, index) - vector.load(gradient_old, index);
        vector.store(s, index, step);
        vector.store(y, index, change);
        sy += step * change;
        yy += change * change;
        ss += step * step;
    }
    const product = vector.sum(sy);
    const square = vector.sum(yy);
    if (!(product > 1e-10 * @sqrt(vector.sum(ss) * square))) return;
    rows.rho[rows.next] = 1 / product;
    rows.scale = product / square;
    rows.next = (rows.next + 1) % memory;
    rows.count = @min(rows.count + 1, memory);
}

/// -H g by the two loops of Nocedal, Math. Comput. 35, 773 (1980).
pub fn direction(rows: *const Rows, gradient: [*]const f64, out: [*]f64) callconv(.c) void {
    const stride = rows.stride;
    var index: usize = 0;
    while (index < stride) : (index += vector.width) vector.store(out, index, vector.load(gradient, index));
    var alpha: [memory]f64 = undefined;
    for (0..rows.count) |back| {
        const slot = (rows.next + memory - 1 - back) % memory;
        alpha[slot] = rows.rho[slot] * dot(rows.s + slot * stride, out, stride);
        addScaled(out, -alpha[slot], rows.y + slot * stride, stride);
    }
    index = 0;
    while (index < stride) : (index += vector.width) {
        vector.store(out, index, vector.load(out, index) * vector.splat(-rows.scale));
    }
    for (0..rows.count) |forth| {
        const slot = (rows.next + memory - rows.count + forth) % memory;
        const beta = rows.rho[slot] * dot(rows.y + slot * stride, out, stride);
        addScaled(out, -alpha[slot] - beta, rows.s + slot * stride, stride);
    }
}

/// Two sums at once hide the latency of the additions.
inline fn dot(a: [*]const f64, b: [*]const f64, count: usize) f64 {
    var even = vector.splat(0);
    var odd = vector.splat(0);
    var index: usize = 0;
    while (index + 2 * vector.width <= count) : (index += 2 * vector.width) {
        even += vector.load(a, index) * vector.load(b, index);
        odd += vector.load(a, index + vector.width) * vector.load(b, index + vector.width);
    }
    if (index < count) even += vector.load(a, index) * vector.load(b, index);
    return vector.sum(even + odd);
}

inline fn addScaled(y: [*]f64, factor: f64, x: [*]const f64, count: usize) void {
    var index: usize = 0;
    while (index < count) : (index += vector.width) {
        vector.store(y, index, vector.load(y, index) + vector.splat(factor) * vector.load(x, index));
    }
}

test "a full memory inverts a diagonal landscape" {
    const bends = [vector.width]f64{ 1, 2, 5, 0, 0, 0, 0, 0 };
    var s: [memory * vector.width]f64 = undefined;
    var y: [memory * vector.width]f64 = undefined;
    var rows: Rows = .{ .s = &s, .y = &y, .stride = vector.width };
    const origin = [_]f64{0} ** vector.width;
    for (0..3) |axis| {
        var x = origin;
        var gradient = origin;
        x[axis] = 0.1;
        gradient[axis] = 0.1 * bends[axis];
        add(&rows, &x, &origin, &gradient, &origin);
    }
    const slope = [vector.width]f64{ 3, -4, 10, 0, 0, 0, 0, 0 };
    var out: [vector.width]f64 = undefined;
    direction(&rows, &slope, &out);
    try std.testing.expectEqual(3, rows.count);
    for (0..3) |axis| try std.testing.expectApproxEqRel(-slope[axis] / bends[axis], out[axis], 1e-12);
}
