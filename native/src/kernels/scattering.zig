//! Leaf functions of the structure factors: form factors, phases, and the sums over sites.
const std = @import("std");
const vector = @import("vector.zig");

/// Sites of one species, padded to whole vectors with sites of occupancy 0.
pub const Group = extern struct {
    count: usize,
    x: [*]const f64,
    y: [*]const f64,
    z: [*]const f64,
    occupancy: [*]const f64,
};

pub const Complex = extern struct { re: f64, im: f64 };

/// f(s) = Σᵢ aᵢ exp(-bᵢ s²) + c, coefficients a1..a5, b1..b5, c; `count` whole vectors.
pub fn formFactors(
    coefficients: *const [11]f64,
    s_squared: [*]const f64,
    count: usize,
    out: [*]f64,
) callconv(.c) void {
    var index: usize = 0;
    while (index < count) : (index += vector.width) {
        const square = vector.load(s_squared, index);
        var total = vector.splat(coefficients[10]);
        inline for (0..5) |term| {
            total += vector.splat(coefficients[term]) *
                vector.exp(-(vector.splat(coefficients[5 + term]) * square));
        }
        vector.store(out, index, total);
    }
}

/// Σⱼ oⱼ exp(2πi (h xⱼ + k yⱼ + l zⱼ)) of one group.
pub fn phaseSum(group: *const Group, hkl: *const [3]f64, out: *Complex) callconv(.c) void {
    var re = vector.splat(0);
    var im = vector.splat(0);
    var index: usize = 0;
    while (index < group.count) : (index += vector.width) {
        const turns = vector.splat(hkl[0]) * vector.load(group.x, index) +
            vector.splat(hkl[1]) * vector.load(group.y, index) +
            vector.splat(hkl[2]) * vector.load(group.z, index);
        const phase = vector.cosSinTurns(turns);
        const occupancy = vector.load(group.occupancy, index);
        re += occupancy * phase.cos;
        im += occupancy * phase.sin;
    }
    out.* = .{ .re = vector.sum(re), .im = vector.sum(im) };
}

/// exp(2πi m xⱼ) for all sites and one m.
pub fn axisPhases(x: [*]const f64, count: usize, m: f64, re: [*]f64, im: [*]f64) callconv(.c) void {
    var index: usize = 0;
    while (index < count) : (index += vector.width) {
        const phase = vector.cosSinTurns(vector.splat(m) * vector.load(x, index));
        vector.store(re, index, phase.cos);
        vector.store(im, index, phase.sin);
    }
}

/// A table of phases: real and imaginary part for each site.
pub const Phases = extern struct { re: [*]const f64, im: [*]const f64 };

/// oⱼ exp(2πi (h xⱼ + k yⱼ)) from the tables of |h| and |k|; a negative k takes the conjugate.
pub fn columnPhases(
    group: *const Group,
    h: *const Phases,
    k: *const Phases,
    k_sign: f64,
    re: [*]f64,
    im: [*]f64,
) callconv(.c) void {
    var index: usize = 0;
    while (index < group.count) : (index += vector.width) {
        const occupancy = vector.load(group.occupancy, index);
        const h_re = vector.load(h.re, index) * occupancy;
        const h_im = vector.load(h.im, index) * occupancy;
        const k_re = vector.load(k.re, index);
        const k_im = vector.load(k.im, index) * vector.splat(k_sign);
        vector.store(re, index, h_re * k_re - h_im * k_im);
        vector.store(im, index, h_re * k_im + h_im * k_re);
    }
}

/// Σⱼ Pⱼ Tⱼ and Σⱼ Pⱼ conj(Tⱼ): the sums for +l and -l at the price of one.
pub fn columnSums(
    column: *const Phases,
    l: *const Phases,
    count: usize,
    out: *[2]Complex,
) callconv(.c) void {
    var re_re = vector.splat(0);
    var im_im = vector.splat(0);
    var re_im = vector.splat(0);
    var im_re = vector.splat(0);
    var index: usize = 0;
    while (index < count) : (index += vector.width) {
        const p_re = vector.load(column.re, index);
        const p_im = vector.load(column.im, index);
        const t_re = vector.load(l.re, index);
        const t_im = vector.load(l.im, index);
        re_re += p_re * t_re;
        im_im += p_im * t_im;
        re_im += p_re * t_im;
        im_re += p_im * t_re;
    }
    const a = vector.sum(re_re);
    const b = vector.sum(im_im);
    const c = vector.sum(re_im);
    const d = vector.sum(im_re);
    out.* = .{ .{ .re = a - b, .im = c + d }, .{ .re = a + b, .im = d - c } };
}
