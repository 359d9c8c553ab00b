//! Job "phononModes": eigenvalues of the dynamical matrices D(q). Parameters: number n of atoms, whether
//! eigenvectors and whether slopes are wanted, and how close two roots of eigenvalues are equal.
//!
//! Inputs: q [count, 3] in fractions of the reciprocal cell, the directions in which Γ is approached [count, 3],
//! Cartesian, 0 where there is none, and those of `dynamical_matrix.zig`. Outputs:
//! values [count, 3n], ascending, in the unit of the coefficients; slopes dλ/dk [count, 3n, 3] in that unit
//! times Å, or nothing; eigenvectors [count, 3n, 3n, 2], or nothing.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const hermitian = @import("../eigen/hermitian.zig");
const DynamicalMatrix = @import("dynamical_matrix.zig").DynamicalMatrix;
const Error = @import("../task.zig").Error;
const ModeSlopes = @import("mode_slopes.zig").ModeSlopes;
const Scope = @import("../scope.zig").Scope;

const max_atoms = 1365;
/// Cubes of the matrices and products of their coefficients in one chunk, about; some 100 µs.
const work_per_chunk = 100_000;

const Request = struct {
    matrix: DynamicalMatrix,
    order: usize,
    count: usize,
    per_chunk: usize,
    tolerance: f64,
    q: []const f64,
    directions: []const f64,
    values: []f64,
    slopes: []f64,
    vectors: []f64,
    /// By q, so that the first failure is told and not the fastest.
    failed: []bool,

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        const order = request.order;
        const size = 2 * order * order;
        const wants_slopes = request.slopes.len > 0;
        const wants_vectors = wants_slopes or request.vectors.len > 0;
        const scratch = try scope.alloc(f64, request.matrix.scratchLength());
        const solver = try scope.alloc(f64, hermitian.scratchLength(order, wants_vectors));
        const square = try scope.alloc(f64, size);
        const slopes: ?ModeSlopes =
            if (wants_slopes) try ModeSlopes.create(scope, order, request.tolerance) else null;
        const first = index * request.per_chunk;
        for (first..@min(first + request.per_chunk, request.count)) |each| {
            try scope.checkpoint();
            const q = request.q[3 * each ..][0..3];
            request.matrix.at(q, request.directions[3 * each ..][0..3].*, scratch, square);
            const values = request.values[each * order ..][0..order];
            const vectors = if (request.vectors.len > 0) request.vectors[each * size ..][0..size] else square;
            request.failed[each] = false;
            hermitian.solve(request.matrix.kernels, .{
                .n = order,
                .matrix = square,
                .values = values,
                .vectors = if (wants_vectors) vectors else null,
                .scratch = solver,
            }, scope) catch |failure| {
                request.failed[each] = try isOfNumbers(failure);
                continue;
            };
            if (slopes) |*all| all.find(
                scope,
                &request.matrix,
                q,
                scratch,
                values,
                vectors,
                request.slopes[3 * each * order ..][0 .. 3 * order],
            ) catch |failure| {
                request.failed[each] = try isOfNumbers(failure);
            };
        }
    }

    fn isOfNumbers(failure: (hermitian.Failure || Error)) Error!bool {
        return switch (failure) {
            error.NotFinite, error.TooLarge, error.NoConvergence => true,
            else => |other| @as(Error, @errorCast(other)),
        };
    }
};

pub fn run(scope: *Scope) Error!void {
    const q = try scope.finiteInput(0, "qPoints");
    if (q.len % 3 != 0) return scope.invalid("qPoints must hold 3 numbers each, got {d}", .{q.len});
    const count = q.len / 3;
    const atom_count: usize = @intFromFloat(try scope.param(0, "atoms", 1, max_atoms));
    const wants_vectors = try scope.param(1, "eigenvectors", 0, 1) != 0;
    const wants_slopes = try scope.param(2, "slopes", 0, 1) != 0;
    const order = 3 * atom_count;
    const matrix = try DynamicalMatrix.read(scope, dispatch.kernels(), 2, atom_count);
    const waves = if (matrix.dipoles) |*sum| sum.waves.len else 0;
    const work = order * order * (order + waves) + matrix.coefficients.len;
    const per_chunk = @max(work_per_chunk / work, 1);
    const chunk_count = std.math.divCeil(usize, count, per_chunk) catch unreachable;
    scope.expectChunks(chunk_count);
    var request: Request = .{
        .matrix = matrix,
        .order = order,
        .count = count,
        .per_chunk = per_chunk,
        .tolerance = try scope.param(3, "tolerance", 0, 1),
        .q = q,
        .directions = try scope.inputOf(f64, 1, "directions", q.len),
        .values = try scope.output(f64, count * order),
        .slopes = try scope.output(f64, if (wants_slopes) 3 * count * order else 0),
        .vectors = try scope.output(f64, if (wants_vectors) 2 * count * order * order else 0),
        .failed = try scope.alloc(bool, count),
    };
    try scope.forEach(chunk_count, &request, Request.chunk);
    for (request.failed, 0..) |failed, each| {
        if (failed) return scope.invalid("the dynamical matrix of q-point {d} has numbers that are none", .{each});
    }
}
