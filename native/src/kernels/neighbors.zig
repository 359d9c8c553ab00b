//! Leaf functions of the neighbour list. A block of atoms that lie together shares one list of
//! candidates; each atom then tests them eight at a time.
const std = @import("std");
const vector = @import("vector.zig");

/// Atoms in the order of their bins; wrapped cartesian positions.
pub const Sites = extern struct {
    x: [*]const f64,
    y: [*]const f64,
    z: [*]const f64,
    /// Index that the caller knows the atom by.
    original: [*]const u32,
    /// Lattice vectors taken off by wrapping, [3n].
    wrap: [*]const i32,
};

/// Box around the atoms of a block, grown by the cutoff, squared distances in `reach`.
pub const Block = extern struct {
    low: [3]f64,
    high: [3]f64,
    /// Square of the cutoff with a margin for rounding.
    reach: f64,
};

/// A run of neighbouring bins seen through one lattice translation.
pub const Run = extern struct {
    begin: usize,
    end: usize,
    image: [3]i32,
    shift: [3]f64,
};

/// A candidate before sorting.
pub const Found = extern struct { site: u32, image: [3]i32 };

/// Candidates as structure of arrays, padded to whole vectors with atoms at infinity.
pub const Candidates = extern struct {
    count: usize,
    x: [*]f64,
    y: [*]f64,
    z: [*]f64,
    shift_x: [*]f64,
    shift_y: [*]f64,
    shift_z: [*]f64,
    /// 2 · original index + 1 if this is no image that a list of itself skips; see `code`.
    code: [*]u32,
    original: [*]u32,
    /// Lattice translation minus the wrap of the candidate, [3 · count].
    shift: [*]i32,
};

pub const Query = extern struct {
    x: f64,
    y: f64,
    z: f64,
    /// Largest squared distance that counts.
    limit: f64,
    original: u32,
    half: bool,
};

/// Where the pairs of one atom go.
pub const Pairs = extern struct {
    i: [*]i32,
    j: [*]i32,
    shift: [*]i32,
    distance: [*]f64,
};

/// A candidate counts for atom i when its code differs from 2i (full list: all but itself), or when
/// its code exceeds 2i (half list: i < j, or i = j and a positive translation).
fn code(original: u32, image: [3]i32, half: bool) u32 {
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
    run: *const Run,
    found: [*]Found,
    found_count: usize,
) callconv(.c) usize {
    var end = found_count;
    for (run.begin..run.end) |site| {
        const position = [3]f64{ sites.x[site], sites.y[site], sites.z[site] };
        var square: f64 = 0;
        inline for (0..3) |axis| {
            const at = position[axis] + run.shift[axis];
            const outside = @max(@max(block.low[axis] - at, at - block.high[axis]), 0);
            square += outside * outside;
        }
        found[end] = .{ .site = @intCast(site), .image = run.image };
        end += @intFromBool(square <= block.reach);
    }
    return end;
}

/// Spreads candidates into arrays, in the order of `order` (low half: index into `found`).
pub fn spread(
    sites: *const Sites,
    lattice: *const [9]f64,
    found: [*]const Found,
    order: [*]const u64,
    half: bool,
    out: *const Candidates,
) callconv(.c) void {
    for (0..out.count) |index| {
        const candidate = found[@as(u32, @truncate(order[index]))];
        const site = candidate.site;
        const shift = translation(lattice, candidate.image);
        out.x[index] = sites.x[site];
        out.y[index] = sites.y[site];
        out.z[index] = sites.z[site];
        out.shift_x[index] = shift[0];
        out.shift_y[index] = shift[1];
        out.shift_z[index] = shift[2];
        out.original[index] = sites.original[site];
        out.code[index] = code(sites.original[site], candidate.image, half);
        inline for (0..3) |axis| {
            out.shift[3 * index + axis] = candidate.image[axis] - sites.wrap[3 * site + axis];
        }
    }
    for (out.count..vector.padded(out.count)) |index| {
        out.x[index] = std.math.inf(f64);
        inline for (.{ out.y, out.z, out.shift_x, out.shift_y, out.shift_z }) |values| {
            values[index] = 0;
        }
        out.code[index] = 0;
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

const Test = struct { square: vector.F, hits: vector.Mask };

/// The difference of the positions first, then the translation: the mirrored pair rounds alike, so
/// (i, j, S) is in the list exactly when (j, i, -S) is.
inline fn testEight(
    comptime half: bool,
    candidates: *const Candidates,
    query: *const Query,
    index: usize,
) Test {
    const dx = (vector.load(candidates.x, index) - vector.splat(query.x)) +
        vector.load(candidates.shift_x, index);
    const dy = (vector.load(candidates.y, index) - vector.splat(query.y)) +
        vector.load(candidates.shift_y, index);
    const dz = (vector.load(candidates.z, index) - vector.splat(query.z)) +
        vector.load(candidates.shift_z, index);
    const square = dx * dx + dy * dy + dz * dz;
    const Codes = @Vector(vector.width, u32);
    const codes: Codes = candidates.code[index..][0..vector.width].*;
    const own: Codes = @splat(2 * query.original);
    const wanted: vector.Mask = @bitCast(if (half) codes > own else codes != own);
    const near: vector.Mask = @bitCast(square <= vector.splat(query.limit));
    return .{ .square = square, .hits = near & wanted };
}

inline fn countWith(comptime half: bool, candidates: *const Candidates, query: *const Query) usize {
    var total: usize = 0;
    var index: usize = 0;
    while (index < candidates.count) : (index += vector.width) {
        total += @popCount(testEight(half, candidates, query, index).hits);
    }
    return total;
}

/// Neighbours of one atom.
pub fn countPairs(candidates: *const Candidates, query: *const Query) callconv(.c) usize {
    if (query.half) return countWith(true, candidates, query);
    return countWith(false, candidates, query);
}

/// For each mask, the lanes that are set, first to last.
const set_lanes = lanes: {
    @setEvalBranchQuota(10_000);
    var table: [256][vector.width]u8 = .{.{0} ** vector.width} ** 256;
    for (&table, 0..) |*lanes, mask| {
        var found: usize = 0;
        for (0..vector.width) |lane| {
            if (mask >> lane & 1 == 0) continue;
            lanes[found] = lane;
            found += 1;
        }
    }
    break :lanes table;
};

inline fn selectWith(
    comptime half: bool,
    candidates: *const Candidates,
    query: *const Query,
    hits: [*]u32,
    squares: [*]f64,
) usize {
    const Indices = @Vector(vector.width, u32);
    var total: usize = 0;
    var index: usize = 0;
    while (index < candidates.count) : (index += vector.width) {
        const tested = testEight(half, candidates, query, index);
        const lanes: @Vector(vector.width, u8) = set_lanes[tested.hits];
        // Eight at a time whatever the mask: what lies behind the end is overwritten next.
        hits[total..][0..vector.width].* = @as(Indices, lanes) +
            @as(Indices, @splat(@intCast(index)));
        vector.store(squares, index, tested.square);
        total += @popCount(tested.hits);
    }
    return total;
}

/// Writes the pairs of one atom, in the order of the candidates; returns their number. `hits` has
/// room for a vector more than there are candidates.
pub fn fillPairs(
    candidates: *const Candidates,
    query: *const Query,
    wrap: *const [3]i32,
    hits: [*]u32,
    squares: [*]f64,
    out: *const Pairs,
) callconv(.c) usize {
    const total = if (query.half)
        selectWith(true, candidates, query, hits, squares)
    else
        selectWith(false, candidates, query, hits, squares);
    for (0..total) |pair| {
        const index = hits[pair];
        out.i[pair] = @intCast(query.original);
        out.j[pair] = @intCast(candidates.original[index]);
        inline for (0..3) |axis| {
            out.shift[3 * pair + axis] = candidates.shift[3 * index + axis] + wrap[axis];
        }
        out.distance[pair] = @sqrt(squares[index]);
    }
    return total;
}
