//! Leaf function of the list of neighbours that the potentials use.
const std = @import("std");
const compress = @import("compress.zig");
const vector = @import("vector.zig");

/// Atoms and images in the order of the bins, with room for `compress.lanes` atoms behind the end.
pub const Sorted = extern struct {
    x: [*]const f64,
    y: [*]const f64,
    z: [*]const f64,
    /// Indices of the atoms.
    index: [*]const u32,
};

pub const Query = extern struct {
    x: f64,
    y: f64,
    z: f64,
    /// Square of the distance that still counts.
    limit: f64,
    /// Index of the atom that asks, which is no neighbour of itself.
    self: u32,
};

/// Bins of the sorted atoms, z fastest.
pub const Grid = extern struct {
    low: [3]f64,
    edge: f64,
    inverse_edge: f64,
    counts: [3]usize,
    /// First sorted atom of each bin, one more than there are bins.
    starts: [*]const u32,

    pub inline fn along(grid: *const Grid, axis: usize, at: f64) usize {
        const bin = (at - grid.low[axis]) * grid.inverse_edge;
        if (!(bin > 0)) return 0;
        const last: f64 = @floatFromInt(grid.counts[axis] - 1);
        return @intFromFloat(@min(bin, last));
    }
};

/// Bins that a sphere may touch along one axis: twice the bins along its radius, and two.
pub const max_bins = 8;

/// Bins `first` .. `first + count - 1`, and the squares of their distances from a point, along an axis.
const Touched = struct {
    first: usize,
    count: usize,
    squares: [max_bins]f64,

    inline fn of(grid: *const Grid, axis: usize, at: f64, reach: f64) Touched {
        const first = grid.along(axis, at - reach);
        const last = grid.along(axis, at + reach);
        var touched: Touched = .{ .first = first, .count = last - first + 1, .squares = undefined };
        for (touched.squares[0..touched.count], first..) |*square, bin| {
            const low = grid.low[axis] + @as(f64, @floatFromInt(bin)) * grid.edge;
            // What lies on a border may have been rounded into either bin.
            const gap = @max(@max(low - at, at - low - grid.edge) - 1e-9 * grid.edge, 0);
            square.* = gap * gap;
        }
        return touched;
    }
};

/// Atoms that have to be looked at for a query, at most: `found` of `near` has room for so many and
/// `compress.lanes` more.
pub fn candidates(grid: *const Grid, query: *const Query) callconv(.c) usize {
    const reach = @sqrt(query.limit);
    const x = Touched.of(grid, 0, query.x, reach);
    const y = Touched.of(grid, 1, query.y, reach);
    const z = Touched.of(grid, 2, query.z, reach);
    var total: usize = 0;
    for (x.first..x.first + x.count) |along_x| for (y.first..y.first + y.count) |along_y| {
        const row = (along_x * grid.counts[1] + along_y) * grid.counts[2] + z.first;
        total += grid.starts[row + z.count] - grid.starts[row];
    };
    return total;
}

/// Indices of the atoms that lie near, in order; returns their number.
pub fn near(
    sorted: *const Sorted,
    grid: *const Grid,
    query: *const Query,
    found: [*]u32,
) callconv(.c) usize {
    const reach = @sqrt(query.limit);
    const x = Touched.of(grid, 0, query.x, reach);
    const y = Touched.of(grid, 1, query.y, reach);
    const z = Touched.of(grid, 2, query.z, reach);
    // A little more than the square, since the gaps are rounded too.
    const limit = query.limit * (1 + 1e-9);
    var count: usize = 0;
    for (x.squares[0..x.count], x.first..) |square_x, along_x| {
        for (y.squares[0..y.count], y.first..) |square_y, along_y| {
            const rest = limit - square_x - square_y;
            if (!(rest >= 0)) continue;
            var low: usize = 0;
            var high = z.count;
            while (low < high and z.squares[low] > rest) low += 1;
            while (high > low and z.squares[high - 1] > rest) high -= 1;
            const row = (along_x * grid.counts[1] + along_y) * grid.counts[2] + z.first;
            count = nearOfRun(sorted, grid.starts[row + low], grid.starts[row + high], query, found, count);
        }
    }
    return count;
}

inline fn nearOfRun(
    sorted: *const Sorted,
    begin: u32,
    end: u32,
    query: *const Query,
    found: [*]u32,
    before: usize,
) usize {
    const I = @Vector(compress.lanes, u32);
    const steps = std.simd.iota(u32, compress.lanes);
    var count = before;
    var at = begin;
    while (at < end) : (at += compress.lanes) {
        const low = nearMask(sorted, at, query);
        const high = nearMask(sorted, at + vector.width, query);
        const indices: I = sorted.index[at..][0..compress.lanes].*;
        const rest: I = @splat(end - at);
        const inside: u16 = @bitCast(steps < rest);
        const others: u16 = @bitCast(indices != @as(I, @splat(query.self)));
        const mask = (@as(u16, high) << 8 | low) & inside & others;
        count = compress.append(found, count, mask, indices);
    }
    return count;
}

inline fn nearMask(sorted: *const Sorted, at: usize, query: *const Query) u8 {
    const x = vector.load(sorted.x, at) - vector.splat(query.x);
    const y = vector.load(sorted.y, at) - vector.splat(query.y);
    const z = vector.load(sorted.z, at) - vector.splat(query.z);
    return @bitCast(x * x + y * y + z * z <= vector.splat(query.limit));
}
