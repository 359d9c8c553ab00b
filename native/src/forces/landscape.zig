//! The function that a relaxation goes down: the enthalpy of atoms, and of their cell where it may
//! change, over one vector of coordinates.
//!
//! The cell is L = L₀ F with a symmetric F = 1 + C/κ, so it never turns; atoms are at r = s F. The
//! coordinates are s (3n, in Å) and C (6, or its trace alone), which κ = √n (V/n)^(1/3) brings to the scale of
//! the atoms. Their gradients are -f F and ((W + pV) F⁻¹)/κ, W = ∂E/∂ε. At constant volume F is divided by
//! the cube root of its determinant, and W loses its trace.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const system_of = @import("system.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Kernels = @import("../kernels/table.zig").Kernels;
const Model = @import("model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const Symmetry = @import("symmetry.zig").Symmetry;
const System = system_of.System;

/// `shape`: as `full`, at the volume of the begin.
pub const CellMode = enum { fixed, isotropic, full, shape };

/// Of the reach: what the list holds beyond the cutoff, so that small steps need no new one.
const skin_share = 0.12;
const max_skin = 1.0;
/// A cell that a step has made smaller than this share of its volume has collapsed.
const least_volume = 0.05;
const most_volume = 20.0;
const root2 = std.math.sqrt2;

/// eV, eV/Å and eV/Å³.
pub const State = struct {
    enthalpy: f64 = 0,
    /// Length of the largest force on an atom that may move.
    fmax: f64 = 0,
    /// Largest component of the stress less the pressure's, of a cell that may change.
    stress: f64 = 0,

    pub fn isNumber(state: State) bool {
        return std.math.isFinite(state.enthalpy + state.fmax + state.stress);
    }
};

pub const Landscape = struct {
    scope: *Scope,
    kernels: *const Kernels,
    model: *const Model,
    system: *System,
    evaluation: *Evaluation,
    cell: CellMode,
    /// eV/Å³
    pressure: f64,
    /// Of coordinates that must stay, 3n in the order of the system; empty if none.
    fixed: []const bool,
    symmetry: ?*const Symmetry,
    reference: [9]f64,
    kappa: f64,
    skin: f64,
    /// What F was divided by to keep the volume.
    stretch: f64 = 1,
    evaluations: usize = 0,

    pub fn create(
        scope: *Scope,
        model: *const Model,
        system: *System,
        evaluation: *Evaluation,
        cell: CellMode,
        pressure: f64,
    ) Landscape {
        const count: f64 = @floatFromInt(system.count);
        return .{
            .scope = scope,
            .kernels = dispatch.kernels(),
            .model = model,
            .system = system,
            .evaluation = evaluation,
            .cell = cell,
            .pressure = pressure,
            .fixed = &.{},
            .symmetry = null,
            .reference = system.lattice,
            .kappa = @sqrt(count) * std.math.cbrt(system.volume() / count),
            .skin = @min(skin_share * model.cutoff(), max_skin),
        };
    }

    /// Takes the cell of now for the one that deformations start from.
    pub fn reset(landscape: *Landscape) void {
        const count: f64 = @floatFromInt(landscape.system.count);
        landscape.reference = landscape.system.lattice;
        landscape.kappa = @sqrt(count) * std.math.cbrt(landscape.system.volume() / count);
        landscape.system.reach = 0;
    }

    pub fn dimension(landscape: *const Landscape) usize {
        return 3 * landscape.system.count + landscape.cellDimension();
    }

    fn cellDimension(landscape: *const Landscape) usize {
        return switch (landscape.cell) {
            .fixed => 0,
            .isotropic => 1,
            .full, .shape => 6,
        };
    }

    /// Coordinates of the system as it is.
    pub fn begin(landscape: *const Landscape, x: []f64) void {
        landscape.system.positions(x[0 .. 3 * landscape.system.count]);
        @memset(x[3 * landscape.system.count ..], 0);
    }

    /// Moves the system to x and finds the gradient there.
    pub fn evaluate(landscape: *Landscape, x: []const f64, gradient: []f64) Error!State {
        const system = landscape.system;
        const size = 3 * system.count;
        var deformation = landscape.deformationAt(x[size..]);
        if (landscape.cell == .shape) {
            const change = determinant(&deformation);
            if (!(change > least_volume and change < most_volume)) return .{ .enthalpy = std.math.nan(f64) };
            landscape.stretch = std.math.cbrt(change);
            for (&deformation) |*value| value.* /= landscape.stretch;
        }
        system.lattice = multiplied(&landscape.reference, &deformation);
        const ratio = system.volume() / @abs(determinant(&landscape.reference));
        if (!(ratio > least_volume and ratio < most_volume)) return .{ .enthalpy = std.math.nan(f64) };
        const reach = landscape.model.cutoff() + landscape.skin;
        // A first cell that is too thin is an error, which the list tells.
        if (landscape.cell != .fixed and landscape.evaluations > 0 and !system.admits(reach)) {
            return .{ .enthalpy = std.math.nan(f64) };
        }
        // The gradient's room holds the positions until the gradient is known.
        if (landscape.cell != .fixed) for (0..system.count) |site| {
            gradient[3 * site ..][0..3].* = system_of.product(&deformation, x[3 * site ..][0..3].*);
        };
        const at = if (landscape.cell == .fixed) x[0..size] else gradient[0..size];
        if (!system.moveTo(at)) return landscape.beyondMeasure();
        if (system.reach == 0 or system.drift() > 0.5 * landscape.skin) {
            if (!system.wrap()) return landscape.beyondMeasure();
            try system.findAgain(landscape.scope, reach);
        } else system.refresh();
        try landscape.model.evaluate(landscape.scope, system, landscape.evaluation);
        landscape.evaluations += 1;
        return landscape.slopes(&deformation, gradient);
    }

    /// A step that leads there is one too long; a start there is an error.
    fn beyondMeasure(landscape: *const Landscape) Error!State {
        if (landscape.evaluations > 0) return .{ .enthalpy = std.math.nan(f64) };
        return landscape.scope.invalid("an atom is too far away from the others and from its cell", .{});
    }

    fn slopes(landscape: *Landscape, deformation: *const [9]f64, gradient: []f64) State {
        const system = landscape.system;
        const size = 3 * system.count;
        const evaluation = landscape.evaluation;
        for (evaluation.forces, 0..) |force, site| gradient[3 * site ..][0..3].* = force[0..3].*;
        var tensor = full(evaluation.virial);
        if (landscape.symmetry) |symmetry| symmetry.apply(gradient[0..size], &tensor);
        for (landscape.fixed, 0..) |fixed, index| {
            if (fixed) gradient[index] = 0;
        }
        var state: State = .{ .enthalpy = evaluation.energy };
        for (0..system.count) |site| {
            const force = gradient[3 * site ..][0..3];
            const square = force[0] * force[0] + force[1] * force[1] + force[2] * force[2];
            // A maximum that NaN does not slip through.
            if (!(square <= state.fmax)) state.fmax = square;
            const slope = if (landscape.cell == .fixed) force.* else system_of.product(deformation, force.*);
            force.* = .{ -slope[0], -slope[1], -slope[2] };
        }
        state.fmax = @sqrt(state.fmax);
        if (landscape.cell == .fixed) return state;
        const volume = system.volume();
        state.enthalpy += landscape.pressure * volume;
        const trace = tensor[0] + tensor[4] + tensor[8];
        const shift = if (landscape.cell == .shape) -trace / 3 else landscape.pressure * volume;
        for (0..3) |axis| tensor[4 * axis] += shift;
        state.stress = landscape.cellSlopes(deformation, &tensor, gradient[size..]) / volume;
        return state;
    }

    /// Fills the slopes of the cell's coordinates; returns the largest component that counts.
    fn cellSlopes(landscape: *const Landscape, deformation: *const [9]f64, tensor: *const [9]f64, out: []f64) f64 {
        const inverse = system_of.inverseOf(deformation);
        const slope = multiplied(tensor, &inverse);
        const kappa = landscape.kappa * landscape.stretch;
        if (landscape.cell == .isotropic) {
            out[0] = (slope[0] + slope[4] + slope[8]) / (@sqrt(3.0) * kappa);
            return @abs(tensor[0] + tensor[4] + tensor[8]) / 3;
        }
        for (0..3) |axis| out[axis] = slope[4 * axis] / kappa;
        out[3] = (slope[5] + slope[7]) / (root2 * kappa);
        out[4] = (slope[2] + slope[6]) / (root2 * kappa);
        out[5] = (slope[1] + slope[3]) / (root2 * kappa);
        var largest: f64 = 0;
        for (tensor) |value| largest = @max(largest, @abs(value));
        return largest;
    }

    fn deformationAt(landscape: *const Landscape, c: []const f64) [9]f64 {
        var f = [9]f64{ 1, 0, 0, 0, 1, 0, 0, 0, 1 };
        switch (landscape.cell) {
            .fixed => {},
            .isotropic => for (0..3) |axis| {
                f[4 * axis] += c[0] / (@sqrt(3.0) * landscape.kappa);
            },
            .full, .shape => {
                for (0..3) |axis| f[4 * axis] += c[axis] / landscape.kappa;
                const shear = root2 * landscape.kappa;
                f[5] = c[3] / shear;
                f[2] = c[4] / shear;
                f[1] = c[5] / shear;
                f[7] = f[5];
                f[6] = f[2];
                f[3] = f[1];
            },
        }
        return f;
    }

    /// How far a step moves any atom, in Å; the cell's part counts as what it does to an atom at the far
    /// end of a cell of the atoms' own size.
    pub fn stepLength(landscape: *const Landscape, step: []const f64) f64 {
        const size = 3 * landscape.system.count;
        var square: f64 = 0;
        var at: usize = 0;
        while (at < size) : (at += 3) {
            square = @max(square, step[at] * step[at] + step[at + 1] * step[at + 1] + step[at + 2] * step[at + 2]);
        }
        var cell: f64 = 0;
        for (step[size..]) |value| cell = @max(cell, @abs(value));
        return @max(@sqrt(square), cell / landscape.kappa * cell_step_scale);
    }

    pub fn dot(landscape: *const Landscape, a: []const f64, b: []const f64) f64 {
        return landscape.kernels.linear_dot(a.ptr, b.ptr, a.len);
    }

    pub fn addScaled(landscape: *const Landscape, y: []f64, factor: f64, x: []const f64) void {
        landscape.kernels.linear_add_scaled(y.ptr, factor, x.ptr, y.len);
    }
};

/// Å: a strain of 1 counts as much as a step of this length.
const cell_step_scale = 5.0;

fn full(v: [6]f64) [9]f64 {
    return .{ v[0], v[5], v[4], v[5], v[1], v[3], v[4], v[3], v[2] };
}

fn determinant(m: *const [9]f64) f64 {
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
        m[2] * (m[3] * m[7] - m[4] * m[6]);
}

pub fn multiplied(a: *const [9]f64, b: *const [9]f64) [9]f64 {
    var result: [9]f64 = undefined;
    for (0..3) |row| result[3 * row ..][0..3].* = system_of.product(b, a[3 * row ..][0..3].*);
    return result;
}
