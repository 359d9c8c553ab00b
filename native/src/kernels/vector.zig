//! The vectors of all kernels. One width for every level and strict floating point: the compiler
//! neither reorders nor fuses, so v2, v3, v4 and generic code give the same bits.
const std = @import("std");

/// Lanes of f64; one AVX-512 register, two of AVX2, four of SSE2.
pub const width = 8;
pub const F = @Vector(width, f64);
pub const Mask = u8;

pub inline fn splat(value: f64) F {
    return @splat(value);
}

pub inline fn load(values: [*]const f64, index: usize) F {
    return values[index..][0..width].*;
}

pub inline fn store(values: [*]f64, index: usize, vector: F) void {
    values[index..][0..width].* = vector;
}

/// Sum of the lanes by halves: an order that every level can follow quickly.
pub inline fn sum(vector: F) f64 {
    const quarter = @shuffle(f64, vector, undefined, [4]i32{ 0, 1, 2, 3 }) +
        @shuffle(f64, vector, undefined, [4]i32{ 4, 5, 6, 7 });
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

/// `count` rounded up to whole vectors.
pub fn padded(count: usize) usize {
    return std.mem.alignForward(usize, count, width);
}

/// Adding this rounds to the nearest integer, and leaves that integer in the low bits.
pub const rounder: f64 = 0x1.8p52;

/// Nearest integer, ties to even; |value| < 2^51.
pub inline fn nearest(value: F) F {
    return (value + splat(rounder)) - splat(rounder);
}

pub const CosSin = struct { cos: F, sin: F };

// Taylor coefficients; on |x| ≤ π/4 the first term left out is below 5e-17.
const sin_terms = [_]f64{
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5040.0,
    1.0 / 362880.0,
    -1.0 / 39916800.0,
    1.0 / 6227020800.0,
    -1.0 / 1307674368000.0,
};
const cos_terms = [_]f64{
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40320.0,
    -1.0 / 3628800.0,
    1.0 / 479001600.0,
    -1.0 / 87178291200.0,
    1.0 / 20922789888000.0,
};

inline fn polynomial(comptime terms: []const f64, x: F) F {
    var result = splat(terms[terms.len - 1]);
    comptime var index = terms.len - 1;
    inline while (index > 0) {
        index -= 1;
        result = result * x + splat(terms[index]);
    }
    return result;
}

/// cos(2π turns) and sin(2π turns), |turns| < 2^49. The reduction is exact, so the error is that of
/// the polynomials, about 2e-16.
pub inline fn cosSinTurns(turns: F) CosSin {
    const quarters = turns * splat(4);
    const shifted = quarters + splat(rounder);
    const rest = (quarters - (shifted - splat(rounder))) * splat(std.math.pi / 2.0);
    const square = rest * rest;
    const sine = rest + rest * square * polynomial(&sin_terms, square);
    const cosine = splat(1) + square * polynomial(&cos_terms, square);

    const U = @Vector(width, u64);
    const quadrant: U = @bitCast(shifted);
    const one: U = @splat(1);
    const two: U = @splat(2);
    const odd = (quadrant & one) != @as(U, @splat(0));
    const cos_sign = ((quadrant + one) & two) << @splat(62);
    const sin_sign = (quadrant & two) << @splat(62);
    const cos_bits: U = @bitCast(@select(f64, odd, sine, cosine));
    const sin_bits: U = @bitCast(@select(f64, odd, cosine, sine));
    return .{ .cos = @bitCast(cos_bits ^ cos_sign), .sin = @bitCast(sin_bits ^ sin_sign) };
}

const exp_terms = [_]f64{
    1.0,
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5040.0,
    1.0 / 40320.0,
    1.0 / 362880.0,
    1.0 / 3628800.0,
    1.0 / 39916800.0,
    1.0 / 479001600.0,
    1.0 / 6227020800.0,
};

/// e^value, relative error about 2e-16; 0 below -708, e^709 above 709.
pub inline fn exp(value: F) F {
    const log2e = 1.4426950408889634;
    // ln 2 in two parts: the first has 32 trailing zero bits, so its products here are exact.
    const ln2_high = 0x1.62e42fee00000p-1;
    const ln2_low = 0x1.a39ef35793c76p-33;
    const clamped = @min(@max(value, splat(-708)), splat(709));
    const shifted = clamped * splat(log2e) + splat(rounder);
    const power = shifted - splat(rounder);
    const rest = (clamped - power * splat(ln2_high)) - power * splat(ln2_low);
    const mantissa = splat(1) + rest * polynomial(&exp_terms, rest);
    const U = @Vector(width, u64);
    const scale_bits = (@as(U, @bitCast(shifted)) +% @as(U, @splat(1023))) << @splat(52);
    const result = mantissa * @as(F, @bitCast(scale_bits));
    return @select(f64, value < splat(-708), splat(0), result);
}

// Of 2 artanh(s) = 2 (s + s³/3 + ...); on |s| ≤ 0.172 the first term left out is below 1e-18.
const log_terms = [_]f64{
    1.0,
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
};

/// ln(value) of normal numbers above 0, error about 2e-16 of the larger one of 1 and the result.
pub inline fn log(value: F) F {
    const U = @Vector(width, u64);
    // √½, so that the mantissa lies in [√½, √2).
    const offset: U = @splat(0x3fe6a09e667f3bcd);
    const bits = @as(U, @bitCast(value)) -% offset;
    const mantissa: F = @bitCast((bits & @as(U, @splat(0x000f_ffff_ffff_ffff))) + offset);
    // The exponent, taken up by 1024 so that it is not negative, as the low bits of 2^52.
    const biased = ((bits +% @as(U, @splat(1024 << 52))) >> @as(U, @splat(52))) | @as(U, @splat(1075 << 52));
    const exponent = @as(F, @bitCast(biased)) - splat(0x1p52 + 1024);
    const s = (mantissa - splat(1)) / (mantissa + splat(1));
    const ln2_high = 0x1.62e42fee00000p-1;
    const ln2_low = 0x1.a39ef35793c76p-33;
    const rest = splat(2) * s * polynomial(&log_terms, s * s);
    return exponent * splat(ln2_high) + (rest + exponent * splat(ln2_low));
}

const testing = std.testing;

test "cosSinTurns against the mathematics of whole and odd turns and against std" {
    const turns: F = .{ 0, 0.25, 0.5, -0.25, 1e6 + 0.125, -3.7, 0.1234567, 12345.678 };
    const result = cosSinTurns(turns);
    try testing.expectEqual(1, result.cos[0]);
    try testing.expectEqual(0, result.cos[1]);
    try testing.expectEqual(1, result.sin[1]);
    try testing.expectEqual(-1, result.cos[2]);
    try testing.expectEqual(-1, result.sin[3]);
    for (4..width) |lane| {
        const reduced = turns[lane] - @round(turns[lane]);
        const angle = 2 * std.math.pi * reduced;
        try testing.expectApproxEqAbs(@cos(angle), result.cos[lane], 1e-15);
        try testing.expectApproxEqAbs(@sin(angle), result.sin[lane], 1e-15);
    }
}

test "cos² + sin² = 1 over many turns" {
    var turns: F = .{ -4.1, -2.3, -0.9, -0.31, 0.05, 0.47, 1.2, 3.3 };
    for (0..1000) |_| {
        const result = cosSinTurns(turns);
        const squares = result.cos * result.cos + result.sin * result.sin;
        for (0..width) |lane| try testing.expectApproxEqAbs(1, squares[lane], 5e-16);
        turns = turns * splat(1.013);
    }
}

test "exp against std" {
    const values: F = .{ 0, 1, -1, -20.5, 700.1, -700.1, 1e-9, -0.3466 };
    const result = exp(values);
    for (0..width) |lane| {
        try testing.expectApproxEqRel(@exp(values[lane]), result[lane], 1e-15);
    }
    try testing.expectEqual(0, exp(splat(-1000))[0]);
}

test "log against std" {
    const values: F = .{ 1, 2.5, 1e-60, 1e300, 0.70710678, 0.7071069, 1.4142135, 1.0000001 };
    const result = log(values);
    for (0..width) |lane| {
        const expected = @log(values[lane]);
        try testing.expectApproxEqAbs(expected, result[lane], 4e-16 * @max(1, @abs(expected)));
    }
    try testing.expectEqual(0, result[0]);
}

test "sum adds every lane" {
    try testing.expectEqual(36, sum(.{ 1, 2, 3, 4, 5, 6, 7, 8 }));
}
