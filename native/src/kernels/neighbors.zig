//! Leaf functions of the neighbour list. A block of atoms that lie together shares one list of
//! candidates, each bin of it the part that lies near. An atom tests those sixteen at a time in single
//! precision, which settles nearly all; what is too close to the cutoff, and every distance that is
//! written, is computed in double precision.
const std = @import("std");
const append = @import("compress.zig").append;
const vector = @import("vector.zig");

/// Atoms in the order of their bins; wrapped cartesian positions, readable for a vector more.
pub const Sites = extern struct {
    x: [*]const f64,
    y: [*]const f64,
    z: [*]const f64,
    /// Index that the caller knows the atom by.
    original: [*]const u32,
    /// Lattice vectors taken off by wrapping, [3n].
    wrap: [*]const i32,
};

/// Box around the atoms of a block.
pub const Block = extern struct {
    low: [3]f64,
    high: [3]f64,
    /// Square of the cutoff with a margin for rounding.
    reach: f64,
};

/// Neighbouring bins seen through one lattice translation.
pub const Run = extern struct {
    begin: usize,
    end: usize,
    image: [3]i32,
    /// S · M.
    translation: [3]f64,
};

/// Candidates before sorting: index of the site and of the run that it was found in.
pub const Found = extern struct { site: [*]u32, run: [*]u32 };

/// What is written of a pair, and what its distance is computed from: one cache line.
pub const Candidate = extern struct {
    position: [3]f64,
    /// S · M.
    translation: [3]f64,
    /// Lattice translation minus the wrap of the candidate; then its original index.
    tail: [4]i32,
};

/// Candidates in single precision about a common centre, padded to whole vectors with what lies
/// beyond every cutoff.
pub const Cloud = extern struct {
    count: usize,
    x: [*]f32,
    y: [*]f32,
    z: [*]f32,
    /// 2 · original index + 1 if this is no image that a list of itself skips; see `codeOf`.
    code: [*]u32,
    /// Index of the candidate.
    index: [*]u32,
};

/// The centre that a cloud is relative to, and the bounds that its rounding leaves.
pub const Frame = extern struct {
    center: [3]f64,
    /// Squared distances up to here lie within the cutoff for certain; negative: none is certain.
    surely: f32,
    /// Beyond this they lie outside for certain.
    maybe: f32,
    /// As `maybe`, for the distance from the box of a bin.
    reach: f32,
};

pub const Query = extern struct {
    position: [3]f64,
    /// Largest squared distance that counts.
    limit: f64,
    frame: *const Frame,
    /// Lattice vectors taken off the atom by wrapping; then 0.
    wrap: [4]i32,
    original: u32,
    half: bool,
};

/// Where the pairs of one atom go; those that are null are not wanted.
pub const Pairs = extern struct {
    count: usize,
    i: [*]i32,
    j: [*]i32,
    shift: ?[*]i32,
    distance: ?[*]f64,
};

/// Room for as many as the cloud has, and a vector more.
pub const Scratch = extern struct { hits: [*]u32, squares: [*]f64 };

/// Lanes of the tests in single precision.
pub const lanes = @import("compress.zig").lanes;
const Singles = @Vector(lanes, f32);
const Codes = @Vector(lanes, u32);
const Mask = u16;

/// Farther from a centre than this nothing is told apart in single precision.
pub const farthest = 1e14;
/// Above every squared distance of two points that are not `nowhere`.
pub const everywhere = 1e30;
const nowhere = 1e18;

/// A candidate counts for atom i when its code differs from 2i (full list: all but itself), or when
/// its code exceeds 2i (half list: i < j, or i = j and a positive translation).
fn codeOf(original: u32, image: [3]i32, half: bool) u32 {
    const flag = if (half) isPositive(image) else image[0] != 0 or image[1] != 0 or image[2] != 0;
    return 2 * original + @intFromBool(flag);
}

fn isPositive(image: [3]i32) bool {
    for (image) |component| if (component != 0) return component > 0;
    return false;
}

/// Appends the atoms of a run that lie within reach of the block; returns the new count.
pub fn gather(
    sites: *const Sites,
    block: *const Block,
    runs: [*]const Run,
    run_index: u32,
    found: *const Found,
    found_count: usize,
) callconv(.c) usize {
    const run = &runs[run_index];
    var end = found_count;
    var first = run.begin;
    while (first < run.end) : (first += lanes) {
        var mask = boxMask(sites, block, run, first);
        const left = run.end - first;
        if (left < lanes) mask &= (@as(Mask, 1) << @intCast(left)) - 1;
        const all = @as(Codes, @splat(@intCast(first))) + std.simd.iota(u32, lanes);
        end = append(found.site, end, mask, all);
    }
    @memset(found.run[found_count..end], run_index);
    return end;
}

inline fn boxMask(sites: *const Sites, block: *const Block, run: *const Run, first: usize) Mask {
    var mask: Mask = 0;
    inline for (0..lanes / vector.width) |part| {
        var square = vector.splat(0);
        inline for (.{ sites.x, sites.y, sites.z }, 0..) |values, axis| {
            const at = vector.load(values, first + part * vector.width) +
                vector.splat(run.translation[axis]);
            const below = vector.splat(block.low[axis]) - at;
            const above = at - vector.splat(block.high[axis]);
            const outside = @max(@max(below, above), vector.splat(0));
            square += outside * outside;
        }
        const near: vector.Mask = @bitCast(square <= vector.splat(block.reach));
        mask |= @as(Mask, near) << (part * vector.width);
    }
    return mask;
}

/// Spreads candidates into records and a cloud, in the order of `order` (low half: index into
/// `found`).
pub fn spread(
    sites: *const Sites,
    runs: [*]const Run,
    found: *const Found,
    order: [*]const u64,
    half: bool,
    frame: *const Frame,
    candidates: [*]Candidate,
    cloud: *const Cloud,
) callconv(.c) void {
    for (0..cloud.count) |index| {
        const from = @as(u32, @truncate(order[index]));
        const site = found.site[from];
        const run = &runs[found.run[from]];
        const original = sites.original[site];
        const position = [3]f64{ sites.x[site], sites.y[site], sites.z[site] };
        const wrap = sites.wrap[3 * site ..][0..3];
        candidates[index] = .{
            .position = position,
            .translation = run.translation,
            .tail = .{
                run.image[0] - wrap[0],
                run.image[1] - wrap[1],
                run.image[2] - wrap[2],
                @intCast(original),
            },
        };
        inline for (.{ cloud.x, cloud.y, cloud.z }, 0..) |values, axis| {
            values[index] = relative(frame, axis, position[axis] + run.translation[axis]);
        }
        cloud.code[index] = codeOf(original, run.image, half);
        cloud.index[index] = @intCast(index);
    }
    pad(cloud);
}

fn relative(frame: *const Frame, axis: usize, at: f64) f32 {
    return @floatCast(@min(@max(at - frame.center[axis], -farthest), farthest));
}

fn pad(cloud: *const Cloud) void {
    for (cloud.count..std.mem.alignForward(usize, cloud.count, lanes)) |index| {
        inline for (.{ cloud.x, cloud.y, cloud.z }) |values| values[index] = nowhere;
        cloud.code[index] = 0;
        cloud.index[index] = 0;
    }
}

/// S · M. Odd in S to the last bit, which keeps a full list symmetric.
pub fn translation(lattice: *const [9]f64, image: [3]i32) [3]f64 {
    var shift: [3]f64 = undefined;
    inline for (0..3) |axis| {
        shift[axis] = @as(f64, @floatFromInt(image[0])) * lattice[axis] +
            @as(f64, @floatFromInt(image[1])) * lattice[3 + axis] +
            @as(f64, @floatFromInt(image[2])) * lattice[6 + axis];
    }
    return shift;
}

inline fn splat(value: f32) Singles {
    return @splat(value);
}

/// The part of a cloud that lies within reach of a box, in the same order.
pub fn narrow(
    from: *const Cloud,
    box: *const Block,
    frame: *const Frame,
    to: *Cloud,
) callconv(.c) void {
    var low: [3]Singles = undefined;
    var high: [3]Singles = undefined;
    inline for (0..3) |axis| {
        low[axis] = splat(relative(frame, axis, box.low[axis]));
        high[axis] = splat(relative(frame, axis, box.high[axis]));
    }
    const target = to.*;
    const source = from.*;
    var count: usize = 0;
    var first: usize = 0;
    while (first < source.count) : (first += lanes) {
        var square = splat(0);
        var at: [3]Singles = undefined;
        inline for (.{ source.x, source.y, source.z }, &at, 0..) |values, *coordinate, axis| {
            coordinate.* = values[first..][0..lanes].*;
            const below = low[axis] - coordinate.*;
            const above = coordinate.* - high[axis];
            const outside = @max(@max(below, above), splat(0));
            square += outside * outside;
        }
        const mask: Mask = @bitCast(square <= splat(frame.reach));
        inline for (.{ target.x, target.y, target.z }, at) |values, coordinate| {
            _ = append(@ptrCast(values), count, mask, @bitCast(coordinate));
        }
        _ = append(target.code, count, mask, source.code[first..][0..lanes].*);
        count = append(target.index, count, mask, source.index[first..][0..lanes].*);
    }
    to.count = count;
    pad(to);
}

/// The difference of the positions first, then the translation: the mirrored pair rounds alike, so
/// (i, j, S) is in the list exactly when (j, i, -S) is.
inline fn squareOf(candidate: *const Candidate, query: *const Query) f64 {
    const dx = (candidate.position[0] - query.position[0]) + candidate.translation[0];
    const dy = (candidate.position[1] - query.position[1]) + candidate.translation[1];
    const dz = (candidate.position[2] - query.position[2]) + candidate.translation[2];
    return dx * dx + dy * dy + dz * dz;
}

const Test = struct { maybe: Mask, surely: Mask };

/// A query in single precision.
const Probe = struct {
    at: [3]Singles,
    own: Codes,
    surely: Singles,
    maybe: Singles,

    inline fn create(query: *const Query) Probe {
        var probe: Probe = .{
            .at = undefined,
            .own = @splat(2 * query.original),
            .surely = splat(query.frame.surely),
            .maybe = splat(query.frame.maybe),
        };
        inline for (0..3) |axis| {
            probe.at[axis] = splat(relative(query.frame, axis, query.position[axis]));
        }
        return probe;
    }

    inline fn run(probe: *const Probe, comptime half: bool, cloud: *const Cloud, first: usize) Test {
        const dx = @as(Singles, cloud.x[first..][0..lanes].*) - probe.at[0];
        const dy = @as(Singles, cloud.y[first..][0..lanes].*) - probe.at[1];
        const dz = @as(Singles, cloud.z[first..][0..lanes].*) - probe.at[2];
        const square = dx * dx + dy * dy + dz * dz;
        const codes: Codes = cloud.code[first..][0..lanes].*;
        const wanted: Mask = @bitCast(if (half) codes > probe.own else codes != probe.own);
        const maybe: Mask = @bitCast(square <= probe.maybe);
        const surely: Mask = @bitCast(square <= probe.surely);
        return .{ .maybe = maybe & wanted, .surely = surely & wanted };
    }
};

inline fn countWith(
    comptime half: bool,
    cloud: *const Cloud,
    candidates: [*]const Candidate,
    query: *const Query,
) usize {
    const probe = Probe.create(query);
    var total: usize = 0;
    var first: usize = 0;
    while (first < cloud.count) : (first += lanes) {
        const tested = probe.run(half, cloud, first);
        total += @popCount(tested.surely);
        var open = tested.maybe & ~tested.surely;
        while (open != 0) : (open &= open - 1) {
            const index = cloud.index[first + @ctz(open)];
            total += @intFromBool(squareOf(&candidates[index], query) <= query.limit);
        }
    }
    return total;
}

/// Neighbours of one atom.
pub fn countPairs(
    cloud: *const Cloud,
    candidates: [*]const Candidate,
    query: *const Query,
) callconv(.c) usize {
    if (query.half) return countWith(true, cloud, candidates, query);
    return countWith(false, cloud, candidates, query);
}

const Selection = struct { count: usize, is_certain: bool };

/// Where `values` is `.index`, the hits are candidates; where it is `.code`, their codes.
inline fn selectWith(
    comptime half: bool,
    comptime values: enum { index, code },
    cloud: *const Cloud,
    query: *const Query,
    hits: [*]u32,
) Selection {
    const probe = Probe.create(query);
    const source = cloud.*;
    const chosen = @field(source, @tagName(values));
    var total: usize = 0;
    var open: Mask = 0;
    var first: usize = 0;
    while (first < source.count) : (first += lanes) {
        const tested = probe.run(half, &source, first);
        open |= tested.maybe ^ tested.surely;
        total = append(hits, total, tested.maybe, chosen[first..][0..lanes].*);
    }
    return .{ .count = total, .is_certain = open == 0 };
}

/// Keeps the hits whose distance in double precision counts.
fn settle(candidates: [*]const Candidate, query: *const Query, hits: []u32) usize {
    var kept: usize = 0;
    for (hits) |hit| {
        hits[kept] = hit;
        kept += @intFromBool(squareOf(&candidates[hit], query) <= query.limit);
    }
    return kept;
}

/// Candidates that are neighbours of one atom, in order; returns their number.
fn selectIndexes(
    cloud: *const Cloud,
    candidates: [*]const Candidate,
    query: *const Query,
    hits: [*]u32,
) usize {
    const selection = if (query.half)
        selectWith(true, .index, cloud, query, hits)
    else
        selectWith(false, .index, cloud, query, hits);
    if (selection.is_certain) return selection.count;
    return settle(candidates, query, hits[0..selection.count]);
}

/// Writes the pairs of one atom, in the order of the cloud, unless there is no room for so many;
/// returns their number.
pub fn fillPairs(
    cloud: *const Cloud,
    candidates: [*]const Candidate,
    query: *const Query,
    scratch: *const Scratch,
    out: *const Pairs,
) callconv(.c) usize {
    const hits = scratch.hits;
    if (out.shift == null) return fillIndexes(cloud, candidates, query, hits, out);
    const total = selectIndexes(cloud, candidates, query, hits);
    if (total > out.count) return total;
    @memset(out.i[0..total], @intCast(query.original));
    fillPair(candidates, query, hits[0..total], scratch.squares, out);
    fillDistances(scratch.squares, out.distance.?[0..total]);
    return total;
}

/// As `fillPairs` where nothing but i and j is wanted.
fn fillIndexes(
    cloud: *const Cloud,
    candidates: [*]const Candidate,
    query: *const Query,
    hits: [*]u32,
    out: *const Pairs,
) usize {
    const selection = if (query.half)
        selectWith(true, .code, cloud, query, hits)
    else
        selectWith(false, .code, cloud, query, hits);
    var total = selection.count;
    if (!selection.is_certain) {
        total = selectIndexes(cloud, candidates, query, hits);
        // The code again, from j, for both cases to end alike.
        for (hits[0..total]) |*hit| hit.* = 2 * @as(u32, @intCast(candidates[hit.*].tail[3]));
    }
    if (total > out.count) return total;
    @memset(out.i[0..total], @intCast(query.original));
    for (out.j[0..total], hits[0..total]) |*j, code| j.* = @intCast(code >> 1);
    return total;
}

fn fillPair(
    candidates: [*]const Candidate,
    query: *const Query,
    hits: []const u32,
    noalias squares: [*]f64,
    out: *const Pairs,
) void {
    const wrap: @Vector(4, i32) = query.wrap;
    const j = out.j;
    const shift = out.shift.?;
    const own = query.*;
    if (hits.len == 0) return;
    const last = hits.len - 1;
    for (hits[0..last], 0..) |hit, pair| {
        const candidate = &candidates[hit];
        const tail = @as(@Vector(4, i32), candidate.tail) + wrap;
        j[pair] = tail[3];
        // Four at once: the fourth is overwritten next, and behind the last there is no room.
        shift[3 * pair ..][0..4].* = tail;
        squares[pair] = squareOf(candidate, &own);
    }
    const candidate = &candidates[hits[last]];
    const tail: [4]i32 = @as(@Vector(4, i32), candidate.tail) + wrap;
    j[last] = tail[3];
    shift[3 * last ..][0..3].* = tail[0..3].*;
    squares[last] = squareOf(candidate, &own);
}

fn fillDistances(squares: [*]const f64, distance: []f64) void {
    var pair: usize = 0;
    while (pair + vector.width <= distance.len) : (pair += vector.width) {
        vector.store(distance.ptr, pair, @sqrt(vector.load(squares, pair)));
    }
    while (pair < distance.len) : (pair += 1) distance[pair] = @sqrt(squares[pair]);
}
