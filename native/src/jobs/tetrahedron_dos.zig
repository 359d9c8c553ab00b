//! Job "tetrahedronDos": densities of states by the linear tetrahedron method on a regular mesh (P. E.
//! Blöchl, O. Jepsen & O. K. Andersen, Phys. Rev. B 49, 16223 (1994); weights of the corners as in their
//! appendix B).
//!
//! A density is the mean over the interval from halfway to the frequency before to halfway to the next, by the
//! difference of counted states at its ends. So no state between the first frequency and the last is lost, even
//! where all corners of a tetrahedron have one frequency and its density is a delta function.
//!
//! Inputs: frequencies [m, b] of the irreducible points; their weights [m], whose sum is the size of the
//! mesh; the mesh point [m] (int32) that stands for each; the irreducible point of every mesh point
//! (int32); shares [m, b, p] of each state; frequencies to tell the density at, ascending, two or
//! more.
//! Parameters: counts of the mesh along a*, b*, c*; signs of the tetrahedra's common diagonal along them; p.
//! Outputs: the density [f], per state of the mesh and unit of frequency; that of each share [p, f].
const std = @import("std");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const points_per_chunk = 16;
const orders = [6][3]u8{
    .{ 0, 1, 2 }, .{ 0, 2, 1 }, .{ 1, 0, 2 }, .{ 1, 2, 0 }, .{ 2, 0, 1 }, .{ 2, 1, 0 },
};

const Request = struct {
    frequencies: []const f64,
    weights: []const f64,
    addresses: []const i32,
    irreducible: []const i32,
    shares: []const f64,
    /// Ends of the intervals, [f + 1].
    edges: []const f64,
    counts: [3]usize,
    signs: [3]i64,
    band_count: usize,
    share_count: usize,
    /// [chunks, 1 + p, f]
    sums: []f64,

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        const width = request.edges.len - 1;
        const sums = request.sums[index * (1 + request.share_count) * width ..][0 .. (1 + request.share_count) * width];
        @memset(sums, 0);
        const own = try scope.alloc(f64, width);
        const first = index * points_per_chunk;
        for (first..@min(first + points_per_chunk, request.weights.len)) |point| {
            try scope.checkpoint();
            var corners: [24][3]usize = undefined;
            request.cornersOf(point, &corners);
            for (0..request.band_count) |band| request.addBand(point, band, &corners, own, sums);
        }
    }

    /// The irreducible points of the other three corners of the 24 tetrahedra around a point.
    fn cornersOf(request: *const Request, point: usize, corners: *[24][3]usize) void {
        var address: [3]i64 = undefined;
        var rest: usize = @intCast(request.addresses[point]);
        for (0..3) |reversed| {
            const axis = 2 - reversed;
            address[axis] = @intCast(rest % request.counts[axis]);
            rest /= request.counts[axis];
        }
        for (orders, 0..) |order, which| for (0..4) |own| {
            // Steps of the path 0, 1, 2, 3 of corners, seen from corner `own`.
            var place = address;
            for (order[0..own]) |axis| place[axis] -= request.signs[axis];
            var next: usize = 0;
            for (0..4) |corner| {
                if (corner > 0) place[order[corner - 1]] += request.signs[order[corner - 1]];
                if (corner == own) continue;
                corners[4 * which + own][next] = request.irreducibleAt(place);
                next += 1;
            }
        };
    }

    fn irreducibleAt(request: *const Request, place: [3]i64) usize {
        var index: usize = 0;
        for (place, request.counts) |value, count| {
            const size: i64 = @intCast(count);
            index = index * count + @as(usize, @intCast(@mod(value, size)));
        }
        return @intCast(request.irreducible[index]);
    }

    fn addBand(
        request: *const Request,
        point: usize,
        band: usize,
        corners: *const [24][3]usize,
        own: []f64,
        sums: []f64,
    ) void {
        const width = request.edges.len - 1;
        const value = request.frequencies[point * request.band_count + band];
        var low = width;
        var high: usize = 0;
        @memset(own, 0);
        for (corners) |three| {
            var others: [3]f64 = undefined;
            for (&others, three) |*other, corner| other.* = request.frequencies[corner * request.band_count + band];
            const range = addTetrahedron(value, &others, request.edges, own);
            low = @min(low, range[0]);
            high = @max(high, range[1]);
        }
        // Six tetrahedra share a cell of the mesh.
        const factor = request.weights[point] / 6;
        for (low..@max(low, high)) |index| sums[index] += factor * own[index];
        const shares = request.shares[(point * request.band_count + band) * request.share_count ..];
        for (0..request.share_count) |share| {
            const row = sums[(1 + share) * width ..][0..width];
            for (low..@max(low, high)) |index| row[index] += factor * shares[share] * own[index];
        }
    }
};

/// Adds the share of corner `value` in the states of each interval; returns the range that it touched.
fn addTetrahedron(value: f64, others: *[3]f64, edges: []const f64, out: []f64) [2]usize {
    if (others[0] > others[1]) std.mem.swap(f64, &others[0], &others[1]);
    if (others[1] > others[2]) std.mem.swap(f64, &others[1], &others[2]);
    if (others[0] > others[1]) std.mem.swap(f64, &others[0], &others[1]);
    // Which of the four ascending corners the value is.
    var rank: usize = 0;
    while (rank < 3 and others[rank] < value) rank += 1;
    var e: [4]f64 = undefined;
    for (&e, 0..) |*corner, index| {
        corner.* = if (index == rank) value else others[if (index < rank) index else index - 1];
    }
    // What lies at an edge belongs to the interval below it.
    const begin = firstFrom(edges, e[0]) -| 1;
    var before = cornerShare(&e, rank, edges[begin]);
    var next = begin;
    while (next < out.len and before < 0.25) : (next += 1) {
        const share = cornerShare(&e, rank, edges[next + 1]);
        out[next] += share - before;
        before = share;
    }
    return .{ begin, next };
}

fn firstFrom(edges: []const f64, value: f64) usize {
    var low: usize = 0;
    var high = edges.len;
    while (low < high) {
        const middle = (low + high) / 2;
        if (edges[middle] < value) low = middle + 1 else high = middle;
    }
    return low;
}

/// ∫ θ(w − e(x)) x_rank dx over a tetrahedron of volume 1, e linear between its ascending corners and x_rank 1
/// at one of them: 0 below the lowest corner, a quarter from the highest on. No quotient is taken but of parts of
/// a distance that is not zero, whatever corners are equal.
fn cornerShare(e: *const [4]f64, rank: usize, w: f64) f64 {
    if (w >= e[3]) return 0.25;
    if (w <= e[0]) return 0;
    if (w < e[1]) {
        const f = [3]f64{ along(e, w, 1, 0), along(e, w, 2, 0), along(e, w, 3, 0) };
        const part = f[0] * f[1] * f[2] / 4;
        return part * if (rank > 0) f[rank - 1] else 4 - f[0] - f[1] - f[2];
    }
    if (w >= e[2]) {
        const f = [3]f64{ along(e, w, 0, 3), along(e, w, 1, 3), along(e, w, 2, 3) };
        const part = f[0] * f[1] * f[2] / 4;
        return 0.25 - part * if (rank < 3) f[rank] else 4 - f[0] - f[1] - f[2];
    }
    const f20 = along(e, w, 2, 0);
    const f21 = along(e, w, 2, 1);
    const f30 = along(e, w, 3, 0);
    const f31 = along(e, w, 3, 1);
    const low = f30 * f20 / 4;
    const middle = f30 * f21 * (1 - f20) / 4;
    const high = f21 * f31 * (1 - f30) / 4;
    const all = low + middle + high;
    return switch (rank) {
        0 => low + (low + middle) * (1 - f20) + all * (1 - f30),
        1 => all + (middle + high) * (1 - f21) + high * (1 - f31),
        2 => (low + middle) * f20 + (middle + high) * f21,
        else => all * f30 + high * f31,
    };
}

/// (w − e_m) / (e_n − e_m)
fn along(e: *const [4]f64, w: f64, n: usize, m: usize) f64 {
    return (w - e[m]) / (e[n] - e[m]);
}

/// Halfway between the frequencies, and the first and last of them. What lies at the first belongs to its interval.
fn writeEdges(at: []const f64, edges: []f64) void {
    edges[0] = std.math.nextAfter(f64, at[0], -std.math.inf(f64));
    for (at[1..], at[0 .. at.len - 1], edges[1..at.len]) |next, before, *edge| edge.* = before + (next - before) / 2;
    edges[at.len] = at[at.len - 1];
}

pub fn run(scope: *Scope) Error!void {
    const weights = try scope.finiteInput(1, "weights");
    const frequencies = try scope.finiteInput(0, "frequencies");
    if (weights.len == 0 or frequencies.len % weights.len != 0) {
        return scope.invalid("frequencies must be [m, b] for {d} weights", .{weights.len});
    }
    const band_count = frequencies.len / weights.len;
    const share_count: usize = @intFromFloat(try scope.param(6, "shares", 0, 1e6));
    var counts: [3]usize = undefined;
    var signs: [3]i64 = undefined;
    for (&counts, &signs, 0..) |*count, *sign, axis| {
        count.* = @intFromFloat(try scope.param(axis, "mesh", 1, 1e6));
        sign.* = if (try scope.param(3 + axis, "diagonal", -1, 1) < 0) -1 else 1;
    }
    const size = counts[0] * counts[1] * counts[2];
    const addresses = try scope.inputOf(i32, 2, "addresses", weights.len);
    for (addresses) |address| if (address < 0 or address >= size) {
        return scope.invalid("address {d} is beyond the mesh", .{address});
    };
    const irreducible = try scope.inputOf(i32, 3, "irreducible", size);
    for (irreducible) |point| if (point < 0 or point >= weights.len) {
        return scope.invalid("irreducible point {d} is beyond the {d}", .{ point, weights.len });
    };
    const at = try scope.finiteInput(5, "at");
    if (at.len < 2) return scope.invalid("densities are told at two frequencies or more, not at {d}", .{at.len});
    const edges = try scope.alloc(f64, at.len + 1);
    writeEdges(at, edges);
    const chunk_count = std.math.divCeil(usize, weights.len, points_per_chunk) catch unreachable;
    scope.expectChunks(chunk_count);
    const length = (1 + share_count) * at.len;
    var request: Request = .{
        .frequencies = frequencies,
        .weights = weights,
        .addresses = addresses,
        .irreducible = irreducible,
        .shares = try scope.inputOf(f64, 4, "shares", frequencies.len * share_count),
        .edges = edges,
        .counts = counts,
        .signs = signs,
        .band_count = band_count,
        .share_count = share_count,
        .sums = try scope.alloc(f64, chunk_count * length),
    };
    try scope.forEach(chunk_count, &request, Request.chunk);
    const total = try scope.output(f64, at.len);
    const parts = try scope.output(f64, share_count * at.len);
    @memset(total, 0);
    @memset(parts, 0);
    const size_of_mesh: f64 = @floatFromInt(size);
    for (0..chunk_count) |index| {
        const sums = request.sums[index * length ..][0..length];
        for (total, sums[0..at.len]) |*to, value| to.* += value;
        for (parts, sums[at.len..]) |*to, value| to.* += value;
    }
    for (edges[1..], edges[0..at.len], 0..) |end, begin, index| {
        const scale = 1 / (size_of_mesh * (end - begin));
        total[index] *= scale;
        for (0..share_count) |share| parts[share * at.len + index] *= scale;
    }
}

test "the states of a tetrahedron's corners grow from nothing to a quarter each, without a step" {
    const e = [4]f64{ 0.3, 0.9, 1.4, 2.6 };
    const steps = 20000;
    for (0..4) |rank| {
        var before: f64 = 0;
        var mean: f64 = 0;
        for (0..steps + 1) |step| {
            const w = e[0] + (e[3] - e[0]) * @as(f64, @floatFromInt(step)) / steps;
            const share = cornerShare(&e, rank, w);
            try std.testing.expect(share >= before and share < before + 2e-4);
            mean += (share - before) * (w - (e[3] - e[0]) / steps / 2);
            before = share;
        }
        try std.testing.expectEqual(0.25, before);
        // ∫ e x_rank dx = (Σ e + e_rank) / 20.
        try std.testing.expectApproxEqAbs((5.2 + e[rank]) / 20, mean, 1e-6);
    }
}

test "no state is lost where corners are equal, or equal but for rounding" {
    const next = std.math.nextAfter(f64, 1, 2);
    const cases = [_][4]f64{
        .{ 1, 1, 1, 1 },       .{ 1, 1, 1, next }, .{ 1, next, next, next }, .{ 1, 1, next, next },
        .{ 0.4, 1, 1, 1 },     .{ 1, 1, 1, 1.7 },  .{ 0.4, 0.4, 1.7, 1.7 },  .{ 0.4, 1, next, 1.7 },
        .{ 0.4, 0.9, 1.2, 2 }, .{ 2, 2, 2, 2 },    .{ 0.4, 0.4, 0.4, 0.4 },
    };
    const at = [_]f64{ 0.4, 0.7, 1, 1.2, 1.7, 2 };
    var edges: [at.len + 1]f64 = undefined;
    writeEdges(&at, &edges);
    for (cases) |e| {
        var sums: [at.len]f64 = .{0} ** at.len;
        for (0..4) |rank| {
            var others: [3]f64 = undefined;
            for (0..3) |index| others[index] = e[if (index < rank) index else index + 1];
            _ = addTetrahedron(e[rank], &others, &edges, &sums);
        }
        var sum: f64 = 0;
        for (sums) |each| {
            try std.testing.expect(each >= -1e-15);
            sum += each;
        }
        try std.testing.expectApproxEqAbs(1, sum, 1e-14);
    }
}
