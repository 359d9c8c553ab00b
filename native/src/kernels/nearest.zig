//! Leaf functions of the neighbourhoods of single atoms: a cloud of atoms around a block, what of it
//! lies near a point, and which of the neighbours found are near one another.
const std = @import("std");
const vector = @import("vector.zig");

/// Positions and origins of the atoms around a block, padded to whole vectors with atoms at infinity.
pub const Cloud = extern struct {
    count: usize,
    x: [*]f64,
    y: [*]f64,
    z: [*]f64,
    /// Slot of the atom in the order of the bins.
    site: [*]u32,
};

/// Slots of the atoms of some bins, moved by a lattice translation.
pub const Span = extern struct {
    begin: usize,
    end: usize,
    shift: [3]f64,
    /// Box around the block and the square of how far from it an atom may be.
    low: [3]f64,
    high: [3]f64,
    reach: f64,
};

/// Appends the atoms of a span that lie within reach of the box.
pub fn collect(
    x: [*]const f64,
    y: [*]const f64,
    z: [*]const f64,
    span: *const Span,
    cloud: *Cloud,
) callconv(.c) void {
    var end = cloud.count;
    for (span.begin..span.end) |site| {
        const position = [3]f64{ x[site] + span.shift[0], y[site] + span.shift[1], z[site] + span.shift[2] };
        var square: f64 = 0;
        inline for (0..3) |axis| {
            const outside = @max(@max(span.low[axis] - position[axis], position[axis] - span.high[axis]), 0);
            square += outside * outside;
        }
        cloud.x[end] = position[0];
        cloud.y[end] = position[1];
        cloud.z[end] = position[2];
        cloud.site[end] = @intCast(site);
        end += @intFromBool(square <= span.reach);
    }
    cloud.count = end;
}

pub const Point = extern struct {
    x: f64,
    y: f64,
    z: f64,
    /// Largest squared distance that counts.
    limit: f64,
    /// Index of the cloud that does not count: the point itself.
    self: usize,
};

/// Indices and squared distances of what lies near a point, in the order of the cloud; returns their
/// number. Both have room for a vector more than the cloud.
pub fn near(
    cloud: *const Cloud,
    point: *const Point,
    hits: [*]u32,
    squares: [*]f64,
) callconv(.c) usize {
    var total: usize = 0;
    var index: usize = 0;
    while (index < cloud.count) : (index += vector.width) {
        const dx = vector.load(cloud.x, index) - vector.splat(point.x);
        const dy = vector.load(cloud.y, index) - vector.splat(point.y);
        const dz = vector.load(cloud.z, index) - vector.splat(point.z);
        const square = dx * dx + dy * dy + dz * dz;
        var mask: vector.Mask = @bitCast(square <= vector.splat(point.limit));
        const values: [vector.width]f64 = square;
        while (mask != 0) : (mask &= mask - 1) {
            const lane = @ctz(mask);
            hits[total] = @intCast(index + lane);
            squares[total] = values[lane];
            total += @intFromBool(index + lane != point.self);
        }
    }
    return total;
}

/// For each of the points (at most 64, padded to whole vectors) a mask of those others whose squared
/// distance is at most `limit`.
pub fn adjacency(
    x: [*]const f64,
    y: [*]const f64,
    z: [*]const f64,
    count: usize,
    limit: f64,
    masks: [*]u64,
) callconv(.c) void {
    const inside = if (count >= 64) ~@as(u64, 0) else (@as(u64, 1) << @intCast(count)) - 1;
    for (0..count) |i| {
        var mask: u64 = 0;
        var j: usize = 0;
        while (j < count) : (j += vector.width) {
            const dx = vector.load(x, j) - vector.splat(x[i]);
            const dy = vector.load(y, j) - vector.splat(y[i]);
            const dz = vector.load(z, j) - vector.splat(z[i]);
            const close: vector.Mask = @bitCast(dx * dx + dy * dy + dz * dz <= vector.splat(limit));
            mask |= @as(u64, close) << @intCast(j);
        }
        masks[i] = mask & inside & ~(@as(u64, 1) << @intCast(i));
    }
}

const testing = std.testing;

test "near finds what a plain loop finds, but not the point itself" {
    var x: [24]f64 = .{0} ** 24;
    var y: [24]f64 = .{0} ** 24;
    var z: [24]f64 = .{0} ** 24;
    var site: [24]u32 = undefined;
    var random = std.Random.DefaultPrng.init(7);
    for (0..21) |index| {
        x[index] = random.random().float(f64);
        y[index] = random.random().float(f64);
        z[index] = random.random().float(f64);
    }
    for (21..24) |index| x[index] = std.math.inf(f64);
    const cloud: Cloud = .{ .count = 21, .x = &x, .y = &y, .z = &z, .site = &site };
    const point: Point = .{ .x = x[4], .y = y[4], .z = z[4], .limit = 0.25, .self = 4 };
    var hits: [32]u32 = undefined;
    var squares: [32]f64 = undefined;
    const count = near(&cloud, &point, &hits, &squares);
    var expected: usize = 0;
    for (0..21) |index| {
        const dx, const dy, const dz = .{ x[index] - x[4], y[index] - y[4], z[index] - z[4] };
        const square = dx * dx + dy * dy + dz * dz;
        if (index == 4 or square > 0.25) continue;
        try testing.expectEqual(index, hits[expected]);
        try testing.expectEqual(square, squares[expected]);
        expected += 1;
    }
    try testing.expect(expected > 2);
    try testing.expectEqual(expected, count);
}

test "adjacency is symmetric, leaves out the point itself and what stands behind the end" {
    var x: [16]f64 = .{0} ** 16;
    const zero: [16]f64 = .{0} ** 16;
    for (0..5) |index| x[index] = @floatFromInt(index);
    var masks: [16]u64 = undefined;
    adjacency(&x, &zero, &zero, 5, 1, &masks);
    try testing.expectEqualSlices(u64, &.{ 0b00010, 0b00101, 0b01010, 0b10100, 0b01000 }, masks[0..5]);
    adjacency(&x, &zero, &zero, 5, 100, &masks);
    try testing.expectEqual(0b11110, masks[0]);
}
