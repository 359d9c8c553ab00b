//! All reflections of a half sphere shell in columns of constant (h, k): one of each Friedel pair.
const std = @import("std");
const vector3 = @import("vector3.zig");
const Error = @import("../task.zig").Error;
const Scatterers = @import("scatterers.zig").Scatterers;
const Scope = @import("../scope.zig").Scope;

/// Full sphere; more are refused before anything is enumerated.
pub const max_reflections = 50_000_000;

/// Bounds of |g|², g in 1/Å.
pub const Shell = struct {
    low: f64,
    high: f64,

    pub fn holds(shell: Shell, square: f64) bool {
        return square >= shell.low and square <= shell.high;
    }
};

/// The reflections h, k, l of one (h, k), l ascending, those outside the shell left out.
pub const Column = struct {
    h: i32,
    k: i32,
    l_low: i32,
    l_high: i32,
    /// Of its reflections in the arrays of all.
    first: usize,
    count: usize,

    /// Largest |l|.
    pub fn reach(column: *const Column) usize {
        return @max(@abs(column.l_low), @abs(column.l_high));
    }
};

pub const Columns = struct {
    items: []Column,
    reflection_count: usize,
    /// Largest |h|, |k|, |l| of any column.
    largest: [3]usize,
};

/// Half of all hkl ≠ 0 in the shell: h > 0, or h = 0 and k > 0, or h = k = 0 and l > 0.
pub fn columnsOf(scope: *Scope, scatterers: *const Scatterers, shell: Shell) Error!Columns {
    const bounds = try boundsOf(scope, scatterers.reciprocal, shell);
    const h_count = bounds[0] + 1;
    const k_count = 2 * bounds[1] + 1;
    const items = try scope.alloc(Column, h_count * k_count);
    var columns: Columns = .{ .items = items, .reflection_count = 0, .largest = .{ 0, 0, 0 } };
    var used: usize = 0;
    for (0..h_count) |h| {
        try scope.checkpoint();
        for (0..k_count) |k| {
            var column = columnOf(scatterers, shell, @intCast(h), asInt(k) - asInt(bounds[1]));
            if (column.count == 0) continue;
            column.first = columns.reflection_count;
            columns.reflection_count += column.count;
            columns.largest[0] = h;
            columns.largest[1] = @max(columns.largest[1], @abs(column.k));
            columns.largest[2] = @max(columns.largest[2], column.reach());
            items[used] = column;
            used += 1;
        }
    }
    if (2 * columns.reflection_count > max_reflections) {
        return tooMany(scope, @floatFromInt(2 * columns.reflection_count));
    }
    columns.items = items[0..used];
    return columns;
}

fn tooMany(scope: *Scope, count: f64) Error {
    return scope.invalid("{e:.2} reflections lie in the range, at most {d} can be handled", .{
        count, max_reflections,
    });
}

/// |h| ≤ |a| g and so on for every |g vector| ≤ g. Refuses what the volume of the shell shows to be
/// too much.
fn boundsOf(scope: *Scope, rows: *const [9]f64, shell: Shell) Error![3]usize {
    const faces = [3][3]f64{
        vector3.cross(rows[3..6].*, rows[6..9].*),
        vector3.cross(rows[6..9].*, rows[0..3].*),
        vector3.cross(rows[0..3].*, rows[3..6].*),
    };
    const volume = @abs(vector3.dot(rows[0..3].*, faces[0]));
    if (!(volume > 0)) return scope.invalid("reciprocal lattice has no volume", .{});
    const outer = @sqrt(shell.high);
    const inner = @sqrt(shell.low);
    const shell_volume = 4.0 / 3.0 * std.math.pi *
        (outer * outer * outer - inner * inner * inner);
    if (shell_volume / volume > 2 * max_reflections) return tooMany(scope, shell_volume / volume);
    var bounds: [3]usize = undefined;
    for (&bounds, faces) |*bound, face| {
        const limit = @floor(vector3.norm(face) / volume * outer * (1 + 1e-12));
        // A thin shell of a huge sphere or a needle of a cell.
        if (!(limit < max_reflections)) return tooMany(scope, limit);
        bound.* = @intFromFloat(limit);
    }
    const columns = @as(f64, @floatFromInt(bounds[0] + 1)) * @as(f64, @floatFromInt(bounds[1]));
    if (columns > max_reflections) return tooMany(scope, columns);
    return bounds;
}

/// Solves |h a* + k b* + l c*|² ≤ high for l, then decides every l by its own |g|².
fn columnOf(scatterers: *const Scatterers, shell: Shell, h: i32, k: i32) Column {
    var column: Column = .{ .h = h, .k = k, .l_low = 0, .l_high = -1, .first = 0, .count = 0 };
    if (h == 0 and k < 0) return column;
    const rows = scatterers.reciprocal;
    var square: f64 = 0; // |c*|²
    var mixed: f64 = 0; // (h a* + k b*) · c*
    for (0..3) |axis| {
        const base = asFloat(h) * rows[axis] + asFloat(k) * rows[3 + axis];
        square += rows[6 + axis] * rows[6 + axis];
        mixed += base * rows[6 + axis];
    }
    const rest = scatterers.squareOf(asFloat(h), asFloat(k), 0) - shell.high;
    const discriminant = mixed * mixed - square * rest;
    // The margin of one l on either side is for rounding; each l is tested below.
    const root = @sqrt(@max(discriminant, 0));
    var low: i32 = @intFromFloat(@ceil((-mixed - root) / square) - 1);
    const high: i32 = @intFromFloat(@floor((-mixed + root) / square) + 1);
    if (h == 0 and k == 0) low = 1;
    var l = low;
    while (l <= high) : (l += 1) {
        if (!shell.holds(scatterers.squareOf(asFloat(h), asFloat(k), asFloat(l)))) continue;
        if (column.count == 0) column.l_low = l;
        column.l_high = l;
        column.count += 1;
    }
    return column;
}

fn asInt(value: usize) i32 {
    return @intCast(value);
}

fn asFloat(value: i32) f64 {
    return @floatFromInt(value);
}
