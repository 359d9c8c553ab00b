//! The dynamical matrix of a crystal and its derivatives,
//!
//!   D(jα, j'β; q) = Σ_L C(jα, j'β; L) exp 2πi q·(L + xⱼ' − xⱼ),
//!
//! C being the force constants over √(m m').
const std = @import("std");
const forces = @import("../forces/system.zig");
const vector = @import("../kernels/vector.zig");
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;

const max_vectors = 1 << 24;

pub const DynamicalMatrix = struct {
    kernels: *const Kernels,
    atom_count: usize,
    /// [u, 3], whole numbers.
    shifts: []const f64,
    /// [n (n + 1) / 2, 3, 3, padded u]: atoms j and j' ≤ j.
    coefficients: []const f64,
    /// [n, 3]
    frac: []const f64,
    lattice: *const [9]f64,

    /// Inputs `first`: lattice vectors, coefficients, fracPositions, lattice.
    pub fn read(scope: *Scope, kernels: *const Kernels, first: usize, atom_count: usize) Error!DynamicalMatrix {
        const shifts = try scope.finiteInput(first, "latticeVectors");
        if (shifts.len % 3 != 0 or shifts.len / 3 > max_vectors) {
            return scope.invalid("latticeVectors must hold 3 numbers each", .{});
        }
        const length = rowCount(atom_count) * vector.padded(shifts.len / 3);
        return .{
            .kernels = kernels,
            .atom_count = atom_count,
            .shifts = shifts,
            .coefficients = try scope.inputOf(f64, first + 1, "coefficients", length),
            .frac = try scope.inputOf(f64, first + 2, "fracPositions", 3 * atom_count),
            .lattice = (try scope.inputOf(f64, first + 3, "lattice", 9))[0..9],
        };
    }

    fn rowCount(atom_count: usize) usize {
        return 9 * (atom_count * (atom_count + 1) / 2);
    }

    fn stride(matrix: *const DynamicalMatrix) usize {
        return vector.padded(matrix.shifts.len / 3);
    }

    /// f64 of the scratch of `at` and `slope`.
    pub fn scratchLength(matrix: *const DynamicalMatrix) usize {
        return 4 * matrix.stride() + 2 * rowCount(matrix.atom_count);
    }

    /// Writes the lower triangle of D(q) to `out`, [3n, 3n, 2].
    pub fn at(matrix: *const DynamicalMatrix, q: *const [3]f64, scratch: []f64, out: []f64) void {
        const width = matrix.stride();
        @memset(scratch[0 .. 2 * width], 0);
        for (0..matrix.shifts.len / 3) |index| {
            const angle = turns(q, matrix.shifts[3 * index ..][0..3]);
            scratch[index] = @cos(angle);
            scratch[width + index] = @sin(angle);
        }
        const blocks = matrix.transform(scratch, 0);
        matrix.place(q, blocks, null, false, out);
    }

    /// Writes dD/dk along `axis` to `out`, both triangles, k = 2π q in 1/Å; `scratch` as `at` left it.
    pub fn slope(matrix: *const DynamicalMatrix, q: *const [3]f64, axis: usize, scratch: []f64, out: []f64) void {
        const width = matrix.stride();
        matrix.place(q, matrix.transform(scratch, 0), axis, false, out);
        const turned = scratch[2 * width ..];
        @memset(turned[0 .. 2 * width], 0);
        for (0..matrix.shifts.len / 3) |index| {
            const shift = forces.product(matrix.lattice, matrix.shifts[3 * index ..][0..3].*);
            turned[index] = -shift[axis] * scratch[width + index];
            turned[width + index] = shift[axis] * scratch[index];
        }
        matrix.place(q, matrix.transform(scratch, 2 * width), null, true, out);
        const order = 3 * matrix.atom_count;
        for (0..order) |row| for (0..row) |column| {
            const value = out[2 * (row * order + column) ..][0..2];
            out[2 * (column * order + row) ..][0..2].* = .{ value[0], -value[1] };
        };
    }

    fn transform(matrix: *const DynamicalMatrix, scratch: []f64, first: usize) []const f64 {
        const width = matrix.stride();
        const blocks = scratch[4 * width ..];
        const rows = rowCount(matrix.atom_count);
        matrix.kernels.lattice_transform(
            matrix.coefficients.ptr,
            rows,
            width,
            scratch[first..].ptr,
            scratch[first + width ..].ptr,
            blocks.ptr,
        );
        return blocks[0 .. 2 * rows];
    }

    /// Turns the blocks by exp 2πi q·(xⱼ' − xⱼ), and where `axis` is given by i (rⱼ' − rⱼ) along it.
    fn place(
        matrix: *const DynamicalMatrix,
        q: *const [3]f64,
        blocks: []const f64,
        axis: ?usize,
        adds: bool,
        out: []f64,
    ) void {
        const order = 3 * matrix.atom_count;
        var block: usize = 0;
        for (0..matrix.atom_count) |row| for (0..row + 1) |column| {
            var between: [3]f64 = undefined;
            for (&between, 0..) |*value, k| value.* = matrix.frac[3 * column + k] - matrix.frac[3 * row + k];
            const angle = turns(q, &between);
            const turn = [2]f64{ @cos(angle), @sin(angle) };
            var factor = turn;
            if (axis) |along| {
                const length = forces.product(matrix.lattice, between)[along];
                factor = .{ -length * turn[1], length * turn[0] };
            }
            for (0..9) |part| {
                const value = blocks[2 * (9 * block + part) ..][0..2];
                const to = out[2 * ((3 * row + part / 3) * order + 3 * column + part % 3) ..][0..2];
                const re = value[0] * factor[0] - value[1] * factor[1];
                const im = value[0] * factor[1] + value[1] * factor[0];
                to.* = if (adds) .{ to[0] + re, to[1] + im } else .{ re, im };
            }
            block += 1;
        };
    }
};

/// 2π q·x, of the fraction of q·x.
fn turns(q: *const [3]f64, x: *const [3]f64) f64 {
    const value = q[0] * x[0] + q[1] * x[1] + q[2] * x[2];
    return 2 * std.math.pi * (value - @round(value));
}
