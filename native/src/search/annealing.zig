//! Simulated annealing: Langevin dynamics that slowly cools down, then a relaxation.
//!
//! Kirkpatrick, Gelatt & Vecchi, Science 220, 671 (1983). The integrator is BAOAB (Leimkuhler & Matthews,
//! Appl. Math. Res. Express 2013, 34), its noise uniform (Dünweg & Paul, Int. J. Mod. Phys. C 2, 817, 1991).
//! Where atoms are does not depend on their masses, so all are 1, and the time step follows the stiffness.
const std = @import("std");
const seeds = @import("seeds.zig");
const Error = @import("../task.zig").Error;
const Random = @import("random.zig").Random;
const State = @import("../forces/landscape.zig").State;
const Trial = @import("trial.zig").Trial;
const Walker = @import("walker.zig").Walker;

/// Of the period of the stiffest vibration over 2π.
const time_step = 0.2;
/// Share of a velocity that a step keeps.
const kept = 0.98;
/// Of the energy of a bond: where clusters melt and where crystals do.
const cluster_heat = 0.25;
const crystal_heat = 0.9;
const cooling = 0.05;
const probe_share = 1e-3;

/// From a minimum on; leaves the walker where the dynamics end.
pub fn run(walker: *Walker, begin: State, random: *Random, trial: *Trial) Error!void {
    const plan = walker.plan;
    const size = 3 * walker.atomCount();
    const x = walker.workspace.trial.x;
    const gradient = walker.workspace.trial.gradient;
    walker.landscape.reset();
    walker.landscape.begin(x);
    _ = try walker.landscape.evaluate(x, gradient);
    const step = try timeStep(walker, random, x, gradient);
    const velocity = try walker.room();
    const last = try walker.room();
    const bond = walker.bondEnergy(begin);
    const share: f64 = if (plan.isCluster()) cluster_heat else crystal_heat;
    const hot = if (plan.temperature > 0) plan.temperature else share * bond;
    const cold = if (plan.end_temperature > 0) plan.end_temperature else cooling * hot;
    for (velocity, 0..) |*value, index| value.* = if (walker.isFixed(index / 3)) 0 else @sqrt(hot) * noise(random);
    var heat = hot;
    const ratio = std.math.pow(f64, cold / hot, 1 / @as(f64, @floatFromInt(@max(plan.steps, 1))));
    for (0..plan.steps) |index| {
        if (index % 64 == 0) {
            try walker.scope.checkpoint();
            if (trial.isOver()) break;
        }
        @memcpy(last, x[0..size]);
        heat *= ratio;
        const kick = @sqrt((1 - kept * kept) * heat);
        for (velocity, gradient[0..size], x[0..size], 0..) |*v, slope, *at, coordinate| {
            if (walker.isFixed(coordinate / 3)) continue;
            v.* -= 0.5 * step * slope;
            at.* += 0.5 * step * v.*;
            v.* = kept * v.* + kick * noise(random);
            at.* += 0.5 * step * v.*;
        }
        if (plan.isCluster()) turnBack(walker, x, velocity);
        const state = try walker.landscape.evaluate(x, gradient);
        if (!state.isNumber()) {
            walker.moveTo(&walker.landscape.reference, last);
            return;
        }
        for (velocity, gradient[0..size]) |*v, slope| v.* -= 0.5 * step * slope;
    }
}

/// Of variance 1.
fn noise(random: *Random) f64 {
    return @sqrt(3.0) * random.between(-1, 1);
}

/// From y·y / s·y of a small step s that changes the gradient by y: the stiff modes weigh most.
fn timeStep(walker: *Walker, random: *Random, x: []f64, gradient: []f64) Error!f64 {
    const size = 3 * walker.atomCount();
    const start = try walker.room();
    const slopes = try walker.room();
    const length = probe_share * seeds.bondOf(walker.plan);
    @memcpy(start, x[0..size]);
    @memcpy(slopes, gradient[0..size]);
    for (x[0..size], 0..) |*at, index| {
        if (!walker.isFixed(index / 3)) at.* += length * random.between(-1, 1);
    }
    _ = try walker.landscape.evaluate(x, gradient);
    var yy: f64 = 0;
    var sy: f64 = 0;
    for (x[0..size], start, gradient[0..size], slopes) |to, from, new, old| {
        yy += (new - old) * (new - old);
        sy += (to - from) * (new - old);
    }
    @memcpy(x[0..size], start);
    _ = try walker.landscape.evaluate(x, gradient);
    return time_step / @sqrt(if (sy > 0 and yy > 0) yy / sy else 1);
}

/// Atoms that leave the container are reflected.
fn turnBack(walker: *const Walker, x: []const f64, velocity: []f64) void {
    const middle = walker.center();
    for (0..walker.atomCount()) |site| {
        var away: [3]f64 = undefined;
        var square: f64 = 0;
        var outwards: f64 = 0;
        for (&away, 0..) |*value, axis| {
            value.* = x[3 * site + axis] - middle[axis];
            square += value.* * value.*;
            outwards += value.* * velocity[3 * site + axis];
        }
        if (square < 0.64 * walker.container * walker.container or outwards <= 0 or walker.isFixed(site)) continue;
        for (away, 0..) |value, axis| velocity[3 * site + axis] -= 2 * outwards / square * value;
    }
}
