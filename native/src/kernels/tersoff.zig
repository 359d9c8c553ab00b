//! Leaf functions of Tersoff's potential: Eᵢ = ½ Σⱼ f(rᵢⱼ) (A e^(-λ₁ rᵢⱼ) - bᵢⱼ B e^(-λ₂ rᵢⱼ)),
//! bᵢⱼ = (1 + (β ζᵢⱼ)ⁿ)^(-1/2n), ζᵢⱼ = Σₖ f(rᵢₖ) g(cos θⱼᵢₖ) e^((λ₃ (rᵢⱼ - rᵢₖ))ᵐ),
//! g(x) = γ (1 + c²/d² - c²/(d² + (x - cos θ₀)²)); f falls from 1 to 0 over R - D < r < R + D.
const atoms = @import("atoms.zig");
const local = @import("local.zig");
const std = @import("std");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;
const Indices = @Vector(width, u32);

/// Numbers of an ordered pair of kinds: R + D, 1/2D, A, λ₁, B, λ₂, β, n.
pub const pair_length = 8;
/// Numbers of the kinds i, j, k: R + D, 1/2D, γ, γ c²/d², d², cos θ₀, λ₃, m.
pub const angle_length = 8;

pub const Parameters = extern struct {
    pairs: [*]const f64,
    angles: [*]const f64,
    /// f(rᵢₖ) is the same for all j: that of the pair.
    cutoff_by_pair: bool,
};

pub const Slot = extern struct {
    spoke: local.Spoke,
    /// f and df/dr of the pair.
    f: F,
    fall: F,
    // As k beside the j of now: cos θ; f g e^x; f g' e^x; df/dr g e^x; f g de^x/dr.
    cosine: F,
    share: F,
    bend: F,
    edge: F,
    stretch: F,
};

pub const Evaluate = fn (
    pass: *const atoms.Pass,
    centres: *const local.Centres,
    parameters: *const Parameters,
) callconv(.c) void;

/// By whether any λ₃ is other than 0; one kind or several.
pub const Table = extern struct {
    entries: [2][2]*const Evaluate = .{
        .{ Instance(false, false).evaluate, Instance(false, true).evaluate },
        .{ Instance(true, false).evaluate, Instance(true, true).evaluate },
    },
};

/// Below it ζ counts as 0; a power of it is still a number.
const least = 1e-60;
/// ln 10³⁰: an atom that is so much closer than another hides it, and no number overflows.
const most_decay = 69.0775527898214;

fn Instance(comptime decaying: bool, comptime several: bool) type {
    return struct {
        fn evaluate(
            pass: *const atoms.Pass,
            centres: *const local.Centres,
            parameters: *const Parameters,
        ) callconv(.c) void {
            const room: [*]Slot = @ptrCast(@alignCast(centres.room));
            var virial: [6]F = .{vector.splat(0)} ** 6;
            var first = pass.first;
            while (first < pass.end) : (first += width) {
                const block = local.Block.of(pass, centres.slots, first);
                const slots = room[0..block.slot_count];
                for (slots, 0..) |*slot, index| {
                    slot.spoke = block.spoke(pass, centres.slots, index);
                    const row = pairRow(pass, parameters, block.at.kind, slot);
                    const f = Cutoff.of(row[0], row[1], slot.spoke.r);
                    slot.f = f.value;
                    slot.fall = f.slope;
                }
                var energy = vector.splat(0);
                for (slots, 0..) |*slot, j| {
                    if (@reduce(.Max, slot.f) == 0) continue;
                    energy += bond(pass, parameters, block.at.kind, slot, slots, j);
                }
                for (slots, 0..) |*slot, index| block.leave(centres.slots, index, &slot.spoke, &virial);
                local.addEnergies(pass, first, energy);
            }
            for (&pass.sums.virial, virial) |*sum, lanes| sum.* += vector.sum(lanes);
        }

        inline fn pairRow(pass: *const atoms.Pass, parameters: *const Parameters, own: F, slot: *const Slot) [8]F {
            if (!several) return local.firstRow(parameters.pairs);
            const kinds: Indices = @splat(@intCast(pass.view.kind_count));
            return local.rowsAt(parameters.pairs, local.kindsOf(own) * kinds + local.kindsOf(slot.spoke.kind));
        }

        inline fn bond(
            pass: *const atoms.Pass,
            parameters: *const Parameters,
            own: F,
            slot: *Slot,
            slots: []Slot,
            j: usize,
        ) F {
            var zeta = vector.splat(0);
            for (slots, 0..) |*other, k| {
                if (k != j) zeta += screen(pass, parameters, own, slot, other);
            }
            const row = pairRow(pass, parameters, own, slot);
            const order = Order.of(zeta, row[6], row[7]);
            const half = vector.splat(0.5);
            const repulsion = row[2] * vector.exp(-row[3] * slot.spoke.r);
            const attraction = row[4] * vector.exp(-row[5] * slot.spoke.r);
            const bonded = order.value * attraction;
            const difference = repulsion - bonded;
            slot.spoke.along += half *
                (slot.fall * difference + slot.f * (row[5] * bonded - row[3] * repulsion));
            const by_zeta = -half * slot.f * attraction * order.slope;
            for (slots, 0..) |*other, k| {
                if (k != j) push(by_zeta, slot, other);
            }
            return half * slot.f * difference;
        }

        /// What k adds to ζ of j.
        inline fn screen(
            pass: *const atoms.Pass,
            parameters: *const Parameters,
            own: F,
            slot: *const Slot,
            other: *Slot,
        ) F {
            const row = if (several) blk: {
                const kinds: Indices = @splat(@intCast(pass.view.kind_count));
                const index = (local.kindsOf(own) * kinds + local.kindsOf(slot.spoke.kind)) * kinds +
                    local.kindsOf(other.spoke.kind);
                break :blk local.rowsAt(parameters.angles, index);
            } else local.firstRow(parameters.angles);
            const f: Cutoff = if (!several or parameters.cutoff_by_pair)
                .{ .value = other.f, .slope = other.fall }
            else
                Cutoff.of(row[0], row[1], other.spoke.r);
            const cosine = slot.spoke.cosine(&other.spoke);
            const off = cosine - row[5];
            const inverse = vector.splat(1) / (row[4] + off * off);
            const bent = row[3] * off * inverse;
            var g = row[2] + bent * off;
            var g_slope = vector.splat(2) * bent * row[4] * inverse;
            other.stretch = vector.splat(0);
            if (decaying) {
                const decay = Decay.of(row[6], row[7], slot.spoke.r - other.spoke.r);
                g *= decay.value;
                g_slope *= decay.value;
                other.stretch = f.value * g * decay.slope;
            }
            other.cosine = cosine;
            other.share = f.value * g;
            other.bend = f.value * g_slope;
            other.edge = f.slope * g;
            return other.share;
        }

        inline fn push(by_zeta: F, slot: *Slot, other: *Slot) void {
            const bend = by_zeta * other.bend;
            const turn = bend * slot.spoke.inverse;
            const other_turn = bend * other.spoke.inverse;
            const stretch = by_zeta * other.stretch;
            slot.spoke.along += stretch - turn * other.cosine;
            other.spoke.along += by_zeta * other.edge - stretch - other_turn * other.cosine;
            slot.spoke.addAcross(turn, &other.spoke);
            other.spoke.addAcross(other_turn, &slot.spoke);
        }
    };
}

/// f = sin²(w π/2), w = (R + D - r) / 2D within [0, 1]: ½ - ½ sin((r - R) π/2D), small without loss.
const Cutoff = struct {
    value: F,
    slope: F,

    inline fn of(end: F, inverse: F, r: F) Cutoff {
        const w = @min(@max((end - r) * inverse, vector.splat(0)), vector.splat(1));
        const angle = vector.cosSinTurns(w * vector.splat(0.25));
        return .{
            .value = angle.sin * angle.sin,
            .slope = vector.splat(-std.math.pi) * inverse * angle.sin * angle.cos,
        };
    }
};

/// e^((λ₃ Δ)ᵐ) and d ln of it by dΔ; m is 1 or 3.
const Decay = struct {
    value: F,
    slope: F,

    inline fn of(lambda: F, power: F, difference: F) Decay {
        const x = lambda * difference;
        const square = x * x;
        const one = power == vector.splat(1);
        const exponent = @select(f64, one, x, square * x);
        const slope = @select(f64, one, lambda, vector.splat(3) * lambda * square);
        const most = vector.splat(most_decay);
        return .{ .value = vector.exp(@min(@max(exponent, -most), most)), .slope = slope };
    }
};

/// b and db/dζ.
const Order = struct {
    value: F,
    slope: F,

    inline fn of(zeta: F, beta: F, n: F) Order {
        const one = vector.splat(1);
        const x = @max(beta * zeta, vector.splat(least));
        const power = n * vector.log(x);
        const t = vector.exp(power);
        const sum = one + t;
        const log = @select(f64, t < vector.splat(1e16), vector.log(sum), power);
        const value = vector.exp(vector.splat(-0.5) * log / n);
        return .{
            .value = value,
            .slope = vector.splat(-0.5) * value * (t / sum) * beta / x,
        };
    }
};
