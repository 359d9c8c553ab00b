//! Rows of real coefficients times one row of complex phases: a dynamical matrix is made of them.
const vector = @import("vector.zig");

/// out[2 r], out[2 r + 1] = Σₖ rows[r, k] (re[k], im[k]). `count` is a multiple of the vector's width, and
/// rows follow one another.
pub fn transform(
    rows: [*]const f64,
    row_count: usize,
    count: usize,
    re: [*]const f64,
    im: [*]const f64,
    out: [*]f64,
) callconv(.c) void {
    for (0..row_count) |row| {
        const coefficients = rows + row * count;
        var sum_re = vector.splat(0);
        var sum_im = vector.splat(0);
        var index: usize = 0;
        while (index < count) : (index += vector.width) {
            const coefficient = vector.load(coefficients, index);
            sum_re += coefficient * vector.load(re, index);
            sum_im += coefficient * vector.load(im, index);
        }
        out[2 * row] = vector.sum(sum_re);
        out[2 * row + 1] = vector.sum(sum_im);
    }
}

const testing = @import("std").testing;

test "rows times phases" {
    var rows: [32]f64 = undefined;
    var re: [16]f64 = undefined;
    var im: [16]f64 = undefined;
    for (&re, &im, 0..) |*x, *y, index| {
        x.* = @floatFromInt(index);
        y.* = 1;
    }
    @memset(rows[0..16], 1);
    @memset(rows[16..], -2);
    var out: [4]f64 = undefined;
    transform(&rows, 2, 16, &re, &im, &out);
    try testing.expectEqual([4]f64{ 120, 16, -240, -32 }, out);
}
