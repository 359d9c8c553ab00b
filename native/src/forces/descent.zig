//! A way down a landscape: where it is, how it is told, and when it ends.
const std = @import("std");
const vector = @import("../kernels/vector.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Landscape = @import("landscape.zig").Landscape;
const Scope = @import("../scope.zig").Scope;
const State = @import("landscape.zig").State;

pub const End = enum(u8) { converged, exhausted, broken, stalled };

pub const Limits = struct {
    /// eV/Å and eV/Å³
    fmax: f64,
    stress: f64,
    steps: usize,
    /// Å; longest step of an atom.
    length: f64,
};

/// Numbers that JavaScript may read at any time: step, energy, fmax, stress.
const monitor_length = 4;

pub const Descent = struct {
    scope: *Scope,
    landscape: *Landscape,
    limits: Limits,
    monitor: []const f64,
    frames: ?*Frames,
    steps: usize = 0,
    state: State,
    x: []f64,
    gradient: []f64,

    pub fn begin(
        scope: *Scope,
        landscape: *Landscape,
        limits: Limits,
        monitor: []const f64,
        frames: ?*Frames,
    ) Error!Descent {
        var descent = try create(scope, landscape, limits, monitor, frames);
        try descent.restart();
        try descent.requireNumber();
        try descent.tell();
        return descent;
    }

    /// Ends the task where energy or forces are no number.
    pub fn requireNumber(descent: *const Descent) Error!void {
        if (!descent.state.isNumber()) return Evaluation.blame(descent.scope, descent.landscape.system);
    }

    /// Has no state before `restart`.
    pub fn create(
        scope: *Scope,
        landscape: *Landscape,
        limits: Limits,
        monitor: []const f64,
        frames: ?*Frames,
    ) Error!Descent {
        const size = landscape.dimension();
        return .{
            .scope = scope,
            .landscape = landscape,
            .limits = limits,
            .monitor = monitor,
            .frames = frames,
            .state = .{},
            .x = try coordinates(scope, size),
            .gradient = try coordinates(scope, size),
        };
    }

    /// From where the system is now.
    pub fn restart(descent: *Descent) Error!void {
        descent.steps = 0;
        descent.landscape.begin(descent.x);
        descent.state = try descent.landscape.evaluate(descent.x, descent.gradient);
    }

    pub fn isConverged(descent: *const Descent) bool {
        return descent.state.fmax <= descent.limits.fmax and descent.state.stress <= descent.limits.stress;
    }

    /// Null while there is more to do.
    pub fn ending(descent: *const Descent) ?End {
        if (descent.isConverged()) return .converged;
        if (descent.steps >= descent.limits.steps) return .exhausted;
        return null;
    }

    /// A step is done; x, gradient and state are those of now.
    pub fn advance(descent: *Descent) Error!void {
        descent.steps += 1;
        try descent.scope.checkpoint();
        try descent.tell();
    }

    fn tell(descent: *Descent) Error!void {
        if (descent.frames) |frames| try frames.add(descent.steps, descent.landscape, descent.state);
        if (descent.monitor.len < monitor_length) return;
        const numbers = [monitor_length]f64{
            @floatFromInt(descent.steps),
            descent.state.enthalpy,
            descent.state.fmax,
            descent.state.stress,
        };
        // Shared with JavaScript, which lends it to be written; no order, each number for itself.
        const shared: [*]f64 = @constCast(descent.monitor.ptr);
        for (numbers, 0..) |value, index| {
            @atomicStore(u64, @as(*u64, @ptrCast(&shared[index])), @bitCast(value), .monotonic);
        }
    }
};

/// Room for numbers that kernels take in whole vectors: zeros follow the last one.
pub fn coordinates(scope: *Scope, size: usize) Error![]f64 {
    const room = try scope.alloc(f64, vector.padded(size));
    @memset(room, 0);
    return room[0..size];
}

/// A sparse record of the way: when it is full, every second frame goes and the interval doubles.
pub const Frames = struct {
    /// A frame: step, enthalpy, fmax, lattice (9), cartesian positions by original index (3n).
    numbers: []f64,
    size: usize,
    most: usize,
    count: usize = 0,
    interval: usize = 1,

    pub const head = 12;

    pub fn create(scope: *Scope, atom_count: usize, most: usize) Error!Frames {
        const size = head + 3 * atom_count;
        return .{ .numbers = try scope.alloc(f64, size * most), .size = size, .most = most };
    }

    fn add(frames: *Frames, step: usize, landscape: *const Landscape, state: State) Error!void {
        if (step % frames.interval != 0) return;
        if (frames.count == frames.most) {
            frames.thin();
            if (step % frames.interval != 0) return;
        }
        frames.write(frames.count, step, landscape, state);
        frames.count += 1;
    }

    /// The last frame, whatever the interval.
    pub fn end(frames: *Frames, step: usize, landscape: *const Landscape, state: State) void {
        if (frames.count > 0 and frames.frame(frames.count - 1)[0] == @as(f64, @floatFromInt(step))) return;
        if (frames.count == frames.most) frames.count -= 1;
        frames.write(frames.count, step, landscape, state);
        frames.count += 1;
    }

    fn frame(frames: *const Frames, index: usize) []f64 {
        return frames.numbers[index * frames.size ..][0..frames.size];
    }

    fn thin(frames: *Frames) void {
        frames.interval *= 2;
        const kept = (frames.count + 1) / 2;
        for (1..kept) |index| @memcpy(frames.frame(index), frames.frame(2 * index));
        frames.count = kept;
    }

    fn write(frames: *Frames, index: usize, step: usize, landscape: *const Landscape, state: State) void {
        const out = frames.frame(index);
        out[0] = @floatFromInt(step);
        out[1] = state.enthalpy;
        out[2] = state.fmax;
        const system = landscape.system;
        out[3..12].* = system.lattice;
        system.positionsByOriginal(out[head..]);
    }
};
