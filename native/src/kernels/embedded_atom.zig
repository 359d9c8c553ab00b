//! Leaf functions of embedded atoms: E = Σᵢ F(ρᵢ) + ½ Σᵢⱼ φ(rᵢⱼ), ρᵢ = Σⱼ f(rᵢⱼ).
//!
//! f and φ are cubic splines in the square of the distance, so that no root and no division stands in a
//! loop: (∂/∂r)/r = 2 d/dr².
const std = @import("std");
const atoms = @import("atoms.zig");
const compress = @import("compress.zig");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;
const Index = @Vector(width, u32);

/// Entries that are narrowed down at once.
const block = 256;

/// F of one kind.
pub const Embedding = extern struct {
    /// F and dF/dx, x = ρ / step, at x = 0, 1, ...
    nodes: [*]const f64,
    node_count: usize,
    inverse_step: f64,
    /// F = -root √ρ instead, where it is not 0.
    root: f64,
};

pub const Row = extern struct { density: [4]f64 align(64), pair: [4]f64 };

/// The functions, and what the first pass leaves for the second.
pub const Tables = extern struct {
    /// For each ordered pair (i, j), `row_count` rows k: coefficients of f, the density that j gives to i,
    /// then those of φ, both in powers of x - k, x = r² · scale, |x - k| ≤ ½. The last k is that of the
    /// cutoff, and all 0.
    rows: [*]const Row,
    row_count: usize,
    scale: f64,
    cutoff_square: f64,
    /// By kind.
    embeddings: [*]const Embedding,
    /// x, y, z and F'(ρ) of each place.
    sites: [*]align(32) [4]f64,
    /// Bit by bit, the entries within the cutoff.
    near: [*]u8,
    /// Index of the place that is out of reach.
    far: u32,
};

pub const Evaluate = fn (pass: *const atoms.Pass, tables: *const Tables) callconv(.c) void;

/// Both passes, for one kind and for several.
pub const Table = extern struct {
    embed: [2]*const Evaluate = .{ Instance(false).embed, Instance(true).embed },
    attract: [2]*const Evaluate = .{ Instance(false).attract, Instance(true).attract },
};

fn Instance(comptime several: bool) type {
    return struct {
        /// First pass: densities, with F and F'.
        fn embed(pass: *const atoms.Pass, tables: *const Tables) callconv(.c) void {
            const view = pass.view;
            var total: f64 = 0;
            var beyond: f64 = 0;
            var squares: [block + width]f64 = undefined;
            var firsts: [block + width]u32 = undefined;
            for (pass.first..pass.end) |site| {
                const range = view.ranges[site];
                const own = firstRow(view, tables, view.places[site].kindOf());
                var density = vector.splat(0);
                var begin: usize = range.begin;
                while (begin < range.end) : (begin += block) {
                    const end = @min(begin + block, range.end);
                    const count = narrow(view, tables, site, begin, end, &squares, &firsts);
                    var at: usize = 0;
                    while (at < count) : (at += width) {
                        const spot = Spot.of(tables, vector.load(&squares, at));
                        const first: Index = if (several) firsts[at..][0..width].* else @splat(0);
                        const row = columnsOf("density", tables.rows + own, atoms.oneByOne(first + spot.k));
                        density += row[0] + spot.x * (row[1] + spot.x * (row[2] + spot.x * row[3]));
                    }
                }
                const value = embedded(&tables.embeddings[view.places[site].kindOf()], vector.sum(density));
                const place = view.places[site];
                tables.sites[site] = .{ place.x, place.y, place.z, value.slope };
                pass.energies[site] += value.energy;
                total += value.energy;
                beyond += value.beyond;
            }
            pass.sums.energy += total;
            pass.sums.beyond_table += beyond;
        }

        /// Squares of the distances within the cutoff and the kinds of the others, filled up to a whole
        /// vector with what lies beyond.
        inline fn narrow(
            view: *const atoms.View,
            tables: *const Tables,
            site: usize,
            begin: usize,
            end: usize,
            squares: *[block + width]f64,
            firsts: *[block + width]u32,
        ) usize {
            const at = view.places[site];
            const limit = vector.splat(tables.cutoff_square);
            var count: usize = 0;
            var entry = begin;
            while (entry < end) : (entry += width) {
                const others = atoms.placesOf(view, entry);
                const square = atoms.Between.of(at, others).square;
                const mask: u8 = @bitCast(square <= limit);
                tables.near[entry / width] = mask;
                const after = compress.appendNumbers(squares, count, mask, square);
                if (several) {
                    const kinds = kindsOf(others.kind);
                    _ = compress.appendEight(firsts, count, mask, kinds * rowsPerPair(tables));
                }
                count = after;
            }
            vector.store(squares, count, @splat(2 * tables.cutoff_square));
            if (several) firsts[count..][0..width].* = .{0} ** width;
            return count;
        }

        /// Second pass: pairs and forces, with F' of both atoms at hand.
        fn attract(pass: *const atoms.Pass, tables: *const Tables) callconv(.c) void {
            const view = pass.view;
            var virial: [6]F = .{vector.splat(0)} ** 6;
            var total: f64 = 0;
            var kept: [block + width]u32 = undefined;
            for (pass.first..pass.end) |site| {
                const range = view.ranges[site];
                var pull: atoms.Pull = .{};
                var energy = vector.splat(0);
                var begin: usize = range.begin;
                while (begin < range.end) : (begin += block) {
                    const end = @min(begin + block, range.end);
                    const count = recall(view, tables, begin, end, &kept);
                    var at: usize = 0;
                    while (at < count) : (at += width) {
                        energy += pairs(view, tables, site, atoms.each(kept[at..][0..width]), &pull, &virial);
                    }
                }
                // dr²/dr / r = 2, and x = r² · scale.
                const factor = 2 * tables.scale;
                var force: [4]f64 = .{0} ** 4;
                pull.addTo(&force);
                for (pass.forces[site][0..3], force[0..3]) |*sum, value| sum.* += factor * value;
                const half = 0.5 * vector.sum(energy);
                pass.energies[site] += half;
                total += half;
            }
            pass.sums.energy += total;
            for (&pass.sums.virial, virial) |*sum, lanes| sum.* += tables.scale * vector.sum(lanes);
        }

        inline fn pairs(
            view: *const atoms.View,
            tables: *const Tables,
            site: usize,
            indices: [width]u32,
            pull: *atoms.Pull,
            virial: *[6]F,
        ) F {
            const at = tables.sites[site];
            const others = atoms.gather(tables.sites, indices);
            const between = atoms.Between.of(
                .{ .x = at[0], .y = at[1], .z = at[2], .kind = 0 },
                .{ .x = others[0], .y = others[1], .z = others[2], .kind = others[3] },
            );
            const spot = Spot.of(tables, between.square);
            const own = view.places[site].kindOf();
            const kinds = if (several) kindsAt(view, indices) else @as(Index, @splat(0));
            const first = tables.rows + firstRow(view, tables, own);
            const row = atoms.oneByOne(kinds * rowsPerPair(tables) + spot.k);
            const density = columnsOf("density", first, row);
            const pair = columnsOf("pair", first, row);
            const mine = vector.splat(at[3]);
            const theirs = others[3];
            const pair_value = valueOf(pair, spot.x);
            var slope = pair_value.slope;
            if (several) {
                const per_kind: Index = @splat(@intCast(view.kind_count));
                const other = (kinds * per_kind + @as(Index, @splat(@intCast(own)))) * rowsPerPair(tables);
                const given = columnsOf("density", tables.rows, atoms.oneByOne(other + spot.k));
                slope += mine * slopeOf(density, spot.x) + theirs * slopeOf(given, spot.x);
            } else {
                slope += (mine + theirs) * slopeOf(density, spot.x);
            }
            pull.add(virial, between, slope);
            // Tables end before atoms on top of one another do: no force would part them.
            const none = vector.splat(std.math.nan(f64));
            return @select(f64, between.square > vector.splat(0), pair_value.energy, none);
        }
    };
}

/// Where a square of a distance is in the tables.
const Spot = struct {
    k: Index,
    x: F,

    inline fn of(tables: *const Tables, square: F) Spot {
        const last = vector.splat(@floatFromInt(tables.row_count - 1));
        const scaled = square * vector.splat(tables.scale);
        // Also where it is no number.
        const x = @select(f64, scaled < last, scaled, last);
        const shifted = x + vector.splat(vector.rounder);
        const bits: @Vector(width, u64) = @bitCast(shifted);
        return .{
            .k = @truncate(bits),
            .x = x - (shifted - vector.splat(vector.rounder)),
        };
    }
};

const Value = struct { energy: F, slope: F };

inline fn valueOf(row: [4]F, x: F) Value {
    const cubic = row[3] * x;
    const square = row[2] + cubic;
    return .{
        .energy = row[0] + x * (row[1] + x * square),
        .slope = row[1] + x * (square + square + cubic),
    };
}

inline fn slopeOf(row: [4]F, x: F) F {
    const cubic = row[3] * x;
    const square = row[2] + cubic;
    return row[1] + x * (square + square + cubic);
}

inline fn columnsOf(comptime half: []const u8, rows: [*]const Row, indices: [width]u32) [4]F {
    var row: [width]atoms.Row = undefined;
    inline for (&row, indices) |*to, index| to.* = @field(rows[index], half);
    return atoms.turned(row);
}

inline fn kindsAt(view: *const atoms.View, indices: [width]u32) Index {
    var kinds: [width]u32 = undefined;
    inline for (&kinds, indices) |*kind, index| kind.* = @intCast(view.places[index].kindOf());
    return kinds;
}

inline fn kindsOf(kind: F) Index {
    const bits: @Vector(width, u64) = @bitCast(kind);
    return @truncate(bits);
}

inline fn rowsPerPair(tables: *const Tables) Index {
    return @splat(@intCast(tables.row_count));
}

inline fn firstRow(view: *const atoms.View, tables: *const Tables, kind: usize) usize {
    return kind * view.kind_count * tables.row_count;
}

/// Indices of the entries that the first pass kept, filled up to a whole vector with the far place.
inline fn recall(
    view: *const atoms.View,
    tables: *const Tables,
    begin: usize,
    end: usize,
    kept: *[block + width]u32,
) usize {
    var count: usize = 0;
    var entry = begin;
    while (entry < end) : (entry += width) {
        const mask = tables.near[entry / width];
        count = compress.appendEight(kept, count, mask, view.entries[entry..][0..width].*);
    }
    kept[count..][0..width].* = .{tables.far} ** width;
    return count;
}

/// F, dF/dρ, and 1 behind the table. Below 0 the first cubic goes on, behind the table a straight line.
inline fn embedded(embedding: *const Embedding, density: f64) struct { energy: f64, slope: f64, beyond: f64 = 0 } {
    if (embedding.root != 0) {
        if (!(density > 0)) return .{ .energy = 0, .slope = 0 };
        const root = @sqrt(density);
        return .{ .energy = -embedding.root * root, .slope = -0.5 * embedding.root / root };
    }
    const at = density * embedding.inverse_step;
    const last: f64 = @floatFromInt(embedding.node_count - 1);
    if (!(at < last)) {
        const end = embedding.nodes[2 * embedding.node_count - 2 ..][0..2];
        return .{
            .energy = end[0] + end[1] * (at - last),
            .slope = end[1] * embedding.inverse_step,
            .beyond = @floatFromInt(@intFromBool(at > last)),
        };
    }
    const k: usize = @intFromFloat(@max(at, 0));
    const node = embedding.nodes[2 * k ..][0..4];
    const x = at - @as(f64, @floatFromInt(k));
    const rise = node[2] - node[0];
    const square = 3 * rise - 2 * node[1] - node[3];
    const cubic = node[1] + node[3] - 2 * rise;
    return .{
        .energy = node[0] + x * (node[1] + x * (square + x * cubic)),
        .slope = (node[1] + x * (2 * square + x * 3 * cubic)) * embedding.inverse_step,
    };
}
