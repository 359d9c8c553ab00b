//! Atoms and their neighbours as the kernels of the potentials see them.
const std = @import("std");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;

/// A position and what the potential takes the atom for; one aligned load.
pub const Place = extern struct {
    x: f64 align(32),
    y: f64,
    z: f64,
    /// Index of the kind as the bits of a number: it travels through shuffles, never arithmetic.
    kind: f64,

    pub fn kindOf(place: Place) usize {
        return @bitCast(place.kind);
    }
};

/// An atom elsewhere: the atom, and how many cells away it is seen.
pub const Image = extern struct { owner: u32, shift: [3]i32 };

/// Entries of one atom: whole vectors, the last one filled up with an atom that is out of reach.
pub const Range = extern struct { begin: u32, end: u32 };

pub const View = extern struct {
    /// The atoms, then their images, then one atom far away.
    places: [*]const Place,
    ranges: [*]const Range,
    /// Indices into `places`; both i and j have the other one.
    entries: [*]const u32,
    kind_count: usize,
    /// Atoms of a small cluster, where the list holds everybody; 0 elsewhere.
    complete_count: usize = 0,
};

/// The most atoms that are all neighbours of one another.
pub const most_complete = 48;

/// A small cluster by coordinate, filled up with what is far away: no list is needed to walk through it.
pub const Cluster = struct {
    x: [most_complete]f64,
    y: [most_complete]f64,
    z: [most_complete]f64,

    pub inline fn fill(cluster: *Cluster, view: *const View) void {
        const count = view.complete_count;
        for (view.places[0..count], 0..) |place, index| {
            cluster.x[index] = place.x;
            cluster.y[index] = place.y;
            cluster.z[index] = place.z;
        }
        const far = view.places[count];
        for (count..vector.padded(count)) |index| {
            cluster.x[index] = far.x;
            cluster.y[index] = far.y;
            cluster.z[index] = far.z;
        }
    }

    /// From an atom to eight others; to itself it is far.
    pub inline fn between(cluster: *const Cluster, view: *const View, site: usize, entry: usize) Between {
        const steps = std.simd.iota(u64, width) + @as(@Vector(width, u64), @splat(entry));
        const is_self = steps == @as(@Vector(width, u64), @splat(site));
        const far = vector.splat(view.places[view.complete_count].x);
        return Between.of(view.places[site], .{
            .x = @select(f64, is_self, far, vector.load(&cluster.x, entry)),
            .y = vector.load(&cluster.y, entry),
            .z = vector.load(&cluster.z, entry),
            .kind = vector.splat(0),
        });
    }
};

/// What a chunk of atoms adds up: energy in eV, and Σ r ⊗ ∂E/∂r in eV as xx, yy, zz, yz, xz, xy.
pub const Sums = extern struct {
    energy: f64 = 0,
    virial: [6]f64 = .{0} ** 6,
    /// Atoms whose density lies behind the table of their embedding function.
    beyond_table: f64 = 0,
};

/// Atoms `first` .. `end` - 1, and where their forces and energies are added.
pub const Pass = extern struct {
    view: *const View,
    first: usize,
    end: usize,
    forces: [*][4]f64,
    energies: [*]f64,
    sums: *Sums,
    /// Energies and sums may be left as they are.
    forces_only: bool,
};

pub const Places = struct { x: F, y: F, z: F, kind: F };

pub const Row = @Vector(4, f64);

/// Eight rows of four numbers, turned: lane k of component c is number c of row `indices[k]`.
pub inline fn gather(rows: [*]const [4]f64, indices: [width]u32) [4]F {
    var row: [width]Row = undefined;
    inline for (&row, indices) |*to, index| to.* = rows[index];
    return turned(row);
}

/// Rows become columns, in eight shuffles of whole registers.
pub inline fn turned(row: [width]Row) [4]F {
    const ab = .{ joined(row[0], row[2]), joined(row[1], row[3]) };
    const cd = .{ joined(row[4], row[6]), joined(row[5], row[7]) };
    const ab_even = @shuffle(f64, ab[0], ab[1], even);
    const ab_odd = @shuffle(f64, ab[0], ab[1], odd);
    const cd_even = @shuffle(f64, cd[0], cd[1], even);
    const cd_odd = @shuffle(f64, cd[0], cd[1], odd);
    return .{
        @shuffle(f64, ab_even, cd_even, first_pairs),
        @shuffle(f64, ab_odd, cd_odd, first_pairs),
        @shuffle(f64, ab_even, cd_even, second_pairs),
        @shuffle(f64, ab_odd, cd_odd, second_pairs),
    };
}

const even = [8]i32{ 0, -1, 2, -3, 4, -5, 6, -7 };
const odd = [8]i32{ 1, -2, 3, -4, 5, -6, 7, -8 };
const first_pairs = [8]i32{ 0, 1, 4, 5, -1, -2, -5, -6 };
const second_pairs = [8]i32{ 2, 3, 6, 7, -3, -4, -7, -8 };

inline fn joined(low: Row, high: Row) F {
    return @shuffle(f64, low, high, [8]i32{ 0, 1, 2, 3, -1, -2, -3, -4 });
}

/// The indices one by one through memory: the loads that they are for take them from there sooner than
/// out of a vector.
pub inline fn oneByOne(indices: @Vector(width, u32)) [width]u32 {
    var stored: [width]u32 align(32) = indices;
    return each(&stored);
}

/// As they lie in memory; volatile, or they would be loaded as a vector and taken apart.
pub inline fn each(stored: *const volatile [width]u32) [width]u32 {
    var indices: [width]u32 = undefined;
    inline for (&indices, 0..) |*index, lane| index.* = stored[lane];
    return indices;
}

/// A list is longer than the caches and read once: the processor's own look ahead ends with each page.
/// Measured on 32,000 atoms: 121 ns an atom with it, 178 without.
const entries_ahead = 256;

/// Where the neighbours of eight entries are.
pub inline fn placesOf(view: *const View, entry: usize) Places {
    const rows: [*]const [4]f64 = @ptrCast(view.places);
    @prefetch(view.entries + entry + entries_ahead, .{ .locality = 2 });
    const at = gather(rows, view.entries[entry..][0..width].*);
    return .{ .x = at[0], .y = at[1], .z = at[2], .kind = at[3] };
}

/// Vectors from an atom to eight neighbours.
pub const Between = struct {
    x: F,
    y: F,
    z: F,
    square: F,

    pub inline fn of(at: Place, others: Places) Between {
        const x = others.x - vector.splat(at.x);
        const y = others.y - vector.splat(at.y);
        const z = others.z - vector.splat(at.z);
        return .{ .x = x, .y = y, .z = z, .square = x * x + y * y + z * z };
    }
};

/// Force on one atom and its virial, summed over neighbours lane by lane.
pub const Pull = struct {
    x: F = vector.splat(0),
    y: F = vector.splat(0),
    z: F = vector.splat(0),

    /// `slope` is (∂E/∂r)/r: positive pulls the atom towards the neighbour.
    pub inline fn add(pull: *Pull, virial: *[6]F, between: Between, slope: F) void {
        const x = slope * between.x;
        const y = slope * between.y;
        const z = slope * between.z;
        pull.addAlone(between, slope);
        virial[0] += x * between.x;
        virial[1] += y * between.y;
        virial[2] += z * between.z;
        virial[3] += y * between.z;
        virial[4] += x * between.z;
        virial[5] += x * between.y;
    }

    /// Without the virial.
    pub inline fn addAlone(pull: *Pull, between: Between, slope: F) void {
        pull.x += slope * between.x;
        pull.y += slope * between.y;
        pull.z += slope * between.z;
    }

    pub inline fn addTo(pull: *const Pull, force: *[4]f64) void {
        force[0] += vector.sum(pull.x);
        force[1] += vector.sum(pull.y);
        force[2] += vector.sum(pull.z);
    }
};

test "eight rows, turned" {
    var rows: [9][4]f64 = undefined;
    for (&rows, 0..) |*row, index| {
        for (row, 0..) |*value, column| value.* = @floatFromInt(10 * index + column);
    }
    const indices = [width]u32{ 8, 0, 3, 3, 7, 1, 5, 2 };
    const result = gather(&rows, indices);
    for (result, 0..) |component, column| {
        for (indices, 0..) |index, lane| {
            try std.testing.expectEqual(rows[index][column], component[lane]);
        }
    }
}
