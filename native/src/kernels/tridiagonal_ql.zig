//! Eigenvalues of a real symmetric tridiagonal matrix by QL iterations, and eigenvectors of small ones.
//! The matrix is scaled: its largest number is about 1.
const std = @import("std");
const vector = @import("vector.zig");
const F = vector.F;

/// Largest matrix for `eigenvectors`.
pub const max_with_vectors = 32;

const epsilon = std.math.floatEps(f64) / 2;
const iterations_per_value = 60;
/// Beside 1, and still far from the numbers that lose digits.
const negligible = 1e-290;

/// Eigenvalues, unordered, in place of the diagonal; destroys `e`, which has room for `n`. By the
/// square-root free variant of Pal, Walker and Kahan: B. N. Parlett, The Symmetric Eigenvalue Problem
/// (1998), section 8.15. False: no convergence.
pub fn eigenvalues(n: usize, d: [*]f64, e: [*]f64) callconv(.c) bool {
    for (0..n -| 1) |i| e[i] = e[i] * e[i];
    if (n > 0) e[n - 1] = 0;
    var iterations = n * iterations_per_value;
    var l: usize = 0;
    while (l < n) {
        var m = l;
        while (m + 1 < n) : (m += 1) {
            const scale = @abs(d[m]) + @abs(d[m + 1]);
            if (e[m] <= epsilon * epsilon * scale * scale) {
                e[m] = 0;
                break;
            }
        }
        if (m == l) {
            l += 1;
            continue;
        }
        if (iterations == 0) return false;
        iterations -= 1;
        sweepOfSquares(l, m, d, e);
    }
    return true;
}

/// One sweep over rows l to m; e holds squares.
fn sweepOfSquares(l: usize, m: usize, d: [*]f64, e: [*]f64) void {
    const sigma = shiftOf(d[l], d[l + 1], @sqrt(e[l]));
    var c: f64 = 1;
    var s: f64 = 0;
    var gamma = d[m] - sigma;
    var p = gamma * gamma;
    var i = m;
    while (i > l) {
        i -= 1;
        const square = e[i];
        const r = p + square;
        if (i + 1 < m) e[i + 1] = s * r;
        const old_c = c;
        c = p / r;
        s = square / r;
        const old_gamma = gamma;
        gamma = c * (d[i] - sigma) - s * old_gamma;
        d[i + 1] = old_gamma + (d[i] - gamma);
        p = if (c == 0) old_c * square else gamma * gamma / c;
    }
    e[l] = s * p;
    d[l] = sigma + gamma;
}

/// Wilkinson's: the eigenvalue of the leading 2 × 2 block nearer to `first`.
fn shiftOf(first: f64, second: f64, off: f64) f64 {
    const g = (second - first) / (2 * off);
    const r = @sqrt(g * g + 1);
    return first - off / (g + std.math.copysign(r, g));
}

/// Eigenvalues, unordered, in place of the diagonal; row k of `q` becomes the eigenvector of d[k] in
/// its first `n` numbers. n ≤ 32; destroys `e`, which has room for `n`; rows have room for whole
/// vectors. Implicit QL: Golub and Van Loan (2013), section 8.3.5. False: no convergence.
pub fn eigenvectors(n: usize, d: [*]f64, e: [*]f64, q: [*]f64, stride: usize) callconv(.c) bool {
    for (0..n) |k| {
        @memset(q[k * stride ..][0..vector.padded(n)], 0);
        q[k * stride + k] = 1;
    }
    if (n > 0) e[n - 1] = 0;
    var iterations = n * iterations_per_value;
    var l: usize = 0;
    while (l < n) {
        var m = l;
        while (m + 1 < n and @abs(e[m]) > epsilon * (@abs(d[m]) + @abs(d[m + 1])) + negligible) m += 1;
        if (m == l) {
            l += 1;
            continue;
        }
        if (iterations == 0) return false;
        iterations -= 1;
        var rotations: [max_with_vectors]Rotation = undefined;
        const lowest = sweep(l, m, d, e, &rotations);
        rotate(lowest, m, &rotations, q, stride, vector.padded(n) / vector.width);
    }
    return true;
}

const Rotation = struct { c: f64, s: f64 };

/// One sweep over rows l to m; the rotation of rows i and i + 1 is at i, for all i from the returned
/// one to m - 1.
fn sweep(l: usize, m: usize, d: [*]f64, e: [*]f64, rotations: *[max_with_vectors]Rotation) usize {
    var g = d[m] - shiftOf(d[l], d[l + 1], e[l]);
    var s: f64 = 1;
    var c: f64 = 1;
    var p: f64 = 0;
    var i = m;
    while (i > l) {
        i -= 1;
        const f = s * e[i];
        const b = c * e[i];
        if (f == 0 and g == 0) { // the matrix has fallen apart here
            e[i + 1] = 0;
            d[i + 1] -= p;
            e[m] = 0;
            return i + 1;
        }
        if (@abs(f) > @abs(g)) {
            const t = g / f;
            const r = @sqrt(1 + t * t);
            e[i + 1] = f * r;
            s = 1 / r;
            c = t * s;
        } else {
            const t = f / g;
            const r = @sqrt(1 + t * t);
            e[i + 1] = g * r;
            c = 1 / r;
            s = t * c;
        }
        g = d[i + 1] - p;
        const r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotations[i] = .{ .c = c, .s = s };
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
    return l;
}

fn rotate(
    l: usize,
    m: usize,
    rotations: *const [max_with_vectors]Rotation,
    q: [*]f64,
    stride: usize,
    vector_count: usize,
) void {
    switch (vector_count) {
        inline 1, 2, 3, 4 => |count| {
            var carried: [count]F = undefined;
            inline for (0..count) |k| carried[k] = vector.load(q + m * stride, k * vector.width);
            var i = m;
            while (i > l) {
                i -= 1;
                const c = vector.splat(rotations[i].c);
                const s = vector.splat(rotations[i].s);
                inline for (0..count) |k| {
                    const x = vector.load(q + i * stride, k * vector.width);
                    vector.store(q + (i + 1) * stride, k * vector.width, s * x + c * carried[k]);
                    carried[k] = c * x - s * carried[k];
                }
            }
            inline for (0..count) |k| vector.store(q + l * stride, k * vector.width, carried[k]);
        },
        else => unreachable,
    }
}
