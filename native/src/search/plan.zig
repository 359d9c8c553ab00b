//! What a search is to do, as `src/optimize/global-search.ts` writes it down.
const std = @import("std");
const seeds = @import("seeds.zig");
const Error = @import("../task.zig").Error;
const Groups = @import("groups.zig").Groups;
const Model = @import("../forces/model.zig").Model;
const Scales = @import("scales.zig").Scales;
const Scope = @import("../scope.zig").Scope;

pub const Strategy = enum(u8) { hopping, annealing, random };

/// A structure: rows of the lattice, fractional coordinates, kinds.
pub const Structure = struct {
    lattice: [9]f64,
    frac: []const f64,
    kinds: []const i32,
};

pub const Plan = struct {
    model: *const Model,
    scales: Scales,
    groups: Groups,
    periodic: [3]bool,
    /// Atoms of each kind in a formula unit.
    formula: []const usize,
    /// What every trial starts from; null for random ones.
    start: ?Structure,
    /// Of the start, whether each atom stays where it is; empty where none does.
    fixed: []const bool,

    strategy: Strategy,
    /// FIRE or L-BFGS, by its index in `forces/minimizers.zig`.
    method: u8,
    seed: u64,
    trials: usize,
    /// Hops, or steps of dynamics.
    steps: usize,
    /// eV; 0: half of a bond.
    temperature: f64,
    end_temperature: f64,
    /// Share of the shortest bond.
    displacement: f64,
    /// Whether the cell relaxes.
    is_cell_free: bool,
    /// eV/Å³
    pressure: f64,
    /// eV/Å and eV/Å³; 0: some of a bond.
    fmax: f64,
    stress: f64,
    relax_steps: usize,
    /// Formula units of a random cell.
    units: [2]usize,
    /// Å³ an atom; 0: from the scales.
    volume: [2]f64,
    keep: usize,
    /// Within which energies and mean distances count as the same; relative.
    energy_tolerance: f64,
    distance_tolerance: f64,
    /// eV; a trial that gets there is the last one. -inf for none.
    target: f64,
    monitor: [*]const f64,

    pub fn mostAtoms(plan: *const Plan) usize {
        if (plan.start) |start| return start.kinds.len;
        var count: usize = 0;
        for (plan.formula) |each| count += each;
        return count * plan.units[1];
    }

    pub fn isCluster(plan: *const Plan) bool {
        return !plan.periodic[0] and !plan.periodic[1] and !plan.periodic[2];
    }
};

const numbers_wanted = 21;
/// Behind the numbers: what JavaScript may read while the search runs.
pub const monitor_length = 4;
/// Index of the potential among the inputs.
pub const model_input = 4;

/// Inputs: fracPositions and lattice of the start (empty for none), periodic, kinds of the start (behind them, for
/// each, 1 if it is fixed; or none), potential, numbers (below), formula (int32: atoms of each kind in a unit),
/// groups.
pub fn read(scope: *Scope, model: *const Model) Error!Plan {
    const numbers = try scope.input(f64, 5, "numbers");
    const kind_count = model.kind_count;
    const wanted = numbers_wanted + kind_count * kind_count + monitor_length;
    if (numbers.len != wanted) return scope.invalid("a search has {d} numbers, got {d}", .{ wanted, numbers.len });
    for (numbers) |value| if (std.math.isNan(value)) return scope.invalid("numbers must not be NaN", .{});
    const flags = try scope.inputOf(i32, 2, "periodic", 3);
    const given = try scope.inputOf(i32, 6, "formula", kind_count);
    const formula = try scope.alloc(usize, kind_count);
    var atoms: usize = 0;
    for (formula, given) |*to, count| {
        if (count < 0) return scope.invalid("formula must not be negative", .{});
        to.* = @intCast(count);
        atoms += to.*;
    }
    if (atoms == 0) return scope.invalid("formula must hold an atom", .{});
    const start = try startOf(scope, kind_count);
    const plan: Plan = .{
        .model = model,
        .scales = try Scales.create(scope, model, numbers[numbers_wanted..][0 .. kind_count * kind_count]),
        .monitor = numbers[wanted - monitor_length ..].ptr,
        .groups = try Groups.read(scope, 7),
        .periodic = .{ flags[0] != 0, flags[1] != 0, flags[2] != 0 },
        .formula = formula,
        .start = start,
        .fixed = try fixedOf(scope, start),
        .strategy = @enumFromInt(try whole(u8, scope, numbers[0], 2)),
        .method = try whole(u8, scope, numbers[1], 1),
        .seed = try whole(u64, scope, numbers[2], 1 << 53),
        .trials = try whole(usize, scope, numbers[3], 1e7),
        .steps = try whole(usize, scope, numbers[4], 1e9),
        .temperature = numbers[5],
        .end_temperature = numbers[6],
        .displacement = numbers[7],
        .is_cell_free = numbers[8] != 0,
        .pressure = numbers[9],
        .fmax = numbers[10],
        .stress = numbers[11],
        .relax_steps = try whole(usize, scope, numbers[12], 1e9),
        .units = .{ try whole(usize, scope, numbers[13], 1e4), try whole(usize, scope, numbers[14], 1e4) },
        .volume = .{ numbers[15], numbers[16] },
        .keep = @max(1, try whole(usize, scope, numbers[17], 1e5)),
        .energy_tolerance = numbers[18],
        .distance_tolerance = numbers[19],
        .target = numbers[20],
    };
    if (plan.trials == 0 or plan.units[0] == 0 or plan.units[0] > plan.units[1]) {
        return scope.invalid("a search needs a trial, and formula units from a to b, a ≤ b", .{});
    }
    const is_random = plan.start == null;
    if (is_random and !plan.isCluster() and !(plan.periodic[0] and plan.periodic[1] and plan.periodic[2])) {
        return scope.invalid("random structures are periodic in three directions or in none", .{});
    }
    if (!(seeds.bondOf(&plan) > 0)) return scope.invalid(
        "two atoms do not bind in this potential, so it has no length: give volumePerAtom and minDistances",
        .{},
    );
    return plan;
}

fn whole(comptime T: type, scope: *Scope, value: f64, most: f64) Error!T {
    if (value >= 0 and value <= most and value == @floor(value)) return @intFromFloat(value);
    return scope.invalid("a number of the search must be whole and at most {d}, got {d}", .{ most, value });
}

fn startOf(scope: *Scope, kind_count: usize) Error!?Structure {
    const frac = try scope.finiteInput(0, "fracPositions");
    if (frac.len == 0) return null;
    const lattice = try scope.finiteInput(1, "lattice");
    const given = try scope.input(i32, 3, "kinds");
    const count = frac.len / 3;
    if (given.len != count and given.len != 2 * count) return scope.invalid("kinds must be {d}, got {d}", .{ count, given.len });
    const kinds = given[0..count];
    if (lattice.len != 9 or frac.len % 3 != 0) return scope.invalid("the start needs a lattice and 3 numbers a site", .{});
    for (kinds) |kind| {
        if (kind < 0 or kind >= kind_count) return scope.invalid("kind {d} of {d}", .{ kind, kind_count });
    }
    for (frac) |value| if (@abs(value) > 1e8) return scope.invalid("fracPositions must lie within ±1e8", .{});
    return .{ .lattice = lattice[0..9].*, .frac = frac, .kinds = kinds };
}

fn fixedOf(scope: *Scope, start: ?Structure) Error![]const bool {
    const count = if (start) |structure| structure.kinds.len else return &.{};
    const given = try scope.input(i32, 3, "kinds");
    if (given.len == count) return &.{};
    const fixed = try scope.alloc(bool, count);
    for (fixed, given[count..]) |*to, flag| to.* = flag != 0;
    return fixed;
}
