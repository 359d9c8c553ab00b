//! Job "neighborFilter": the pairs of a longer list that lie within the cutoff, at the positions that
//! the sites have now. Gives what "neighborList" gives, to the bit, where no other pair is near.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const filter = @import("../kernels/neighbor_filter.zig");
const neighbors = @import("../kernels/neighbors.zig");
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
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

    const positions = try scope.alloc([3]f64, site_count);
    const wraps = try scope.alloc([3]i32, site_count);
    var work: Filter = .{
        .kernels = dispatch.kernels(),
        .site_count = site_count,
        .places = .{
            .lattice = lattice[0..9],
            .positions = positions.ptr,
            .wraps = wraps.ptr,
        },
        .cutoff = cutoff,
        .i = i,
        .j = j,
        .shift = shift,
        .distances = try scope.alloc(f64, i.len),
        .starts = undefined,
        .outputs = undefined,
    };
    for (positions, wraps, 0..) |*position, *wrap, site| {
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
    kernels: *const Kernels,
    site_count: usize,
    places: filter.Places,
    cutoff: f64,
    i: []const i32,
    j: []const i32,
    shift: []const i32,
    distances: []f64,
    /// Behind `measure` the number of pairs of chunk c at [c + 1], then where its pairs begin.
    starts: []usize,
    outputs: Outputs,

    fn measure(work: *Filter, scope: *Scope, chunk: usize) Error!void {
        const pairs = work.pairsOf(chunk);
        for ([_][*]const i32{ pairs.i, pairs.j }) |sites| for (sites[0..pairs.count]) |site| {
            // Negative ones are the largest.
            if (@as(u32, @bitCast(site)) < work.site_count) continue;
            return scope.invalid("there is no site {d}", .{site});
        };
        const distances = work.distances[chunk * pairs_per_chunk ..];
        work.starts[chunk + 1] = work.kernels.neighbor_remeasure(
            &work.places,
            &pairs,
            work.cutoff,
            distances.ptr,
        );
    }

    fn write(work: *Filter, _: *Scope, chunk: usize) Error!void {
        const pairs = work.pairsOf(chunk);
        const distances = work.distances[chunk * pairs_per_chunk ..];
        const at = work.starts[chunk];
        const out: neighbors.Pairs = .{
            .count = work.starts[chunk + 1] - at,
            .i = work.outputs.i[at..].ptr,
            .j = work.outputs.j[at..].ptr,
            .shift = work.outputs.shift[3 * at ..].ptr,
            .distance = work.outputs.distance[at..].ptr,
        };
        work.kernels.neighbor_keep_near(&pairs, work.cutoff, distances.ptr, &out);
    }

    fn pairsOf(work: *const Filter, chunk: usize) filter.Known {
        const first = chunk * pairs_per_chunk;
        return .{
            .count = @min(pairs_per_chunk, work.i.len - first),
            .i = work.i[first..].ptr,
            .j = work.j[first..].ptr,
            .shift = work.shift[3 * first ..].ptr,
        };
    }
};
