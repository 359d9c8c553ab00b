//! A structure that is brought to rest again and again, with memory that is taken once.
const std = @import("std");
const coordinates = @import("../forces/descent.zig").coordinates;
const minima_of = @import("minima.zig");
const minimizers = @import("../forces/minimizers.zig");
const plans = @import("plan.zig");
const seeds = @import("seeds.zig");
const system_of = @import("../forces/system.zig");
const Cell = @import("../jobs/bins.zig").Cell;
const Descent = @import("../forces/descent.zig").Descent;
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Landscape = @import("../forces/landscape.zig").Landscape;
const Minima = minima_of.Minima;
const Model = @import("../forces/model.zig").Model;
const Plan = plans.Plan;
const Scope = @import("../scope.zig").Scope;
const State = @import("../forces/landscape.zig").State;
const Structure = plans.Structure;
const System = system_of.System;

/// Of the bond: the longest step of an atom in a relaxation.
const longest_step = 0.25;
/// eV/Å and eV/Å³; limits of the first relaxation where none are given, and what follows them in terms of
/// the energy and length of a bond.
const first_fmax = 1e-3;
const first_stress = 1e-4;
const fine_share = 1e-4;
/// A start that is longer than a ball of its atoms may stay so, and grow by this factor and a bond.
const slack = 1.1;
/// Distances of a cluster are all compared.
const everywhere = 1e6;

/// How often a minimum was found, in which trial first, and after how many relaxations.
pub const Origin = struct { found: usize = 1, trial: usize, relaxations: usize };

pub const Walker = struct {
    scope: *Scope,
    plan: *const Plan,
    /// Its own: terms keep scratch.
    model: Model,
    system: System,
    evaluation: Evaluation,
    landscape: Landscape,
    descent: Descent,
    workspace: minimizers.Workspace,
    /// Å; clusters that outgrow it have lost an atom.
    container: f64,
    /// Whether each atom stays, in the order of the system; empty where none does.
    fixed: []const bool,
    relaxations: usize = 0,
    /// eV/Å and eV/Å³; where a minimum is reached.
    fmax: f64,
    stress: f64,

    /// Does not move: parts of it know where others are.
    pub fn create(scope: *Scope, plan: *const Plan, start: Structure) Error!?*Walker {
        const walker = &(try scope.alloc(Walker, 1))[0];
        const cell = Cell.create(&start.lattice, plan.periodic) orelse return null;
        walker.* = .{
            .scope = scope,
            .plan = plan,
            .model = try Model.read(scope, plans.model_input),
            .system = try System.create(scope, &cell, start.frac, start.kinds, plan.model.kind_count),
            .evaluation = undefined,
            .landscape = undefined,
            .descent = undefined,
            .workspace = undefined,
            .container = undefined,
            .fixed = undefined,
            .fmax = if (plan.fmax > 0) plan.fmax else first_fmax,
            .stress = if (plan.stress > 0) plan.stress else first_stress,
        };
        const system = &walker.system;
        walker.fit();
        walker.evaluation = try Evaluation.create(scope, system);
        const mode: @TypeOf(walker.landscape.cell) = if (plan.is_cell_free) .full else .fixed;
        walker.landscape = Landscape.create(scope, &walker.model, system, &walker.evaluation, mode, plan.pressure);
        try walker.fix();
        walker.descent = try Descent.create(scope, &walker.landscape, .{
            .fmax = walker.fmax,
            .stress = walker.stress,
            .steps = plan.relax_steps,
            .length = longest_step * seeds.bondOf(plan),
        }, &.{}, null);
        walker.workspace = try minimizers.Workspace.create(scope, @enumFromInt(plan.method), walker.descent.x.len);
        return walker;
    }

    /// The container of the structure of now.
    fn fit(walker: *Walker) void {
        const usual = 1.5 * seeds.ballRadius(walker.plan, walker.system.count);
        walker.container = @max(usual, slack * walker.radius() + seeds.bondOf(walker.plan));
    }

    fn fix(walker: *Walker) Error!void {
        walker.fixed = &.{};
        if (walker.plan.fixed.len == 0) return;
        const fixed = try walker.scope.alloc(bool, walker.system.count);
        const coordinates_fixed = try walker.scope.alloc(bool, 3 * fixed.len);
        for (fixed, walker.system.original, 0..) |*to, original, site| {
            to.* = walker.plan.fixed[original];
            @memset(coordinates_fixed[3 * site ..][0..3], to.*);
        }
        walker.fixed = fixed;
        walker.landscape.fixed = coordinates_fixed;
    }

    pub fn isFixed(walker: *const Walker, site: usize) bool {
        return walker.fixed.len > 0 and walker.fixed[site];
    }

    pub fn atomCount(walker: *const Walker) usize {
        return walker.system.count;
    }

    /// The first relaxation. Where no limits are given, those that the energy of a bond tells.
    pub fn settle(walker: *Walker) Error!?State {
        const state = try walker.relax() orelse return null;
        walker.fit();
        const plan = walker.plan;
        if (plan.fmax > 0 and plan.stress > 0) return state;
        const bond = seeds.bondOf(plan);
        const share = fine_share * walker.bondEnergy(state) / bond;
        if (plan.fmax == 0) walker.fmax = share;
        if (plan.stress == 0) walker.stress = share / (bond * bond);
        return walker.relax();
    }

    /// eV; |E| over the bonds of a close packing: 3n - 6 in a cluster, 6n in a crystal.
    pub fn bondEnergy(walker: *const Walker, state: State) f64 {
        const count: f64 = @floatFromInt(walker.system.count);
        const bonds = if (walker.plan.isCluster()) @max(3 * count - 6, 1) else 6 * count;
        return @abs(state.enthalpy) / bonds;
    }

    /// To the nearest minimum; null if there is none that is a structure.
    pub fn relax(walker: *Walker) Error!?State {
        return walker.relaxTo(walker.fmax);
    }

    /// As far as a largest force of `fmax`, and a stress that is as much looser.
    pub fn relaxTo(walker: *Walker, fmax: f64) Error!?State {
        const plan = walker.plan;
        const system = &walker.system;
        walker.relaxations += 1;
        walker.landscape.reset();
        if (!system.admits(walker.model.cutoff() + walker.landscape.skin)) return null;
        const descent = &walker.descent;
        descent.limits.fmax = fmax;
        descent.limits.stress = if (plan.is_cell_free) walker.stress * fmax / walker.fmax else std.math.floatMax(f64);
        try descent.restart();
        if (!descent.state.isNumber()) return null;
        const end = try minimizers.runWithin(@enumFromInt(plan.method), descent, &walker.workspace);
        // The last trial need not be where the descent ended.
        descent.state = try walker.landscape.evaluate(descent.x, descent.gradient);
        if (end == .broken or !descent.state.isNumber() or walker.hasCollapsed()) return null;
        if (plan.isCluster() and walker.hasLostAtom()) return null;
        return descent.state;
    }

    fn hasCollapsed(walker: *const Walker) bool {
        const system = &walker.system;
        const places = system.places.items;
        for (places[0..system.count], system.list.ranges.items) |place, range| {
            for (system.list.entries.items[range.begin..range.end]) |entry| {
                const other = places[entry];
                const x = other.x - place.x;
                const y = other.y - place.y;
                const z = other.z - place.z;
                const kinds = [2]i32{ @intCast(place.kindOf()), @intCast(other.kindOf()) };
                const least = walker.plan.scales.collapsedOf(kinds[0], kinds[1]);
                if (x * x + y * y + z * z < least * least) return true;
            }
        }
        return false;
    }

    fn hasLostAtom(walker: *const Walker) bool {
        return walker.radius() > walker.container;
    }

    /// Å, from the middle to the farthest atom.
    fn radius(walker: *const Walker) f64 {
        const system = &walker.system;
        const middle = walker.center();
        var farthest: f64 = 0;
        for (system.places.items[0..system.count]) |place| {
            const x = place.x - middle[0];
            const y = place.y - middle[1];
            const z = place.z - middle[2];
            farthest = @max(farthest, x * x + y * y + z * z);
        }
        return @sqrt(farthest);
    }

    pub fn center(walker: *const Walker) [3]f64 {
        const system = &walker.system;
        var middle = [3]f64{ 0, 0, 0 };
        const share = 1 / @as(f64, @floatFromInt(system.count));
        for (system.places.items[0..system.count]) |place| {
            middle[0] += share * place.x;
            middle[1] += share * place.y;
            middle[2] += share * place.z;
        }
        return middle;
    }

    /// Puts the structure of now among the minima.
    pub fn offer(walker: *Walker, state: State, minima: *Minima, origin: Origin) Error!void {
        const system = &walker.system;
        const count: f64 = @floatFromInt(system.count);
        if (!minima.wants(state.enthalpy / count)) return;
        const spare = minima.spare;
        spare.energy = state.enthalpy;
        spare.count = system.count;
        spare.lattice = system.lattice;
        spare.fmax = state.fmax;
        spare.stress = state.stress;
        spare.is_converged = walker.descent.isConverged();
        spare.found = origin.found;
        spare.trial = origin.trial;
        spare.relaxations = origin.relaxations;
        system.positionsByOriginal(spare.positions);
        for (system.places.items[0..system.count], system.original) |place, original| {
            spare.kinds[original] = @intCast(place.kindOf());
        }
        const reach = if (system.isComplete()) everywhere else walker.model.cutoff();
        try minima_of.fingerprint(walker.scope, system, reach, spare.fingerprint);
        minima.add();
    }

    /// Relaxes each of the minima to the end, and keeps those that still differ.
    pub fn refine(walker: *Walker, rough: *const Minima, fine: *Minima) Error!void {
        const x = walker.descent.x;
        for (rough.items[0..rough.count]) |minimum| {
            for (walker.system.original, 0..) |original, site| {
                x[3 * site ..][0..3].* = minimum.positions[3 * original ..][0..3].*;
            }
            walker.moveTo(&minimum.lattice, x);
            const state = try walker.relax() orelse continue;
            try walker.offer(state, fine, .{
                .found = minimum.found,
                .trial = minimum.trial,
                .relaxations = minimum.relaxations,
            });
        }
    }

    /// Cartesian positions in the order of the system.
    pub fn moveTo(walker: *Walker, lattice: *const [9]f64, x: []const f64) void {
        walker.system.lattice = lattice.*;
        _ = walker.system.moveTo(x[0 .. 3 * walker.system.count]);
    }

    pub fn positions(walker: *const Walker, out: []f64) void {
        walker.system.positions(out[0 .. 3 * walker.system.count]);
    }

    pub fn room(walker: *const Walker) Error![]f64 {
        return coordinates(walker.scope, 3 * walker.system.count);
    }
};
