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

/// Sorted atoms `begin` .. `end` - 1.
pub const Run = extern struct { begin: u32, end: u32 };

/// Indices of the atoms of some runs that lie near, in order; returns their number. `found` has room
/// for `compress.lanes` more.
pub fn near(
    sorted: *const Sorted,
    runs: [*]const Run,
    run_count: usize,
    query: *const Query,
    found: [*]u32,
) callconv(.c) usize {
    const I = @Vector(compress.lanes, u32);
    const steps = std.simd.iota(u32, compress.lanes);
    var count: usize = 0;
    for (runs[0..run_count]) |run| {
        var at = run.begin;
        while (at < run.end) : (at += compress.lanes) {
            const low = nearMask(sorted, at, query);
            const high = nearMask(sorted, at + vector.width, query);
            const indices: I = sorted.index[at..][0..compress.lanes].*;
            const rest: I = @splat(run.end - at);
            const inside: u16 = @bitCast(steps < rest);
            const others: u16 = @bitCast(indices != @as(I, @splat(query.self)));
            const mask = (@as(u16, high) << 8 | low) & inside & others;
            count = compress.append(found, count, mask, indices);
        }
    }
    return count;
}

inline fn nearMask(sorted: *const Sorted, at: usize, query: *const Query) u8 {
    const x = vector.load(sorted.x, at) - vector.splat(query.x);
    const y = vector.load(sorted.y, at) - vector.splat(query.y);
    const z = vector.load(sorted.z, at) - vector.splat(query.z);
    return @bitCast(x * x + y * y + z * z <= vector.splat(query.limit));
}
