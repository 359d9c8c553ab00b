//! Every job of the engine by name. JavaScript reads the names from here, so a new job is one line.
//! Kernels from outside have the indexes after the table.
const plugin = @import("plugin.zig");
const Error = @import("task.zig").Error;
const Scope = @import("scope.zig").Scope;

pub const Job = struct {
    name: [:0]const u8,
    run: *const fn (*Scope) Error!void,
};

pub const table = [_]Job{
    .{ .name = "empty", .run = empty },
    .{ .name = "neighborList", .run = @import("jobs/neighbor_list.zig").run },
    .{ .name = "neighborPairs", .run = @import("jobs/neighbor_list.zig").runPairs },
    .{ .name = "neighborFilter", .run = @import("jobs/neighbor_filter.zig").run },
    .{ .name = "voronoi", .run = @import("jobs/voronoi.zig").run },
    .{ .name = "crystalNN", .run = @import("jobs/voronoi.zig").runCrystalNN },
    .{ .name = "voronoiOrder", .run = @import("jobs/voronoi.zig").runOrder },
    .{ .name = "structureFactors", .run = @import("jobs/structure_factors.zig").run },
    .{ .name = "powderLines", .run = @import("jobs/powder_lines.zig").run },
    .{ .name = "commonNeighbors", .run = @import("jobs/common_neighbors.zig").run },
    .{ .name = "bondOrder", .run = @import("jobs/bond_order.zig").run },
    .{ .name = "centrosymmetry", .run = @import("jobs/centrosymmetry.zig").run },
    .{ .name = "hermitianEigen", .run = @import("jobs/hermitian_eigen.zig").run },
    .{ .name = "energyAndForces", .run = @import("jobs/energy_and_forces.zig").run },
    .{ .name = "relax", .run = @import("jobs/relax.zig").run },
    .{ .name = "globalSearch", .run = @import("jobs/global_search.zig").run },
    .{ .name = "deformedStates", .run = @import("jobs/deformed_states.zig").run },
    .{ .name = "molecularDynamics", .run = @import("jobs/molecular_dynamics.zig").run },
    .{ .name = "test.repeatForces", .run = @import("jobs/energy_and_forces.zig").repeat },
    .{ .name = "displacedForces", .run = @import("jobs/displaced_forces.zig").run },
    .{ .name = "dipoleConstants", .run = @import("jobs/dipole_constants.zig").run },
    .{ .name = "phononModes", .run = @import("jobs/phonon_modes.zig").run },
    .{ .name = "tetrahedronDos", .run = @import("jobs/tetrahedron_dos.zig").run },
    .{ .name = "test.panic", .run = @import("jobs/testing.zig").panics },
    .{ .name = "test.alloc", .run = @import("jobs/testing.zig").allocates },
    .{ .name = "test.spin", .run = @import("jobs/testing.zig").spins },
    .{ .name = "test.sum", .run = @import("jobs/testing.zig").sums },
    .{ .name = "test.forkJoin", .run = @import("jobs/testing.zig").forksAndJoins },
};

pub fn exists(index: usize) bool {
    return index < table.len or plugin.get(index - table.len) != null;
}

/// `index` of a job that exists.
pub fn run(index: usize, scope: *Scope) Error!void {
    if (index < table.len) return table[index].run(scope);
    return plugin.get(index - table.len).?.run(scope);
}

/// The price of a task without work, for benchmarks.
fn empty(_: *Scope) Error!void {}
