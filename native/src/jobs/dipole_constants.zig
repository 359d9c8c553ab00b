//! Job "dipoleConstants": force constants of dipoles in a supercell,
//!
//!   Φ(j, J) = (1/N) Σ_q C(j, j'; q) exp −2πi q·(r_J − r_j),
//!
//! over the N wave vectors that fit into it. Inputs: q [N, 3], fracPositions [n, 3] of the primitive cell, cells of
//! the sites [s, 3] and their primitive atoms [s] (int32), and those of `dipole_sum.zig`. Output: [n, s, 3, 3].
//! Chunks are wave vectors, then atoms.
const std = @import("std");
const DipoleSum = @import("dipole_sum.zig").DipoleSum;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const Request = struct {
    sum: DipoleSum,
    q: []const f64,
    cells: []const f64,
    atoms: []const i32,
    /// [N, 3n, 3n, 2], lower triangles.
    matrices: []f64,
    constants: []f64,

    fn matrix(request: *Request, index: usize) []f64 {
        const order = 3 * request.sum.atom_count;
        return request.matrices[2 * order * order * index ..][0 .. 2 * order * order];
    }

    fn wave(request: *Request, scope: *Scope, index: usize) Error!void {
        const scratch = try scope.alloc(f64, request.sum.scratchLength());
        const out = request.matrix(index);
        @memset(out, 0);
        request.sum.add(request.q[3 * index ..][0..3], .{ 0, 0, 0 }, scratch, out);
    }

    fn row(request: *Request, scope: *Scope, atom: usize) Error!void {
        const count = request.q.len / 3;
        const sites = request.atoms.len;
        const order = 3 * request.sum.atom_count;
        const frac = request.sum.frac;
        for (0..sites) |site| {
            try scope.checkpoint();
            const other: usize = @intCast(request.atoms[site]);
            var way: [3]f64 = undefined;
            for (&way, 0..) |*value, k| {
                value.* = request.cells[3 * site + k] + frac[3 * other + k] - frac[3 * atom + k];
            }
            const out = request.constants[9 * (atom * sites + site) ..][0..9];
            @memset(out, 0);
            for (0..count) |index| {
                const q = request.q[3 * index ..][0..3];
                const turn = q[0] * way[0] + q[1] * way[1] + q[2] * way[2];
                const angle = 2 * std.math.pi * (turn - @round(turn));
                const cos = @cos(angle);
                const sin = @sin(angle);
                const block = request.matrix(index);
                for (out, 0..) |*to, part| {
                    const a = 3 * atom + part / 3;
                    const b = 3 * other + part % 3;
                    const value = block[2 * (@max(a, b) * order + @min(a, b)) ..][0..2];
                    const im = if (a >= b) value[1] else -value[1];
                    to.* += value[0] * cos + im * sin;
                }
            }
            for (out) |*to| to.* /= @floatFromInt(count);
        }
    }
};

pub fn run(scope: *Scope) Error!void {
    const q = try scope.finiteInput(0, "qPoints");
    const frac = try scope.finiteInput(1, "fracPositions");
    const cells = try scope.finiteInput(2, "cells");
    const atoms = try scope.input(i32, 3, "atoms");
    if (q.len == 0 or q.len % 3 != 0 or frac.len == 0 or frac.len % 3 != 0 or cells.len != 3 * atoms.len) {
        return scope.invalid("qPoints, fracPositions and cells must hold 3 numbers each", .{});
    }
    const count = q.len / 3;
    const atom_count = frac.len / 3;
    for (atoms) |atom| {
        if (atom < 0 or atom >= atom_count) return scope.invalid("no primitive atom {d}", .{atom});
    }
    const sum = try DipoleSum.read(scope, 4, frac) orelse return scope.invalid("waves must be given", .{});
    scope.expectChunks(count + atom_count);
    var request: Request = .{
        .sum = sum,
        .q = q,
        .cells = cells,
        .atoms = atoms,
        .matrices = try scope.alloc(f64, 18 * atom_count * atom_count * count),
        .constants = try scope.output(f64, 9 * atom_count * atoms.len),
    };
    try scope.forEach(count, &request, Request.wave);
    try scope.forEach(atom_count, &request, Request.row);
}
