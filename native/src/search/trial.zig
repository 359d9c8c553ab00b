//! One trial of a search: what it may tell others, and what it leaves.
const std = @import("std");
const Minima = @import("minima.zig").Minima;
const Plan = @import("plan.zig").Plan;
const Scope = @import("../scope.zig").Scope;
const State = @import("../forces/landscape.zig").State;
const Walker = @import("walker.zig").Walker;
const Error = @import("../task.zig").Error;

/// Improvements of the best energy that a trial remembers.
const most_improvements = 64;
pub const Improvement = struct { relaxations: usize, energy: f64 };

/// What all trials see. Numbers without data behind them: no order.
pub const Board = struct {
    plan: *const Plan,
    /// The first trial that has reached the target.
    reached: std.atomic.Value(usize) = std.atomic.Value(usize).init(std.math.maxInt(usize)),
    done: std.atomic.Value(usize) = std.atomic.Value(usize).init(0),
    relaxations: std.atomic.Value(usize) = std.atomic.Value(usize).init(0),
    /// Bits of the lowest enthalpy an atom, in eV.
    best: std.atomic.Value(u64) = std.atomic.Value(u64).init(@bitCast(std.math.inf(f64))),

    fn lower(board: *Board, energy: f64) void {
        var known = board.best.load(.monotonic);
        while (energy < @as(f64, @bitCast(known))) {
            known = board.best.cmpxchgWeak(known, @bitCast(energy), .monotonic, .monotonic) orelse return;
        }
    }

    /// Numbers that JavaScript may read at any time: lowest enthalpy an atom, trials done, relaxations,
    /// whether there is an energy.
    pub fn tell(board: *Board) void {
        const best: f64 = @bitCast(board.best.load(.monotonic));
        const numbers = [_]f64{
            if (std.math.isFinite(best)) best else 0,
            @floatFromInt(board.done.load(.monotonic)),
            @floatFromInt(board.relaxations.load(.monotonic)),
            if (std.math.isFinite(best)) 1 else 0,
        };
        // Shared with JavaScript, which lends it to be written; each number for itself.
        const shared: [*]f64 = @constCast(board.plan.monitor);
        for (numbers, 0..) |value, index| {
            @atomicStore(u64, @as(*u64, @ptrCast(&shared[index])), @bitCast(value), .monotonic);
        }
    }
};

pub const Trial = struct {
    board: *Board,
    index: usize,
    minima: Minima,
    improvements: []Improvement,
    improvement_count: usize = 0,
    best: f64 = std.math.inf(f64),
    relaxations: usize = 0,
    /// Of hops.
    tried: usize = 0,
    accepted: usize = 0,

    pub fn create(scope: *Scope, board: *Board, index: usize, most: usize) Error!Trial {
        const plan = board.plan;
        return .{
            .board = board,
            .index = index,
            .minima = try Minima.create(
                scope,
                most,
                .{ .atoms = plan.mostAtoms(), .kinds = plan.model.kind_count },
                plan.energy_tolerance,
                plan.distance_tolerance,
            ),
            .improvements = try scope.alloc(Improvement, if (plan.strategy == .hopping) most_improvements else 2),
        };
    }

    /// A relaxation has come here, or nowhere.
    pub fn note(trial: *Trial, walker: *const Walker, state: ?State) void {
        trial.relaxations += 1;
        _ = trial.board.relaxations.fetchAdd(1, .monotonic);
        const energy = if (state) |known| known.enthalpy else return;
        const atom_count: f64 = @floatFromInt(walker.atomCount());
        if (energy < trial.best - trial.board.plan.energy_tolerance * @abs(energy)) {
            // The last place is for the last improvement.
            const slot = @min(trial.improvement_count, trial.improvements.len - 1);
            trial.improvements[slot] = .{ .relaxations = trial.relaxations, .energy = energy / atom_count };
            trial.improvement_count = slot + 1;
        }
        if (energy < trial.best) {
            trial.best = energy;
            trial.board.lower(energy / atom_count);
        }
        trial.board.tell();
    }

    /// Whether there is nothing more to do: it has reached the target, or an earlier one has.
    pub fn isOver(trial: *const Trial) bool {
        const plan = trial.board.plan;
        if (trial.best <= plan.target + plan.energy_tolerance * @abs(plan.target)) {
            _ = trial.board.reached.fetchMin(trial.index, .monotonic);
            return true;
        }
        return trial.board.reached.load(.monotonic) < trial.index;
    }
};
