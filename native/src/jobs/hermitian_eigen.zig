//! Job "hermitianEigen": eigenvalues, and eigenvectors if parameter 1 asks for them, of matrices
//! [count, n, n, 2]; n is parameter 0.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const hermitian = @import("../eigen/hermitian.zig");
const number = @import("../number.zig");
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;

const max_n = 4096;
/// n³ of the matrices of one chunk, about; some 100 µs.
const cubes_per_chunk = 100_000;

const Request = struct {
    kernels: *const Kernels,
    n: usize,
    count: usize,
    per_chunk: usize,
    matrices: []const f64,
    values: []f64,
    vectors: ?[]f64,
    /// By matrix, so that the first failure is told and not the fastest.
    failures: []?hermitian.Failure,

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        const n = request.n;
        const size = 2 * n * n;
        const scratch = try scope.alloc(f64, hermitian.scratchLength(n, request.vectors != null));
        const first = index * request.per_chunk;
        for (first..@min(first + request.per_chunk, request.count)) |each| {
            request.failures[each] = null;
            hermitian.solve(request.kernels, .{
                .n = n,
                .matrix = request.matrices[each * size ..][0..size],
                .values = request.values[each * n ..][0..n],
                .vectors = if (request.vectors) |all| all[each * size ..][0..size] else null,
                .scratch = scratch,
            }, scope) catch |failure| switch (failure) {
                error.NotFinite, error.TooLarge, error.NoConvergence => |own| request.failures[each] = own,
                else => |other| return other,
            };
        }
    }

    fn explain(request: *const Request, scope: *Scope, each: usize, failure: hermitian.Failure) Error {
        if (failure == error.NoConvergence) {
            std.debug.panic("the eigenvalues of matrix {d} did not converge", .{each});
        }
        return scope.invalid("matrix {d} must have finite numbers up to {}, got {}", .{
            each,
            number.of(hermitian.largest_number),
            number.of(request.offender(each)),
        });
    }

    fn offender(request: *const Request, each: usize) f64 {
        const n = request.n;
        for (0..n) |i| {
            const row = request.matrices[2 * n * (each * n + i) ..][0 .. 2 * i + 1];
            for (row) |value| if (!(@abs(value) <= hermitian.largest_number)) return value;
        }
        unreachable;
    }
};

pub fn run(scope: *Scope) Error!void {
    const matrices = try scope.input(f64, 0, "matrices");
    const n: usize = @intFromFloat(try scope.param(0, "n", 1, max_n));
    const wants_vectors = try scope.param(1, "vectors", 0, 1) != 0;
    const size = 2 * n * n;
    if (matrices.len % size != 0) {
        return scope.invalid("matrices must hold {d} numbers each, got {d} in all", .{ size, matrices.len });
    }
    const count = matrices.len / size;
    const per_chunk = @max(cubes_per_chunk / (n * n * n), 1);
    const chunk_count = std.math.divCeil(usize, count, per_chunk) catch unreachable;
    scope.expectChunks(chunk_count);
    const values = try scope.output(f64, count * n);
    var request: Request = .{
        .kernels = dispatch.kernels(),
        .n = n,
        .count = count,
        .per_chunk = per_chunk,
        .matrices = matrices,
        .values = values,
        .vectors = if (wants_vectors) try scope.output(f64, count * size) else null,
        .failures = try scope.alloc(?hermitian.Failure, count),
    };
    try scope.forEach(chunk_count, &request, Request.chunk);
    for (request.failures, 0..) |outcome, each| {
        if (outcome) |failure| return request.explain(scope, each, failure);
    }
}
