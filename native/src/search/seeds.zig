//! Structures drawn at random: clusters in a ball, crystals with the operations of a space group.
//! Pickard & Needs, J. Phys.: Condens. Matter 23, 053201 (2011).
const std = @import("std");
const vector3 = @import("../jobs/vector3.zig");
const system_of = @import("../forces/system.zig");
const Cell = @import("../jobs/bins.zig").Cell;
const Error = @import("../task.zig").Error;
const Group = @import("groups.zig").Group;
const Plan = @import("plan.zig").Plan;
const Random = @import("random.zig").Random;
const Scales = @import("scales.zig").Scales;
const Scope = @import("../scope.zig").Scope;
const Structure = @import("plan.zig").Structure;
const Wyckoff = @import("groups.zig").Wyckoff;

const attempts = 4000;
/// Attempts before a cell grows, and by how much.
const patience = 100;
const growth = 1.05;
const place_attempts = 200;
/// Of the volume that a bond's length tells, the range from which that of a cell is drawn.
const volume_range = [2]f64{ 0.9, 1.4 };
/// Lengths of random axes, in the cube root of the volume, before they are scaled.
const axis_range = [2]f64{ 0.5, 1.6 };
/// Thinnest cell, in the cube root of its volume.
const least_height = 0.3;

/// Å³; a close packing of spheres at the bond's length: r³/√2. 0 where nothing binds.
pub fn volumePerAtom(plan: *const Plan) f64 {
    if (plan.volume[0] > 0) return 0.5 * (plan.volume[0] + plan.volume[1]);
    const bond = bondOf(plan);
    return bond * bond * bond / std.math.sqrt2;
}

/// Å; the length that steps are measured in.
pub fn bondOf(plan: *const Plan) f64 {
    const bond = plan.scales.mean(plan.formula);
    if (bond > 0) return bond;
    return std.math.cbrt(std.math.sqrt2 * 0.5 * (plan.volume[0] + plan.volume[1]));
}

/// Å; a ball that holds the atoms of a cluster, of which some stand out by half.
pub fn ballRadius(plan: *const Plan, count: usize) f64 {
    const filled = 3 * @as(f64, @floatFromInt(count)) * volumePerAtom(plan) / (4 * std.math.pi);
    return std.math.cbrt(filled) + 0.5 * bondOf(plan);
}

pub fn cluster(scope: *Scope, plan: *const Plan, random: *Random) Error!Structure {
    const count = plan.mostAtoms();
    const kinds = try scope.alloc(i32, count);
    fillKinds(plan, 1, kinds);
    const radius = ballRadius(plan, count);
    const edge = 4 * radius;
    const frac = try scope.alloc(f64, 3 * count);
    for (0..count) |site| {
        try scope.checkpoint();
        var share: f64 = 1;
        search: while (true) : (share *= 0.9) {
            for (0..place_attempts) |_| {
                const at = random.inBall();
                for (0..3) |axis| frac[3 * site + axis] = 0.5 + at[axis] * radius / edge;
                if (isFree(plan, frac, kinds, site, edge, share)) break :search;
            }
        }
    }
    return .{ .lattice = .{ edge, 0, 0, 0, edge, 0, 0, 0, edge }, .frac = frac, .kinds = kinds };
}

fn isFree(plan: *const Plan, frac: []const f64, kinds: []const i32, site: usize, edge: f64, share: f64) bool {
    for (0..site) |other| {
        var square: f64 = 0;
        for (0..3) |axis| {
            const along = edge * (frac[3 * site + axis] - frac[3 * other + axis]);
            square += along * along;
        }
        const least = share * plan.scales.leastOf(kinds[site], kinds[other]);
        if (square < least * least) return false;
    }
    return true;
}

fn fillKinds(plan: *const Plan, units: usize, kinds: []i32) void {
    var at: usize = 0;
    for (plan.formula, 0..) |count, kind| {
        for (0..count * units) |_| {
            kinds[at] = @intCast(kind);
            at += 1;
        }
    }
}

/// Null where no attempt kept the least distances.
pub fn crystal(scope: *Scope, plan: *const Plan, random: *Random) Error!?Structure {
    var draft = try Draft.create(scope, plan);
    var scale: f64 = 1;
    for (0..attempts) |attempt| {
        if (attempt % 64 == 0) try scope.checkpoint();
        if (attempt > 0 and attempt % patience == 0) scale *= growth;
        const units = plan.units[0] + random.below(plan.units[1] - plan.units[0] + 1);
        const group = &plan.groups.items[random.below(plan.groups.items.len)];
        if (!draft.placeAtoms(group, random, units)) continue;
        const mean = volumePerAtom(plan);
        const low = if (plan.volume[0] > 0) plan.volume[0] else volume_range[0] * mean;
        const high = if (plan.volume[0] > 0) plan.volume[1] else volume_range[1] * mean;
        const atom_count: f64 = @floatFromInt(draft.count);
        draft.lattice = randomLattice(group, random, scale * atom_count * random.between(low, high)) orelse continue;
        if (try draft.keepsDistances(scope)) return draft.structure();
    }
    return null;
}

const Draft = struct {
    plan: *const Plan,
    lattice: [9]f64 = undefined,
    frac: []f64,
    kinds: []i32,
    used: []bool,
    fitting: []u16,
    count: usize = 0,

    fn create(scope: *Scope, plan: *const Plan) Error!Draft {
        var most_positions: usize = 1;
        for (plan.groups.items) |group| most_positions = @max(most_positions, group.wyckoff.len);
        const count = plan.mostAtoms();
        return .{
            .plan = plan,
            .frac = try scope.alloc(f64, 3 * count),
            .kinds = try scope.alloc(i32, count),
            .used = try scope.alloc(bool, most_positions),
            .fitting = try scope.alloc(u16, most_positions),
        };
    }

    fn structure(draft: *const Draft) Structure {
        return .{
            .lattice = draft.lattice,
            .frac = draft.frac[0 .. 3 * draft.count],
            .kinds = draft.kinds[0..draft.count],
        };
    }

    /// Kind by kind on Wyckoff positions that still fit; false where none does, or atoms coincide.
    fn placeAtoms(draft: *Draft, group: *const Group, random: *Random, units: usize) bool {
        draft.count = 0;
        @memset(draft.used, false);
        for (draft.plan.formula, 0..) |each, kind| {
            var left = each * units;
            while (left > 0) {
                var fitting: usize = 0;
                for (group.wyckoff, 0..) |position, index| {
                    if (position.multiplicity > left or (!position.is_free and draft.used[index])) continue;
                    draft.fitting[fitting] = @intCast(index);
                    fitting += 1;
                }
                if (fitting == 0) return false;
                const index = draft.fitting[random.below(fitting)];
                draft.used[index] = true;
                const position = &group.wyckoff[index];
                if (!draft.addOrbit(group, position, random, @intCast(kind))) return false;
                left -= position.multiplicity;
            }
        }
        return true;
    }

    fn addOrbit(draft: *Draft, group: *const Group, position: *const Wyckoff, random: *Random, kind: i32) bool {
        const first = draft.count;
        const at = position.affine.apply(.{ random.uniform(), random.uniform(), random.uniform() });
        for (group.operations) |operation| {
            var image = operation.apply(at);
            for (&image) |*value| value.* -= @floor(value.*);
            if (draft.isThere(first, image)) continue;
            if (draft.count == first + position.multiplicity) return false;
            draft.frac[3 * draft.count ..][0..3].* = image;
            draft.kinds[draft.count] = kind;
            draft.count += 1;
        }
        return draft.count == first + position.multiplicity;
    }

    fn isThere(draft: *const Draft, first: usize, at: [3]f64) bool {
        for (first..draft.count) |site| {
            var away: f64 = 0;
            for (0..3) |axis| {
                const difference = draft.frac[3 * site + axis] - at[axis];
                away = @max(away, @abs(difference - @round(difference)));
            }
            if (away < 1e-6) return true;
        }
        return false;
    }

    /// Also from an atom to its own images.
    fn keepsDistances(draft: *const Draft, scope: *Scope) Error!bool {
        const cell = Cell.create(&draft.lattice, .{ true, true, true }) orelse return false;
        const scales = &draft.plan.scales;
        var longest: f64 = 0;
        for (scales.least) |least| longest = @max(longest, least);
        var ranges: [3]i32 = undefined;
        for (&ranges, cell.heights) |*range, height| {
            if (height < least_height * std.math.cbrt(cell.volume)) return false;
            range.* = @intFromFloat(@ceil(@min(longest / height, 50)));
        }
        for (0..draft.count) |a| {
            try scope.checkpoint();
            for (0..a + 1) |b| {
                const least = scales.leastOf(draft.kinds[a], draft.kinds[b]);
                if (draft.nearestImage(a, b, ranges) < least * least) return false;
            }
        }
        return true;
    }

    /// Square of the distance from a to an image of b other than itself.
    fn nearestImage(draft: *const Draft, a: usize, b: usize, ranges: [3]i32) f64 {
        var difference: [3]f64 = undefined;
        for (&difference, 0..) |*value, axis| {
            value.* = draft.frac[3 * b + axis] - draft.frac[3 * a + axis];
            value.* -= @round(value.*);
        }
        var best = std.math.inf(f64);
        var x = -ranges[0];
        while (x <= ranges[0]) : (x += 1) {
            var y = -ranges[1];
            while (y <= ranges[1]) : (y += 1) {
                var z = -ranges[2];
                while (z <= ranges[2]) : (z += 1) {
                    if (a == b and x == 0 and y == 0 and z == 0) continue;
                    const shift = [3]f64{ @floatFromInt(x), @floatFromInt(y), @floatFromInt(z) };
                    var row = difference;
                    for (&row, shift) |*value, cells| value.* += cells;
                    const away = system_of.product(&draft.lattice, row);
                    best = @min(best, vector3.dot(away, away));
                }
            }
        }
        return best;
    }
};

/// Axes at random, made to obey the group by the mean of their metric over its operations, Wᵀ G W.
fn randomLattice(group: *const Group, random: *Random, volume: f64) ?[9]f64 {
    var axes: [3][3]f64 = undefined;
    for (&axes) |*axis| {
        const direction = random.onSphere();
        const length = random.between(axis_range[0], axis_range[1]);
        for (axis, direction) |*value, along| value.* = length * along;
    }
    var mean = [_]f64{0} ** 9;
    for (group.operations) |operation| {
        const w = operation.numbers;
        for (0..3) |i| for (0..3) |j| for (0..3) |k| for (0..3) |l| {
            mean[3 * i + j] += w[3 * k + i] * vector3.dot(axes[k], axes[l]) * w[3 * l + j];
        };
    }
    // Cholesky: G = L Lᵀ, and the rows of L are the axes.
    const l00 = @sqrt(mean[0]);
    const l10 = mean[3] / l00;
    const l20 = mean[6] / l00;
    const l11 = @sqrt(mean[4] - l10 * l10);
    const l21 = (mean[7] - l20 * l10) / l11;
    const l22 = @sqrt(mean[8] - l20 * l20 - l21 * l21);
    const product = l00 * l11 * l22;
    if (!(product > 0)) return null;
    const scale = std.math.cbrt(volume / product);
    var lattice = [9]f64{ l00, 0, 0, l10, l11, 0, l20, l21, l22 };
    for (&lattice) |*value| value.* *= scale;
    return lattice;
}
