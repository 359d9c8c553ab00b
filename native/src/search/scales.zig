//! Lengths of a potential: for each pair of kinds the distance at which two atoms have least energy.
const std = @import("std");
const Cell = @import("../jobs/bins.zig").Cell;
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Model = @import("../forces/model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const System = @import("../forces/system.zig").System;

const samples = 400;
/// Of a bond.
const least_share = 0.7;
/// Of the least distance.
const collapsed_share = 0.5;
/// Å
const shortest = 0.3;

pub const Scales = struct {
    kind_count: usize,
    /// Å, kinds × kinds; 0 where two atoms do not bind.
    bonds: []f64,
    /// Å, kinds × kinds; atoms of random structures keep this distance.
    least: []f64,
    /// Å, kinds × kinds; atoms that come nearer have fallen into a pole of the potential.
    collapsed: []f64,

    /// `least` are the distances that were asked for, 0 for those that a bond's length tells; where
    /// nothing binds and all are there, they tell the lengths of the bonds.
    pub fn create(scope: *Scope, model: *const Model, least: []const f64) Error!Scales {
        const count = model.kind_count;
        const scales: Scales = .{
            .kind_count = count,
            .bonds = try scope.alloc(f64, count * count),
            .least = try scope.alloc(f64, count * count),
            .collapsed = try scope.alloc(f64, count * count),
        };
        var binds = false;
        for (0..count) |a| for (a..count) |b| {
            const bond = try bondLength(scope, model, a, b);
            scales.bonds[a * count + b] = bond;
            scales.bonds[b * count + a] = bond;
            binds = binds or bond > 0;
        };
        const all_known = std.mem.indexOfScalar(f64, least, 0) == null;
        if (!binds and all_known) for (scales.bonds, least) |*bond, wanted| {
            bond.* = wanted / least_share;
        };
        for (scales.least, scales.collapsed, scales.bonds, least) |*to, *end, bond, wanted| {
            const usual = least_share * bond;
            to.* = if (wanted > 0) wanted else usual;
            end.* = collapsed_share * if (bond > 0) @min(usual, to.*) else to.*;
        }
        return scales;
    }

    /// Mean length of the bonds of a composition; 0 where nothing binds.
    pub fn mean(scales: *const Scales, formula: []const usize) f64 {
        var sum: f64 = 0;
        var weight: f64 = 0;
        for (0..scales.kind_count) |a| for (0..scales.kind_count) |b| {
            const bond = scales.bonds[a * scales.kind_count + b];
            const share: f64 = @floatFromInt(formula[a] * formula[b]);
            if (bond == 0) continue;
            sum += share * bond;
            weight += share;
        };
        return if (weight > 0) sum / weight else 0;
    }

    pub fn leastOf(scales: *const Scales, a: i32, b: i32) f64 {
        return scales.least[scales.indexOf(a, b)];
    }

    pub fn collapsedOf(scales: *const Scales, a: i32, b: i32) f64 {
        return scales.collapsed[scales.indexOf(a, b)];
    }

    fn indexOf(scales: *const Scales, a: i32, b: i32) usize {
        return @as(usize, @intCast(a)) * scales.kind_count + @as(usize, @intCast(b));
    }
};

/// 0 where the energy has no minimum below that of atoms far apart.
fn bondLength(scope: *Scope, model: *const Model, a: usize, b: usize) Error!f64 {
    const longest = model.cutoff();
    if (!(longest > shortest)) return 0;
    const edge = 4 * longest;
    const lattice = [9]f64{ edge, 0, 0, 0, edge, 0, 0, 0, edge };
    const cell = Cell.create(&lattice, .{ false, false, false }) orelse return 0;
    const frac = [6]f64{ 0.25, 0.5, 0.5, 0.26, 0.5, 0.5 };
    const kinds = [2]i32{ @intCast(a), @intCast(b) };
    var system = try System.create(scope, &cell, &frac, &kinds, model.kind_count);
    var evaluation = try Evaluation.create(scope, &system);
    try system.find(scope, longest);
    // In equal ratios: what is short needs the finer steps. From far to near, to the first minimum that
    // binds; what lies behind the hill of a Buckingham potential is none.
    const ratio = std.math.pow(f64, shortest / longest, 1.0 / @as(f64, samples));
    var r = longest;
    var best: f64 = 0;
    var best_energy: f64 = -1e-9;
    var far_energy: f64 = 0;
    for (0..samples) |sample| {
        const x = [6]f64{ edge / 4, edge / 2, edge / 2, edge / 4 + r, edge / 2, edge / 2 };
        _ = system.moveTo(&x);
        system.refresh();
        try model.evaluate(scope, &system, &evaluation);
        if (!std.math.isFinite(evaluation.energy)) break;
        if (sample == 0) far_energy = evaluation.energy;
        const energy = evaluation.energy - far_energy;
        if (energy < best_energy) {
            best_energy = energy;
            best = r;
        } else if (best > 0 and energy > 0.5 * best_energy) break;
        r *= ratio;
    }
    // Still falling at the near end: no bond but a pole.
    return if (r <= shortest * 1.05 and best <= shortest * 1.1) 0 else best;
}
