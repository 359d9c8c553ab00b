//! Interaction of the dipoles that displaced ions make, as a part of the dynamical matrix:
//!
//!   C(jα, j'β; q) = f Σ_G (Zⱼᵀ K)_α (Zⱼ'ᵀ K)_β exp(−K·ε·K/4Λ²)/(K·ε·K) exp 2πi G·(xⱼ − xⱼ') − δ_jj' S_j,
//!
//! K = q + G without 2π, S_j what makes C(0) translate. X. Gonze & C. Lee, Phys. Rev. B 55, 10355 (1997),
//! equations (71) to (75), without the sum in real space: force constants hold that.
const std = @import("std");
const vector3 = @import("vector3.zig");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const max_waves = 1 << 20;
/// 1/Å; a shorter K is that of Γ, whose term depends on the direction only.
const shortest = 1e-8;
/// exp(−36) is below the rounding of the sum.
const most_decay = 36;

pub const DipoleSum = struct {
    atom_count: usize,
    /// G in fractions of the reciprocal vectors, [m, 3].
    waves: []const f64,
    /// Reciprocal vectors by rows, 1/Å without 2π.
    reciprocal: *const [9]f64,
    /// ε, symmetric.
    dielectric: *const [9]f64,
    /// Z_αβ [n, 3, 3]: α of the field, β of the displacement; in units that include the masses.
    charges: []const f64,
    /// S, [n, 3, 3]
    self: []const f64,
    /// f, 1/(4Λ²)
    factor: f64,
    width: f64,
    frac: []const f64,
    /// exp 2πi G·x, [m, n, 2]
    phases: []const f64,

    /// Inputs `first`: waves, and reciprocal cell, ε, f, 1/(4Λ²), charges and self terms in one.
    /// Null where there are no waves.
    pub fn read(scope: *Scope, first: usize, frac: []const f64) Error!?DipoleSum {
        const waves = try scope.finiteInput(first, "waves");
        if (waves.len == 0) return null;
        const atom_count = frac.len / 3;
        if (waves.len % 3 != 0 or waves.len / 3 > max_waves) {
            return scope.invalid("waves must hold 3 numbers each, and be {d} at most", .{max_waves});
        }
        const numbers = try scope.inputOf(f64, first + 1, "dipoles", 20 + 18 * atom_count);
        const count = waves.len / 3;
        const phases = try scope.alloc(f64, 2 * count * atom_count);
        for (0..count) |wave| for (0..atom_count) |atom| {
            const angle = turns(waves[3 * wave ..][0..3].*, frac[3 * atom ..][0..3].*);
            phases[2 * (wave * atom_count + atom) ..][0..2].* = .{ @cos(angle), @sin(angle) };
        };
        return .{
            .atom_count = atom_count,
            .waves = waves,
            .reciprocal = numbers[0..9],
            .dielectric = numbers[9..18],
            .factor = numbers[18],
            .width = numbers[19],
            .charges = numbers[20 .. 20 + 9 * atom_count],
            .self = numbers[20 + 9 * atom_count ..],
            .frac = frac,
            .phases = phases,
        };
    }

    /// f64 of the scratch of `add` and `addSlope`.
    pub fn scratchLength(sum: *const DipoleSum) usize {
        return 14 * sum.atom_count;
    }

    /// Adds C(q), its lower triangle, to `out` [3n, 3n, 2]. The limit at Γ is that along `direction`, Cartesian;
    /// without one (0) the term is left out.
    pub fn add(sum: *const DipoleSum, q: *const [3]f64, direction: [3]f64, scratch: []f64, out: []f64) void {
        const order = 3 * sum.atom_count;
        const turn = scratch[0 .. 2 * sum.atom_count];
        const amplitudes = scratch[2 * sum.atom_count ..][0 .. 2 * order];
        const near = sum.wrapped(q, turn);
        for (0..sum.waves.len / 3) |wave| {
            const k = sum.vectorOf(near, wave, direction) orelse continue;
            const weight = sum.factor * @exp(-k.decay) / k.square;
            sum.fill(k.vector, wave, turn, amplitudes);
            for (0..order) |row| {
                const re = weight * amplitudes[2 * row];
                const im = weight * amplitudes[2 * row + 1];
                for (0..row + 1) |column| {
                    const to = out[2 * (row * order + column) ..][0..2];
                    const other = amplitudes[2 * column ..][0..2];
                    to[0] += re * other[0] + im * other[1];
                    to[1] += im * other[0] - re * other[1];
                }
            }
        }
        for (0..sum.atom_count) |atom| for (0..9) |part| {
            const at = (3 * atom + part / 3) * order + 3 * atom + part % 3;
            out[2 * at] -= sum.self[9 * atom + part];
        };
    }

    /// Adds dC/dk along `axis`, both triangles, k = 2πq in 1/Å. Γ's own term has no slope.
    pub fn addSlope(sum: *const DipoleSum, q: *const [3]f64, axis: usize, scratch: []f64, out: []f64) void {
        const order = 3 * sum.atom_count;
        const turn = scratch[0 .. 2 * sum.atom_count];
        const amplitudes = scratch[2 * sum.atom_count ..][0 .. 2 * order];
        const slopes = scratch[2 * sum.atom_count + 2 * order ..][0 .. 2 * order];
        const near = sum.wrapped(q, turn);
        var unit = [3]f64{ 0, 0, 0 };
        unit[axis] = 1;
        for (0..sum.waves.len / 3) |wave| {
            const k = sum.vectorOf(near, wave, .{ 0, 0, 0 }) orelse continue;
            const weight = sum.factor * @exp(-k.decay) / k.square / (2 * std.math.pi);
            const fall = 2 * k.image[axis] * (1 / k.square + sum.width);
            sum.fill(k.vector, wave, turn, amplitudes);
            sum.fill(unit, wave, turn, slopes);
            for (0..order) |row| {
                const own = amplitudes[2 * row ..][0..2];
                const slope = slopes[2 * row ..][0..2];
                for (0..order) |column| {
                    const to = out[2 * (row * order + column) ..][0..2];
                    const other = amplitudes[2 * column ..][0..2];
                    const other_slope = slopes[2 * column ..][0..2];
                    // a' b* + a b'* − fall a b*
                    const left = [2]f64{ slope[0] - fall * own[0], slope[1] - fall * own[1] };
                    to[0] += weight * (left[0] * other[0] + left[1] * other[1] +
                        own[0] * other_slope[0] + own[1] * other_slope[1]);
                    to[1] += weight * (left[1] * other[0] - left[0] * other[1] +
                        own[1] * other_slope[0] - own[0] * other_slope[1]);
                }
            }
        }
    }

    /// q within half a cell of the origin; `turn` gets the phases that bring its sum back to q, [n, 2].
    fn wrapped(sum: *const DipoleSum, q: *const [3]f64, turn: []f64) [3]f64 {
        var shift: [3]f64 = undefined;
        var near: [3]f64 = undefined;
        for (q, &shift, &near) |value, *whole, *rest| {
            whole.* = @round(value);
            rest.* = value - whole.*;
        }
        for (0..sum.atom_count) |atom| {
            const angle = -turns(shift, sum.frac[3 * atom ..][0..3].*);
            turn[2 * atom ..][0..2].* = .{ @cos(angle), @sin(angle) };
        }
        return near;
    }

    const Wave = struct { vector: [3]f64, image: [3]f64, square: f64, decay: f64 };

    /// K, ε K, K·ε·K and the exponent; null where it counts for nothing.
    fn vectorOf(sum: *const DipoleSum, near: [3]f64, wave: usize, direction: [3]f64) ?Wave {
        var vector = [3]f64{ 0, 0, 0 };
        for (0..3) |row| {
            const part = near[row] + sum.waves[3 * wave + row];
            for (0..3) |axis| vector[axis] += part * sum.reciprocal[3 * row + axis];
        }
        const is_gamma = vector3.norm(vector) < shortest;
        if (is_gamma) vector = direction;
        var image = [3]f64{ 0, 0, 0 };
        for (0..3) |row| for (0..3) |axis| {
            image[row] += sum.dielectric[3 * row + axis] * vector[axis];
        };
        const square = vector3.dot(vector, image);
        if (!(square > 0)) return null;
        const decay = if (is_gamma) 0 else square * sum.width;
        if (decay > most_decay) return null;
        return .{ .vector = vector, .image = image, .square = square, .decay = decay };
    }

    /// Zᵀ k exp 2πi G·x of all atoms.
    fn fill(sum: *const DipoleSum, k: [3]f64, wave: usize, turn: []const f64, out: []f64) void {
        for (0..sum.atom_count) |atom| {
            const phase = sum.phases[2 * (wave * sum.atom_count + atom) ..][0..2];
            const more = turn[2 * atom ..][0..2];
            const re = phase[0] * more[0] - phase[1] * more[1];
            const im = phase[0] * more[1] + phase[1] * more[0];
            const charge = sum.charges[9 * atom ..][0..9];
            for (0..3) |b| {
                const length = charge[b] * k[0] + charge[3 + b] * k[1] + charge[6 + b] * k[2];
                out[2 * (3 * atom + b) ..][0..2].* = .{ length * re, length * im };
            }
        }
    }
};

/// 2π a·b, of the fraction of a·b.
fn turns(a: [3]f64, b: [3]f64) f64 {
    const value = vector3.dot(a, b);
    return 2 * std.math.pi * (value - @round(value));
}
