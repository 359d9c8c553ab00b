//! Leaf functions of potentials that depend on pairs alone: E = ½ Σᵢⱼ φ(rᵢⱼ).
const std = @import("std");
const atoms = @import("atoms.zig");
const vector = @import("vector.zig");
const F = vector.F;

/// Numbers of one pair of kinds: square of the cutoff; three of the form; two that end it.
pub const row_length = 8;
const Row = struct { cutoff_square: F, form: [4]F, end: [2]F };

/// How φ ends at the cutoff rc.
pub const End = enum(u8) {
    /// φ(r) - c₀: cut (c₀ = 0), or shifted to 0 at rc (c₀ = φ(rc)).
    constant,
    /// φ(r) - c₀ - c₁ r: energy and force vanish at rc.
    linear,
    /// φ(r) S(x), x = (r - c₀) / (rc - c₀), c₁ = 1 / (rc - c₀), S = 1 - 10x³ + 15x⁴ - 6x⁵ for x > 0.
    smooth,
};

/// φ and (dφ/dr)/r.
const Value = struct { energy: F, slope: F };

/// A r⁻¹² - B r⁻⁶.
const LennardJones = struct {
    const needs_root = false;

    inline fn of(form: [4]F, square: F, _: F) Value {
        const inverse = vector.splat(1) / square;
        const sixth = inverse * inverse * inverse;
        const repulsion = form[0] * sixth;
        return .{
            .energy = sixth * (repulsion - form[1]),
            .slope = inverse * sixth * (vector.splat(6) * form[1] - vector.splat(12) * repulsion),
        };
    }
};

/// D (e^(-2α(r - r₀)) - 2 e^(-α(r - r₀))).
const Morse = struct {
    const needs_root = true;

    inline fn of(form: [4]F, _: F, r: F) Value {
        const decay = vector.exp(-form[1] * (r - form[2]));
        const scaled = form[0] * decay;
        return .{
            .energy = scaled * (decay - vector.splat(2)),
            .slope = vector.splat(2) * form[1] * scaled * (vector.splat(1) - decay) / r,
        };
    }
};

/// A e^(-r/ρ) - C r⁻⁶; the row holds 1/ρ.
const Buckingham = struct {
    const needs_root = true;

    inline fn of(form: [4]F, square: F, r: F) Value {
        const repulsion = form[0] * vector.exp(-r * form[1]);
        const inverse = vector.splat(1) / square;
        const attraction = form[2] * inverse * inverse * inverse;
        return .{
            .energy = repulsion - attraction,
            .slope = vector.splat(6) * attraction * inverse - repulsion * form[1] / r,
        };
    }
};

/// ½ k (r - r₀)².
const Harmonic = struct {
    const needs_root = true;

    inline fn of(form: [4]F, _: F, r: F) Value {
        const stretch = r - form[1];
        const tension = form[0] * stretch;
        return .{ .energy = vector.splat(0.5) * tension * stretch, .slope = tension / r };
    }
};

const forms = [_]type{ LennardJones, Morse, Buckingham, Harmonic };
pub const form_count = forms.len;

/// Adds forces, energies and sums of a chunk. `rows` holds kinds × kinds rows, symmetric.
pub const Evaluate = fn (pass: *const atoms.Pass, rows: [*]const f64) callconv(.c) void;

/// By form, by end, one kind or several.
pub const Table = extern struct {
    entries: [form_count][3][2]*const Evaluate = blk: {
        var all: [form_count][3][2]*const Evaluate = undefined;
        for (&all, forms) |*of_form, Form| {
            for (of_form, 0..) |*of_end, end| {
                of_end.* = .{
                    Instance(Form, @enumFromInt(end), false).evaluate,
                    Instance(Form, @enumFromInt(end), true).evaluate,
                };
            }
        }
        break :blk all;
    },
};

fn Instance(comptime Form: type, comptime end: End, comptime several: bool) type {
    return struct {
        fn evaluate(pass: *const atoms.Pass, rows: [*]const f64) callconv(.c) void {
            if (!several and pass.view.complete_count > 0) return evaluateCluster(pass, rows);
            if (pass.forces_only) return add(pass, rows, true);
            return add(pass, rows, false);
        }

        fn add(pass: *const atoms.Pass, rows: [*]const f64, comptime forces_only: bool) void {
            const view = pass.view;
            var virial: [6]F = .{vector.splat(0)} ** 6;
            var total: f64 = 0;
            const single = rowAt(rows, .{0} ** vector.width);
            for (pass.first..pass.end) |site| {
                const at = view.places[site];
                const own = if (several) rows + at.kindOf() * view.kind_count * row_length else rows;
                const range = view.ranges[site];
                var pull: atoms.Pull = .{};
                var energy = vector.splat(0);
                var entry: usize = range.begin;
                while (entry < range.end) : (entry += vector.width) {
                    const others = atoms.placesOf(view, entry);
                    const between = atoms.Between.of(at, others);
                    const row = if (several) rowAt(own, kindsOf(others.kind)) else single;
                    const value = ended(row, between.square);
                    if (forces_only) {
                        pull.addAlone(between, value.slope);
                    } else {
                        energy += value.energy;
                        pull.add(&virial, between, value.slope);
                    }
                }
                pull.addTo(&pass.forces[site]);
                if (forces_only) continue;
                const half = 0.5 * vector.sum(energy);
                pass.energies[site] += half;
                total += half;
            }
            if (forces_only) return;
            pass.sums.energy += total;
            for (&pass.sums.virial, virial) |*sum, lanes| sum.* += 0.5 * vector.sum(lanes);
        }

        fn evaluateCluster(pass: *const atoms.Pass, rows: [*]const f64) void {
            const view = pass.view;
            var cluster: atoms.Cluster = undefined;
            cluster.fill(view);
            var virial: [6]F = .{vector.splat(0)} ** 6;
            var total: f64 = 0;
            const row = rowAt(rows, .{0} ** vector.width);
            for (pass.first..pass.end) |site| {
                var pull: atoms.Pull = .{};
                var energy = vector.splat(0);
                var entry: usize = 0;
                while (entry < view.complete_count) : (entry += vector.width) {
                    const between = cluster.between(view, site, entry);
                    const value = ended(row, between.square);
                    energy += value.energy;
                    pull.add(&virial, between, value.slope);
                }
                pull.addTo(&pass.forces[site]);
                const half = 0.5 * vector.sum(energy);
                pass.energies[site] += half;
                total += half;
            }
            pass.sums.energy += total;
            for (&pass.sums.virial, virial) |*sum, lanes| sum.* += 0.5 * vector.sum(lanes);
        }

        inline fn ended(row: Row, square: F) Value {
            const r = if (Form.needs_root or end != .constant) @sqrt(square) else square;
            var value = Form.of(row.form, square, r);
            switch (end) {
                .constant => value.energy -= row.end[0],
                .linear => {
                    value.energy -= row.end[0] + row.end[1] * r;
                    value.slope -= row.end[1] / r;
                },
                .smooth => value = switched(value, row.end, r),
            }
            const inside = square <= row.cutoff_square;
            return .{
                .energy = @select(f64, inside, value.energy, vector.splat(0)),
                .slope = @select(f64, inside, value.slope, vector.splat(0)),
            };
        }
    };
}

inline fn switched(value: Value, end: [2]F, r: F) Value {
    const x = @max((r - end[0]) * end[1], vector.splat(0));
    const square = x * x;
    const rest = vector.splat(1) - x;
    const factor = vector.splat(1) - square * x *
        (vector.splat(10) - x * (vector.splat(15) - vector.splat(6) * x));
    const fall = vector.splat(-30) * square * rest * rest * end[1];
    return .{
        .energy = value.energy * factor,
        .slope = value.slope * factor + value.energy * fall / r,
    };
}

inline fn kindsOf(kind: F) [vector.width]u32 {
    const bits: @Vector(vector.width, u64) = @bitCast(kind);
    return @as(@Vector(vector.width, u32), @truncate(bits));
}

inline fn rowAt(rows: [*]const f64, kinds: [vector.width]u32) Row {
    const halves: [*]const [4]f64 = @ptrCast(rows);
    const twice = @as(@Vector(vector.width, u32), kinds) * @as(@Vector(vector.width, u32), @splat(2));
    const first = atoms.gather(halves, twice);
    const second = atoms.gather(halves, twice + @as(@Vector(vector.width, u32), @splat(1)));
    return .{
        .cutoff_square = first[0],
        .form = .{ first[1], first[2], first[3], second[0] },
        .end = .{ second[1], second[2] },
    };
}
