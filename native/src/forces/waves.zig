//! Wave vectors of a cell up to a length, and the sums over atoms that belong to them.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/ewald.zig");
const padded = @import("../kernels/vector.zig").padded;
const inverseOf = @import("system.zig").inverseOf;
const vector3 = @import("../jobs/vector3.zig");
const Buffer = @import("buffer.zig").Buffer;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const max_pairs = 1 << 24;
const max_extent = 1 << 14;

pub const Waves = struct {
    cell: [9]f64 = .{0} ** 9,
    alpha: f64 = 0,
    /// Columns are the reciprocal vectors.
    inverse: [9]f64 = undefined,
    volume: f64 = undefined,
    columns: Buffer(kernel.Column) = .{},
    extent: [3]usize = .{0} ** 3,
    pair_count: usize = 0,
    /// exp(-(π/α)² k²)/k² of +l and -l of each pair, 0 where a wave is not counted.
    weights: Buffer(f64) = .{},

    /// One of k and -k each, |k| ≤ `longest` in 1/Å without 2π; kept while the cell stays.
    pub fn find(waves: *Waves, scope: *Scope, cell: *const [9]f64, alpha: f64, longest: f64) Error!void {
        if (std.mem.eql(f64, &waves.cell, cell)) return;
        waves.inverse = inverseOf(cell);
        waves.volume = @abs(vector3.dot(cell[0..3].*, vector3.cross(cell[3..6].*, cell[6..9].*)));
        var most: [3]i32 = undefined;
        for (&most, 0..) |*to, axis| {
            const value = @floor(longest * vector3.norm(cell[3 * axis ..][0..3].*));
            if (!(value < max_extent)) return scope.invalid(
                "the cell is too long for an Ewald sum up to {d:.2} 1/Å; give a larger cutoff",
                .{longest},
            );
            to.* = @intFromFloat(value);
        }
        const across: usize = @intCast(2 * most[1] + 1);
        try waves.columns.resize(scope, @as(usize, @intCast(most[0] + 1)) * across);
        var count: usize = 0;
        waves.pair_count = 0;
        waves.extent = .{ @intCast(most[0] + 1), @intCast(most[1] + 1), 1 };
        var h: i32 = 0;
        while (h <= most[0]) : (h += 1) {
            var k: i32 = if (h == 0) 0 else -most[1];
            while (k <= most[1]) : (k += 1) {
                const farthest = waves.farthestAlong(h, k, longest) orelse continue;
                waves.columns.items[count] = .{
                    .h = @intCast(h),
                    .k = k,
                    .first = @intCast(waves.pair_count),
                    .count = farthest + 1,
                };
                count += 1;
                waves.pair_count += farthest + 1;
                waves.extent[2] = @max(waves.extent[2], farthest + 1);
                if (waves.pair_count > max_pairs) return scope.invalid(
                    "an Ewald sum of more than {d} waves; give a larger cutoff",
                    .{max_pairs},
                );
            }
        }
        waves.columns.items.len = count;
        try waves.weigh(scope, alpha, longest);
        waves.cell = cell.*;
        waves.alpha = alpha;
    }

    pub fn vectorOf(waves: *const Waves, h: f64, k: f64, l: f64) [3]f64 {
        var result: [3]f64 = undefined;
        for (&result, 0..) |*value, axis| {
            const row = waves.inverse[3 * axis ..][0..3];
            value.* = h * row[0] + k * row[1] + l * row[2];
        }
        return result;
    }

    /// Largest |l| with |h a* + k b* + l c*| ≤ longest; null where there is none.
    fn farthestAlong(waves: *const Waves, h: i32, k: i32, longest: f64) ?u32 {
        const base = waves.vectorOf(@floatFromInt(h), @floatFromInt(k), 0);
        const step = waves.vectorOf(0, 0, 1);
        const square = vector3.dot(step, step);
        const along = vector3.dot(base, step) / square;
        const rest = along * along - (vector3.dot(base, base) - longest * longest) / square;
        if (!(rest >= 0)) return null;
        const low = @ceil(-along - @sqrt(rest));
        const high = @floor(-along + @sqrt(rest));
        if (!(low <= high)) return null;
        return @intFromFloat(@max(@abs(low), @abs(high)));
    }

    fn weigh(waves: *Waves, scope: *Scope, alpha: f64, longest: f64) Error!void {
        try waves.weights.resize(scope, padded(2 * waves.pair_count));
        const weights = waves.weights.items;
        @memset(weights, 0);
        for (waves.columns.items) |column| {
            for (0..column.count) |l| {
                for ([2]f64{ 1, -1 }, 0..) |sign, side| {
                    // -l is +l itself, or its mate -k.
                    if (side == 1 and (l == 0 or (column.h == 0 and column.k == 0))) continue;
                    const k = waves.vectorOf(@floatFromInt(column.h), @floatFromInt(column.k), sign * @as(f64, @floatFromInt(l)));
                    const square = vector3.dot(k, k);
                    if (square <= longest * longest) weights[2 * (column.first + l) + side] = square;
                }
            }
        }
        const turn = std.math.pi / alpha;
        dispatch.kernels().ewald_weights(weights.ptr, weights.len, -turn * turn);
    }

    pub fn view(waves: *const Waves) kernel.Waves {
        return .{
            .columns = waves.columns.items.ptr,
            .column_count = waves.columns.items.len,
            .extent = waves.extent,
        };
    }
};
