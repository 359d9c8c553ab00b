//! All pairs within a cutoff, in a cell of any shape and periodicity.
//!
//! A few bins are a block. Its candidates are gathered and sorted by (j, S) once; each of its bins
//! keeps those that lie near, and each atom of the bin picks its pairs in that order, so no list of
//! pairs is ever sorted. A first pass counts, a second one writes straight into the results.
const std = @import("std");
const number = @import("../number.zig");
const dispatch = @import("../kernels/dispatch.zig");
const neighbors = @import("../kernels/neighbors.zig");
const Bins = @import("bins.zig").Bins;
const Box = @import("bins.zig").Box;
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
/// Bins of a block along each axis.
const block_edge = 2;
const runs_between_checkpoints = 4096;

/// Job "neighborList": i, j, shift and distance of every pair.
pub fn run(scope: *Scope) Error!void {
    return findPairs(scope, .all);
}

/// Job "neighborPairs": i and j alone.
pub fn runPairs(scope: *Scope) Error!void {
    return findPairs(scope, .pairs);
}

fn findPairs(scope: *Scope, fields: enum { all, pairs }) Error!void {
    const frac = try readPositions(scope);
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
    var work: Search = .{
        .kernels = dispatch.kernels(),
        .bins = &bins,
        .half = half,
        .limit = largestSquare(cutoff),
        .reach = reachOf(cutoff, bins.largest),
        .offsets = try scope.alloc(u32, frac.len / 3 + 1),
        .outputs = undefined,
    };
    const chunk_count = bins.boxCount(block_edge);
    scope.expectChunks(2 * chunk_count);
    work.offsets[0] = 0;
    try scope.forEach(chunk_count, &work, Search.countChunk);
    const total = sumOffsets(work.offsets);
    if (total > max_pairs) {
        return scope.invalid("{d} pairs, at most {d} fit a list", .{ total, max_pairs });
    }
    work.outputs = .{
        .count = total,
        .i = (try scope.output(i32, total)).ptr,
        .j = (try scope.output(i32, total)).ptr,
        .shift = if (fields == .pairs) null else (try scope.output(i32, 3 * total)).ptr,
        .distance = if (fields == .pairs) null else (try scope.output(f64, total)).ptr,
    };
    try scope.forEach(chunk_count, &work, Search.fillChunk);
}

fn readPositions(scope: *Scope) Error![]const f64 {
    const frac = try scope.input(f64, 0, "fracPositions");
    if (!areWithin(frac, max_frac)) {
        for (try scope.finiteInput(0, "fracPositions")) |value| if (@abs(value) > max_frac) {
            return scope.invalid("fracPositions must lie within ±{}, got {}", .{
                number.of(max_frac), number.of(value),
            });
        };
    }
    if (frac.len % 3 == 0) return frac;
    return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
}

/// False also for what is no number.
fn areWithin(values: []const f64, most: f64) bool {
    const Values = @Vector(8, f64);
    var outside: @Vector(8, bool) = @splat(false);
    var index: usize = 0;
    while (index + 8 <= values.len) : (index += 8) {
        const near = @abs(@as(Values, values[index..][0..8].*)) <= @as(Values, @splat(most));
        outside = @select(bool, near, outside, @as(@Vector(8, bool), @splat(true)));
    }
    for (values[index..]) |value| if (!(@abs(value) <= most)) return false;
    return !@reduce(.Or, outside);
}

test "numbers within a bound, at every place" {
    var values = [_]f64{ -3, 3, 0, 1, -1, 2, 0.5, -2, 3, -3, 1 };
    try std.testing.expect(areWithin(&values, 3));
    try std.testing.expect(areWithin(&.{}, 3));
    for (0..values.len) |index| {
        const kept = values[index];
        for ([_]f64{ 3.1, -3.1, std.math.nan(f64), std.math.inf(f64) }) |bad| {
            values[index] = bad;
            try std.testing.expect(!areWithin(&values, 3));
        }
        values[index] = kept;
    }
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

/// What single precision tells for certain about the centre of a block.
///
/// With u = 2^-24 and all coordinates within R, those of a difference are off by 4uR at most, and the
/// square of a distance up to 2R by less than 40uR². Rounding in double precision, where the
/// coordinates are L at most, adds less than 2^-48 LR.
fn frameOf(block: *const neighbors.Block, limit: f64, largest: f64) neighbors.Frame {
    var frame: neighbors.Frame = .{ .center = undefined, .surely = -1, .maybe = 0, .reach = 0 };
    var radius: f64 = 0;
    for (block.low, block.high, &frame.center) |low, high, *center| {
        center.* = 0.5 * low + 0.5 * high;
        radius = @max(radius, high - center.*, center.* - low);
    }
    radius += @sqrt(block.reach);
    const doubt = 0x1p-18 * radius * radius + 0x1p-46 * (largest + radius) * radius;
    if (!(radius < neighbors.farthest) or doubt > 0.5 * limit) {
        frame.maybe = neighbors.everywhere;
        frame.reach = neighbors.everywhere;
        return frame;
    }
    frame.surely = @floatCast(limit - doubt);
    frame.maybe = @floatCast(limit + doubt);
    frame.reach = @floatCast(block.reach + doubt);
    return frame;
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
        try search.searchBlock(scope, chunk, false);
    }

    fn fillChunk(search: *Search, scope: *Scope, chunk: usize) Error!void {
        try search.searchBlock(scope, chunk, true);
    }

    fn searchBlock(search: *Search, scope: *Scope, chunk: usize, comptime fills: bool) Error!void {
        const bins = search.bins;
        const box = bins.boxAt(chunk, block_edge);
        const outline = search.outlineOf(box) orelse return;
        const frame = frameOf(&outline, search.limit, bins.largest);
        const gathered = try search.gather(scope, box, &outline);
        const block = try search.spread(scope, &gathered, &frame, fills);
        const near = try newCloud(scope, block.cloud.count);
        const scratch: neighbors.Scratch = .{
            .hits = (try scope.alloc(u32, roomFor(block.cloud.count))).ptr,
            .squares = (try scope.alloc(f64, roomFor(block.cloud.count))).ptr,
        };
        var each = box.bins(bins);
        while (each.next()) |bin| {
            const begin = bins.starts[bin];
            const end = bins.starts[bin + 1];
            if (begin == end) continue;
            try scope.checkpoint();
            var cloud = near;
            if (box.count() == 1) cloud = block.cloud else {
                const inner = search.outlineOf(Box.ofOne(bins, bin)).?;
                search.kernels.neighbor_narrow(&block.cloud, &inner, &frame, &cloud);
            }
            for (begin..end) |site| {
                const query = search.queryOf(&frame, site);
                if (fills) {
                    search.fillSite(&block, &cloud, &query, &scratch);
                } else {
                    const count = search.kernels.neighbor_count(&cloud, block.candidates, &query);
                    search.offsets[query.original + 1] = @intCast(count);
                }
            }
        }
    }

    const Gathered = struct { runs: [*]const neighbors.Run, found: neighbors.Found, count: usize };

    /// The candidates of a block's atoms.
    fn gather(
        search: *Search,
        scope: *Scope,
        box: Box,
        outline: *const neighbors.Block,
    ) Error!Gathered {
        const bins = search.bins;
        var capacity: usize = 0;
        var run_count: u32 = 0;
        var sizes = bins.runsAround(box);
        while (sizes.next()) |item| {
            capacity += item.end - item.begin;
            run_count += 1;
            if (run_count % runs_between_checkpoints == 0) try scope.checkpoint();
        }
        const runs = try scope.alloc(neighbors.Run, run_count);
        const found: neighbors.Found = .{
            .site = (try scope.alloc(u32, roomFor(capacity))).ptr,
            .run = (try scope.alloc(u32, roomFor(capacity))).ptr,
        };
        var count: usize = 0;
        var each = bins.runsAround(box);
        for (runs, 0..) |*run_of_bins, index| {
            const item = each.next().?;
            run_of_bins.* = .{
                .begin = item.begin,
                .end = item.end,
                .image = item.image,
                .translation = neighbors.translation(bins.cell.lattice, item.image),
            };
            count = search.kernels.neighbor_gather(
                &bins.sites,
                outline,
                runs.ptr,
                @intCast(index),
                &found,
                count,
            );
        }
        if (count > std.math.maxInt(u32)) return error.OutOfMemory;
        try scope.checkpoint();
        return .{ .runs = runs.ptr, .found = found, .count = count };
    }

    const Spread = struct { candidates: [*]neighbors.Candidate, cloud: neighbors.Cloud };

    /// Candidates as records and as a cloud, sorted by (j, S) if asked.
    fn spread(
        search: *Search,
        scope: *Scope,
        gathered: *const Gathered,
        frame: *const neighbors.Frame,
        sorted: bool,
    ) Error!Spread {
        const count = gathered.count;
        const sites = &search.bins.sites;
        const order = try scope.alloc(u64, count);
        for (order, gathered.found.site[0..count], 0..) |*key, site, index| {
            key.* = @as(u64, sites.original[site]) << 32 | index;
        }
        if (sorted) {
            const highest = search.offsets.len - 1;
            const bits = @bitSizeOf(usize) - @clz(highest);
            const spare = try scope.alloc(u64, count);
            // Stable in the order of gathering, which is that of S.
            search.kernels.sort_by_high(order.ptr, spare.ptr, count, bits);
        }
        const block: Spread = .{
            .candidates = (try scope.alloc(neighbors.Candidate, count)).ptr,
            .cloud = try newCloud(scope, count),
        };
        search.kernels.neighbor_spread(
            sites,
            gathered.runs,
            &gathered.found,
            order.ptr,
            search.half,
            frame,
            block.candidates,
            &block.cloud,
        );
        return block;
    }

    /// Null without atoms.
    fn outlineOf(search: *const Search, box: Box) ?neighbors.Block {
        const sites = &search.bins.sites;
        var outline: neighbors.Block = .{
            .low = .{std.math.inf(f64)} ** 3,
            .high = .{-std.math.inf(f64)} ** 3,
            .reach = search.reach,
        };
        var is_empty = true;
        var each = box.bins(search.bins);
        while (each.next()) |bin| {
            for (search.bins.starts[bin]..search.bins.starts[bin + 1]) |site| {
                is_empty = false;
                const position = [3]f64{ sites.x[site], sites.y[site], sites.z[site] };
                for (position, &outline.low, &outline.high) |at, *low, *high| {
                    low.* = @min(low.*, at);
                    high.* = @max(high.*, at);
                }
            }
        }
        return if (is_empty) null else outline;
    }

    fn queryOf(search: *const Search, frame: *const neighbors.Frame, site: usize) neighbors.Query {
        const sites = &search.bins.sites;
        const wrap = sites.wrap[3 * site ..][0..3];
        return .{
            .position = .{ sites.x[site], sites.y[site], sites.z[site] },
            .limit = search.limit,
            .frame = frame,
            .wrap = .{ wrap[0], wrap[1], wrap[2], 0 },
            .original = sites.original[site],
            .half = search.half,
        };
    }

    fn fillSite(
        search: *Search,
        block: *const Spread,
        cloud: *const neighbors.Cloud,
        query: *const neighbors.Query,
        scratch: *const neighbors.Scratch,
    ) void {
        const outputs = &search.outputs;
        const offset = search.offsets[query.original];
        const room = search.offsets[query.original + 1] - offset;
        const pairs: neighbors.Pairs = .{
            .count = room,
            .i = outputs.i + offset,
            .j = outputs.j + offset,
            .shift = if (outputs.shift) |shift| shift + 3 * offset else null,
            .distance = if (outputs.distance) |distance| distance + offset else null,
        };
        const written = search.kernels.neighbor_fill(
            cloud,
            block.candidates,
            query,
            scratch,
            &pairs,
        );
        std.debug.assert(written == room);
    }
};

/// Room for whole vectors, and for the vector that selecting writes behind the end.
fn roomFor(count: usize) usize {
    return std.mem.alignForward(usize, count, neighbors.lanes) + neighbors.lanes;
}

fn newCloud(scope: *Scope, count: usize) Error!neighbors.Cloud {
    const room = roomFor(count);
    return .{
        .count = count,
        .x = (try scope.alloc(f32, room)).ptr,
        .y = (try scope.alloc(f32, room)).ptr,
        .z = (try scope.alloc(f32, room)).ptr,
        .code = (try scope.alloc(u32, room)).ptr,
        .index = (try scope.alloc(u32, room)).ptr,
    };
}
