//! What a potential says of a system: energies, forces and virial, in the order of the system.
const std = @import("std");
const atoms = @import("../kernels/atoms.zig");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

/// Few enough that their sums fit into a cache, many enough that threads share them evenly.
pub const atoms_per_chunk = 128;
const atoms_per_clearing = 8192;
/// Å; atoms that are farther apart are not what makes an energy no number.
const longest_overlap = 0.5;

pub const Evaluation = struct {
    /// eV/Å; the fourth number is room.
    forces: [][4]f64,
    /// eV, of each atom.
    energies: []f64,
    energy: f64 = 0,
    /// dE/dε in eV: xx, yy, zz, yz, xz, xy; positive under tension.
    virial: [6]f64 = .{0} ** 6,
    /// Atoms whose density lies behind the table of their embedding function.
    beyond_table: f64 = 0,
    /// Whoever asks wants forces alone: energies, energy and virial need not be right.
    forces_only: bool = false,
    /// Of each chunk, to be added up in order.
    sums: []atoms.Sums,

    pub fn create(scope: *Scope, system: *const System) Error!Evaluation {
        return .{
            .forces = try scope.alloc([4]f64, system.count),
            .energies = try scope.alloc(f64, system.count),
            .sums = try scope.alloc(atoms.Sums, chunkCount(system.count)),
        };
    }

    pub fn clear(evaluation: *Evaluation, scope: *Scope) Error!void {
        const Work = struct {
            fn chunk(own: *Evaluation, _: *Scope, index: usize) Error!void {
                const first = index * atoms_per_clearing;
                const end = @min(first + atoms_per_clearing, own.forces.len);
                @memset(own.forces[first..end], .{0} ** 4);
                @memset(own.energies[first..end], 0);
            }
        };
        evaluation.energy = 0;
        evaluation.virial = .{0} ** 6;
        evaluation.beyond_table = 0;
        const chunks = std.math.divCeil(usize, evaluation.forces.len, atoms_per_clearing) catch unreachable;
        if (chunks == 1) return Work.chunk(evaluation, scope, 0);
        try scope.forEach(chunks, evaluation, Work.chunk);
    }

    /// Ends the task where a number is none, with the two sites that are to blame.
    pub fn requireFinite(evaluation: *const Evaluation, scope: *Scope, system: *const System) Error!void {
        var sum = evaluation.energy;
        for (evaluation.virial) |value| sum += value;
        for (evaluation.forces) |force| sum += force[0] + force[1] + force[2];
        if (!std.math.isFinite(sum)) return blame(scope, system);
    }

    /// The error of a state whose numbers are none, or so large that their squares are none.
    pub fn blame(scope: *Scope, system: *const System) Error {
        const pair = system.closestPair();
        if (pair.distance > longest_overlap) return scope.invalid(
            "the energy is no number, though no sites are closer than {d:.2} Å: the potential is too steep",
            .{pair.distance},
        );
        return scope.invalid(
            "the energy is no number: sites {d} and {d} are {e:.3} Å apart; move or remove one of them",
            .{ pair.sites[0], pair.sites[1], pair.distance },
        );
    }

    /// Runs `kernel(pass, context)` over all atoms and adds up what it says. Chunks and order do not
    /// depend on the threads.
    pub fn add(
        evaluation: *Evaluation,
        scope: *Scope,
        system: *const System,
        context: anytype,
        kernel: *const fn (*const atoms.Pass, @TypeOf(context)) callconv(.c) void,
    ) Error!void {
        const Work = struct {
            evaluation: *Evaluation,
            view: *const atoms.View,
            context: @TypeOf(context),
            kernel: *const fn (*const atoms.Pass, @TypeOf(context)) callconv(.c) void,

            fn chunk(work: *const @This(), _: *Scope, index: usize) Error!void {
                const own = work.evaluation.pass(work.view, index);
                work.kernel(&own, work.context);
            }
        };
        const view = system.view();
        const work: Work = .{
            .evaluation = evaluation,
            .view = &view,
            .context = context,
            .kernel = kernel,
        };
        if (evaluation.sums.len == 1) {
            try work.chunk(scope, 0);
        } else {
            try scope.forEach(evaluation.sums.len, &work, Work.chunk);
        }
        evaluation.addSums();
    }

    /// One chunk, with its sums at 0.
    pub fn pass(evaluation: *Evaluation, view: *const atoms.View, index: usize) atoms.Pass {
        evaluation.sums[index] = .{};
        return .{
            .view = view,
            .first = index * atoms_per_chunk,
            .end = @min((index + 1) * atoms_per_chunk, evaluation.forces.len),
            .forces = evaluation.forces.ptr,
            .energies = evaluation.energies.ptr,
            .sums = &evaluation.sums[index],
            .forces_only = evaluation.forces_only,
        };
    }

    /// Adds up what the chunks have, in order.
    pub fn addSums(evaluation: *Evaluation) void {
        for (evaluation.sums) |*sums| {
            evaluation.energy += sums.energy;
            evaluation.beyond_table += sums.beyond_table;
            for (&evaluation.virial, sums.virial) |*total, part| total.* += part;
        }
    }
};

fn chunkCount(atom_count: usize) usize {
    return std.math.divCeil(usize, atom_count, atoms_per_chunk) catch unreachable;
}
