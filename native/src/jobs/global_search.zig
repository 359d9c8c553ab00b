//! Job "globalSearch": inputs as `search/plan.zig` says. Outputs: summary (trials, relaxations, bond in Å, Å³
//! an atom, trials without a structure, whether the target was reached), minima (17 numbers each), their
//! cartesian positions, their kinds, history (trial, relaxations, eV an atom), trials (eV an atom,
//! relaxations, share of hops that were taken).
const std = @import("std");
const annealing = @import("../search/annealing.zig");
const hopping = @import("../search/hopping.zig");
const plans = @import("../search/plan.zig");
const seeds = @import("../search/seeds.zig");
const trials_of = @import("../search/trial.zig");
const walkers = @import("../search/walker.zig");
const Error = @import("../task.zig").Error;
const Minima = @import("../search/minima.zig").Minima;
const Sizes = @import("../search/minima.zig").Sizes;
const Model = @import("../forces/model.zig").Model;
const Plan = plans.Plan;
const Random = @import("../search/random.zig").Random;
const Scope = @import("../scope.zig").Scope;
const Structure = plans.Structure;
const Trial = trials_of.Trial;
const Walker = walkers.Walker;

/// Seeds of a trial that may lead nowhere.
const most_seeds = 20;
const minimum_length = 17;

const Search = struct {
    plan: *const Plan,
    board: *trials_of.Board,
    trials: []Trial,
    /// The next trial, so that they begin in order whichever thread takes them.
    next: std.atomic.Value(usize) = std.atomic.Value(usize).init(0),

    fn chunk(search: *Search, scope: *Scope, _: usize) Error!void {
        const index = search.next.fetchAdd(1, .monotonic);
        const trial = &search.trials[index];
        if (search.board.reached.load(.monotonic) < index) return;
        var random = Random.create(search.plan.seed, index);
        // From a given start, each time the same comes of the first relaxation.
        const tries: usize = if (search.plan.start == null) most_seeds else 1;
        for (0..tries) |_| {
            const start = try search.startOf(scope, &random) orelse break;
            if (try attempt(scope, search.plan, start, &random, trial)) break;
        }
        _ = search.board.done.fetchAdd(1, .monotonic);
        search.board.tell();
    }

    fn startOf(search: *const Search, scope: *Scope, random: *Random) Error!?Structure {
        const plan = search.plan;
        if (plan.start) |start| return start;
        if (plan.isCluster()) return try seeds.cluster(scope, plan, random);
        return seeds.crystal(scope, plan, random);
    }
};

/// False where the start leads to no minimum.
fn attempt(scope: *Scope, plan: *const Plan, start: Structure, random: *Random, trial: *Trial) Error!bool {
    const walker = try Walker.create(scope, plan, start) orelse return false;
    const begin = try walker.settle();
    trial.note(walker, begin);
    const state = begin orelse return false;
    switch (plan.strategy) {
        .random => try walker.offer(state, &trial.minima, .{ .trial = trial.index, .relaxations = 1 }),
        .annealing => {
            try annealing.run(walker, state, random, trial);
            const end = try walker.relax();
            trial.note(walker, end);
            if (end) |found| try walker.offer(found, &trial.minima, .{ .trial = trial.index, .relaxations = 2 });
        },
        .hopping => {
            const sizes: Sizes = .{ .atoms = walker.atomCount(), .kinds = plan.model.kind_count };
            // What is close together on the way may come apart at the end.
            const energy = 3 * plan.energy_tolerance;
            var rough = try Minima.create(scope, 2 * plan.keep, sizes, energy, plan.distance_tolerance);
            try walker.offer(state, &rough, .{ .trial = trial.index, .relaxations = 1 });
            try hopping.run(walker, state, random, &rough, trial);
            try walker.refine(&rough, &trial.minima);
        },
    }
    _ = trial.isOver();
    return trial.minima.count > 0;
}

pub fn run(scope: *Scope) Error!void {
    const model = try Model.read(scope, plans.model_input);
    const plan = try plans.read(scope, &model);
    var board: trials_of.Board = .{ .plan = &plan };
    const is_hopping = plan.strategy == .hopping;
    const trials = try scope.alloc(Trial, plan.trials);
    for (trials, 0..) |*trial, index| {
        trial.* = try Trial.create(scope, &board, index, if (is_hopping) plan.keep else 1);
    }
    scope.expectChunks(plan.trials * (1 + if (is_hopping) plan.steps else 0));
    var search: Search = .{ .plan = &plan, .board = &board, .trials = trials };
    try scope.forEach(plan.trials, &search, Search.chunk);

    // Trials after the first that reached the target have only seen a part of their way.
    const reached = board.reached.load(.monotonic);
    const counted = trials[0..@min(trials.len, reached +| 1)];
    const sizes: Sizes = .{ .atoms = plan.mostAtoms(), .kinds = model.kind_count };
    var minima = try Minima.create(scope, plan.keep, sizes, plan.energy_tolerance, plan.distance_tolerance);
    for (counted) |*trial| for (trial.minima.items[0..trial.minima.count]) |minimum| {
        minima.spare.copy(minimum);
        minima.add();
    };
    const summary = try scope.output(f64, 6);
    summary[0..6].* = .{
        @floatFromInt(counted.len),
        0,
        seeds.bondOf(&plan),
        seeds.volumePerAtom(&plan),
        0,
        if (reached < trials.len) 1 else 0,
    };
    for (counted) |*trial| {
        summary[1] += @floatFromInt(trial.relaxations);
        if (trial.minima.count == 0) summary[4] += 1;
    }
    try writeMinima(scope, &plan, &minima);
    try writeHistory(scope, counted);
}

fn writeMinima(scope: *Scope, plan: *const Plan, minima: *const Minima) Error!void {
    var atom_count: usize = 0;
    for (minima.items[0..minima.count]) |minimum| atom_count += minimum.count;
    const rows = try scope.output(f64, minimum_length * minima.count);
    const positions = try scope.output(f64, 3 * atom_count);
    const kinds = try scope.output(i32, atom_count);
    var at: usize = 0;
    for (minima.items[0..minima.count], 0..) |minimum, index| {
        rows[minimum_length * index ..][0..8].* = .{
            minimum.energy,
            @floatFromInt(minimum.count),
            @floatFromInt(minimum.found),
            @floatFromInt(minimum.trial),
            @floatFromInt(minimum.relaxations),
            minimum.fmax,
            minimum.stress,
            @floatFromInt(@intFromBool(minimum.is_converged)),
        };
        rows[minimum_length * index + 8 ..][0..9].* = minimum.lattice;
        const own = positions[3 * at ..][0 .. 3 * minimum.count];
        @memcpy(own, minimum.positions[0..own.len]);
        if (plan.isCluster() and plan.fixed.len == 0) toMiddle(own, &minimum.lattice);
        @memcpy(kinds[at..][0..minimum.count], minimum.kinds[0..minimum.count]);
        at += minimum.count;
    }
}

/// The mean of the positions to the middle of the box.
fn toMiddle(positions: []f64, lattice: *const [9]f64) void {
    var mean = [3]f64{ 0, 0, 0 };
    for (positions, 0..) |value, index| mean[index % 3] += value;
    const count: f64 = @floatFromInt(positions.len / 3);
    for (positions, 0..) |*value, index| {
        const axis = index % 3;
        value.* += 0.5 * (lattice[axis] + lattice[3 + axis] + lattice[6 + axis]) - mean[axis] / count;
    }
}

fn writeHistory(scope: *Scope, trials: []const Trial) Error!void {
    var count: usize = 0;
    for (trials) |*trial| count += trial.improvement_count;
    const history = try scope.output(f64, 3 * count);
    const rows = try scope.output(f64, 3 * trials.len);
    var at: usize = 0;
    for (trials, 0..) |*trial, index| {
        for (trial.improvements[0..trial.improvement_count]) |improvement| {
            history[3 * at ..][0..3].* = .{
                @floatFromInt(index),
                @floatFromInt(improvement.relaxations),
                improvement.energy,
            };
            at += 1;
        }
        const lowest = if (trial.minima.count > 0) trial.minima.items[0].perAtom() else std.math.nan(f64);
        const tried: f64 = @floatFromInt(@max(trial.tried, 1));
        rows[3 * index ..][0..3].* = .{
            lowest,
            @floatFromInt(trial.relaxations),
            @as(f64, @floatFromInt(trial.accepted)) / tried,
        };
    }
}
