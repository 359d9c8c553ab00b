//! Job "structureFactors": F = Σⱼ oⱼ fⱼ(s) exp(+2πi h·xⱼ) for given hkl.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const scattering = @import("../kernels/scattering.zig");
const padded = @import("../kernels/vector.zig").padded;
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scatterers = @import("scatterers.zig").Scatterers;
const Scope = @import("../scope.zig").Scope;

/// Phases a chunk computes, about; some 100 µs.
const phases_per_chunk = 1 << 17;
const max_hkl_per_chunk = 1 << 13;

const Request = struct {
    kernels: *const Kernels,
    scatterers: *const Scatterers,
    hkl: []const i32,
    hkl_per_chunk: usize,
    re: []f64,
    im: []f64,

    fn chunk(request: *Request, scope: *Scope, index: usize) Error!void {
        const total = request.hkl.len / 3;
        const first = index * request.hkl_per_chunk;
        const count = @min(request.hkl_per_chunk, total - first);
        const s_squared = try scope.alloc(f64, padded(count));
        const factors = try scope.alloc(f64, padded(count));
        @memset(s_squared[count..], 0);
        for (s_squared[0..count], first..) |*square, reflection| {
            const hkl = request.indices(reflection);
            square.* = request.scatterers.squareOf(hkl[0], hkl[1], hkl[2]) / 4;
        }
        @memset(request.re[first..][0..count], 0);
        @memset(request.im[first..][0..count], 0);
        for (request.scatterers.species) |*species| {
            if (species.sites.count == 0) continue;
            try scope.checkpoint();
            request.kernels.form_factors(
                species.coefficients,
                s_squared.ptr,
                s_squared.len,
                factors.ptr,
            );
            for (factors[0..count], first..) |factor, reflection| {
                const hkl = request.indices(reflection);
                var sum: scattering.Complex = undefined;
                request.kernels.phase_sum(&species.sites, &hkl, &sum);
                request.re[reflection] += factor * sum.re;
                request.im[reflection] += factor * sum.im;
            }
        }
    }

    fn indices(request: *const Request, reflection: usize) [3]f64 {
        const hkl = request.hkl[3 * reflection ..][0..3];
        return .{ @floatFromInt(hkl[0]), @floatFromInt(hkl[1]), @floatFromInt(hkl[2]) };
    }
};

pub fn run(scope: *Scope) Error!void {
    const scatterers = try Scatterers.read(scope);
    const hkl = try scope.input(i32, 5, "hkl");
    if (hkl.len % 3 != 0) {
        return scope.invalid("hkl must hold 3 numbers a reflection, got {d}", .{hkl.len});
    }
    const total = hkl.len / 3;
    const wanted = phases_per_chunk / @max(scatterers.siteCount(), 1);
    const hkl_per_chunk = std.math.clamp(wanted, 1, max_hkl_per_chunk);
    const chunk_count = std.math.divCeil(usize, total, hkl_per_chunk) catch unreachable;
    scope.expectChunks(chunk_count);
    var request: Request = .{
        .kernels = dispatch.kernels(),
        .scatterers = &scatterers,
        .hkl = hkl,
        .hkl_per_chunk = hkl_per_chunk,
        .re = try scope.output(f64, total),
        .im = try scope.output(f64, total),
    };
    try scope.forEach(chunk_count, &request, Request.chunk);
}
