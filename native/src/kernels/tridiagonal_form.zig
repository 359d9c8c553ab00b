//! Householder's reduction of a Hermitian matrix to a real symmetric tridiagonal one: Golub and Van
//! Loan, Matrix Computations, 4th ed. (2013), section 8.3.1, for complex numbers and from the last row
//! upwards, so that the part still to be reduced keeps its place at the beginning of every row.
//!
//! Of the matrix the lower triangle is held, in whole groups of eight columns: a group on the diagonal
//! is complete. The update by the last reflection and the product with the next one are made in one
//! pass over it.
const rows = @import("complex_rows.zig");
const vector = @import("vector.zig");
const width = vector.width;
const group = rows.group;
const Complex = rows.Complex;
const ComplexF = rows.ComplexF;

pub const Reduction = extern struct {
    /// Row r holds the vector u of its reflection 1 - τ u uᴴ once it is reduced, 0 from u[r] on.
    matrix: [*]f64,
    stride: usize,
    /// τ of row r at 2 r and 2 r + 1.
    tau: [*]f64,
    diagonal: [*]f64,
    off_diagonal: [*]f64,
};

/// A - v wᴴ - w vᴴ is still to be made of the rows above.
pub const Update = extern struct { v: [*]const f64, w: [*]const f64 };

/// A square of a norm below this is zero beside a matrix whose largest number is about 1; a reflection
/// made of it would not be unitary, because its digits are lost.
const negligible = 1e-280;

/// Reduces `row`: its numbers of the tridiagonal matrix, its reflection, the pending update of the rows
/// above, and in `w` what, with the row itself, is the next one.
pub fn reduceRow(all: *const Reduction, row: usize, pending: *const Update, w: [*]f64) callconv(.c) void {
    const own = all.matrix + row * all.stride;
    updateRow(own, row, pending);
    all.diagonal[row] = own[rows.place(row)];
    const tau = reflect(own, row, &all.off_diagonal[row -| 1]);
    all.tau[2 * row] = tau.re;
    all.tau[2 * row + 1] = tau.im;
    if (row == 0) return;
    const length = (row + width - 1) / width * group;
    @memset(w[0 .. (row / width + 1) * group], 0);
    updateAndMultiply(all, row, pending, own, w);
    finish(own, w, length, tau);
}

fn updateRow(own: [*]f64, row: usize, pending: *const Update) void {
    const v = ComplexF.splat(rows.get(pending.v, row));
    const w = ComplexF.splat(rows.get(pending.w, row));
    var at: usize = 0;
    while (at <= row / width * group) : (at += group) {
        updated(ComplexF.load(own, at), v, w, ComplexF.load(pending.v, at), ComplexF.load(pending.w, at))
            .store(own, at);
    }
}

/// a - v conj(wⱼ) - w conj(vⱼ)
inline fn updated(a: ComplexF, v: ComplexF, w: ComplexF, v_j: ComplexF, w_j: ComplexF) ComplexF {
    return a.minus(w_j.conjTimes(v).plus(v_j.conjTimes(w)));
}

/// Makes u of the row's conjugate x such that (1 - τ u uᴴ)ᴴ x = β e with real β, which goes to
/// `off_diagonal`, e being the last of the `row` numbers; returns τ.
fn reflect(own: [*]f64, row: usize, off_diagonal: *f64) Complex {
    const length = (row / width + 1) * group;
    const diagonal_group = row / width * group;
    for (row % width..width) |lane| {
        own[diagonal_group + lane] = 0;
        own[diagonal_group + width + lane] = 0;
    }
    if (row == 0) return .{ .re = 0, .im = 0 };
    const last = rows.get(own, row - 1);
    rows.set(own, row - 1, .{ .re = 0, .im = 0 });
    const alpha: Complex = .{ .re = last.re, .im = -last.im };
    const alpha_square = alpha.re * alpha.re + alpha.im * alpha.im;
    const rest = rows.dot(own, own, length).re;
    const is_real = rest < negligible and alpha.im * alpha.im < negligible;
    if (is_real) {
        off_diagonal.* = if (alpha_square < negligible) 0 else alpha.re;
        @memset(own[0..length], 0);
        return .{ .re = 0, .im = 0 };
    }
    const norm = @sqrt(alpha_square + rest);
    const beta = if (alpha.re > 0) -norm else norm;
    off_diagonal.* = beta;
    const difference: Complex = .{ .re = alpha.re - beta, .im = alpha.im };
    const square = difference.re * difference.re + difference.im * difference.im;
    // conj(x) / (α - β), conjugated with the row
    const scale = ComplexF.splat(.{ .re = difference.re / square, .im = -difference.im / square });
    var at: usize = 0;
    while (at < length) : (at += group) ComplexF.load(own, at).conjTimes(scale).store(own, at);
    rows.set(own, row - 1, .{ .re = 1, .im = 0 });
    return .{ .re = (beta - alpha.re) / beta, .im = -alpha.im / beta };
}

/// The pending update of all rows above `row`, and w += A u with the updated numbers.
fn updateAndMultiply(
    all: *const Reduction,
    row: usize,
    pending: *const Update,
    u: [*]const f64,
    w: [*]f64,
) void {
    var i: usize = 0;
    while (i + 2 <= row) : (i += 2) rowsAt(2, all, i, pending, u, w);
    if (i < row) rowsAt(1, all, i, pending, u, w);
}

/// `count` rows from `first` on, all in the same group of the diagonal.
inline fn rowsAt(
    comptime count: usize,
    all: *const Reduction,
    first: usize,
    pending: *const Update,
    u: [*]const f64,
    w: [*]f64,
) void {
    const zero = ComplexF.splat(.{ .re = 0, .im = 0 });
    var v_i: [count]ComplexF = undefined;
    var w_i: [count]ComplexF = undefined;
    var u_i: [count]ComplexF = undefined;
    var sums = [_]ComplexF{zero} ** count;
    inline for (0..count) |k| {
        v_i[k] = ComplexF.splat(rows.get(pending.v, first + k));
        w_i[k] = ComplexF.splat(rows.get(pending.w, first + k));
        u_i[k] = ComplexF.splat(rows.get(u, first + k));
    }
    const a = all.matrix + first * all.stride;
    const diagonal_group = first / width * group;
    var at: usize = 0;
    while (at <= diagonal_group) : (at += group) {
        const v_j = ComplexF.load(pending.v, at);
        const w_j = ComplexF.load(pending.w, at);
        const u_j = ComplexF.load(u, at);
        var product = ComplexF.load(w, at);
        inline for (0..count) |k| {
            const value = updated(ComplexF.load(a + k * all.stride, at), v_i[k], w_i[k], v_j, w_j);
            value.store(a + k * all.stride, at);
            sums[k] = sums[k].plus(value.times(u_j));
            product = product.plus(value.conjTimes(u_i[k]));
        }
        if (at < diagonal_group) product.store(w, at);
    }
    inline for (0..count) |k| {
        const sum = sums[k].sum();
        const old = rows.get(w, first + k);
        rows.set(w, first + k, .{ .re = old.re + sum.re, .im = old.im + sum.im });
    }
}

/// From w = A u: x = τ A u, w = x - τ/2 (xᴴ u) u.
fn finish(u: [*]const f64, w: [*]f64, length: usize, tau: Complex) void {
    const factor = ComplexF.splat(tau);
    var at: usize = 0;
    while (at < length) : (at += group) factor.times(ComplexF.load(w, at)).store(w, at);
    const product = rows.dot(w, u, length);
    const share = ComplexF.splat(.{
        .re = (tau.re * product.re - tau.im * product.im) / 2,
        .im = (tau.re * product.im + tau.im * product.re) / 2,
    });
    at = 0;
    while (at < length) : (at += group) {
        ComplexF.load(w, at).minus(share.times(ComplexF.load(u, at))).store(w, at);
    }
}
