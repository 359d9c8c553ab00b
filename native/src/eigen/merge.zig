//! One step of divide and conquer: two solved neighbours become one. `divide.zig` tells more.
const std = @import("std");
const Kernels = @import("../kernels/table.zig").Kernels;
const products = @import("../kernels/products.zig");
const secular = @import("../kernels/secular.zig");
const vector = @import("../kernels/vector.zig");

/// Memory of a solution; n is the order of the matrix. Everything of f64 begins at a cache line and,
/// but for the squares, has room for two vectors more than n.
pub const Workspace = struct {
    kernels: *const Kernels,
    stride: usize,
    /// Eigenvectors as rows, [n, stride].
    q: []f64,
    /// [n, stride] each.
    kept_rows: []f64,
    gaps: []f64,
    poles: []f64,
    weights: []f64,
    exact_weights: []f64,
    row: []f64,
    roots: []f64,
    /// Row numbers in ascending order of their eigenvalues.
    order: []u32,
    kept: []u32,
    dropped: []u32,
    /// Of each kept row, in the order of the poles: its place among the rows sorted by support.
    position: []u32,
    support: []Support,
};

/// Where an eigenvector of the unjoined halves is not 0.
pub const Support = enum(u8) { first, both, second };

pub const Span = struct { first: usize, middle: usize, end: usize };

const epsilon = std.math.floatEps(f64) / 2;
const rows_per_poll = 16;

/// Rows `span` of `work.q`, their eigenvalues in `d` and `work.order` of each half become those of the
/// whole, whose halves are joined by the element `joint`.
pub fn merge(work: *const Workspace, span: Span, d: []f64, joint: f64, poll: anytype) @TypeOf(poll.checkpoint()) {
    mergeOrder(work, span, d);
    const counts = deflate(work, span, d, joint);
    const dropped = work.dropped[0..counts.dropped];
    sortByValue(dropped, d);
    if (counts.kept == 0) return @memcpy(work.order[span.first..span.end], dropped);
    const rho = 2 * @abs(joint) * gather(work, span, d, counts);
    setDroppedAside(work, span, d, counts);
    try solveSecular(work, counts.kept, rho, poll);
    try multiply(work, span, counts, poll);
    takeDroppedBack(work, span, d, counts);
    @memcpy(d[span.first..][0..counts.kept], work.roots[0..counts.kept]);
    for (work.order[span.first..span.end], span.first..) |*row, index| row.* = @intCast(index);
    mergeOrder(work, .{ .first = span.first, .middle = span.first + counts.kept, .end = span.end }, d);
}

/// Sorts rows by eigenvalue; they are few, or nearly sorted.
pub fn sortByValue(order: []u32, d: []const f64) void {
    for (order, 0..) |row, end| {
        var place = end;
        while (place > 0 and d[order[place - 1]] > d[row]) : (place -= 1) order[place] = order[place - 1];
        order[place] = row;
    }
}

/// One ascending order of both halves.
fn mergeOrder(work: *const Workspace, span: Span, d: []const f64) void {
    const count = span.end - span.first;
    const merged = work.kept[0..count];
    var a = span.first;
    var b = span.middle;
    for (merged) |*row| {
        const takes_a = b == span.end or (a < span.middle and d[work.order[a]] <= d[work.order[b]]);
        row.* = work.order[if (takes_a) a else b];
        if (takes_a) a += 1 else b += 1;
    }
    @memcpy(work.order[span.first..span.end], merged);
}

const Counts = struct {
    kept: usize = 0,
    dropped: usize = 0,
    /// Kept rows by support.
    by_support: [3]usize = .{ 0, 0, 0 },
};

/// Sorts the rows into those that the join changes and those that it does not, to working precision:
/// because they have no weight, or because of two equal eigenvalues one combination has none.
fn deflate(work: *const Workspace, span: Span, d: []f64, joint: f64) Counts {
    const z = work.weights; // by row, until `gather`
    var largest: [2]f64 = .{ 0, 0 };
    const sign: f64 = if (joint < 0) -1 else 1;
    for (span.first..span.end) |row| {
        const is_first = row < span.middle;
        const corner = if (is_first) span.middle - 1 else span.middle;
        const factor = if (is_first) std.math.sqrt1_2 else sign * std.math.sqrt1_2;
        z[row] = factor * work.q[row * work.stride + corner];
        work.support[row] = if (is_first) .first else .second;
        largest = .{ @max(largest[0], @abs(d[row])), @max(largest[1], @abs(z[row])) };
    }
    const rho = 2 * @abs(joint);
    const tolerance = 8 * epsilon * @max(largest[0], largest[1]);
    var counts: Counts = .{};
    var candidate: ?u32 = null;
    for (work.order[span.first..span.end]) |row| {
        if (rho * @abs(z[row]) <= tolerance) {
            drop(work, &counts, row);
            continue;
        }
        if (candidate) |other| {
            if (rotateTogether(work, span, d, z, other, row, tolerance)) {
                drop(work, &counts, other);
            } else {
                keep(work, &counts, other);
            }
        }
        candidate = row;
    }
    if (candidate) |row| keep(work, &counts, row);
    return counts;
}

fn drop(work: *const Workspace, counts: *Counts, row: u32) void {
    work.dropped[counts.dropped] = row;
    counts.dropped += 1;
}

fn keep(work: *const Workspace, counts: *Counts, row: u32) void {
    work.kept[counts.kept] = row;
    counts.kept += 1;
    counts.by_support[@intFromEnum(work.support[row])] += 1;
}

/// Moves all weight of `a` to `b` if their eigenvalues are equal enough for that.
fn rotateTogether(
    work: *const Workspace,
    span: Span,
    d: []f64,
    z: []f64,
    a: u32,
    b: u32,
    tolerance: f64,
) bool {
    const weight = @sqrt(z[a] * z[a] + z[b] * z[b]);
    const c = z[b] / weight;
    const s = -z[a] / weight;
    if (@abs((d[b] - d[a]) * c * s) > tolerance) return false;
    z[b] = weight;
    z[a] = 0;
    const length = vector.padded(span.end) - span.first;
    work.kernels.rotate_rows(
        work.q[a * work.stride + span.first ..].ptr,
        work.q[b * work.stride + span.first ..].ptr,
        length,
        c,
        s,
    );
    const d_a = d[a];
    d[a] = d_a * c * c + d[b] * s * s;
    d[b] = d_a * s * s + d[b] * c * c;
    if (work.support[a] != work.support[b]) {
        work.support[a] = .both;
        work.support[b] = .both;
    }
    return true;
}

/// Poles and weights in ascending order, and the kept rows by support: only where they are not 0.
/// Weights are made a unit vector; returns the square of its norm before, 1 but for what was dropped.
fn gather(work: *const Workspace, span: Span, d: []const f64, counts: Counts) f64 {
    const count = counts.kept;
    const z = work.row;
    @memcpy(z[span.first..span.end], work.weights[span.first..span.end]);
    var next = [3]usize{ 0, counts.by_support[0], counts.by_support[0] + counts.by_support[1] };
    var norm: f64 = 0;
    for (work.kept[0..count], 0..) |row, l| {
        const support = work.support[row];
        const place = &next[@intFromEnum(support)];
        work.position[l] = @intCast(place.*);
        const from = if (support == .second) span.middle else span.first;
        const to = vector.padded(if (support == .first) span.middle else span.end);
        @memcpy(
            work.kept_rows[place.* * work.stride + from ..][0 .. to - from],
            work.q[row * work.stride + from ..][0 .. to - from],
        );
        place.* += 1;
        work.poles[l] = d[row];
        work.weights[l] = z[row];
        norm += z[row] * z[row];
    }
    for (work.weights[0..count]) |*weight| weight.* /= @sqrt(norm);
    for (count..vector.padded(count)) |l| {
        work.weights[l] = 0;
        work.poles[l] = std.math.inf(f64);
    }
    return norm;
}

/// Dropped rows go behind the kept ones, as the new rows take the first places of the span.
fn setDroppedAside(work: *const Workspace, span: Span, d: []const f64, counts: Counts) void {
    const length = vector.padded(span.end) - span.first;
    for (work.dropped[0..counts.dropped], counts.kept..) |row, place| {
        @memcpy(
            work.kept_rows[place * work.stride + span.first ..][0..length],
            work.q[row * work.stride + span.first ..][0..length],
        );
        work.roots[place] = d[row];
    }
}

fn takeDroppedBack(work: *const Workspace, span: Span, d: []f64, counts: Counts) void {
    const length = vector.padded(span.end) - span.first;
    for (counts.kept..span.end - span.first) |place| {
        @memcpy(
            work.q[(span.first + place) * work.stride + span.first ..][0..length],
            work.kept_rows[place * work.stride + span.first ..][0..length],
        );
        d[span.first + place] = work.roots[place];
    }
}

/// Row k of `work.gaps` becomes the eigenvector of root k over the kept rows by support.
fn solveSecular(work: *const Workspace, count: usize, rho: f64, poll: anytype) @TypeOf(poll.checkpoint()) {
    const gaps = work.gaps;
    if (count == 1) {
        work.roots[0] = work.poles[0] + rho;
        gaps[0] = 1;
        return;
    }
    const problem: secular.Problem = .{
        .count = count,
        .poles = work.poles.ptr,
        .weights = work.weights.ptr,
        .rho = rho,
    };
    for (0..count) |k| {
        if (k % rows_per_poll == 0) try poll.checkpoint();
        work.roots[k] = work.kernels.secular_root(&problem, k, gaps[k * work.stride ..].ptr);
        if (std.math.isNan(work.roots[k])) return error.NoConvergence;
    }
    try poll.checkpoint();
    const exact = work.exact_weights.ptr;
    work.kernels.secular_weights(&problem, gaps.ptr, work.stride, exact);
    for (0..count) |k| {
        if (k % rows_per_poll == 0) try poll.checkpoint();
        const own = gaps[k * work.stride ..].ptr;
        work.kernels.secular_vector(count, exact, work.position.ptr, own, work.row.ptr);
    }
}

/// The new rows: those of `work.gaps` times the kept ones, each half without the rows that are 0 there.
/// They take the first places of the span.
fn multiply(work: *const Workspace, span: Span, counts: Counts, poll: anytype) @TypeOf(poll.checkpoint()) {
    const first, const both, const second = counts.by_support;
    var row: usize = 0;
    while (row < counts.kept) : (row += rows_per_poll) {
        try poll.checkpoint();
        const row_count = @min(rows_per_poll, counts.kept - row);
        const halves = [2]struct { usize, usize, usize, usize }{
            .{ span.first, span.middle, 0, first + both },
            .{ span.middle, span.end, first, both + second },
        };
        for (halves) |half| {
            const from, const to, const skipped, const inner = half;
            const a: products.Real = .{
                .data = work.gaps[row * work.stride + skipped ..].ptr,
                .stride = work.stride,
            };
            const b: products.Real = .{
                .data = work.kept_rows[skipped * work.stride + from ..].ptr,
                .stride = work.stride,
            };
            const c = work.q[(span.first + row) * work.stride + from ..].ptr;
            const vector_count = vector.padded(to - from) / vector.width;
            work.kernels.real_product(&a, &b, row_count, inner, vector_count, c, work.stride);
        }
    }
}
