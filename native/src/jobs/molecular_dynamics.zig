//! Job "molecularDynamics": inputs fracPositions, lattice, periodic, kinds, potential, masses (u, [n]; 0 where
//! an atom is fixed), start (velocities in Å/fs, 3n; or the state of an earlier run; or none), monitor (shared,
//! written to). Params: see `Plan.read`. Outputs: step, lists made, samples of distances, failure, its step, the
//! longest way of an atom in it, most atoms beyond a table in a sample, and then the samples; fracPositions, velocities, forces, distances, velocity correlation, frames, state.
const std = @import("std");
const forces = @import("../forces/system.zig");
const observables = @import("../forces/observables.zig");
const start = @import("../forces/start.zig");
const state = @import("../forces/dynamics_state.zig");
const Dynamics = @import("../forces/dynamics.zig").Dynamics;
const Error = @import("../task.zig").Error;
const Evaluation = @import("../forces/evaluation.zig").Evaluation;
const Failure = @import("../forces/dynamics.zig").Failure;
const Model = @import("../forces/model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const Settings = @import("../forces/dynamics.zig").Settings;
const System = forces.System;

/// eV of 1 u Å²/fs²: 1.66053906660·10⁻¹⁷ / 1.602176634·10⁻¹⁹.
const energy_of_motion = 1.66053906660e2 / 1.602176634;
/// Numbers that JavaScript may read at any time: step, potential, kinetic and conserved energy.
const monitor_length = 4;
/// Numbers before the samples.
const head = 7;

const Plan = struct {
    settings: Settings,
    steps: usize,
    rest: start.Rest,
    sample_every: usize,
    /// 0: none.
    frame_every: usize,
    bins: usize,
    longest: f64,
    window: usize,
    correlate_every: usize,

    fn read(scope: *Scope) Error!Plan {
        const ensemble: u8 = @intFromFloat(try scope.param(0, "ensemble", 0, 2));
        const rest: u8 = @intFromFloat(try scope.param(7, "rest", 0, 3));
        return .{
            .settings = .{
                .ensemble = @enumFromInt(ensemble),
                .time_step = try scope.param(1, "time step", 1e-9, 1e9),
                .kt = try scope.param(2, "kT", 0, 1e9),
                .rate = try scope.param(3, "rate", 0, 1e9),
                .seed = @intFromFloat(try scope.param(4, "seed", 0, std.math.maxInt(u32))),
                .degrees = try scope.param(6, "degrees", 1, 1e12),
                .skin = try scope.param(14, "skin", 0, 1e3),
            },
            .steps = try count(scope, 5, "steps", 0),
            .rest = .{ .momentum = rest & 1 != 0, .rotation = rest & 2 != 0 },
            .sample_every = try count(scope, 8, "sample every", 1),
            .frame_every = try count(scope, 9, "frame every", 0),
            .bins = try count(scope, 10, "bins", 0),
            .longest = try scope.param(11, "longest distance", 0, 1e4),
            .window = try count(scope, 12, "window", 0),
            .correlate_every = try count(scope, 13, "correlate every", 1),
        };
    }

    fn count(scope: *Scope, index: usize, name: []const u8, least: f64) Error!usize {
        return @intFromFloat(try scope.param(index, name, least, 1e12));
    }
};

const Record = struct {
    samples: []f64,
    sample_count: usize = 0,
    displacement: observables.Displacement,
    distances: observables.Distances,
    correlation: observables.VelocityCorrelation,
    frames: observables.Frames,
    whole: observables.Whole,
    failure: Failure = .none,
    failed_at: u64 = 0,
    jump: f64 = 0,
    beyond_table: f64 = 0,

    fn create(scope: *Scope, plan: *const Plan, system: *const System) Error!Record {
        const samples = plan.steps / plan.sample_every + 1;
        const frames = if (plan.frame_every == 0) 0 else plan.steps / plan.frame_every + 2;
        return .{
            .samples = try scope.alloc(f64, observables.sample_length * samples),
            .displacement = try observables.Displacement.create(scope, system),
            .distances = try observables.Distances.create(scope, system.kind_count, plan.bins, plan.longest),
            .correlation = try observables.VelocityCorrelation.create(scope, system.count, plan.window),
            .frames = try observables.Frames.create(scope, system.count, frames),
            .whole = try observables.Whole.create(scope, system.count),
        };
    }

    /// Whether energies are wanted after so many steps of this run.
    fn wants(plan: *const Plan, done: usize) bool {
        return done % plan.sample_every == 0 or done == plan.steps or
            plan.frame_every > 0 and done % plan.frame_every == 0;
    }

    fn add(record: *Record, plan: *const Plan, dynamics: *Dynamics, done: usize) Error!void {
        if (wants(plan, done)) record.whole.keep(dynamics);
        if (done % plan.correlate_every == 0) record.correlation.add(dynamics);
        if (plan.frame_every > 0 and (done % plan.frame_every == 0 or done == plan.steps)) {
            record.frames.add(dynamics);
        }
        if (done % plan.sample_every != 0) return;
        const at = record.sample_count * observables.sample_length;
        const row = record.samples[at..][0..observables.sample_length];
        observables.sample(row, dynamics, record.displacement.mean(dynamics.system));
        record.sample_count += 1;
        record.beyond_table = @max(record.beyond_table, dynamics.evaluation.beyond_table);
        try record.distances.add(dynamics);
    }
};

pub fn run(scope: *Scope) Error!void {
    const plan = try Plan.read(scope);
    const model = try Model.read(scope, 4);
    var system = try System.read(scope, 0, model.kind_count);
    var evaluation = try Evaluation.create(scope, &system);
    var dynamics = try Dynamics.create(scope, &model, &system, &evaluation, plan.settings);
    try begin(scope, &plan, &dynamics);
    const monitor = try scope.input(f64, 7, "monitor");
    var record = try Record.create(scope, &plan, &system);
    try dynamics.begin();
    try record.add(&plan, &dynamics, 0);
    tell(monitor, &dynamics);
    const before = scope.task.record.chunks_done;
    for (1..plan.steps + 1) |done| {
        const wanted = Record.wants(&plan, done);
        record.failure = try dynamics.advance(wanted);
        if (record.failure != .none) break;
        try record.add(&plan, &dynamics, done);
        if (wanted) tell(monitor, &dynamics);
        if (done == 1) expect(scope, plan.steps, before);
    }
    if (record.failure != .none) {
        record.failed_at = dynamics.step;
        record.jump = dynamics.jump;
        try record.whole.restore(&dynamics);
    }
    try write(scope, &dynamics, &record);
}

/// The first step shows how many chunks one has.
fn expect(scope: *Scope, steps: usize, before: i32) void {
    const each: usize = @intCast(@max(1, scope.task.record.chunks_done - before));
    scope.expectChunks(steps * each);
}

fn begin(scope: *Scope, plan: *const Plan, dynamics: *Dynamics) Error!void {
    const system = dynamics.system;
    const given = try scope.finiteInput(6, "start");
    const is_state = given.len > 3 * system.count;
    if (is_state) try state.read(scope, dynamics, try scope.input(i32, 3, "kinds"), given);
    const masses = try scope.inputOf(f64, 5, "masses", system.count);
    for (dynamics.movers, system.original) |*mover, original| {
        const mass = masses[original];
        mover.weight = if (mass > 0) 1 / (mass * energy_of_motion) else 0;
        if (!is_state or mover.weight == 0) mover.velocity = .{ 0, 0, 0 };
    }
    if (is_state) return;
    if (given.len == 0) return start.draw(dynamics.movers, system, &plan.settings, plan.rest);
    if (given.len != 3 * system.count) return scope.invalid("velocities must hold 3 numbers a site", .{});
    for (dynamics.movers, system.original) |*mover, original| {
        if (mover.weight > 0) mover.velocity = given[3 * original ..][0..3].*;
    }
}

fn tell(monitor: []const f64, dynamics: *const Dynamics) void {
    if (monitor.len < monitor_length) return;
    const numbers = [monitor_length]f64{
        @floatFromInt(dynamics.step),
        dynamics.evaluation.energy,
        dynamics.kineticEnergy(),
        dynamics.conservedEnergy(),
    };
    // Shared with JavaScript, which lends it to be written; no order, each number for itself.
    const shared: [*]f64 = @constCast(monitor.ptr);
    for (numbers, 0..) |value, index| {
        @atomicStore(u64, @as(*u64, @ptrCast(&shared[index])), @bitCast(value), .monotonic);
    }
}

fn write(scope: *Scope, dynamics: *const Dynamics, record: *const Record) Error!void {
    const system = dynamics.system;
    const sampled = record.samples[0 .. record.sample_count * observables.sample_length];
    const summary = try scope.output(f64, head + sampled.len);
    summary[0..head].* = .{
        @floatFromInt(dynamics.step),
        @floatFromInt(dynamics.lists),
        @floatFromInt(record.distances.taken),
        @floatFromInt(@intFromEnum(record.failure)),
        @floatFromInt(record.failed_at),
        record.jump,
        record.beyond_table,
    };
    @memcpy(summary[head..], sampled);
    const frac = try scope.output(f64, 3 * system.count);
    system.positionsByOriginal(frac);
    const inverse = forces.inverseOf(&system.lattice);
    for (0..system.count) |site| frac[3 * site ..][0..3].* = forces.product(&inverse, frac[3 * site ..][0..3].*);
    const velocities = try scope.output(f64, 3 * system.count);
    const pulls = try scope.output(f64, 3 * system.count);
    for (dynamics.movers, dynamics.evaluation.forces, system.original) |mover, force, original| {
        velocities[3 * original ..][0..3].* = mover.velocity;
        pulls[3 * original ..][0..3].* = force[0..3].*;
    }
    const distances = try scope.output(f64, record.distances.counts.len);
    for (distances, record.distances.counts) |*to, *pairs| to.* = @floatFromInt(pairs.load(.monotonic));
    const correlation = try scope.output(f64, 3 * record.correlation.window);
    for (record.correlation.sums, 0..) |row, lag| correlation[3 * lag ..][0..3].* = row;
    const frames = record.frames;
    const kept = frames.numbers[0 .. frames.count * frames.size];
    @memcpy(try scope.output(f64, kept.len), kept);
    state.write(dynamics, try scope.output(f64, state.length(system.count)));
}
