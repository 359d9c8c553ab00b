//! Job "neighborFilter": the pairs of a longer list that lie within the cutoff, at the positions that
//! the sites have now. Gives what "neighborList" gives, to the bit, where no other pair is near.
const std = @import("std");
const vector3 = @import("vector3.zig");
const neighbors = @import("../kernels/neighbors.zig");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const max_frac = 1e8;
const pairs_per_chunk = 1 << 14;

pub fn run(scope: *Scope) Error!void {
    const frac = try scope.finiteInput(0, "fracPositions");
    if (frac.len % 3 != 0) {
        return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
    }
    const lattice = try scope.inputOf(f64, 1, "lattice", 9);
    const flags = try scope.inputOf(i32, 2, "periodic", 3);
    const i = try scope.input(i32, 3, "i");
    const j = try scope.inputOf(i32, 4, "j", i.len);
    const shift = try scope.inputOf(i32, 5, "shift", 3 * i.len);
    const cutoff = try scope.param(0, "cutoff", 1e-12, 1e12);
    const site_count = frac.len / 3;
    for ([_][]const i32{ i, j }) |sites| for (sites) |site| {
        if (site < 0 or site >= site_count) return scope.invalid("there is no site {d}", .{site});
    };

    var work: Filter = .{
        .lattice = lattice[0..9],
        .cutoff = cutoff,
        .i = i,
        .j = j,
        .shift = shift,
        .positions = try scope.alloc([3]f64, site_count),
        .wraps = try scope.alloc([3]i32, site_count),
        .distances = try scope.alloc(f64, i.len),
        .starts = undefined,
        .outputs = undefined,
    };
    for (work.positions, work.wraps, 0..) |*position, *wrap, site| {
        var wrapped: [3]f64 = undefined;
        for (0..3) |axis| {
            const given = frac[3 * site + axis];
            if (@abs(given) > max_frac) return scope.invalid("fracPositions must lie within ±1e8", .{});
            const floor = if (flags[axis] != 0) @floor(given) else 0;
            wrapped[axis] = given - floor;
            wrap[axis] = @intFromFloat(floor);
        }
        for (position, 0..) |*value, axis| {
            value.* = wrapped[0] * lattice[axis] + wrapped[1] * lattice[3 + axis] +
                wrapped[2] * lattice[6 + axis];
        }
    }
    const chunk_count = std.math.divCeil(usize, i.len, pairs_per_chunk) catch unreachable;
    work.starts = try scope.alloc(usize, chunk_count + 1);
    work.starts[0] = 0;
    scope.expectChunks(2 * chunk_count);
    try scope.forEach(chunk_count, &work, Filter.measure);
    for (work.starts[1..], work.starts[0..chunk_count]) |*start, before| start.* += before;
    const total = work.starts[chunk_count];
    work.outputs = .{
        .i = try scope.output(i32, total),
        .j = try scope.output(i32, total),
        .shift = try scope.output(i32, 3 * total),
        .distance = try scope.output(f64, total),
    };
    try scope.forEach(chunk_count, &work, Filter.write);
}

const Outputs = struct { i: []i32, j: []i32, shift: []i32, distance: []f64 };

const Filter = struct {
    lattice: *const [9]f64,
    cutoff: f64,
    i: []const i32,
    j: []const i32,
    shift: []const i32,
    /// Cartesian, wrapped into the cell, and the cells that this took off.
    positions: [][3]f64,
    wraps: [][3]i32,
    distances: []f64,
    /// Behind `measure` the number of pairs of chunk c at [c + 1], then where its pairs begin.
    starts: []usize,
    outputs: Outputs,

    fn measure(work: *Filter, _: *Scope, chunk: usize) Error!void {
        const first = chunk * pairs_per_chunk;
        var count: usize = 0;
        for (first..@min(first + pairs_per_chunk, work.i.len)) |pair| {
            const distance = work.distanceOf(pair);
            work.distances[pair] = distance;
            count += @intFromBool(distance <= work.cutoff);
        }
        work.starts[chunk + 1] = count;
    }

    fn write(work: *Filter, _: *Scope, chunk: usize) Error!void {
        const first = chunk * pairs_per_chunk;
        var at = work.starts[chunk];
        for (first..@min(first + pairs_per_chunk, work.i.len)) |pair| {
            if (!(work.distances[pair] <= work.cutoff)) continue;
            work.outputs.i[at] = work.i[pair];
            work.outputs.j[at] = work.j[pair];
            work.outputs.shift[3 * at ..][0..3].* = work.shift[3 * pair ..][0..3].*;
            work.outputs.distance[at] = work.distances[pair];
            at += 1;
        }
    }

    fn distanceOf(work: *const Filter, pair: usize) f64 {
        const own: usize = @intCast(work.i[pair]);
        const other: usize = @intCast(work.j[pair]);
        var image: [3]i32 = undefined;
        for (&image, 0..) |*cells, axis| {
            cells.* = work.shift[3 * pair + axis] + work.wraps[other][axis] - work.wraps[own][axis];
        }
        const translation = neighbors.translation(work.lattice, image);
        var between: [3]f64 = undefined;
        for (&between, 0..) |*value, axis| {
            value.* = (work.positions[other][axis] - work.positions[own][axis]) + translation[axis];
        }
        return vector3.norm(between);
    }
};
