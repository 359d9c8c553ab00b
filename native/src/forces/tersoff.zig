//! Tersoff (Phys. Rev. B 39, 5566, 1989). Numbers: for each ordered pair of kinds, then for each ordered
//! triple, a row as `kernels/tersoff.zig` describes it.
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/tersoff.zig");
const local = @import("local.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

/// Column of λ₃ in a row of an angle.
const decay_column = 6;

pub const Tersoff = struct {
    const Scratch = local.Local(kernel.Slot, kernel.Parameters);

    parameters: kernel.Parameters,
    form: *const kernel.Evaluate,
    cutoffs: []const f64,
    scratch: *Scratch,

    pub fn read(scope: *Scope, numbers: []const f64, kind_count: usize) Error!Tersoff {
        const pairs_end = kind_count * kind_count * kernel.pair_length;
        const wanted = pairs_end + kind_count * kind_count * kind_count * kernel.angle_length;
        if (numbers.len != wanted) {
            return scope.invalid("a Tersoff potential has {d} numbers, got {d}", .{ wanted, numbers.len });
        }
        const rows: Rows = .{
            .pairs = numbers[0..pairs_end],
            .angles = numbers[pairs_end..],
            .kind_count = kind_count,
        };
        const decaying = @intFromBool(rows.isDecaying());
        const several = @intFromBool(kind_count > 1);
        const scratch = &(try scope.alloc(Scratch, 1))[0];
        scratch.* = .{};
        return .{
            .parameters = .{
                .pairs = rows.pairs.ptr,
                .angles = rows.angles.ptr,
                .cutoff_by_pair = rows.isCutByPair(),
            },
            .form = dispatch.kernels().tersoff.entries[decaying][several],
            .cutoffs = try local.cutoffSquares(scope, kind_count, rows, Rows.cutoff),
            .scratch = scratch,
        };
    }

    const Rows = struct {
        pairs: []const f64,
        angles: []const f64,
        kind_count: usize,

        fn pair(rows: Rows, i: usize, j: usize) []const f64 {
            return rows.pairs[(i * rows.kind_count + j) * kernel.pair_length ..][0..kernel.pair_length];
        }

        fn angle(rows: Rows, i: usize, j: usize, k: usize) []const f64 {
            const row = (i * rows.kind_count + j) * rows.kind_count + k;
            return rows.angles[row * kernel.angle_length ..][0..kernel.angle_length];
        }

        /// How far i sees k, as a partner or beside one.
        fn cutoff(rows: Rows, i: usize, k: usize) f64 {
            var longest = rows.pair(i, k)[0];
            for (0..rows.kind_count) |j| longest = @max(longest, rows.angle(i, j, k)[0]);
            return longest;
        }

        fn isCutByPair(rows: Rows) bool {
            for (0..rows.kind_count) |i| {
                for (0..rows.kind_count) |j| {
                    for (0..rows.kind_count) |k| {
                        const own = rows.angle(i, j, k);
                        const of_pair = rows.pair(i, k);
                        if (own[0] != of_pair[0] or own[1] != of_pair[1]) return false;
                    }
                }
            }
            return true;
        }

        fn isDecaying(rows: Rows) bool {
            var at: usize = decay_column;
            while (at < rows.angles.len) : (at += kernel.angle_length) {
                if (rows.angles[at] != 0) return true;
            }
            return false;
        }
    };

    pub fn cutoff(potential: *const Tersoff) f64 {
        return local.longestCutoff(potential.cutoffs);
    }

    pub fn evaluate(
        potential: *const Tersoff,
        scope: *Scope,
        system: *const System,
        evaluation: *Evaluation,
    ) Error!void {
        const form = potential.form;
        return potential.scratch.evaluate(scope, system, evaluation, potential.cutoffs, &potential.parameters, form);
    }
};
