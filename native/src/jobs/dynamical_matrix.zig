//! The dynamical matrix of a crystal and its derivatives,
//!
//!   D(jα, j'β; q) = Σ_L C(jα, j'β; L) exp 2πi q·(L + xⱼ' − xⱼ),
//!
//! C being the force constants over √(m m'), and to that, in polar crystals, the sum over dipoles.
const std = @import("std");
const forces = @import("../forces/system.zig");
const vector = @import("../kernels/vector.zig");
const DipoleSum = @import("dipole_sum.zig").DipoleSum;
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;

const max_vectors = 1 << 24;
/// Cells that a lattice vector reaches along an axis.
const max_reach = 4096;

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
    /// The longest component of a lattice vector.
    reach: usize,
    dipoles: ?DipoleSum,

    /// Inputs `first`: lattice vectors, coefficients, fracPositions, lattice, and those of `dipole_sum.zig`.
    pub fn read(scope: *Scope, kernels: *const Kernels, first: usize, atom_count: usize) Error!DynamicalMatrix {
        const shifts = try scope.finiteInput(first, "latticeVectors");
        if (shifts.len % 3 != 0 or shifts.len / 3 > max_vectors) {
            return scope.invalid("latticeVectors must hold 3 numbers each", .{});
        }
        var reach: f64 = 0;
        for (shifts) |value| {
            reach = @max(reach, @abs(value));
            if (value != @round(value)) return scope.invalid("latticeVectors must be whole numbers", .{});
        }
        if (reach > max_reach) return scope.invalid("latticeVectors must lie within {d} cells", .{max_reach});
        const length = rowCount(atom_count) * vector.padded(shifts.len / 3);
        const frac = try scope.inputOf(f64, first + 2, "fracPositions", 3 * atom_count);
        return .{
            .reach = @intFromFloat(reach),
            .kernels = kernels,
            .atom_count = atom_count,
            .shifts = shifts,
            .coefficients = try scope.inputOf(f64, first + 1, "coefficients", length),
            .frac = frac,
            .lattice = (try scope.inputOf(f64, first + 3, "lattice", 9))[0..9],
            .dipoles = try DipoleSum.read(scope, first + 4, frac),
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
        const dipoles = if (matrix.dipoles) |*sum| sum.scratchLength() else 0;
        return matrix.latticeScratch() + dipoles;
    }

    fn latticeScratch(matrix: *const DynamicalMatrix) usize {
        return 4 * matrix.stride() + 2 * rowCount(matrix.atom_count) + 3 * matrix.axisLength();
    }

    /// f64 of the phases of the cells along one axis.
    fn axisLength(matrix: *const DynamicalMatrix) usize {
        return 2 * (2 * matrix.reach + 1);
    }

    /// Writes the lower triangle of D(q) to `out`, [3n, 3n, 2]; at Γ the limit along `direction`, Cartesian.
    pub fn at(
        matrix: *const DynamicalMatrix,
        q: *const [3]f64,
        direction: [3]f64,
        scratch: []f64,
        out: []f64,
    ) void {
        const width = matrix.stride();
        @memset(scratch[0 .. 2 * width], 0);
        const end = matrix.latticeScratch();
        const axes = scratch[end - 3 * matrix.axisLength() .. end];
        matrix.phasesOfAxes(q, axes);
        for (0..matrix.shifts.len / 3) |index| {
            var phase = [2]f64{ 1, 0 };
            for (0..3) |axis| {
                const cell: i64 = @intFromFloat(matrix.shifts[3 * index + axis]);
                const place_of: usize = @intCast(cell + @as(i64, @intCast(matrix.reach)));
                const other = axes[axis * matrix.axisLength() + 2 * place_of ..][0..2];
                const turned = [2]f64{
                    phase[0] * other[0] - phase[1] * other[1],
                    phase[0] * other[1] + phase[1] * other[0],
                };
                phase = turned;
            }
            scratch[index] = phase[0];
            scratch[width + index] = phase[1];
        }
        const blocks = matrix.transform(scratch, 0);
        matrix.place(q, blocks, null, false, out);
        if (matrix.dipoles) |*sum| sum.add(q, direction, scratch[end..], out);
    }

    /// exp 2πi q n for n from −reach to reach, axis by axis.
    fn phasesOfAxes(matrix: *const DynamicalMatrix, q: *const [3]f64, axes: []f64) void {
        for (0..3) |axis| {
            const own = axes[axis * matrix.axisLength() ..][0..matrix.axisLength()];
            for (0..matrix.reach + 1) |cells| {
                const turn = q[axis] * @as(f64, @floatFromInt(cells));
                const angle = 2 * std.math.pi * (turn - @round(turn));
                const cos = @cos(angle);
                const sin = @sin(angle);
                own[2 * (matrix.reach + cells) ..][0..2].* = .{ cos, sin };
                own[2 * (matrix.reach - cells) ..][0..2].* = .{ cos, -sin };
            }
        }
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
        if (matrix.dipoles) |*sum| sum.addSlope(q, axis, scratch[matrix.latticeScratch()..], out);
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
