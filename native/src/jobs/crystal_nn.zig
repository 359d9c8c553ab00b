//! Which faces of a Voronoi cell are bonds, after H. Pan, A. M. Ganose et al., Inorg. Chem. 60, 1590
//! (2021): the solid angles, weighted by the difference of electronegativities and by the distance,
//! give each coordination number a likelihood; the likeliest one is taken.
const std = @import("std");

/// The largest difference of two electronegativities (Pauling).
const largest_difference = 3.3;
const difference_weight = 3;
/// Å beyond the sum of the radii: no penalty up to the first, no bond from the second on.
const cutoffs = [2]f64{ 0.5, 1 };

pub const Candidate = struct {
    distance: f64,
    area: f64,
    solid_angle: f64,
    atom: Atom,
    weight: f64 = 0,
};

/// NaN for what is not known.
pub const Atom = struct {
    /// Covalent, Å.
    radius: f64,
    /// By its oxidation state, Å.
    ionic_radius: f64,
    electronegativity: f64,

    /// The length of a bond: of ions where both are, else of atoms.
    fn bondLength(atom: Atom, other: Atom) f64 {
        const ionic = atom.ionic_radius + other.ionic_radius;
        return if (std.math.isNan(ionic)) atom.radius + other.radius else ionic;
    }
};

/// Sets the weights, 1 for the heaviest but for the penalty of its distance and 0 for what is no
/// bond; returns the coordination number.
pub fn choose(candidates: []Candidate, atom: Atom, weights: []f64) usize {
    var highest: f64 = 0;
    for (candidates) |*candidate| {
        // Faces of open structures are large, and far: the angle per area corrects for that.
        candidate.weight = candidate.solid_angle * candidate.solid_angle / candidate.area;
        const difference = @abs(candidate.atom.electronegativity - atom.electronegativity);
        if (!std.math.isNan(difference)) {
            candidate.weight *= 1 + difference_weight * @sqrt(difference / largest_difference);
        }
        highest = @max(highest, candidate.weight);
    }
    for (candidates, weights) |*candidate, *weight| {
        const penalty = penaltyOf(candidate.distance - atom.bondLength(candidate.atom));
        candidate.weight = @round(1000 * candidate.weight / highest * penalty) / 1000;
        weight.* = candidate.weight;
    }
    std.mem.sortUnstable(f64, weights, {}, std.sort.desc(f64));
    const least = likeliest(weights) orelse std.math.inf(f64);
    var count: usize = 0;
    for (candidates) |*candidate| {
        if (candidate.weight < least) candidate.weight = 0 else count += 1;
    }
    return count;
}

fn penaltyOf(excess: f64) f64 {
    if (excess <= cutoffs[0]) return 1;
    if (excess >= cutoffs[1]) return 0;
    const part = (excess - cutoffs[0]) / (cutoffs[1] - cutoffs[0]);
    return 0.5 * (@cos(std.math.pi * part) + 1);
}

/// The weight down to which neighbours belong to the likeliest coordination; null for none. The
/// likelihood is the part of a quarter circle between this weight and the next.
fn likeliest(descending: []const f64) ?f64 {
    var best: ?f64 = null;
    var most: f64 = 0;
    var sum: f64 = 0;
    for (descending, 0..) |weight, index| {
        if (weight <= 0) break;
        const next = if (index + 1 < descending.len) @max(descending[index + 1], 0) else 0;
        if (next == weight) continue;
        const likelihood = quarterCircle(weight) - quarterCircle(next);
        sum += likelihood;
        if (likelihood <= most) continue;
        most = likelihood;
        best = weight;
    }
    return if (1 - sum > most) null else best;
}

/// The part of a quarter of the unit circle left of x.
fn quarterCircle(x: f64) f64 {
    return (x * @sqrt(1 - x * x) + std.math.asin(x)) / (std.math.pi / 2.0);
}

test "a face that is much larger than the rest, and one that is too far" {
    const nan = std.math.nan(f64);
    const atom: Atom = .{ .radius = 1, .ionic_radius = nan, .electronegativity = 2 };
    var candidates = [_]Candidate{
        .{ .distance = 2, .area = 4, .solid_angle = 2, .atom = atom },
        .{ .distance = 2, .area = 4, .solid_angle = 2, .atom = atom },
        .{ .distance = 2.9, .area = 4, .solid_angle = 0.5, .atom = atom },
        .{ .distance = 3.1, .area = 1, .solid_angle = 2, .atom = atom },
    };
    var weights: [4]f64 = undefined;
    const unknown: Atom = .{ .radius = 1, .ionic_radius = 2, .electronegativity = nan };
    // The far one is the heaviest by its angle, and no bond by its distance.
    try std.testing.expectEqual(0, choose(&candidates, unknown, &weights));
    try std.testing.expectEqual(2, choose(candidates[0..3], atom, weights[0..3]));
    try std.testing.expectEqual(1, candidates[0].weight);
    try std.testing.expectEqual(0, candidates[2].weight);
    // Between ions it is near enough.
    for (&candidates) |*candidate| candidate.atom.ionic_radius = 1;
    try std.testing.expectEqual(1, choose(&candidates, unknown, &weights));
}
