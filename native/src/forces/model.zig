//! A potential: a sum of terms, as `src/potentials` writes it down in numbers.
//!
//! termCount, kindCount, then for each term its code, the count of its numbers, and those.
const std = @import("std");
const EmbeddedAtom = @import("embedded_atom.zig").EmbeddedAtom;
const Ewald = @import("ewald.zig").Ewald;
const Pair = @import("pair.zig").Pair;
const Springs = @import("springs.zig").Springs;
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const StillingerWeber = @import("stillinger_weber.zig").StillingerWeber;
const System = @import("system.zig").System;
const Tersoff = @import("tersoff.zig").Tersoff;

const max_terms = 32;
const max_kinds = 120;

/// In the order of their codes. Each has `read(scope, numbers, kind_count)`, `cutoff()` in Å, and
/// `evaluate(scope, system, evaluation)`, which adds to the evaluation.
const Term = union(enum) {
    pair: Pair,
    embedded_atom: EmbeddedAtom,
    stillinger_weber: StillingerWeber,
    tersoff: Tersoff,
    ewald: Ewald,
    springs: Springs,
};

pub const Model = struct {
    terms: []const Term,
    kind_count: usize,

    /// From input `index`.
    pub fn read(scope: *Scope, index: usize) Error!Model {
        const numbers = try scope.finiteInput(index, "potential");
        if (numbers.len < 2) return scope.invalid("potential must say how many terms it has", .{});
        const term_count = try countOf(scope, numbers[0], "terms", max_terms);
        const kind_count = try countOf(scope, numbers[1], "kinds", max_kinds);
        const terms = try scope.alloc(Term, term_count);
        var at: usize = 2;
        for (terms) |*term| {
            if (at + 2 > numbers.len) return scope.invalid("potential ends within a term", .{});
            const code = try countOf(scope, numbers[at], "code", @typeInfo(Term).@"union".fields.len);
            const length = try countOf(scope, numbers[at + 1], "length", numbers.len);
            at += 2;
            if (at + length > numbers.len) return scope.invalid("potential ends within a term", .{});
            term.* = try readTerm(scope, code, numbers[at..][0..length], kind_count);
            at += length;
        }
        return .{ .terms = terms, .kind_count = kind_count };
    }

    fn readTerm(scope: *Scope, code: usize, numbers: []const f64, kind_count: usize) Error!Term {
        inline for (@typeInfo(Term).@"union".fields, 1..) |field, own| {
            if (code == own) {
                return @unionInit(Term, field.name, try field.type.read(scope, numbers, kind_count));
            }
        }
        unreachable;
    }

    /// How far the list of neighbours has to reach at least.
    pub fn cutoff(model: *const Model) f64 {
        var longest: f64 = 0;
        for (model.terms) |*term| switch (term.*) {
            inline else => |*each| longest = @max(longest, each.cutoff()),
        };
        return longest;
    }

    /// Energy, forces and virial of the places of now; the list must reach.
    pub fn evaluate(
        model: *const Model,
        scope: *Scope,
        system: *const System,
        evaluation: *Evaluation,
    ) Error!void {
        try evaluation.clear(scope);
        for (model.terms) |*term| switch (term.*) {
            inline else => |*each| try each.evaluate(scope, system, evaluation),
        };
    }
};

fn countOf(scope: *Scope, value: f64, name: []const u8, most: usize) Error!usize {
    if (value >= 1 and value <= @as(f64, @floatFromInt(most)) and value == @floor(value)) {
        return @intFromFloat(value);
    }
    return scope.invalid("potential: {s} must be a whole number from 1 to {d}, got {d}", .{ name, most, value });
}
