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
    inverse_edges: [3]f64,
    counts: [3]usize,
    /// First sorted atom of each bin, one more than there are bins.
    starts: [*]const u32,
    /// What to look at around a bin; nobody who asks is so near the border that it leaves the grid.
    rows: [*]const Row,
    row_count: usize,

    pub inline fn along(grid: *const Grid, axis: usize, at: f64) usize {
        const bin = (at - grid.low[axis]) * grid.inverse_edges[axis];
        if (!(bin > 0)) return 0;
        const last: f64 = @floatFromInt(grid.counts[axis] - 1);
        return @intFromFloat(@min(bin, last));
    }

    inline fn binOf(grid: *const Grid, query: *const Query) usize {
        const across = grid.along(0, query.x) * grid.counts[1] + grid.along(1, query.y);
        return across * grid.counts[2] + grid.along(2, query.z);
    }
};

/// Neighbouring bins in line, as steps from a bin in the order of the grid.
pub const Row = extern struct { first: isize, end: isize };

/// Atoms that have to be looked at for a query: `found` of `near` has room for so many and
/// `compress.lanes` more.
pub fn candidates(grid: *const Grid, query: *const Query) callconv(.c) usize {
    const starts = grid.starts + grid.binOf(query);
    var total: usize = 0;
    for (grid.rows[0..grid.row_count]) |row| total += startAt(starts, row.end) - startAt(starts, row.first);
    return total;
}

/// Indices of the atoms that lie near, in order; returns their number.
pub fn near(
    sorted: *const Sorted,
    grid: *const Grid,
    query: *const Query,
    found: [*]u32,
) callconv(.c) usize {
    const starts = grid.starts + grid.binOf(query);
    var count: usize = 0;
    for (grid.rows[0..grid.row_count]) |row| {
        count = nearOfRun(sorted, startAt(starts, row.first), startAt(starts, row.end), query, found, count);
    }
    return count;
}

inline fn startAt(starts: [*]const u32, step: isize) u32 {
    const address = @intFromPtr(starts) +% @as(usize, @bitCast(step *% @sizeOf(u32)));
    return @as(*const u32, @ptrFromInt(address)).*;
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
    var slot = begin;
    while (slot < end) : (slot += compress.lanes) {
        const low = nearMask(sorted, slot, query);
        const high = nearMask(sorted, slot + vector.width, query);
        const indices: I = sorted.index[slot..][0..compress.lanes].*;
        const rest: I = @splat(end - slot);
        const inside: u16 = @bitCast(steps < rest);
        const others: u16 = @bitCast(indices != @as(I, @splat(query.self)));
        const mask = (@as(u16, high) << 8 | low) & inside & others;
        count = compress.append(found, count, mask, indices);
    }
    return count;
}

inline fn nearMask(sorted: *const Sorted, slot: usize, query: *const Query) u8 {
    const x = vector.load(sorted.x, slot) - vector.splat(query.x);
    const y = vector.load(sorted.y, slot) - vector.splat(query.y);
    const z = vector.load(sorted.z, slot) - vector.splat(query.z);
    return @bitCast(x * x + y * y + z * z <= vector.splat(query.limit));
}
