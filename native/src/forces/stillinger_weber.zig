//! Stillinger-Weber (Phys. Rev. B 31, 5262, 1985). Numbers: whether any power is other than p = 4 and
//! q = 0; for each ordered pair of kinds, then for each ordered triple, a row as
//! `kernels/stillinger_weber.zig` describes it. A cutoff of 0 leaves the pair alone.
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/stillinger_weber.zig");
const local = @import("local.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

pub const StillingerWeber = struct {
    const Scratch = local.Local(kernel.Slot, kernel.Parameters);

    parameters: kernel.Parameters,
    form: *const kernel.Evaluate,
    cutoffs: []const f64,
    scratch: *Scratch,

    pub fn read(scope: *Scope, numbers: []const f64, kind_count: usize) Error!StillingerWeber {
        const pair_count = kind_count * kind_count;
        const pairs_end = 1 + pair_count * kernel.pair_length;
        const wanted = pairs_end + pair_count * kind_count * kernel.angle_length;
        if (numbers.len != wanted) return scope.invalid(
            "a Stillinger-Weber potential has {d} numbers, got {d}",
            .{ wanted, numbers.len },
        );
        const pairs: Pairs = .{ .rows = numbers[1..pairs_end], .kind_count = kind_count };
        const any_powers = @intFromBool(numbers[0] != 0);
        const several = @intFromBool(kind_count > 1);
        const scratch = &(try scope.alloc(Scratch, 1))[0];
        scratch.* = .{};
        return .{
            .parameters = .{ .pairs = pairs.rows.ptr, .angles = numbers[pairs_end..].ptr },
            .form = dispatch.kernels().stillinger_weber.entries[any_powers][several],
            .cutoffs = try local.cutoffSquares(scope, kind_count, pairs, Pairs.cutoff),
            .scratch = scratch,
        };
    }

    const Pairs = struct {
        rows: []const f64,
        kind_count: usize,

        fn cutoff(pairs: Pairs, a: usize, b: usize) f64 {
            return pairs.rows[(a * pairs.kind_count + b) * kernel.pair_length];
        }
    };

    pub fn cutoff(potential: *const StillingerWeber) f64 {
        return local.longestCutoff(potential.cutoffs);
    }

    pub fn evaluate(
        potential: *const StillingerWeber,
        scope: *Scope,
        system: *const System,
        evaluation: *Evaluation,
    ) Error!void {
        const form = potential.form;
        return potential.scratch.evaluate(scope, system, evaluation, potential.cutoffs, &potential.parameters, form);
    }
};
