//! Leaf functions of Stillinger-Weber's potential: with h = e^(γσ / (r - aσ)) of each neighbour,
//! Eᵢ = ½ Σⱼ φ(rᵢⱼ) + Σⱼ<ₖ λε hᵢⱼ hᵢₖ (cos θⱼᵢₖ - cos θ₀)², φ = (P r⁻ᵖ - Q r⁻ᵠ) e^(σ / (r - aσ)).
const atoms = @import("atoms.zig");
const local = @import("local.zig");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;
const Indices = @Vector(width, u32);

/// Numbers of an ordered pair of kinds: cutoff, aσ, σ, γσ, P, Q, p, q. The cutoff lies before aσ, where
/// nothing is left of the exponentials: their poles are never met.
pub const pair_length = 8;
/// Numbers of the angle at kind i between kinds j and k: λε, cos θ₀, and room.
pub const angle_length = 4;

pub const Parameters = extern struct {
    pairs: [*]const f64,
    angles: [*]const f64,
};

pub const Slot = extern struct {
    spoke: local.Spoke,
    /// h and dh/dr.
    h: F,
    fall: F,
};

pub const Evaluate = fn (
    pass: *const atoms.Pass,
    centres: *const local.Centres,
    parameters: *const Parameters,
) callconv(.c) void;

/// By whether p and q are other than 4 and 0; one kind or several.
pub const Table = extern struct {
    entries: [2][2]*const Evaluate = .{
        .{ Instance(false, false).evaluate, Instance(false, true).evaluate },
        .{ Instance(true, false).evaluate, Instance(true, true).evaluate },
    },
};

fn Instance(comptime any_powers: bool, comptime several: bool) type {
    return struct {
        fn evaluate(
            pass: *const atoms.Pass,
            centres: *const local.Centres,
            parameters: *const Parameters,
        ) callconv(.c) void {
            const slots: [*]Slot = @ptrCast(@alignCast(centres.room));
            var virial: [6]F = .{vector.splat(0)} ** 6;
            var first = pass.first;
            while (first < pass.end) : (first += width) {
                const block = local.Block.of(pass, centres.slots, first);
                var energy = vector.splat(0);
                for (slots[0..block.slot_count], 0..) |*slot, index| {
                    slot.spoke = block.spoke(pass, centres.slots, index);
                    energy += pairOf(pass, parameters, block.at.kind, slot);
                }
                for (0..block.slot_count) |j| {
                    for (j + 1..block.slot_count) |k| {
                        energy += angle(pass, parameters, block.at.kind, &slots[j], &slots[k]);
                    }
                    block.leave(centres.slots, j, &slots[j].spoke, &virial);
                }
                local.addEnergies(pass, first, energy);
            }
            for (&pass.sums.virial, virial) |*sum, lanes| sum.* += vector.sum(lanes);
        }

        /// ½ φ; leaves its slope, h and dh/dr.
        inline fn pairOf(pass: *const atoms.Pass, parameters: *const Parameters, own: F, slot: *Slot) F {
            const spoke = &slot.spoke;
            const row = if (several) blk: {
                const kinds: Indices = @splat(@intCast(pass.view.kind_count));
                const index = local.kindsOf(own) * kinds + local.kindsOf(spoke.kind);
                break :blk local.rowsAt(parameters.pairs, index);
            } else local.firstRow(parameters.pairs);
            const inside = spoke.r < row[0];
            const gap = vector.splat(1) / (@min(spoke.r, row[0]) - row[1]);
            const decay = vector.exp(row[2] * gap);
            const h = vector.exp(row[3] * gap);
            const powers = powersOf(row, spoke);
            const value = powers[0] - powers[1];
            const slope = (row[7] * powers[1] - row[6] * powers[0]) * spoke.inverse;
            const energy = vector.splat(0.5) * decay * value;
            const along = vector.splat(0.5) * decay * (slope - value * row[2] * gap * gap);
            spoke.along = masked(inside, along);
            slot.h = masked(inside, h);
            slot.fall = masked(inside, -row[3] * gap * gap * h);
            return masked(inside, energy);
        }

        /// P r⁻ᵖ and Q r⁻ᵠ.
        inline fn powersOf(row: [8]F, spoke: *const local.Spoke) [2]F {
            if (!any_powers) {
                const square = spoke.inverse * spoke.inverse;
                return .{ row[4] * square * square, row[5] };
            }
            const log = vector.log(spoke.r);
            return .{ row[4] * vector.exp(-row[6] * log), row[5] * vector.exp(-row[7] * log) };
        }

        inline fn angle(pass: *const atoms.Pass, parameters: *const Parameters, own: F, a: *Slot, b: *Slot) F {
            const row = if (several) blk: {
                const kinds: Indices = @splat(@intCast(pass.view.kind_count));
                const index = (local.kindsOf(own) * kinds + local.kindsOf(a.spoke.kind)) * kinds +
                    local.kindsOf(b.spoke.kind);
                break :blk atoms.gather(@ptrCast(parameters.angles), index);
            } else [2]F{ vector.splat(parameters.angles[0]), vector.splat(parameters.angles[1]) };
            const cosine = a.spoke.cosine(&b.spoke);
            const off = cosine - row[1];
            const stiff = row[0] * off;
            const square = stiff * off;
            const turn = vector.splat(2) * stiff * a.h * b.h;
            const turn_a = turn * a.spoke.inverse;
            const turn_b = turn * b.spoke.inverse;
            a.spoke.along += square * a.fall * b.h - turn_a * cosine;
            b.spoke.along += square * b.fall * a.h - turn_b * cosine;
            a.spoke.addAcross(turn_a, &b.spoke);
            b.spoke.addAcross(turn_b, &a.spoke);
            return square * a.h * b.h;
        }
    };
}

inline fn masked(inside: @Vector(width, bool), value: F) F {
    return @select(f64, inside, value, vector.splat(0));
}
