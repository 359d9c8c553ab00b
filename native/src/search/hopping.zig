//! Basin hopping: a random walk over minima, each hop a random move and a relaxation, taken or not as
//! Metropolis says of the energies of the minima.
//!
//! Li & Scheraga, Proc. Natl. Acad. Sci. USA 84, 6611 (1987); Wales & Doye, J. Phys. Chem. A 101, 5111 (1997).
const std = @import("std");
const seeds = @import("seeds.zig");
const system_of = @import("../forces/system.zig");
const vector = @import("../kernels/vector.zig");
const Error = @import("../task.zig").Error;
const Minima = @import("minima.zig").Minima;
const Random = @import("random.zig").Random;
const State = @import("../forces/landscape.zig").State;
const Trial = @import("trial.zig").Trial;
const Walker = @import("walker.zig").Walker;

/// Of the energy of the most strongly bound atom: those bound less go round the cluster.
const weak_share = 0.4;
/// Hops after which the displacement is changed, and by how much.
const adapted_after = 50;
const adapted_by = 1.05;
const wanted_acceptance = 0.5;
/// Of the bond.
const displacement_range = [2]f64{ 0.05, 0.8 };
/// Largest force that ends a relaxation on the way, in energies of a bond by its length: enough to tell
/// energies to some 1e-5 of it.
const rough_force = 0.01;
/// Strain of a cell for a displacement of one bond.
const strain_share = 0.3;
/// How often two atoms of different kinds change places instead.
const swap_share = 0.25;

/// Where the walk is.
const Position = struct {
    x: []f64,
    lattice: [9]f64,
    energy: f64,
    /// Shares of the atoms.
    energies: []f64,

    fn take(position: *Position, walker: *const Walker, state: State) void {
        walker.positions(position.x);
        position.lattice = walker.system.lattice;
        position.energy = state.enthalpy;
        @memcpy(position.energies, walker.evaluation.energies);
    }
};

/// From a minimum on; all that are met go to `minima`.
pub fn run(walker: *Walker, begin: State, random: *Random, minima: *Minima, trial: *Trial) Error!void {
    const plan = walker.plan;
    const bond = seeds.bondOf(plan);
    var position: Position = .{
        .x = try walker.room(),
        .lattice = undefined,
        .energy = undefined,
        .energies = try walker.scope.alloc(f64, walker.atomCount()),
    };
    position.take(walker, begin);
    const x = try walker.room();
    const heat = if (plan.temperature > 0) plan.temperature else 0.5 * walker.bondEnergy(begin);
    const rough = @max(walker.fmax, rough_force * walker.bondEnergy(begin) / bond);
    var displacement = plan.displacement;
    var accepted: usize = 0;
    for (1..plan.steps + 1) |hop| {
        if (trial.isOver()) break;
        var lattice = position.lattice;
        move(walker, &position, random, displacement * bond, x, &lattice);
        const chance = random.uniform();
        walker.moveTo(&lattice, x);
        const found = try walker.relaxTo(rough);
        trial.note(walker, found);
        walker.scope.task.record.addChunksDone(1);
        trial.tried += 1;
        if (found) |state| {
            try walker.offer(state, minima, .{ .trial = trial.index, .relaxations = trial.relaxations });
            const rise = state.enthalpy - position.energy;
            if (rise <= 0 or chance < vector.exp(vector.splat(-rise / heat))[0]) {
                position.take(walker, state);
                accepted += 1;
                trial.accepted += 1;
            }
        }
        if (hop % adapted_after == 0) {
            const wanted = wanted_acceptance * @as(f64, adapted_after);
            const factor: f64 = if (@as(f64, @floatFromInt(accepted)) > wanted) adapted_by else 1.0 / adapted_by;
            displacement = std.math.clamp(displacement * factor, displacement_range[0], displacement_range[1]);
            accepted = 0;
        }
    }
}

fn move(
    walker: *const Walker,
    from: *const Position,
    random: *Random,
    length: f64,
    x: []f64,
    lattice: *[9]f64,
) void {
    @memcpy(x, from.x);
    if (walker.system.kind_count > 1 and random.uniform() < swap_share and swap(walker, random, x)) return;
    if (!walker.plan.isCluster()) {
        strain(walker, random, length / seeds.bondOf(walker.plan), x, lattice);
        return shift(walker, random, length, x);
    }
    shift(walker, random, length, x);
    turnWeak(walker, from, random, x);
}

fn shift(walker: *const Walker, random: *Random, length: f64, x: []f64) void {
    for (x, 0..) |*value, index| {
        if (!walker.isFixed(index / 3)) value.* += length * random.between(-1, 1);
    }
}

/// False where there are no two kinds after some tries.
fn swap(walker: *const Walker, random: *Random, x: []f64) bool {
    const places = walker.system.places.items;
    for (0..20) |_| {
        const a = random.below(walker.atomCount());
        const b = random.below(walker.atomCount());
        if (places[a].kindOf() == places[b].kindOf() or walker.isFixed(a) or walker.isFixed(b)) continue;
        for (0..3) |axis| std.mem.swap(f64, &x[3 * a + axis], &x[3 * b + axis]);
        return true;
    }
    return false;
}

/// A random symmetric strain of the cell, where it may change, and of what is in it.
fn strain(walker: *const Walker, random: *Random, share: f64, x: []f64, lattice: *[9]f64) void {
    if (!walker.plan.is_cell_free) return;
    var deformation = [9]f64{ 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    for (0..3) |row| for (row..3) |column| {
        const value = strain_share * share * random.between(-1, 1);
        deformation[3 * row + column] += value;
        if (row != column) deformation[3 * column + row] += value;
    };
    for (0..3) |row| lattice[3 * row ..][0..3].* = system_of.product(&deformation, lattice[3 * row ..][0..3].*);
    var at: usize = 0;
    while (at < x.len) : (at += 3) x[at..][0..3].* = system_of.product(&deformation, x[at..][0..3].*);
}

/// Atoms that hardly hold go to a random place on the surface.
fn turnWeak(walker: *const Walker, from: *const Position, random: *Random, x: []f64) void {
    var lowest: f64 = 0;
    for (from.energies) |energy| lowest = @min(lowest, energy);
    var middle = [3]f64{ 0, 0, 0 };
    const share = 1 / @as(f64, @floatFromInt(walker.atomCount()));
    for (x, 0..) |value, index| middle[index % 3] += share * value;
    var farthest: f64 = 0;
    for (0..walker.atomCount()) |site| {
        var square: f64 = 0;
        for (0..3) |axis| square += (x[3 * site + axis] - middle[axis]) * (x[3 * site + axis] - middle[axis]);
        farthest = @max(farthest, square);
    }
    const radius = @sqrt(farthest);
    for (from.energies, 0..) |energy, site| {
        if (energy <= weak_share * lowest or walker.isFixed(site)) continue;
        const direction = random.onSphere();
        for (0..3) |axis| x[3 * site + axis] = middle[axis] + radius * direction[axis];
    }
}
