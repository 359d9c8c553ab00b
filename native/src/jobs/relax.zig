//! Job "relax": inputs fracPositions, lattice, periodic, kinds, potential, fixed (int32, 3n or none),
//! monitor (shared, written to), symmetry. Params: method, cell, fmax, stress, pressure, steps, longest
//! step, frames. Outputs: summary (end, steps, evaluations, energy, enthalpy, fmax, stress, stress tensor (6),
//! atoms beyond a table), lattice, fracPositions, forces, energies, frames.
const std = @import("std");
const forces = @import("../forces/system.zig");
const minimizers = @import("../forces/minimizers.zig");
const Descent = @import("../forces/descent.zig").Descent;
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Frames = @import("../forces/descent.zig").Frames;
const Landscape = @import("../forces/landscape.zig").Landscape;
const Model = @import("../forces/model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const Symmetry = @import("../forces/symmetry.zig").Symmetry;
const System = forces.System;

const most = std.math.floatMax(f64);

pub fn run(scope: *Scope) Error!void {
    const model = try Model.read(scope, 4);
    var system = try System.read(scope, 0, model.kind_count);
    var evaluation = try Evaluation.create(scope, &system);
    const method: u8 = @intFromFloat(try scope.param(0, "method", 0, 3));
    const cell: u8 = @intFromFloat(try scope.param(1, "cell", 0, 2));
    const pressure = try scope.param(4, "pressure", -most, most);
    var landscape = Landscape.create(scope, &model, &system, &evaluation, @enumFromInt(cell), pressure);
    const symmetry = try Symmetry.read(scope, 7, &system);
    if (symmetry != null) landscape.symmetry = &symmetry.?;
    landscape.fixed = try fixedOf(scope, &system);
    const frame_count: usize = @intFromFloat(try scope.param(7, "frames", 0, 1e6));
    var frames: Frames = undefined;
    if (frame_count > 0) frames = try Frames.create(scope, system.count, frame_count);

    const steps: usize = @intFromFloat(try scope.param(5, "steps", 0, 1e12));
    scope.expectChunks(steps);
    var descent = try Descent.begin(scope, &landscape, .{
        .fmax = try scope.param(2, "fmax", 0, most),
        .stress = if (landscape.cell == .fixed) most else try scope.param(3, "stress", 0, most),
        .steps = steps,
        .length = try scope.param(6, "longest step", 1e-9, 1e3),
    }, try scope.input(f64, 6, "monitor"), if (frame_count > 0) &frames else null);
    const end = try minimizers.run(@enumFromInt(method), &descent);
    // The last trial need not be where the descent ended.
    descent.state = try landscape.evaluate(descent.x, descent.gradient);
    try descent.requireNumber();
    if (frame_count > 0) frames.end(descent.steps, &landscape, descent.state);
    try write(scope, &descent, end, if (frame_count > 0) frames.numbers[0 .. frames.count * frames.size] else &.{});
}

fn fixedOf(scope: *Scope, system: *const System) Error![]const bool {
    const given = try scope.input(i32, 5, "fixed");
    if (given.len == 0) return &.{};
    if (given.len != 3 * system.count) return scope.invalid("fixed must hold 3 numbers a site", .{});
    const fixed = try scope.alloc(bool, given.len);
    for (system.original, 0..) |original, site| {
        for (0..3) |axis| fixed[3 * site + axis] = given[3 * original + axis] != 0;
    }
    return fixed;
}

fn write(scope: *Scope, descent: *const Descent, end: anytype, frames: []const f64) Error!void {
    const landscape = descent.landscape;
    const system = landscape.system;
    const evaluation = landscape.evaluation;
    const summary = try scope.output(f64, 14);
    summary[0..7].* = .{
        @floatFromInt(@intFromEnum(end)),
        @floatFromInt(descent.steps),
        @floatFromInt(landscape.evaluations),
        evaluation.energy,
        descent.state.enthalpy,
        descent.state.fmax,
        descent.state.stress,
    };
    for (summary[7..13], evaluation.virial) |*stress, virial| stress.* = virial / system.volume();
    summary[13] = evaluation.beyond_table;
    const lattice = try scope.output(f64, 9);
    lattice[0..9].* = system.lattice;
    const frac = try scope.output(f64, 3 * system.count);
    system.positionsByOriginal(frac);
    const inverse = forces.inverseOf(&system.lattice);
    for (0..system.count) |site| frac[3 * site ..][0..3].* = forces.product(&inverse, frac[3 * site ..][0..3].*);
    const pulls = try scope.output(f64, 3 * system.count);
    const energies = try scope.output(f64, system.count);
    for (evaluation.forces, evaluation.energies, system.original) |force, energy, original| {
        pulls[3 * original ..][0..3].* = force[0..3].*;
        energies[original] = energy;
    }
    @memcpy(try scope.output(f64, frames.len), frames);
}
