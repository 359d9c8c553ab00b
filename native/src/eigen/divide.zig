//! Eigenvectors of a real symmetric tridiagonal matrix by divide and conquer: J. J. M. Cuppen, Numer.
//! Math. 36, 177 (1981); M. Gu and S. C. Eisenstat, SIAM J. Matrix Anal. Appl. 16, 172 (1995). Both
//! halves of a matrix without the element that joins them are solved, and the two solutions merged: an
//! update of rank one of a diagonal matrix. Parts begin at multiples of eight, where vectors do.
const std = @import("std");
const ql = @import("../kernels/tridiagonal_ql.zig");
const merging = @import("merge.zig");
const vector = @import("../kernels/vector.zig");

pub const Workspace = merging.Workspace;

/// Eigenvectors of the matrix d, e as rows of `work.q` and eigenvalues in `d`, both in the order that
/// `work.order` tells; `e` is destroyed and has room for one more number.
pub fn solve(work: *const Workspace, n: usize, d: []f64, e: []f64, poll: anytype) !void {
    return solvePart(work, 0, n, d, e, poll);
}

fn solvePart(
    work: *const Workspace,
    first: usize,
    end: usize,
    d: []f64,
    e: []f64,
    poll: anytype,
) @TypeOf(poll.checkpoint()) {
    try poll.checkpoint();
    const count = end - first;
    if (count <= ql.max_with_vectors) return solveLeaf(work, first, end, d, e);
    const middle = first + vector.padded(count / 2);
    const joint = e[middle - 1];
    d[middle - 1] -= @abs(joint);
    d[middle] -= @abs(joint);
    try solvePart(work, first, middle, d, e, poll);
    try solvePart(work, middle, end, d, e, poll);
    try merging.merge(work, .{ .first = first, .middle = middle, .end = end }, d, joint, poll);
}

fn solveLeaf(work: *const Workspace, first: usize, end: usize, d: []f64, e: []f64) error{NoConvergence}!void {
    const count = end - first;
    // The element that joins this part to the next one is the caller's still.
    var off_diagonal: [ql.max_with_vectors]f64 = undefined;
    @memcpy(off_diagonal[0 .. count - 1], e[first..][0 .. count - 1]);
    const corner = work.q[first * work.stride + first ..];
    const done = work.kernels.tridiagonal_vectors(count, d[first..].ptr, &off_diagonal, corner.ptr, work.stride);
    if (!done) return error.NoConvergence;
    const order = work.order[first..end];
    for (order, first..) |*row, index| row.* = @intCast(index);
    merging.sortByValue(order, d);
}
