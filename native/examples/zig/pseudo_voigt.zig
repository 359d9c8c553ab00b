//! Kernel "example.pseudoVoigt": lines broadened by a pseudo-Voigt profile of unit area,
//!
//!   y(x) = Σ I (η L(x − x₀) + (1 − η) G(x − x₀))
//!   L(t) = (2 / πw) / (1 + 4 t²/w²),   G(t) = (2 / w) √(ln 2 / π) exp(−4 ln 2 t²/w²)
//!
//! with the full width at half maximum w (G. K. Wertheim et al., Rev. Sci. Instrum. 45, 1369
//! (1974)).
//!
//! Inputs, all f64: line positions x₀, their intensities I, the grid x. Params: w > 0, 0 ≤ η ≤ 1.
//! Output: y on the grid, f64, in units of I over units of x.
const std = @import("std");
const prism = @import("prism.zig");
const Scope = prism.Scope;

pub const panic = prism.panic;

export const pseudo_voigt_kernel = prism.kernel(
    "example.pseudoVoigt",
    "Lines broadened by a pseudo-Voigt profile",
    run,
);

const points_per_chunk = 256;
/// Profiles between two checkpoints, some 50 µs.
const lines_per_checkpoint = 4096;

const Broadening = struct {
    positions: []const f64,
    intensities: []const f64,
    grid: []const f64,
    profile: []f64,
    width: f64,
    lorentzian: f64,

    fn chunk(task: *const Broadening, scope: Scope, index: usize) prism.Error!void {
        const first = index * points_per_chunk;
        const end = @min(first + points_per_chunk, task.grid.len);
        var until_checkpoint: usize = lines_per_checkpoint;
        for (task.grid[first..end], task.profile[first..end]) |x, *y| {
            y.* = 0;
            for (task.positions, task.intensities) |position, intensity| {
                y.* += intensity * task.at(x - position);
                until_checkpoint -= 1;
                if (until_checkpoint > 0) continue;
                try scope.checkpoint();
                until_checkpoint = lines_per_checkpoint;
            }
        }
    }

    fn at(task: *const Broadening, distance: f64) f64 {
        const pi = std.math.pi;
        const ln2 = std.math.ln2;
        const square = 4 * (distance / task.width) * (distance / task.width);
        const lorentz = 2 / (pi * task.width) / (1 + square);
        const gauss = 2 / task.width * @sqrt(ln2 / pi) * @exp(-ln2 * square);
        return task.lorentzian * lorentz + (1 - task.lorentzian) * gauss;
    }
};

fn run(scope: Scope) prism.Error!void {
    const params = scope.params();
    if (params.len != 2) return scope.invalid("pseudoVoigt: expected the width and eta");
    // Negated, so that NaN is refused as well.
    if (!(params[0] > 0)) return scope.invalid("pseudoVoigt: the width must be greater than 0");
    if (!(params[1] >= 0 and params[1] <= 1)) {
        return scope.invalid("pseudoVoigt: eta must lie in [0, 1]");
    }
    const positions = try scope.input(f64, 0, "positions");
    const intensities = try scope.input(f64, 1, "intensities");
    if (positions.len != intensities.len) {
        return scope.invalid("pseudoVoigt: expected one intensity a position");
    }
    const grid = try scope.input(f64, 2, "grid");
    const task: Broadening = .{
        .positions = positions,
        .intensities = intensities,
        .grid = grid,
        .profile = try scope.output(f64, grid.len),
        .width = params[0],
        .lorentzian = params[1],
    };
    const chunks = std.math.divCeil(usize, grid.len, points_per_chunk) catch unreachable;
    scope.expectChunks(chunks);
    try scope.forEach(chunks, &task, Broadening.chunk);
}
