//! Operations of a space group in cartesian axes, to keep forces and stress as symmetric as the crystal.
const std = @import("std");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

pub const Symmetry = struct {
    /// Nine numbers each, active on columns.
    rotations: []const f64,
    /// Where each operation takes each atom, in the order of the system.
    images: []const u32,
    count: usize,
    sum: []f64,

    /// Input `index`: the count of operations, then for each its rotation and the site that each site
    /// goes to, by original index. Null when there are none.
    pub fn read(scope: *Scope, index: usize, system: *const System) Error!?Symmetry {
        const numbers = try scope.finiteInput(index, "symmetry");
        if (numbers.len == 0) return null;
        const n = system.count;
        const count = numbers.len / (9 + n);
        if (count * (9 + n) != numbers.len) {
            return scope.invalid("symmetry must hold 9 + {d} numbers an operation", .{n});
        }
        const slots = try scope.alloc(u32, n);
        for (system.original, 0..) |original, slot| slots[original] = @intCast(slot);
        const rotations = try scope.alloc(f64, 9 * count);
        const images = try scope.alloc(u32, n * count);
        for (0..count) |operation| {
            const given = numbers[operation * (9 + n) ..][0 .. 9 + n];
            @memcpy(rotations[9 * operation ..][0..9], given[0..9]);
            for (given[9..], 0..) |image, site| {
                if (!(image >= 0 and image < @as(f64, @floatFromInt(n)))) {
                    return scope.invalid("symmetry takes site {d} to {d}", .{ site, image });
                }
                images[operation * n + slots[site]] = slots[@intFromFloat(image)];
            }
        }
        return .{
            .rotations = rotations,
            .images = images,
            .count = count,
            .sum = try scope.alloc(f64, 3 * n),
        };
    }

    /// The mean over the group: f(gi) = R f(i), T = R T Rᵀ.
    pub fn apply(symmetry: *const Symmetry, forces: []f64, tensor: *[9]f64) void {
        const n = forces.len / 3;
        @memset(symmetry.sum, 0);
        var mean = [_]f64{0} ** 9;
        for (0..symmetry.count) |operation| {
            const r = symmetry.rotations[9 * operation ..][0..9];
            for (symmetry.images[operation * n ..][0..n], 0..) |image, site| {
                const f = forces[3 * site ..][0..3];
                for (0..3) |row| {
                    symmetry.sum[3 * image + row] += r[3 * row] * f[0] + r[3 * row + 1] * f[1] + r[3 * row + 2] * f[2];
                }
            }
            for (0..3) |i| for (0..3) |j| for (0..3) |k| for (0..3) |l| {
                mean[3 * i + j] += r[3 * i + k] * tensor[3 * k + l] * r[3 * j + l];
            };
        }
        const share = 1 / @as(f64, @floatFromInt(symmetry.count));
        for (forces, symmetry.sum) |*force, sum| force.* = share * sum;
        for (tensor, mean) |*value, sum| value.* = share * sum;
    }
};
