//! Ways down to the nearest minimum. Each ends converged, exhausted, stalled (no step along the gradient goes
//! down any more: the numbers end there) or broken (the energy is no number).
const std = @import("std");
const coordinates = @import("descent.zig").coordinates;
const quasi_newton = @import("../kernels/quasi_newton.zig");
const vector = @import("../kernels/vector.zig");
const Descent = @import("descent.zig").Descent;
const End = @import("descent.zig").End;
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;
const State = @import("landscape.zig").State;

pub const Method = enum(u8) { fire, lbfgs, cg, sd };

pub fn run(method: Method, descent: *Descent) Error!End {
    var workspace = try Workspace.create(descent.scope, method, descent.x.len);
    return runWithin(method, descent, &workspace);
}

/// As `run`, again and again without memory of its own.
pub fn runWithin(method: Method, descent: *Descent, workspace: *Workspace) Error!End {
    if (descent.ending()) |end| return end;
    return switch (method) {
        .fire => fire(descent, workspace),
        .lbfgs => lbfgs(descent, workspace),
        .cg => conjugateGradients(descent, workspace),
        .sd => steepestDescent(descent, workspace),
    };
}

pub const Workspace = struct {
    trial: Trial,
    /// The step, or the direction that it goes in.
    step: []f64,
    /// Of FIRE.
    velocity: []f64,
    /// Of L-BFGS: the last steps and what they changed of the gradient, in rows of whole vectors.
    s: []f64,
    y: []f64,

    pub fn create(scope: *Scope, method: Method, size: usize) Error!Workspace {
        const rows = if (method == .lbfgs) memory * vector.padded(size) else 0;
        return .{
            .trial = .{ .x = try coordinates(scope, size), .gradient = try coordinates(scope, size) },
            .step = try coordinates(scope, size),
            .velocity = if (method == .fire) try scope.alloc(f64, size) else &.{},
            .s = try scope.alloc(f64, rows),
            .y = try scope.alloc(f64, rows),
        };
    }
};

/// Å; the step that finds out how stiff the landscape is.
const probe_length = 0.005;
const most_backtracks = 12;
/// What rounding leaves of an energy, relative to it.
const noise = 1e-13;

/// A point to go to, and what is there.
const Trial = struct {
    x: []f64,
    gradient: []f64,
    state: State = .{},

    /// To `factor` times `step` from where the descent is.
    fn go(trial: *Trial, descent: *Descent, factor: f64, step: []const f64) Error!void {
        @memcpy(trial.x, descent.x);
        descent.landscape.addScaled(trial.x, factor, step);
        trial.state = try descent.landscape.evaluate(trial.x, trial.gradient);
    }

    fn accept(trial: *Trial, descent: *Descent) Error!void {
        std.mem.swap([]f64, &trial.x, &descent.x);
        std.mem.swap([]f64, &trial.gradient, &descent.gradient);
        descent.state = trial.state;
        try descent.advance();
    }
};

/// A first step along the gradient, and the curvature s·y / s·s along it, eV/Å².
fn probe(descent: *Descent, trial: *Trial) Error!?f64 {
    const landscape = descent.landscape;
    const length = landscape.stepLength(descent.gradient);
    var factor = -probe_length / length;
    for (0..most_backtracks) |_| {
        try trial.go(descent, factor, descent.gradient);
        if (trial.state.isNumber()) break;
        factor *= 0.1;
    } else return null;
    const before = landscape.dot(descent.gradient, descent.gradient);
    const after = landscape.dot(descent.gradient, trial.gradient);
    // y·s = (g' - g)·(factor g), s·s = factor² g·g
    const curvature = (after - before) / (factor * before);
    if (trial.state.enthalpy <= descent.state.enthalpy) try trial.accept(descent);
    return curvature;
}

/// FIRE with the semi-implicit step and the correction of its second version.
///
/// Bitzek, Koskinen, Gähler, Moseler & Gumbsch, Phys. Rev. Lett. 97, 170201 (2006); Guénolé et al., Comput.
/// Mater. Sci. 175, 109584 (2020). All masses are 1; the time step begins at what the stiffness along the
/// first gradient allows, so no unit of time has to be given.
fn fire(descent: *Descent, workspace: *Workspace) Error!End {
    const landscape = descent.landscape;
    const size = descent.x.len;
    const trial = &workspace.trial;
    const curvature = try probe(descent, trial) orelse return .broken;
    var stiffness = if (curvature > 0) curvature else 1;
    var longest = 1.1 / @sqrt(stiffness);
    const shortest = 1e-4 * longest;
    var dt = 0.35 * longest;
    var alpha: f64 = 0.1;
    var uphill: usize = 0;
    var downhill: usize = 0;
    const velocity = workspace.velocity;
    const step = workspace.step;
    @memset(velocity, 0);
    while (true) {
        if (descent.ending()) |end| return end;
        const power = -landscape.dot(descent.gradient, velocity);
        if (power > 0) {
            downhill += 1;
            uphill = 0;
            if (downhill > 5) {
                dt = @min(1.1 * dt, longest);
                alpha *= 0.99;
            }
        } else if (power < 0) {
            uphill += 1;
            downhill = 0;
            if (uphill > 50) return .stalled;
            dt = @max(0.5 * dt, shortest);
            alpha = 0.1;
            // Back by half a step, to where it was still going down.
            landscape.addScaled(descent.x, -0.5 * dt, velocity);
            @memset(velocity, 0);
        }
        landscape.addScaled(velocity, -dt, descent.gradient);
        const speed = @sqrt(landscape.dot(velocity, velocity));
        const slope = @sqrt(landscape.dot(descent.gradient, descent.gradient));
        if (slope > 0) {
            landscape.kernels.linear_combine(
                velocity.ptr,
                1 - alpha,
                descent.gradient.ptr,
                -alpha * speed / slope,
                size,
            );
        }
        @memset(step, 0);
        landscape.addScaled(step, dt, velocity);
        const length = landscape.stepLength(step);
        const factor = if (length > descent.limits.length) descent.limits.length / length else 1;
        // Atoms that were on top of one another would fly on for ever.
        if (factor < 1) for (velocity) |*value| {
            value.* *= factor;
        };
        try trial.go(descent, factor, step);
        if (!trial.state.isNumber()) {
            if (dt <= shortest) return .broken;
            dt = @max(0.1 * dt, shortest);
            @memset(velocity, 0);
            continue;
        }
        stiffness = @max(stiffnessAlong(descent, trial, factor, step), 0.95 * stiffness);
        longest = 1.1 / @sqrt(stiffness);
        try trial.accept(descent);
    }
}

/// y·y / s·y of the step s = factor · step that changed the gradient by y, eV/Å²: the stiff modes weigh
/// most. 0 where the landscape bends downwards.
fn stiffnessAlong(descent: *const Descent, trial: *const Trial, factor: f64, step: []const f64) f64 {
    const linear = descent.landscape;
    const old = descent.gradient;
    const new = trial.gradient;
    const yy = linear.dot(new, new) - 2 * linear.dot(new, old) + linear.dot(old, old);
    const sy = factor * (linear.dot(new, step) - linear.dot(old, step));
    return if (sy > 0 and yy > 0) yy / sy else 0;
}

/// Steps kept by L-BFGS.
const memory = quasi_newton.memory;

/// Limited-memory BFGS with a step that is halved until the energy falls.
///
/// Nocedal, Math. Comput. 35, 773 (1980); Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.4.
fn lbfgs(descent: *Descent, workspace: *Workspace) Error!End {
    const landscape = descent.landscape;
    const trial = &workspace.trial;
    var history: History = .{ .kernels = landscape.kernels, .rows = .{
        .s = workspace.s.ptr,
        .y = workspace.y.ptr,
        .stride = vector.padded(descent.x.len),
    } };
    const curvature = try probe(descent, trial) orelse return .broken;
    if (curvature > 0) history.rows.scale = 1 / curvature;
    const step = workspace.step;
    while (true) {
        if (descent.ending()) |end| return end;
        history.direction(descent.gradient, step);
        var slope = landscape.dot(descent.gradient, step);
        if (!(slope < 0)) {
            history.rows.count = 0;
            history.direction(descent.gradient, step);
            slope = landscape.dot(descent.gradient, step);
        }
        const found = try search(descent, trial, step, slope);
        if (found == null) {
            if (history.rows.count == 0) return if (trial.state.isNumber()) .stalled else .broken;
            history.rows.count = 0;
            continue;
        }
        history.add(descent, trial);
        try trial.accept(descent);
    }
}

/// Shortens the step until the energy falls as it should (Armijo); null if it never does.
fn search(descent: *Descent, trial: *Trial, step: []const f64, slope: f64) Error!?f64 {
    const length = descent.landscape.stepLength(step);
    var factor: f64 = if (length > descent.limits.length) descent.limits.length / length else 1;
    const tolerance = noise * (1 + @abs(descent.state.enthalpy));
    for (0..most_backtracks) |_| {
        try trial.go(descent, factor, step);
        const rise = trial.state.enthalpy - descent.state.enthalpy;
        if (trial.state.isNumber()) {
            if (rise <= 1e-4 * factor * slope + tolerance) return factor;
            // The minimum of the parabola through both energies and the slope.
            const best = -slope * factor * factor / (2 * (rise - slope * factor));
            factor = std.math.clamp(best, 0.1 * factor, 0.5 * factor);
        } else factor *= 0.1;
    }
    return null;
}

const History = struct {
    kernels: *const Kernels,
    rows: quasi_newton.Rows,

    fn add(history: *History, descent: *const Descent, trial: *const Trial) void {
        history.kernels.quasi_newton_add(
            &history.rows,
            trial.x.ptr,
            descent.x.ptr,
            trial.gradient.ptr,
            descent.gradient.ptr,
        );
    }

    fn direction(history: *const History, gradient: []const f64, out: []f64) void {
        history.kernels.quasi_newton_direction(&history.rows, gradient.ptr, out.ptr);
    }
};

/// Conjugate gradients of Polak and Ribière, restarted when β < 0; each line ends where the slope along it
/// has fallen to a tenth, found by secants.
///
/// Polak & Ribière, Rev. Fr. Inform. Rech. Opér. 3, 35 (1969); Nocedal & Wright, section 5.2.
fn conjugateGradients(descent: *Descent, workspace: *Workspace) Error!End {
    const landscape = descent.landscape;
    const size = descent.x.len;
    const trial = &workspace.trial;
    const curvature = try probe(descent, trial) orelse return .broken;
    var factor = if (curvature > 0) 1 / curvature else 0.02;
    const direction = workspace.step;
    for (direction, descent.gradient) |*to, slope| to.* = -slope;
    var squares = landscape.dot(descent.gradient, descent.gradient);
    while (true) {
        if (descent.ending()) |end| return end;
        var slope = landscape.dot(descent.gradient, direction);
        if (!(slope < 0)) {
            for (direction, descent.gradient) |*to, each| to.* = -each;
            slope = -squares;
        }
        factor = try lineSearch(descent, trial, direction, slope, factor) orelse
            return if (trial.state.isNumber()) .stalled else .broken;
        const mixed = landscape.dot(trial.gradient, descent.gradient);
        try trial.accept(descent);
        const now = landscape.dot(descent.gradient, descent.gradient);
        const beta = @max((now - mixed) / squares, 0);
        squares = now;
        landscape.kernels.linear_combine(direction.ptr, beta, descent.gradient.ptr, -1, size);
    }
}

/// Where the slope along a direction has nearly vanished; null if the energy never falls.
fn lineSearch(
    descent: *Descent,
    trial: *Trial,
    direction: []const f64,
    slope: f64,
    guess: f64,
) Error!?f64 {
    const landscape = descent.landscape;
    const longest = descent.limits.length / landscape.stepLength(direction);
    const tolerance = noise * (1 + @abs(descent.state.enthalpy));
    var factor = @min(guess, longest);
    var before: f64 = 0;
    var slope_before = slope;
    for (0..most_backtracks) |_| {
        try trial.go(descent, factor, direction);
        const rise = trial.state.enthalpy - descent.state.enthalpy;
        if (!trial.state.isNumber() or rise > tolerance) {
            factor = before + 0.3 * (factor - before);
            continue;
        }
        const here = landscape.dot(trial.gradient, direction);
        if (@abs(here) <= 0.1 * @abs(slope) or factor == longest and here < 0) return factor;
        const bend = (here - slope_before) / (factor - before);
        if (!(bend > 0)) {
            if (factor == longest) return factor;
            before = factor;
            slope_before = here;
            factor = @min(2 * factor, longest);
            continue;
        }
        const next = std.math.clamp(factor - here / bend, 0.1 * factor, @min(4 * factor, longest));
        if (@abs(next - factor) < 1e-3 * factor) return factor;
        before = factor;
        slope_before = here;
        factor = next;
    }
    return null;
}

/// Steepest descent with the step of Barzilai and Borwein, IMA J. Numer. Anal. 8, 141 (1988), shortened
/// until the energy falls.
fn steepestDescent(descent: *Descent, workspace: *Workspace) Error!End {
    const landscape = descent.landscape;
    const trial = &workspace.trial;
    const curvature = try probe(descent, trial) orelse return .broken;
    var factor = if (curvature > 0) 1 / curvature else 0.02;
    const step = workspace.step;
    while (true) {
        if (descent.ending()) |end| return end;
        for (step, descent.gradient) |*to, slope| to.* = -factor * slope;
        const slope = landscape.dot(descent.gradient, step);
        const taken = try search(descent, trial, step, slope) orelse
            return if (trial.state.isNumber()) .stalled else .broken;
        var sy: f64 = landscape.dot(trial.gradient, step) - slope;
        sy *= taken;
        const ss = taken * taken * landscape.dot(step, step);
        try trial.accept(descent);
        if (sy > 0) factor = ss / sy;
    }
}
