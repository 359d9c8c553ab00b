//! Leaf functions for a list of neighbours that is measured again.
const neighbors = @import("neighbors.zig");

/// Pairs of a list that is not looked for anew.
pub const Known = extern struct {
    count: usize,
    i: [*]const i32,
    j: [*]const i32,
    shift: [*]const i32,
};

/// Sites by original index: wrapped cartesian positions, and the cells that this took off.
pub const Places = extern struct {
    lattice: *const [9]f64,
    positions: [*]const [3]f64,
    wraps: [*]const [3]i32,
};

/// Distances of known pairs; returns how many are at most the cutoff.
pub fn remeasure(
    places: *const Places,
    pairs: *const Known,
    cutoff: f64,
    distances: [*]f64,
) callconv(.c) usize {
    var total: usize = 0;
    for (0..pairs.count) |pair| {
        const i: usize = @intCast(pairs.i[pair]);
        const j: usize = @intCast(pairs.j[pair]);
        var image: [3]i32 = undefined;
        inline for (0..3) |axis| {
            image[axis] = pairs.shift[3 * pair + axis] + places.wraps[j][axis] - places.wraps[i][axis];
        }
        var between: [3]f64 = undefined;
        inline for (0..3) |axis| {
            between[axis] = places.positions[j][axis] - places.positions[i][axis];
        }
        if (image[0] | image[1] | image[2] != 0) {
            const shift = neighbors.translation(places.lattice, image);
            inline for (0..3) |axis| between[axis] += shift[axis];
        }
        const square = between[0] * between[0] + between[1] * between[1] + between[2] * between[2];
        distances[pair] = @sqrt(square);
        total += @intFromBool(distances[pair] <= cutoff);
    }
    return total;
}

/// Those of known pairs that are at most the cutoff, in order.
pub fn keepNear(
    pairs: *const Known,
    cutoff: f64,
    distances: [*]const f64,
    out: *const neighbors.Pairs,
) callconv(.c) void {
    var at: usize = 0;
    for (0..pairs.count) |pair| {
        if (!(distances[pair] <= cutoff)) continue;
        out.i[at] = pairs.i[pair];
        out.j[at] = pairs.j[pair];
        out.shift.?[3 * at ..][0..3].* = pairs.shift[3 * pair ..][0..3].*;
        out.distance.?[at] = distances[pair];
        at += 1;
    }
}
