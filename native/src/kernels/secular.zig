//! The eigenproblem of a diagonal matrix with an update of rank one, D + ρ z zᵀ: roots of
//!
//!   f(λ) = 1/ρ + Σ zₗ²/(dₗ - λ)
//!
//! by rational interpolation, R.-C. Li, LAPACK Working Note 89 (1993), and vectors that are orthogonal
//! to working precision from weights that belong to the computed roots, M. Gu and S. C. Eisenstat,
//! SIAM J. Matrix Anal. Appl. 16, 172 (1995).
const std = @import("std");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;

pub const Problem = extern struct {
    /// At least 2.
    count: usize,
    /// d, ascending and distinct; behind the last one up to whole vectors larger numbers.
    poles: [*]const f64,
    /// z of norm 1; 0 behind the last one.
    weights: [*]const f64,
    /// Positive.
    rho: f64,
};

const epsilon = std.math.floatEps(f64) / 2;
const max_iterations = 400;

/// Sums over the poles up to a root and over those beyond it, with derivatives.
const Sums = struct {
    below: f64,
    below_slope: f64,
    beyond: f64,
    beyond_slope: f64,

    fn value(sums: Sums, problem: *const Problem) f64 {
        return 1 / problem.rho + sums.below + sums.beyond;
    }

    /// What rounding may do to the value.
    fn noise(sums: Sums, problem: *const Problem, offset: f64) f64 {
        const terms = 1 / problem.rho + @abs(sums.below) + @abs(sums.beyond);
        return epsilon * (8 * terms + @abs(offset) * (sums.below_slope + sums.beyond_slope));
    }
};

/// Root `index`, between the poles `index` and `index` + 1 (the last: beyond all); gaps[l] becomes
/// d[l] - root, to full relative precision. NaN: no convergence.
pub fn root(problem: *const Problem, index: usize, gaps: [*]f64) callconv(.c) f64 {
    const is_last = index + 1 == problem.count;
    const poles = problem.poles;
    const extent = if (is_last) problem.rho else poles[index + 1] - poles[index];
    var origin = index;
    shiftPoles(problem, origin, gaps);
    var offset = extent / 2;
    var sums = evaluate(problem, index, gaps, offset);
    var low: f64 = 0;
    var high = extent;
    if (sums.value(problem) >= 0) {
        high = offset;
    } else if (is_last) {
        low = offset;
    } else {
        origin = index + 1;
        shiftPoles(problem, origin, gaps);
        low = -offset;
        high = 0;
        offset = low;
    }
    const pair: [2]usize = if (is_last) .{ index - 1, index } else .{ index, index + 1 };
    const fixed: ?usize = if (is_last) null else origin;
    offset = refine(problem, index, gaps, pair, fixed, sums, offset, low, high);
    var at: usize = 0;
    while (at < problem.count) : (at += width) {
        vector.store(gaps, at, vector.load(gaps, at) - vector.splat(offset));
    }
    return poles[origin] + offset;
}

fn shiftPoles(problem: *const Problem, origin: usize, shifted: [*]f64) void {
    const start = vector.splat(problem.poles[origin]);
    var at: usize = 0;
    while (at < problem.count) : (at += width) {
        vector.store(shifted, at, vector.load(problem.poles, at) - start);
    }
}

/// The root between `low` and `high`, from the sums at `start`.
fn refine(
    problem: *const Problem,
    index: usize,
    shifted: [*]const f64,
    pair: [2]usize,
    fixed: ?usize,
    start_sums: Sums,
    start: f64,
    start_low: f64,
    start_high: f64,
) f64 {
    var sums = start_sums;
    var offset = start;
    var low = start_low;
    var high = start_high;
    var previous = std.math.inf(f64);
    var keeps_weight = fixed != null;
    for (0..max_iterations) |iteration| {
        const value = sums.value(problem);
        if (@abs(value) <= sums.noise(problem, offset)) return offset;
        if (value > 0) high = @min(high, offset) else low = @max(low, offset);
        // Two rational functions with both poles of the interval and this value and slope: one has the
        // near pole's own weight, the other the slopes of both sums. They take turns where one crawls.
        const is_slow = @abs(value) > 0.1 * @abs(previous) and iteration > 0;
        if (is_slow and fixed != null) keeps_weight = !keeps_weight;
        const is_stuck = @abs(value) > 0.5 * @abs(previous) and iteration > 4;
        previous = value;
        const gap = [2]f64{ shifted[pair[0]] - offset, shifted[pair[1]] - offset };
        var c: f64 = undefined;
        if (keeps_weight) {
            const near: usize = if (fixed.? == pair[0]) 0 else 1;
            const slope = sums.below_slope + sums.beyond_slope;
            const ratio = problem.weights[fixed.?] / gap[near];
            c = value - gap[1 - near] * slope - (gap[near] - gap[1 - near]) * ratio * ratio;
        } else if (index == pair[1]) { // the last root: the nearest pole's term is known
            const ratio = problem.weights[index] / gap[1];
            c = value - gap[0] * (sums.below_slope - ratio * ratio) - gap[1] * ratio * ratio;
        } else {
            c = value - gap[0] * sums.below_slope - gap[1] * sums.beyond_slope;
        }
        const slope = sums.below_slope + sums.beyond_slope;
        const a = (gap[0] + gap[1]) * value - gap[0] * gap[1] * slope;
        const b = gap[0] * gap[1] * value;
        var next = offset + step(a, b, c, low - offset, high - offset);
        if (is_stuck or !(next > low and next < high)) next = low + (high - low) / 2;
        if (next == offset or next <= low or next >= high) return offset;
        if (@abs(next - offset) <= epsilon * @abs(offset)) return offset;
        offset = next;
        sums = evaluate(problem, index, shifted, offset);
    }
    return std.math.nan(f64);
}

/// The root of c x² - a x + b between `low` and `high`; NaN where there is none.
fn step(a: f64, b: f64, c: f64, low: f64, high: f64) f64 {
    const discriminant = a * a - 4 * b * c;
    const square_root = @sqrt(@max(discriminant, 0));
    const larger = a + std.math.copysign(square_root, a);
    const first = 2 * b / larger;
    if (first > low and first < high) return first;
    const second = larger / (2 * c);
    return if (second > low and second < high) second else std.math.nan(f64);
}

fn evaluate(problem: *const Problem, index: usize, shifted: [*]const f64, offset: f64) Sums {
    const zero = vector.splat(0);
    const middle = index / width * width;
    var below = zero;
    var below_slope = zero;
    var beyond = zero;
    var beyond_slope = zero;
    const shift = vector.splat(offset);
    var at: usize = 0;
    while (at < middle) : (at += width) {
        const weight = vector.load(problem.weights, at);
        const ratio = weight / (vector.load(shifted, at) - shift);
        below += weight * ratio;
        below_slope += ratio * ratio;
    }
    {
        const weight = vector.load(problem.weights, at);
        const ratio = weight / (vector.load(shifted, at) - shift);
        const lanes = std.simd.iota(u32, width);
        const is_below = lanes <= @as(@Vector(width, u32), @splat(@intCast(index % width)));
        const term = weight * ratio;
        const slope = ratio * ratio;
        below += @select(f64, is_below, term, zero);
        below_slope += @select(f64, is_below, slope, zero);
        beyond = @select(f64, is_below, zero, term);
        beyond_slope = @select(f64, is_below, zero, slope);
        at += width;
    }
    while (at < problem.count) : (at += width) {
        const weight = vector.load(problem.weights, at);
        const ratio = weight / (vector.load(shifted, at) - shift);
        beyond += weight * ratio;
        beyond_slope += ratio * ratio;
    }
    return .{
        .below = vector.sum(below),
        .below_slope = vector.sum(below_slope),
        .beyond = vector.sum(beyond),
        .beyond_slope = vector.sum(beyond_slope),
    };
}

/// Weights for which the roots are exact, but for a common factor; row k of `gaps` is that of root k.
pub fn weightsOfRoots(
    problem: *const Problem,
    gaps: [*]const f64,
    stride: usize,
    weights: [*]f64,
) callconv(.c) void {
    var at: usize = 0;
    while (at < problem.count) : (at += width) {
        const own = vector.load(problem.poles, at);
        var product = vector.splat(-1);
        for (0..problem.count) |k| {
            const difference = own - vector.splat(problem.poles[k]);
            const is_own = difference == vector.splat(0);
            const denominator = @select(f64, is_own, vector.splat(1), difference);
            product *= vector.load(gaps + k * stride, at) / denominator;
        }
        const size = @sqrt(@max(product, vector.splat(0)));
        const given = vector.load(problem.weights, at);
        vector.store(weights, at, @select(f64, given < vector.splat(0), -size, size));
    }
    for (problem.count..vector.padded(problem.count)) |l| weights[l] = 0;
}

/// Turns the gaps of one root into its unit vector, the component of pole l at position[l]; `work` has
/// room for it.
pub fn rootVector(
    count: usize,
    weights: [*]const f64,
    position: [*]const u32,
    gaps: [*]f64,
    work: [*]f64,
) callconv(.c) void {
    var squares = vector.splat(0);
    var at: usize = 0;
    while (at < count) : (at += width) {
        const value = vector.load(weights, at) / vector.load(gaps, at);
        vector.store(work, at, value);
        squares += value * value;
    }
    const norm = @sqrt(vector.sum(squares));
    for (0..count) |l| gaps[position[l]] = work[l] / norm;
}
