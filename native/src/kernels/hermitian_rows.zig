//! Between matrices as they are given, rows of alternating real and imaginary parts, and the rows that
//! the eigensolver works on.
const std = @import("std");
const rows = @import("complex_rows.zig");
const vector = @import("vector.zig");
const Complex = rows.Complex;

const Bits = @Vector(vector.width, u64);
/// Without its sign bit a number's bits are ordered as its size; infinity and NaN come last.
const size_mask: u64 = std.math.maxInt(u64) >> 1;

/// Largest |re| or |im| of the lower triangle, without the imaginary part of the diagonal; infinite or
/// NaN if one of them is.
pub fn largest(n: usize, matrix: [*]const f64) callconv(.c) f64 {
    var most: Bits = @splat(0);
    var rest: u64 = 0;
    for (0..n) |i| {
        const row = matrix + 2 * n * i;
        const length = 2 * i + 1;
        var at: usize = 0;
        while (at + vector.width <= length) : (at += vector.width) {
            const bits: Bits = @bitCast(vector.load(row, at));
            most = @max(most, bits & @as(Bits, @splat(size_mask)));
        }
        while (at < length) : (at += 1) rest = @max(rest, @as(u64, @bitCast(row[at])) & size_mask);
    }
    return @bitCast(@max(rest, @reduce(.Max, most)));
}

/// The lower triangle times `scale`, the diagonal real; groups on the diagonal complete, 0 elsewhere.
pub fn read(n: usize, matrix: [*]const f64, scale: f64, out: [*]f64, stride: usize) callconv(.c) void {
    @memset(out[0 .. n * stride], 0);
    for (0..n) |i| {
        const given = matrix + 2 * n * i;
        const own = out + i * stride;
        for (0..i) |j| {
            const value: Complex = .{ .re = given[2 * j] * scale, .im = given[2 * j + 1] * scale };
            rows.set(own, j, value);
            if (i / vector.width != j / vector.width) continue;
            rows.set(out + j * stride, i, .{ .re = value.re, .im = -value.im });
        }
        rows.set(own, i, .{ .re = given[2 * i] * scale, .im = 0 });
    }
}

/// Numbers whose squares differ by less than this share count as equally large, so that rounding does
/// not choose between them.
const tie = 1e-12;

/// A vector at unit length, its first largest component real and positive.
pub fn write(n: usize, row: [*]const f64, out: [*]f64) callconv(.c) void {
    const zero = vector.splat(0);
    var most = zero;
    var total = zero;
    var at: usize = 0;
    while (at < rows.group * (vector.padded(n) / vector.width)) : (at += rows.group) {
        const value = rows.ComplexF.load(row, at);
        const square = value.re * value.re + value.im * value.im;
        most = @max(most, square);
        total += square;
    }
    const least = @reduce(.Max, most) * (1 - tie);
    var chosen: usize = 0;
    while (squareOf(rows.get(row, chosen)) < least) chosen += 1;
    const norm = @sqrt(vector.sum(total));
    const leader = rows.get(row, chosen);
    const size = @sqrt(squareOf(leader)) * norm;
    const factor: Complex = .{ .re = leader.re / size, .im = -leader.im / size };
    for (0..n) |i| {
        const value = rows.get(row, i);
        out[2 * i] = value.re * factor.re - value.im * factor.im;
        out[2 * i + 1] = value.re * factor.im + value.im * factor.re;
    }
    out[2 * chosen + 1] = 0;
}

fn squareOf(value: Complex) f64 {
    return value.re * value.re + value.im * value.im;
}
