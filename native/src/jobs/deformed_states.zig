//! Job "deformedStates": a crystal at rest, and then under each of several homogeneous deformations. Inputs
//! fracPositions, lattice, periodic, kinds, potential, deformations (x' = F x on columns, nine numbers each).
//! Params: what relaxes (0 nothing, 1 the positions, 2 also the shape of the cell), fmax, stress, steps,
//! longest step. Outputs: a row for the start and for each deformation (end, steps, evaluations, energy,
//! volume, fmax, stress less the mean one, stress tensor (6), atoms beyond a table); lattice and fracPositions of
//! the start at rest.
//!
//! The deformed states begin where the start has come to rest, each on a thread of its own.
const std = @import("std");
const bins = @import("bins.zig");
const forces = @import("../forces/system.zig");
const minimizers = @import("../forces/minimizers.zig");
const CellMode = @import("../forces/landscape.zig").CellMode;
const Descent = @import("../forces/descent.zig").Descent;
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Landscape = @import("../forces/landscape.zig").Landscape;
const Limits = @import("../forces/descent.zig").Limits;
const Model = @import("../forces/model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const System = forces.System;

const most = std.math.floatMax(f64);
const most_states = 10_000;
const row_length = 14;

const Relaxed = enum(u8) { nothing, positions, shape };

const Settings = struct { relaxed: Relaxed, limits: Limits };

const Start = struct {
    settings: Settings,
    lattice: [9]f64,
    periodic: [3]bool,
    frac: []f64,
    deformations: []const f64,
    rows: []f64,

    fn row(start: *const Start, index: usize) *[row_length]f64 {
        return start.rows[index * row_length ..][0..row_length];
    }
};

pub fn run(scope: *Scope) Error!void {
    const deformations = try scope.finiteInput(5, "deformations");
    const count = deformations.len / 9;
    if (9 * count != deformations.len or count > most_states) {
        return scope.invalid("deformations must hold 9 numbers each, {d} of them at most", .{most_states});
    }
    const settings = try settingsOf(scope);
    const model = try Model.read(scope, 4);
    var system = try System.read(scope, 0, model.kind_count);
    var start: Start = .{
        .settings = settings,
        .lattice = undefined,
        .periodic = system.periodic,
        .frac = undefined,
        .deformations = deformations,
        .rows = try scope.output(f64, row_length * (1 + count)),
    };
    scope.expectChunks(1 + count);
    try settle(scope, &model, &system, &settings, start.row(0));
    start.lattice = system.lattice;
    const lattice = try scope.output(f64, 9);
    lattice[0..9].* = system.lattice;
    start.frac = try scope.output(f64, 3 * system.count);
    system.positionsByOriginal(start.frac);
    const inverse = forces.inverseOf(&system.lattice);
    var at: usize = 0;
    while (at < start.frac.len) : (at += 3) {
        start.frac[at..][0..3].* = forces.product(&inverse, start.frac[at..][0..3].*);
    }
    try scope.forEach(count, &start, deformed);
}

fn settingsOf(scope: *Scope) Error!Settings {
    const number: u8 = @intFromFloat(try scope.param(0, "what relaxes", 0, 2));
    const relaxed: Relaxed = @enumFromInt(number);
    const fmax = try scope.param(1, "fmax", 0, most);
    const stress = try scope.param(2, "stress", 0, most);
    return .{ .relaxed = relaxed, .limits = .{
        .fmax = if (relaxed == .nothing) most else fmax,
        .stress = if (relaxed == .shape) stress else most,
        .steps = @intFromFloat(try scope.param(3, "steps", 0, 1e12)),
        .length = try scope.param(4, "longest step", 1e-9, 1e3),
    } };
}

fn deformed(start: *const Start, scope: *Scope, index: usize) Error!void {
    // A model may keep scratch of its own, so each state has one.
    const model = try Model.read(scope, 4);
    const f = start.deformations[9 * index ..][0..9];
    var lattice: [9]f64 = undefined;
    for (0..3) |vector| for (0..3) |row| {
        var sum: f64 = 0;
        for (0..3) |column| sum += f[3 * row + column] * start.lattice[3 * vector + column];
        lattice[3 * vector + row] = sum;
    };
    const cell = bins.Cell.create(&lattice, start.periodic) orelse
        return scope.invalid("deformation {d} leaves the cell without a volume", .{index});
    const kinds = try scope.inputOf(i32, 3, "kinds", start.frac.len / 3);
    var system = try System.create(scope, &cell, start.frac, kinds, model.kind_count);
    try settle(scope, &model, &system, &start.settings, start.row(1 + index));
}

/// Brings the system to rest as the settings say.
fn settle(
    scope: *Scope,
    model: *const Model,
    system: *System,
    settings: *const Settings,
    row: *[row_length]f64,
) Error!void {
    const cell: CellMode = if (settings.relaxed == .shape) .shape else .fixed;
    var evaluation = try Evaluation.create(scope, system);
    var landscape = Landscape.create(scope, model, system, &evaluation, cell, 0);
    if (settings.relaxed == .nothing) landscape.skin = 0;
    var descent = try Descent.begin(scope, &landscape, settings.limits, &.{}, null);
    const end = try minimizers.run(.lbfgs, &descent);
    // The last trial need not be where the descent ended.
    if (landscape.evaluations > 1) {
        descent.state = try landscape.evaluate(descent.x, descent.gradient);
        try evaluation.requireFinite(scope, system);
    }
    const volume = system.volume();
    row[0..7].* = .{
        @floatFromInt(@intFromEnum(end)),
        @floatFromInt(descent.steps),
        @floatFromInt(landscape.evaluations),
        evaluation.energy,
        volume,
        descent.state.fmax,
        descent.state.stress,
    };
    for (row[7..13], evaluation.virial) |*stress, virial| stress.* = virial / volume;
    row[13] = evaluation.beyond_table;
}
