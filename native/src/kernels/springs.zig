//! Leaf function of springs between given sites: E = ¼ Σᵢⱼ kᵢⱼ (rᵢⱼ - r₀)², each from both ends.
const atoms = @import("atoms.zig");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;

/// The springs of site s are `starts[s]` .. `starts[s + 1]` - 1, whole vectors, filled up with k = 0.
pub const Network = extern struct {
    starts: [*]const u32,
    /// The other end.
    sites: [*]const u32,
    /// Cells by which it is shifted.
    shifts: [3][*]const f64,
    stiffness: [*]const f64,
    lengths: [*]const f64,
    /// Of the sites, cartesian; the fourth number is room.
    positions: [*]const [4]f64,
    lattice: [9]f64,
    /// Site of each atom.
    original: [*]const u32,
};

pub fn evaluate(pass: *const atoms.Pass, network: *const Network) callconv(.c) void {
    var virial: [6]F = .{vector.splat(0)} ** 6;
    var total: f64 = 0;
    for (pass.first..pass.end) |atom| {
        const site = network.original[atom];
        const own = network.positions[site];
        const at: atoms.Place = .{ .x = own[0], .y = own[1], .z = own[2], .kind = 0 };
        var pull: atoms.Pull = .{};
        var energy = vector.splat(0);
        var entry: usize = network.starts[site];
        while (entry < network.starts[site + 1]) : (entry += width) {
            const between = atoms.Between.of(at, othersOf(network, entry));
            const r = @sqrt(between.square);
            const stiffness = vector.load(network.stiffness, entry);
            const stretch = r - vector.load(network.lengths, entry);
            const tension = stiffness * stretch;
            energy += tension * stretch;
            const slope = @select(f64, stiffness != vector.splat(0), tension / r, vector.splat(0));
            pull.add(&virial, between, slope);
        }
        pull.addTo(&pass.forces[atom]);
        const share = 0.25 * vector.sum(energy);
        pass.energies[atom] += share;
        total += share;
    }
    pass.sums.energy += total;
    for (&pass.sums.virial, virial) |*sum, lanes| sum.* += 0.5 * vector.sum(lanes);
}

inline fn othersOf(network: *const Network, entry: usize) atoms.Places {
    const others = atoms.gather(network.positions, network.sites[entry..][0..width].*);
    var places: [3]F = .{ others[0], others[1], others[2] };
    inline for (0..3) |axis| {
        const shift = vector.load(network.shifts[axis], entry);
        inline for (&places, 0..) |*place, component| {
            place.* += shift * vector.splat(network.lattice[3 * axis + component]);
        }
    }
    return .{ .x = places[0], .y = places[1], .z = places[2], .kind = others[3] };
}
