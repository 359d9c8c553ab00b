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

/// Entries of one atom: whole vectors, the last one filled up with an atom that is out of reach.
pub const Range = extern struct { begin: u32, end: u32 };

pub const View = extern struct {
    /// The atoms, then their images, then one atom far away.
    places: [*]const Place,
    ranges: [*]const Range,
    /// Indices into `places`; both i and j have the other one.
    entries: [*]const u32,
    kind_count: usize,
};

/// What a chunk of atoms adds up: energy in eV, and Σ r ⊗ ∂E/∂r in eV as xx, yy, zz, yz, xz, xy.
pub const Sums = extern struct {
    energy: f64 = 0,
    virial: [6]f64 = .{0} ** 6,
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

const Row = @Vector(4, f64);

/// Eight rows of four numbers, turned: lane k of component c is number c of row `indices[k]`.
pub inline fn gather(rows: [*]const [4]f64, indices: [width]u32) [4]F {
    var row: [width]Row = undefined;
    inline for (&row, indices) |*to, index| to.* = rows[index];
    return turned(row);
}

inline fn turned(row: [width]Row) [4]F {
    const lower = turnedHalf(row[0], row[1], row[2], row[3]);
    const upper = turnedHalf(row[4], row[5], row[6], row[7]);
    var result: [4]F = undefined;
    inline for (&result, lower, upper) |*to, low, high| {
        to.* = @shuffle(f64, low, high, [8]i32{ 0, 1, 2, 3, -1, -2, -3, -4 });
    }
    return result;
}

inline fn turnedHalf(a: Row, b: Row, c: Row, d: Row) [4]Row {
    const ab_even = @shuffle(f64, a, b, [4]i32{ 0, -1, 2, -3 });
    const ab_odd = @shuffle(f64, a, b, [4]i32{ 1, -2, 3, -4 });
    const cd_even = @shuffle(f64, c, d, [4]i32{ 0, -1, 2, -3 });
    const cd_odd = @shuffle(f64, c, d, [4]i32{ 1, -2, 3, -4 });
    return .{
        @shuffle(f64, ab_even, cd_even, [4]i32{ 0, 1, -1, -2 }),
        @shuffle(f64, ab_odd, cd_odd, [4]i32{ 0, 1, -1, -2 }),
        @shuffle(f64, ab_even, cd_even, [4]i32{ 2, 3, -3, -4 }),
        @shuffle(f64, ab_odd, cd_odd, [4]i32{ 2, 3, -3, -4 }),
    };
}

/// Where the neighbours of eight entries are.
pub inline fn placesOf(view: *const View, entry: usize) Places {
    const rows: [*]const [4]f64 = @ptrCast(view.places);
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
