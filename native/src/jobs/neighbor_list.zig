//! Job "neighborList": all pairs within a cutoff, in a cell of any shape and periodicity.
//!
//! The atoms of one bin are a block. Its candidates are gathered and sorted by (j, S) once; then each
//! atom of the block picks its pairs in that order, so no list of pairs is ever sorted. A first pass
//! counts, a second one writes straight into the results.
const std = @import("std");
const number = @import("../number.zig");
const dispatch = @import("../kernels/dispatch.zig");
const neighbors = @import("../kernels/neighbors.zig");
const padded = @import("../kernels/vector.zig").padded;
const Bins = @import("bins.zig").Bins;
const Cell = @import("bins.zig").Cell;
const vector3 = @import("vector3.zig");
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;

const max_pairs = std.math.maxInt(i32);
const min_cutoff = 1e-12;
const max_cutoff = 1e12;
/// Fractional coordinates beyond this have lost half of their digits.
const max_frac = 1e8;
const bins_per_chunk = 8;
const runs_between_checkpoints = 4096;

pub fn run(scope: *Scope) Error!void {
    const frac = try scope.finiteInput(0, "fracPositions");
    if (frac.len % 3 != 0) {
        return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
    }
    for (frac) |value| if (@abs(value) > max_frac) {
        return scope.invalid("fracPositions must lie within ±{}, got {}", .{
            number.of(max_frac), number.of(value),
        });
    };
    const lattice = try scope.finiteInput(1, "lattice");
    if (lattice.len != 9) return scope.invalid("lattice must hold 9 numbers", .{});
    const flags = try scope.inputOf(i32, 2, "periodic", 3);
    const cutoff = try scope.param(0, "cutoff", min_cutoff, max_cutoff);
    const half = try scope.param(1, "half", 0, 1) != 0;
    const periodic = [3]bool{ flags[0] != 0, flags[1] != 0, flags[2] != 0 };
    const cell = Cell.create(lattice[0..9], periodic) orelse
        return scope.invalid("lattice has no volume", .{});

    const bins = try Bins.create(scope, &cell, frac, cutoff);
    try refuseHopeless(scope, &cell, &bins, frac.len / 3, cutoff);
    var search: Search = .{
        .kernels = dispatch.kernels(),
        .bins = &bins,
        .half = half,
        .limit = largestSquare(cutoff),
        .reach = reachOf(cutoff, bins.largest),
        .offsets = try scope.alloc(u32, frac.len / 3 + 1),
        .outputs = undefined,
    };
    const chunk_count = std.math.divCeil(usize, bins.count(), bins_per_chunk) catch unreachable;
    scope.expectChunks(2 * chunk_count);
    search.offsets[0] = 0;
    try scope.forEach(chunk_count, &search, Search.countChunk);
    const total = sumOffsets(search.offsets);
    if (total > max_pairs) {
        return scope.invalid("{d} pairs, at most {d} fit a list", .{ total, max_pairs });
    }
    search.outputs = .{
        .i = (try scope.output(i32, total)).ptr,
        .j = (try scope.output(i32, total)).ptr,
        .shift = (try scope.output(i32, 3 * total)).ptr,
        .distance = (try scope.output(f64, total)).ptr,
    };
    try scope.forEach(chunk_count, &search, Search.fillChunk);
}

/// The largest square whose root is at most the cutoff, so "distance <= cutoff" holds to the bit.
fn largestSquare(cutoff: f64) f64 {
    var square = cutoff * cutoff;
    while (true) {
        const next = std.math.nextAfter(f64, square, std.math.inf(f64));
        if (@sqrt(next) > cutoff) return square;
        square = next;
    }
}

/// Square of the cutoff with room for the rounding of positions and translations.
fn reachOf(cutoff: f64, largest: f64) f64 {
    const reach = cutoff * (1 + 1e-9) + 1e-12 * largest;
    return reach * reach;
}

/// Ends a search that could not end otherwise: a cutoff of 1e9 Å has 1e26 pairs. In a cell that is
/// periodic in p directions, n² sites pairs per translation lie within the cutoff for all
/// translations in a ball of p dimensions.
fn refuseHopeless(
    scope: *Scope,
    cell: *const Cell,
    bins: *const Bins,
    site_count: usize,
    cutoff: f64,
) Error!void {
    var dimensions: usize = 0;
    var thickness: f64 = 0;
    for (0..3) |axis| {
        if (cell.periodic[axis]) dimensions += 1 else {
            thickness += bins.extent[axis] * vector3.norm(cell.vector(axis));
        }
    }
    if (cutoff <= thickness) return;
    const radius = @sqrt(cutoff * cutoff - thickness * thickness);
    const ball: f64 = switch (dimensions) {
        0 => 1,
        1 => 2 * radius,
        2 => std.math.pi * radius * radius,
        else => 4.0 / 3.0 * std.math.pi * radius * radius * radius,
    };
    const sites: f64 = @floatFromInt(site_count);
    const expected = sites * sites * ball / cell.periodicMeasure();
    if (expected < 4.0 * max_pairs) return;
    return scope.invalid("a cutoff of {} gives about {e:.1} pairs, at most {d} fit a list", .{
        number.of(cutoff), expected, max_pairs,
    });
}

/// Turns the counts behind each atom into offsets; returns the total, which may exceed them.
fn sumOffsets(offsets: []u32) u64 {
    var total: u64 = 0;
    for (offsets[1..]) |*offset| {
        total += offset.*;
        offset.* = @truncate(total);
    }
    return total;
}

test "the number of pairs is right also where 32 bits end" {
    var offsets = [_]u32{ 0, 2_000_000_000, 2_000_000_000, 2_000_000_000 };
    try std.testing.expectEqual(6_000_000_000, sumOffsets(&offsets));
    var few = [_]u32{ 0, 2, 0, 3 };
    try std.testing.expectEqual(5, sumOffsets(&few));
    try std.testing.expectEqualSlices(u32, &.{ 0, 2, 2, 5 }, &few);
}

const Search = struct {
    kernels: *const Kernels,
    bins: *const Bins,
    half: bool,
    limit: f64,
    reach: f64,
    /// By original index: behind the count pass the number of pairs at [i + 1], then offsets.
    offsets: []u32,
    outputs: neighbors.Pairs,

    fn countChunk(search: *Search, scope: *Scope, chunk: usize) Error!void {
        try search.eachBin(scope, chunk, false);
    }

    fn fillChunk(search: *Search, scope: *Scope, chunk: usize) Error!void {
        try search.eachBin(scope, chunk, true);
    }

    fn eachBin(search: *Search, scope: *Scope, chunk: usize, comptime fills: bool) Error!void {
        const first = chunk * bins_per_chunk;
        var buffers: Buffers = .{};
        for (first..@min(first + bins_per_chunk, search.bins.count())) |bin| {
            const begin = search.bins.starts[bin];
            const end = search.bins.starts[bin + 1];
            if (begin == end) continue;
            try scope.checkpoint();
            try search.collect(scope, &buffers, bin, fills);
            for (begin..end) |site| {
                if (fills) search.fillSite(&buffers, site) else search.countSite(&buffers, site);
            }
        }
    }

    /// Candidates of a bin's atoms into the buffers, sorted by (j, S) if asked.
    fn collect(
        search: *Search,
        scope: *Scope,
        buffers: *Buffers,
        bin: usize,
        sorted: bool,
    ) Error!void {
        const sites = &search.bins.sites;
        const block = search.blockOf(bin);
        var capacity: usize = 0;
        var run_count: usize = 0;
        var sizes = search.bins.runsAround(bin);
        while (sizes.next()) |item| {
            capacity += item.end - item.begin;
            run_count += 1;
            if (run_count % runs_between_checkpoints == 0) try scope.checkpoint();
        }
        try buffers.reserveFound(scope, capacity + 1);

        var count: usize = 0;
        var runs = search.bins.runsAround(bin);
        while (runs.next()) |item| {
            if (item.begin == item.end) continue;
            const gathered: neighbors.Run = .{
                .begin = item.begin,
                .end = item.end,
                .image = item.image,
                .shift = neighbors.translation(search.bins.cell.lattice, item.image),
            };
            count = search.kernels.neighbor_gather(
                sites,
                &block,
                &gathered,
                buffers.found.ptr,
                count,
            );
        }
        if (count > std.math.maxInt(u32)) return error.OutOfMemory;
        try buffers.reserveCandidates(scope, count);
        try scope.checkpoint();
        for (buffers.order[0..count], buffers.found[0..count], 0..) |*key, found, index| {
            key.* = @as(u64, sites.original[found.site]) << 32 | index;
        }
        if (sorted) search.sort(buffers, count);
        buffers.candidates.count = count;
        search.kernels.neighbor_spread(
            sites,
            search.bins.cell.lattice,
            buffers.found.ptr,
            buffers.order.ptr,
            search.half,
            &buffers.candidates,
        );
    }

    /// Stable in the order of gathering, which is that of S.
    fn sort(search: *const Search, buffers: *Buffers, count: usize) void {
        const highest = search.offsets.len - 1;
        const bits = @bitSizeOf(usize) - @clz(highest);
        const order = buffers.order.ptr;
        search.kernels.sort_by_high(order, buffers.spare.ptr, count, bits);
    }

    fn blockOf(search: *const Search, bin: usize) neighbors.Block {
        const sites = &search.bins.sites;
        var block: neighbors.Block = .{
            .low = .{std.math.inf(f64)} ** 3,
            .high = .{-std.math.inf(f64)} ** 3,
            .reach = search.reach,
        };
        for (search.bins.starts[bin]..search.bins.starts[bin + 1]) |site| {
            const position = [3]f64{ sites.x[site], sites.y[site], sites.z[site] };
            for (position, &block.low, &block.high) |at, *low, *high| {
                low.* = @min(low.*, at);
                high.* = @max(high.*, at);
            }
        }
        return block;
    }

    fn queryOf(search: *const Search, site: usize) neighbors.Query {
        const sites = &search.bins.sites;
        return .{
            .x = sites.x[site],
            .y = sites.y[site],
            .z = sites.z[site],
            .limit = search.limit,
            .original = sites.original[site],
            .half = search.half,
        };
    }

    fn countSite(search: *Search, buffers: *const Buffers, site: usize) void {
        const query = search.queryOf(site);
        const count = search.kernels.neighbor_count(&buffers.candidates, &query);
        search.offsets[query.original + 1] = @intCast(count);
    }

    fn fillSite(search: *Search, buffers: *const Buffers, site: usize) void {
        const query = search.queryOf(site);
        const offset = search.offsets[query.original];
        const room = search.offsets[query.original + 1] - offset;
        const pairs: neighbors.Pairs = .{
            .i = search.outputs.i + offset,
            .j = search.outputs.j + offset,
            .shift = search.outputs.shift + 3 * offset,
            .distance = search.outputs.distance + offset,
        };
        const written = search.kernels.neighbor_fill(
            &buffers.candidates,
            &query,
            search.bins.sites.wrap[3 * site ..][0..3],
            buffers.hits.ptr,
            buffers.squares.ptr,
            &pairs,
        );
        std.debug.assert(written == room);
    }
};

/// Scratch of one chunk, kept from bin to bin as long as it is large enough.
const Buffers = struct {
    found: []neighbors.Found = &.{},
    order: []u64 = &.{},
    spare: []u64 = &.{},
    hits: []u32 = &.{},
    squares: []f64 = &.{},
    candidates: neighbors.Candidates = undefined,

    fn reserveFound(buffers: *Buffers, scope: *Scope, count: usize) Error!void {
        if (buffers.found.len >= count) return;
        buffers.found = try scope.alloc(neighbors.Found, count + count / 2);
    }

    fn reserveCandidates(buffers: *Buffers, scope: *Scope, count: usize) Error!void {
        if (buffers.order.len >= padded(count)) return;
        const room = padded(count + count / 4);
        buffers.spare = try scope.alloc(u64, room);
        buffers.hits = try scope.alloc(u32, room + padded(1));
        buffers.squares = try scope.alloc(f64, room);
        buffers.candidates = .{
            .count = 0,
            .x = (try scope.alloc(f64, room)).ptr,
            .y = (try scope.alloc(f64, room)).ptr,
            .z = (try scope.alloc(f64, room)).ptr,
            .shift_x = (try scope.alloc(f64, room)).ptr,
            .shift_y = (try scope.alloc(f64, room)).ptr,
            .shift_z = (try scope.alloc(f64, room)).ptr,
            .code = (try scope.alloc(u32, room)).ptr,
            .original = (try scope.alloc(u32, room)).ptr,
            .shift = (try scope.alloc(i32, 3 * room)).ptr,
        };
        buffers.order = try scope.alloc(u64, room);
    }
};
