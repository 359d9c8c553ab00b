//! Terms that depend on pairs alone. Numbers: form, end, then for each ordered pair of kinds a row as
//! `kernels/pair_potential.zig` describes it; a cutoff of 0 leaves the pair alone.
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/pair_potential.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

const ends = @typeInfo(kernel.End).@"enum".fields.len;

pub const Pair = struct {
    rows: []const f64,
    evaluateRows: *const kernel.Evaluate,

    pub fn read(scope: *Scope, numbers: []const f64, kind_count: usize) Error!Pair {
        const wanted = 2 + kind_count * kind_count * kernel.row_length;
        if (numbers.len != wanted) {
            return scope.invalid("a pair potential has {d} numbers, got {d}", .{ wanted, numbers.len });
        }
        const form = numbers[0];
        const end = numbers[1];
        if (!(form >= 0 and form < kernel.form_count and end >= 0 and end < ends)) {
            return scope.invalid("unknown pair potential {d}, {d}", .{ form, end });
        }
        const table = &dispatch.kernels().pair_potentials.entries;
        const several = @intFromBool(kind_count > 1);
        return .{
            .rows = numbers[2..],
            .evaluateRows = table[@intFromFloat(form)][@intFromFloat(end)][several],
        };
    }

    pub fn cutoff(pair: *const Pair) f64 {
        var longest: f64 = 0;
        var row: usize = 0;
        while (row < pair.rows.len) : (row += kernel.row_length) longest = @max(longest, pair.rows[row]);
        return @sqrt(longest);
    }

    pub fn evaluate(
        pair: *const Pair,
        scope: *Scope,
        system: *const System,
        evaluation: *Evaluation,
    ) Error!void {
        return evaluation.add(scope, system, pair.rows.ptr, pair.evaluateRows);
    }
};
