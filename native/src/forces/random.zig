//! Random numbers by counter: what they are depends on the seed, their purpose, the step and the atom,
//! never on the thread that draws them.
//!
//! Philox4x32-10: Salmon, Moraes, Dror & Shaw, SC '11, article 16.
const std = @import("std");
const vector = @import("../kernels/vector.zig");
const F = vector.F;
const width = vector.width;

pub const Purpose = enum(u32) { velocities, langevin, rescaling };

pub const Stream = struct {
    seed: u32,
    purpose: Purpose,

    fn words(stream: Stream, step: u64, index: u32, draw: u32) [4]u32 {
        const counter = [4]u32{ index, draw, @truncate(step), @truncate(step >> 32) };
        return philox(counter, .{ stream.seed, @intFromEnum(stream.purpose) });
    }

    /// Four normal numbers for each of eight indices.
    pub fn normals(stream: Stream, step: u64, indices: [width]u32, draw: u32) [4]F {
        var uniform: [4][width]f64 = undefined;
        for (indices, 0..) |index, lane| {
            const drawn = stream.words(step, index, draw);
            inline for (&uniform, drawn) |*to, word| to[lane] = open(word);
        }
        var result: [4]F = undefined;
        inline for ([_]usize{ 0, 2 }) |first| {
            const radius = @sqrt(vector.splat(-2) * log(uniform[first]));
            const turned = vector.cosSinTurns(uniform[first + 1]);
            result[first] = radius * turned.cos;
            result[first + 1] = radius * turned.sin;
        }
        return result;
    }

    /// A normal number and one that is even in (0, 1).
    fn pair(stream: Stream, step: u64, draw: u32) [2]f64 {
        const result = stream.normals(step, .{0} ** width, draw);
        return .{ result[0][0], open(stream.words(step, 1, draw)[0]) };
    }

    pub fn normal(stream: Stream, step: u64) f64 {
        return stream.pair(step, 0)[0];
    }

    /// Sum of the squares of `count` normal numbers: twice a gamma variate of shape count/2.
    ///
    /// Marsaglia & Tsang, ACM Trans. Math. Softw. 26, 363 (2000).
    pub fn sumOfSquares(stream: Stream, step: u64, count: usize) f64 {
        if (count == 0) return 0;
        if (count == 1) {
            const one = stream.pair(step, 1)[0];
            return one * one;
        }
        const d = 0.5 * @as(f64, @floatFromInt(count)) - 1.0 / 3.0;
        const c = 1 / @sqrt(9 * d);
        var draw: u32 = 1;
        while (true) : (draw += 1) {
            const x, const u = stream.pair(step, draw);
            const root = 1 + c * x;
            if (!(root > 0)) continue;
            const v = root * root * root;
            const logs = log(.{ u, v } ++ .{1} ** (width - 2));
            if (logs[0] < 0.5 * x * x + d - d * v + d * logs[1]) return 2 * d * v;
        }
    }
};

/// In (0, 1), never an end.
fn open(word: u32) f64 {
    return (@as(f64, @floatFromInt(word)) + 0.5) * 0x1p-32;
}

fn philox(start: [4]u32, first_key: [2]u32) [4]u32 {
    var x = start;
    var key = first_key;
    for (0..10) |_| {
        const a = @as(u64, x[0]) * 0xD2511F53;
        const b = @as(u64, x[2]) * 0xCD9E8D57;
        x = .{
            @as(u32, @truncate(b >> 32)) ^ x[1] ^ key[0],
            @truncate(b),
            @as(u32, @truncate(a >> 32)) ^ x[3] ^ key[1],
            @truncate(a),
        };
        key[0] +%= 0x9E3779B9;
        key[1] +%= 0xBB67AE85;
    }
    return x;
}

/// ln of positive, normal numbers: the system's own may differ in the last bit from machine to machine.
/// ln m = 2 artanh((m - 1)/(m + 1)) with m in [√½, √2).
fn log(value: [width]f64) F {
    const U = @Vector(width, u64);
    const bits: U = @bitCast(@as(F, value));
    const root_half: U = @splat(@bitCast(@as(f64, std.math.sqrt1_2)));
    const shifted = bits -% root_half;
    const power = @as(@Vector(width, i64), @bitCast(shifted)) >> @splat(52);
    const mantissa: F = @bitCast((shifted & @as(U, @splat((1 << 52) - 1))) +% root_half);
    const s = (mantissa - vector.splat(1)) / (mantissa + vector.splat(1));
    const square = s * s;
    var sum = vector.splat(1.0 / 21.0);
    comptime var odd = 19;
    inline while (odd > 0) : (odd -= 2) sum = sum * square + vector.splat(1.0 / @as(f64, odd));
    const exponent: F = @floatFromInt(power);
    return exponent * vector.splat(std.math.ln2) + vector.splat(2) * s * sum;
}

const testing = std.testing;

test "Philox gives the known answers of Random123" {
    try testing.expectEqual(
        [4]u32{ 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 },
        philox(.{0} ** 4, .{ 0, 0 }),
    );
    const ones = 0xffffffff;
    try testing.expectEqual(
        [4]u32{ 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd },
        philox(.{ones} ** 4, .{ ones, ones }),
    );
}

test "log against std" {
    const values = [width]f64{ 1, 0x1p-33, 0.1, 0.70710678, 0.7072, 0.999999999, 3, 1e9 };
    const result: [width]f64 = log(values);
    for (values, result) |value, own| try testing.expectApproxEqAbs(@log(value), own, 4e-15);
}

test "normal numbers have the moments of the normal distribution" {
    const stream: Stream = .{ .seed = 7, .purpose = .langevin };
    var moments = [_]f64{0} ** 5;
    const rounds = 20_000;
    for (0..rounds) |step| {
        const drawn = stream.normals(step, .{ 0, 1, 2, 3, 4, 5, 6, 7 }, 0);
        for (drawn) |lanes| for (@as([width]f64, lanes)) |value| {
            var power: f64 = 1;
            for (&moments) |*moment| {
                moment.* += power;
                power *= value;
            }
        };
    }
    for (&moments) |*moment| moment.* /= 4 * width * rounds;
    try testing.expectApproxEqAbs(0, moments[1], 5e-3);
    try testing.expectApproxEqAbs(1, moments[2], 8e-3);
    try testing.expectApproxEqAbs(0, moments[3], 2e-2);
    try testing.expectApproxEqAbs(3, moments[4], 6e-2);
}

test "sums of squares have the mean and variance of chi squared" {
    const stream: Stream = .{ .seed = 3, .purpose = .rescaling };
    for ([_]usize{ 1, 2, 3, 50 }) |count| {
        var mean: f64 = 0;
        var square: f64 = 0;
        const rounds = 20_000;
        for (0..rounds) |step| {
            const value = stream.sumOfSquares(step, count);
            mean += value / rounds;
            square += value * value / rounds;
        }
        const expected: f64 = @floatFromInt(count);
        try testing.expectApproxEqRel(expected, mean, 0.05);
        try testing.expectApproxEqRel(2 * expected, square - mean * mean, 0.1);
    }
}
