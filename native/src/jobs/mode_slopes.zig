//! How the eigenvalues of a dynamical matrix change with k: dλ/dk = ⟨e| dD/dk |e⟩, with the eigenvectors of
//! equal eigenvalues chosen so that they follow one direction, as perturbation theory for degenerate
//! states wants it.
const std = @import("std");
const hermitian = @import("../eigen/hermitian.zig");
const DynamicalMatrix = @import("dynamical_matrix.zig").DynamicalMatrix;
const Scope = @import("../scope.zig").Scope;

/// No mirror and no axis of a crystal has it in common, so that it tells apart what can be.
const direction = [3]f64{ 0.267261241912424, 0.534522483824849, 0.801783725737273 };

pub const ModeSlopes = struct {
    order: usize,
    /// Root of an eigenvalue: closer ones are equal.
    tolerance: f64,
    /// dD/dk along one axis, [order, order, 2].
    derivative: []f64,
    /// dD/dk times one eigenvector.
    image: []f64,
    /// ⟨a| dD/dk |b⟩ within each set of equal eigenvalues: three axes and their sum along the direction,
    /// each [order, order, 2], the sets one after the other along the diagonal.
    elements: []f64,
    values: []f64,
    small: []f64,
    solver: []align(64) f64,

    pub fn create(scope: *Scope, order: usize, tolerance: f64) !ModeSlopes {
        const size = 2 * order * order;
        return .{
            .order = order,
            .tolerance = tolerance,
            .derivative = try scope.alloc(f64, size),
            .image = try scope.alloc(f64, 2 * order),
            .elements = try scope.alloc(f64, 4 * size),
            .values = try scope.alloc(f64, order),
            .small = try scope.alloc(f64, size),
            .solver = try scope.alloc(f64, hermitian.scratchLength(order, true)),
        };
    }

    /// `scratch` as `matrix.at(q)` left it; `values` and `vectors` are those of D(q). Writes [order, 3].
    pub fn find(
        slopes: *const ModeSlopes,
        scope: *Scope,
        matrix: *const DynamicalMatrix,
        q: *const [3]f64,
        scratch: []f64,
        values: []const f64,
        vectors: []const f64,
        out: []f64,
    ) !void {
        const order = slopes.order;
        const size = 2 * order * order;
        @memset(slopes.elements[3 * size ..], 0);
        for (0..3) |axis| {
            matrix.slope(q, axis, scratch, slopes.derivative);
            var first: usize = 0;
            while (first < order) {
                const end = slopes.endOfSet(values, first);
                try scope.checkpoint();
                slopes.elementsOf(axis, first, end, vectors);
                first = end;
            }
        }
        var first: usize = 0;
        while (first < order) {
            const end = slopes.endOfSet(values, first);
            try slopes.follow(scope, matrix, first, end, out);
            first = end;
        }
    }

    fn endOfSet(slopes: *const ModeSlopes, values: []const f64, first: usize) usize {
        var end = first + 1;
        while (end < values.len and root(values[end]) - root(values[end - 1]) < slopes.tolerance) end += 1;
        return end;
    }

    fn elementsOf(slopes: *const ModeSlopes, axis: usize, first: usize, end: usize, vectors: []const f64) void {
        const order = slopes.order;
        const size = 2 * order * order;
        for (first..end) |b| {
            const ket = vectors[2 * b * order ..][0 .. 2 * order];
            for (0..order) |row| {
                slopes.image[2 * row ..][0..2].* =
                    product(false, slopes.derivative[2 * row * order ..][0 .. 2 * order], ket);
            }
            for (first..end) |a| {
                const element = product(true, vectors[2 * a * order ..][0 .. 2 * order], slopes.image);
                const at = 2 * (a * order + b);
                slopes.elements[axis * size + at ..][0..2].* = element;
                for (element, 0..) |value, part| {
                    slopes.elements[3 * size + at + part] += direction[axis] * value;
                }
            }
        }
    }

    fn follow(
        slopes: *const ModeSlopes,
        scope: *Scope,
        matrix: *const DynamicalMatrix,
        first: usize,
        end: usize,
        out: []f64,
    ) !void {
        const order = slopes.order;
        const size = 2 * order * order;
        const count = end - first;
        for (0..count) |row| {
            const from = 2 * ((first + row) * order + first);
            @memcpy(slopes.small[2 * row * count ..][0 .. 2 * count], slopes.elements[3 * size + from ..][0 .. 2 * count]);
        }
        const states = slopes.small[0 .. 2 * count * count];
        try hermitian.solve(matrix.kernels, .{
            .n = count,
            .matrix = states,
            .values = slopes.values[0..count],
            .vectors = states,
            .scratch = slopes.solver,
        }, scope);
        for (0..count) |state| {
            const mix = states[2 * state * count ..][0 .. 2 * count];
            for (0..3) |axis| {
                var sum: f64 = 0;
                for (0..count) |row| {
                    const from = axis * size + 2 * ((first + row) * order + first);
                    const ket = product(false, slopes.elements[from..][0 .. 2 * count], mix);
                    sum += mix[2 * row] * ket[0] + mix[2 * row + 1] * ket[1];
                }
                out[3 * (first + state) + axis] = sum;
            }
        }
    }
};

/// Of an imaginary frequency negative.
fn root(value: f64) f64 {
    return if (value < 0) -@sqrt(-value) else @sqrt(value);
}

/// Σ a b, or Σ a* b.
fn product(comptime conjugates: bool, a: []const f64, b: []const f64) [2]f64 {
    var re: f64 = 0;
    var im: f64 = 0;
    var index: usize = 0;
    const sign: f64 = if (conjugates) -1 else 1;
    while (index < a.len) : (index += 2) {
        const a_im = sign * a[index + 1];
        re += a[index] * b[index] - a_im * b[index + 1];
        im += a[index] * b[index + 1] + a_im * b[index];
    }
    return .{ re, im };
}
