//! Job "displacedForces": inputs fracPositions, lattice, periodic, kinds, potential and displacements
//! [count, 4], each a site and its way in Å along x, y and z. Outputs: forces (eV/Å, [count, n, 3]);
//! of each displacement the atoms beyond a table.
//! Chunks are displacements, each with atoms and a list of its own.
const std = @import("std");
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Model = @import("../forces/model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const System = @import("../forces/system.zig").System;

const Request = struct {
    displacements: []const f64,
    forces: []f64,
    beyond_table: []f64,
    /// By displacement: whether its energy was no number.
    broken: []bool,

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        // Terms keep scratch, so each displacement has a model of its own.
        const model = try Model.read(scope, 4);
        var system = try System.read(scope, 0, model.kind_count);
        const given = request.displacements[4 * index ..][0..4];
        for (system.places.items[0..system.count], system.original) |*place, original| {
            if (original != @as(usize, @intFromFloat(given[0]))) continue;
            place.x += given[1];
            place.y += given[2];
            place.z += given[3];
        }
        try system.find(scope, model.cutoff());
        var evaluation = try Evaluation.create(scope, &system);
        try model.evaluate(scope, &system, &evaluation);
        var sum = evaluation.energy;
        const out = request.forces[3 * system.count * index ..][0 .. 3 * system.count];
        for (evaluation.forces, system.original) |force, original| {
            out[3 * original ..][0..3].* = force[0..3].*;
            sum += force[0] + force[1] + force[2];
        }
        request.beyond_table[index] = evaluation.beyond_table;
        request.broken[index] = !std.math.isFinite(sum);
    }
};

pub fn run(scope: *Scope) Error!void {
    const model = try Model.read(scope, 4);
    // Read once here, so that a wrong input is told before any chunk starts.
    const system = try System.read(scope, 0, model.kind_count);
    const displacements = try scope.finiteInput(5, "displacements");
    if (displacements.len % 4 != 0) return scope.invalid("displacements must hold 4 numbers each", .{});
    const count = displacements.len / 4;
    for (0..count) |index| {
        const site = displacements[4 * index];
        if (site >= 0 and site < @as(f64, @floatFromInt(system.count)) and site == @floor(site)) continue;
        return scope.invalid("displacement {d} is of site {d}, but there are {d}", .{ index, site, system.count });
    }
    scope.expectChunks(count);
    var request: Request = .{
        .displacements = displacements,
        .forces = try scope.output(f64, 3 * system.count * count),
        .beyond_table = try scope.output(f64, count),
        .broken = try scope.alloc(bool, count),
    };
    try scope.forEach(count, &request, Request.chunk);
    for (request.broken, 0..) |broken, index| {
        if (broken) return scope.invalid(
            "the forces are no numbers where site {d} is displaced: sites are too close",
            .{displacements[4 * index]},
        );
    }
}
