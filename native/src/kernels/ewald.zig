//! Leaf functions of Coulomb sums (Ewald, Ann. Phys. 369, 253, 1921). Charges are in √(eV Å), so that
//! their products over a distance are energies.
const std = @import("std");
const atoms = @import("atoms.zig");
const scattering = @import("scattering.zig");
const vector = @import("vector.zig");
const Errors = @import("error_function.zig").Errors;
const F = vector.F;
const width = vector.width;

/// Atoms, a whole number of vectors, whose tables of phases fit into the first cache.
pub const block_size = 64;

pub const Charged = extern struct {
    /// Of all places; of the last one, far away, 0.
    charges: [*]const f64,
    count: usize,
    alpha: f64,
    cutoff_square: f64,
    /// c₀ + c₁ r is taken off erfc(α r)/r.
    shift: [2]f64 = .{ 0, 0 },
};

/// Energies in units of the own charge, and the pull of the neighbours.
const Sum = struct {
    energy: F = vector.splat(0),
    pull: atoms.Pull = .{},
    virial: [6]F = .{vector.splat(0)} ** 6,

    fn addTo(sum: *const Sum, pass: *const atoms.Pass, site: usize) void {
        sum.pull.addTo(&pass.forces[site]);
        const half = 0.5 * vector.sum(sum.energy);
        pass.energies[site] += half;
        pass.sums.energy += half;
        for (&pass.sums.virial, sum.virial) |*total, lanes| total.* += 0.5 * vector.sum(lanes);
    }
};

/// ½ Σ qᵢ qⱼ (erfc(α r)/r - c₀ - c₁ r) over the neighbours within the cutoff.
pub fn near(pass: *const atoms.Pass, charged: *const Charged) callconv(.c) void {
    const view = pass.view;
    const alpha = vector.splat(charged.alpha);
    const gaussian_slope = vector.splat(2.0 / @sqrt(std.math.pi) * charged.alpha);
    for (pass.first..pass.end) |site| {
        const at = view.places[site];
        const own = vector.splat(charged.charges[site]);
        const range = view.ranges[site];
        var sum: Sum = .{};
        var entry: usize = range.begin;
        while (entry < range.end) : (entry += width) {
            const between = atoms.Between.of(at, atoms.placesOf(view, entry));
            const product = own * chargesOf(charged, view.entries[entry..][0..width].*);
            const r = @sqrt(between.square);
            const errors = Errors.of(alpha * r);
            const inverse = vector.splat(1) / r;
            const damped = errors.complement * inverse;
            const fall = (damped + gaussian_slope * errors.gaussian) * inverse;
            const energy = product * (damped - vector.splat(charged.shift[0]) - vector.splat(charged.shift[1]) * r);
            const slope = -product * (fall + vector.splat(charged.shift[1])) * inverse;
            const inside = between.square <= vector.splat(charged.cutoff_square);
            sum.energy += @select(f64, inside, energy, vector.splat(0));
            sum.pull.add(&sum.virial, between, @select(f64, inside, slope, vector.splat(0)));
        }
        sum.addTo(pass, site);
    }
}

inline fn chargesOf(charged: *const Charged, entries: [width]u32) F {
    var charges: [width]f64 = undefined;
    inline for (&charges, entries) |*charge, entry| charge.* = charged.charges[entry];
    return charges;
}

/// ½ Σ qᵢ qⱼ/r over all atoms, however far; the places behind them must be there to be read.
pub fn all(pass: *const atoms.Pass, charged: *const Charged) callconv(.c) void {
    const I = @Vector(width, u32);
    const rows: [*]const [4]f64 = @ptrCast(pass.view.places);
    const last: I = @splat(@intCast(charged.count));
    for (pass.first..pass.end) |site| {
        const at = pass.view.places[site];
        const own = vector.splat(charged.charges[site]);
        const self: I = @splat(@intCast(site));
        var sum: Sum = .{};
        var other: u32 = 0;
        while (other < charged.count) : (other += width) {
            const indices = std.simd.iota(u32, width) + @as(I, @splat(other));
            const within = @min(indices, last);
            const place = atoms.gather(rows, within);
            const between = atoms.Between.of(at, .{ .x = place[0], .y = place[1], .z = place[2], .kind = place[3] });
            const product = own * chargesOf(charged, within);
            const inverse = vector.splat(1) / @sqrt(between.square);
            const energy = product * inverse;
            const others = indices != self;
            sum.energy += @select(f64, others, energy, vector.splat(0));
            const slope = @select(f64, others, -energy * inverse * inverse, vector.splat(0));
            sum.pull.add(&sum.virial, between, slope);
        }
        sum.addTo(pass, site);
    }
}

/// exp(-(π/α)² k²)/k², 0 where k² is 0; `count` whole vectors, in place.
pub fn weights(squares: [*]f64, count: usize, factor: f64) callconv(.c) void {
    var index: usize = 0;
    while (index < count) : (index += width) {
        const square = vector.load(squares, index);
        const value = vector.exp(vector.splat(factor) * square) / square;
        vector.store(squares, index, @select(f64, square > vector.splat(0), value, vector.splat(0)));
    }
}

/// Wave vectors h a* + k b* ± l c* for l = 0 .. count - 1; h ≥ 0.
pub const Column = extern struct {
    h: u32,
    k: i32,
    /// Index of the pair of waves with l = 0.
    first: u32,
    count: u32,
};

pub const Waves = extern struct {
    columns: [*]const Column,
    column_count: usize,
    /// Most h, |k| and l, plus one.
    extent: [3]usize,

    pub fn tableLength(waves: *const Waves) usize {
        return (waves.rows() + 1) * 2 * block_size;
    }

    fn rows(waves: *const Waves) usize {
        return waves.extent[0] + waves.extent[1] + waves.extent[2];
    }
};

/// Some atoms, filled up to whole vectors with charges of 0.
pub const Block = extern struct {
    /// A multiple of the width.
    count: usize,
    /// In fractions of the cell that the waves belong to.
    frac: [3][*]const f64,
    charges: [*]const f64,
    /// Scratch.
    tables: [*]f64,
};

const Phase = struct {
    re: F,
    im: F,

    inline fn load(table: [*]const f64, row: usize) Phase {
        return .{ .re = vector.load(table, 2 * width * row), .im = vector.load(table, (2 * row + 1) * width) };
    }

    inline fn store(phase: Phase, table: [*]f64, row: usize) void {
        vector.store(table, 2 * width * row, phase.re);
        vector.store(table, (2 * row + 1) * width, phase.im);
    }

    inline fn times(a: Phase, b: Phase) Phase {
        return .{ .re = a.re * b.re - a.im * b.im, .im = a.re * b.im + a.im * b.re };
    }
};

/// The tables of one vector of atoms lie together: q exp(2πi h x), exp(2πi k y), exp(2πi l z).
fn fillTables(block: *const Block, waves: *const Waves) void {
    for (0..block.count / width) |index| {
        const table = block.tables + index * waves.rows() * 2 * width;
        var row: usize = 0;
        for (block.frac, waves.extent, 0..) |frac, extent, axis| {
            const at = vector.load(frac, index * width);
            for (0..extent) |m| {
                const turned = vector.cosSinTurns(vector.splat(@floatFromInt(m)) * at);
                var phase: Phase = .{ .re = turned.cos, .im = turned.sin };
                if (axis == 0) {
                    const charge = vector.load(block.charges, index * width);
                    phase = .{ .re = charge * phase.re, .im = charge * phase.im };
                }
                phase.store(table, row);
                row += 1;
            }
        }
    }
}

/// q exp(2πi (h x + k y)) of one vector of atoms.
inline fn columnPhase(table: [*]const f64, waves: *const Waves, column: Column) Phase {
    const along_k = Phase.load(table, waves.extent[0] + @abs(column.k));
    const sign = vector.splat(if (column.k < 0) -1.0 else 1.0);
    return Phase.load(table, column.h).times(.{ .re = along_k.re, .im = sign * along_k.im });
}

/// Adds Σ q exp(2πi k·r) to the sums: of each pair of waves, those of +l and of -l, re and im.
pub fn structure(block: *const Block, waves: *const Waves, sums: [*][4]f64) callconv(.c) void {
    fillTables(block, waves);
    const rows = waves.rows();
    const vectors = block.count / width;
    const first_l = waves.extent[0] + waves.extent[1];
    const columnTable = block.tables + rows * 2 * block_size;
    for (waves.columns[0..waves.column_count]) |column| {
        for (0..vectors) |index| {
            columnPhase(block.tables + index * rows * 2 * width, waves, column).store(columnTable, index);
        }
        for (sums[column.first..][0..column.count], 0..) |*sum, l| {
            var re_re = vector.splat(0);
            var im_im = vector.splat(0);
            var re_im = vector.splat(0);
            var im_re = vector.splat(0);
            for (0..vectors) |index| {
                const p = Phase.load(columnTable, index);
                const t = Phase.load(block.tables + index * rows * 2 * width, first_l + l);
                re_re += p.re * t.re;
                im_im += p.im * t.im;
                re_im += p.re * t.im;
                im_re += p.im * t.re;
            }
            const a = vector.sum(re_re);
            const b = vector.sum(im_im);
            const c = vector.sum(re_im);
            const d = vector.sum(im_re);
            sum[0] += a - b;
            sum[1] += c + d;
            sum[2] += a + b;
            sum[3] += d - c;
        }
    }
}

/// With c± = G conj(S±): u = c+ + c-, v = i (c+ - c-), and both times l.
pub const Coefficients = extern struct {
    u: scattering.Complex,
    v: scattering.Complex,
    lu: scattering.Complex,
    lv: scattering.Complex,
};

/// Of each atom of a block, q Σ Re(c exp(2πi k·r)) and q Σ (h, k, l) Im(c exp(2πi k·r)).
pub fn pull(
    block: *const Block,
    waves: *const Waves,
    coefficients: [*]const Coefficients,
    out: *[4][block_size]f64,
) callconv(.c) void {
    fillTables(block, waves);
    const first_l = waves.extent[0] + waves.extent[1];
    for (0..block.count / width) |index| {
        const table = block.tables + index * waves.rows() * 2 * width;
        var total: [4]F = .{vector.splat(0)} ** 4;
        for (waves.columns[0..waves.column_count]) |column| {
            var sum: Phase = .{ .re = vector.splat(0), .im = vector.splat(0) };
            // Σ l c exp is i times this.
            var slope = sum;
            for (coefficients[column.first..][0..column.count], 0..) |*c, l| {
                const t = Phase.load(table, first_l + l);
                sum.re += vector.splat(c.u.re) * t.re + vector.splat(c.v.re) * t.im;
                sum.im += vector.splat(c.u.im) * t.re + vector.splat(c.v.im) * t.im;
                slope.re += vector.splat(c.lu.re) * t.im - vector.splat(c.lv.re) * t.re;
                slope.im += vector.splat(c.lu.im) * t.im - vector.splat(c.lv.im) * t.re;
            }
            const p = columnPhase(table, waves, column);
            const energy = p.times(sum);
            total[0] += energy.re;
            total[1] += vector.splat(@floatFromInt(column.h)) * energy.im;
            total[2] += vector.splat(@floatFromInt(column.k)) * energy.im;
            total[3] += p.times(slope).re;
        }
        inline for (0..4) |part| vector.store(&out[part], index * width, total[part]);
    }
}
