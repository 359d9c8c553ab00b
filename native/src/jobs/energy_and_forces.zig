//! Job "energyAndForces": inputs fracPositions, lattice, periodic, kinds and potential. Outputs: energy,
//! stress and atoms beyond a table (eV, then eV/Å³ as xx, yy, zz, yz, xz, xy, then a count), forces (eV/Å,
//! [n, 3]), energies (eV, [n]).
const std = @import("std");
const clock = @import("../clock.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Model = @import("../forces/model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const System = @import("../forces/system.zig").System;

pub fn run(scope: *Scope) Error!void {
    const model = try Model.read(scope, 4);
    var system = try System.read(scope, 0, model.kind_count);
    try system.find(scope, model.cutoff());
    var evaluation = try Evaluation.create(scope, &system);
    try model.evaluate(scope, &system, &evaluation);
    try evaluation.requireFinite(scope, &system);

    const summary = try scope.output(f64, 8);
    const forces = try scope.output(f64, 3 * system.count);
    const energies = try scope.output(f64, system.count);
    summary[0] = evaluation.energy;
    for (summary[1..7], evaluation.virial) |*stress, virial| stress.* = virial / system.volume();
    summary[7] = evaluation.beyond_table;
    for (evaluation.forces, evaluation.energies, system.original) |force, energy, original| {
        forces[3 * original ..][0..3].* = force[0..3].*;
        energies[original] = energy;
    }
}

/// Job "test.repeatForces": as "energyAndForces", again and again, to be measured alone. Params: how
/// often, the skin in Å, and whether forces alone
/// are wanted (1: yes; the energy is then that of one whole evaluation after them).
/// Output: least seconds of a list and of an evaluation on it, the energy, and the bytes of the list.
pub fn repeat(scope: *Scope) Error!void {
    const model = try Model.read(scope, 4);
    const times = try scope.param(0, "times", 1, 1e6);
    const skin = try scope.param(1, "skin", 0, 10);
    const forces_only = try scope.param(2, "forces alone", 0, 1) == 1;
    var system = try System.read(scope, 0, model.kind_count);
    var evaluation = try Evaluation.create(scope, &system);
    const seconds = try scope.output(f64, 4);
    @memset(seconds, std.math.inf(f64));
    evaluation.forces_only = forces_only;
    for (0..@intFromFloat(times)) |_| {
        const start = clock.now();
        try system.find(scope, model.cutoff() + skin);
        const listed = clock.now();
        try model.evaluate(scope, &system, &evaluation);
        seconds[0] = @min(seconds[0], secondsBetween(start, listed));
        seconds[1] = @min(seconds[1], secondsBetween(listed, clock.now()));
    }
    if (forces_only) {
        evaluation.forces_only = false;
        try model.evaluate(scope, &system, &evaluation);
    }
    seconds[2] = evaluation.energy;
    const list = &system.list;
    seconds[3] = @floatFromInt(@sizeOf(@TypeOf(list.entries.items[0])) * list.entries.room.len +
        @sizeOf(@TypeOf(list.ranges.items[0])) * list.ranges.room.len);
}

fn secondsBetween(start: u64, end: u64) f64 {
    return @as(f64, @floatFromInt(end - start)) * 1e-9;
}
