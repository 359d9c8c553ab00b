//! Matrix products. An element's terms are added one after the other, whatever the size of a tile, so
//! tiles may differ from level to level: they follow the number of registers.
const std = @import("std");
const builtin = @import("builtin");
const rows = @import("complex_rows.zig");
const vector = @import("vector.zig");
const F = vector.F;
const ComplexF = rows.ComplexF;

const has_32_wide_registers = builtin.cpu.arch == .x86_64 and
    std.Target.x86.featureSetHas(builtin.cpu.features, .avx512f);

pub const Real = extern struct { data: [*]const f64, stride: usize };

/// C = A B: C of `row_count` rows of `vector_count` vectors, A with `inner` columns.
pub fn real(
    a: *const Real,
    b: *const Real,
    row_count: usize,
    inner: usize,
    vector_count: usize,
    c: [*]f64,
    c_stride: usize,
) callconv(.c) void {
    const height = if (has_32_wide_registers) 8 else 4;
    const breadth = if (has_32_wide_registers) 2 else 1;
    var row: usize = 0;
    while (row < row_count) {
        const whole = row + height <= row_count;
        const own: Real = .{ .data = a.data + row * a.stride, .stride = a.stride };
        const out = c + row * c_stride;
        var column: usize = 0;
        while (column + breadth <= vector_count) : (column += breadth) {
            if (whole) {
                realTile(height, breadth, own, b, inner, column, out, c_stride);
            } else {
                realTile(1, breadth, own, b, inner, column, out, c_stride);
            }
        }
        while (column < vector_count) : (column += 1) {
            if (whole) {
                realTile(height, 1, own, b, inner, column, out, c_stride);
            } else {
                realTile(1, 1, own, b, inner, column, out, c_stride);
            }
        }
        row += if (whole) height else 1;
    }
}

inline fn realTile(
    comptime height: usize,
    comptime breadth: usize,
    a: Real,
    b: *const Real,
    inner: usize,
    column: usize,
    c: [*]f64,
    c_stride: usize,
) void {
    var sums = [_][breadth]F{[_]F{vector.splat(0)} ** breadth} ** height;
    var source = b.data + column * vector.width;
    for (0..inner) |l| {
        var values: [breadth]F = undefined;
        inline for (&values, 0..) |*value, k| value.* = vector.load(source, k * vector.width);
        inline for (&sums, 0..) |*own, i| {
            const factor = vector.splat(a.data[i * a.stride + l]);
            inline for (own, values) |*sum, value| sum.* += factor * value;
        }
        source += b.stride;
    }
    inline for (sums, 0..) |own, i| {
        const out = c + i * c_stride + column * vector.width;
        inline for (own, 0..) |sum, k| vector.store(out, k * vector.width, sum);
    }
}

/// (a, b) := (c a + s b, c b - s a) of `length` f64, whole vectors.
pub fn rotate(a: [*]f64, b: [*]f64, length: usize, c: f64, s: f64) callconv(.c) void {
    var at: usize = 0;
    while (at < length) : (at += vector.width) {
        const x = vector.load(a, at);
        const y = vector.load(b, at);
        vector.store(a, at, vector.splat(c) * x + vector.splat(s) * y);
        vector.store(b, at, vector.splat(c) * y - vector.splat(s) * x);
    }
}

pub const What = enum { set, subtract };

/// As `real`, with rows of complex numbers; C -= A B where that is wanted.
pub inline fn complex(
    comptime what: What,
    a: Real,
    b: Real,
    row_count: usize,
    inner: usize,
    group_count: usize,
    c: [*]f64,
    c_stride: usize,
) void {
    const height = if (has_32_wide_registers) 4 else 2;
    var row: usize = 0;
    while (row < row_count) {
        const whole = row + height <= row_count;
        const own: Real = .{ .data = a.data + row * a.stride, .stride = a.stride };
        const out = c + row * c_stride;
        for (0..group_count) |column| {
            if (whole) {
                complexTile(what, height, own, b, inner, column, out, c_stride);
            } else {
                complexTile(what, 1, own, b, inner, column, out, c_stride);
            }
        }
        row += if (whole) height else 1;
    }
}

inline fn complexTile(
    comptime what: What,
    comptime height: usize,
    a: Real,
    b: Real,
    inner: usize,
    column: usize,
    c: [*]f64,
    c_stride: usize,
) void {
    var sums = [_]ComplexF{ComplexF.splat(.{ .re = 0, .im = 0 })} ** height;
    var source = b.data + column * rows.group;
    for (0..inner) |l| {
        const value = ComplexF.load(source, 0);
        inline for (&sums, 0..) |*sum, i| {
            const factor = ComplexF.splat(rows.get(a.data + i * a.stride, l));
            sum.* = sum.plus(factor.times(value));
        }
        source += b.stride;
    }
    inline for (sums, 0..) |sum, i| {
        const out = c + i * c_stride;
        const at = column * rows.group;
        const result = if (what == .set) sum else ComplexF.load(out, at).minus(sum);
        result.store(out, at);
    }
}
