//! Atoms in motion: velocity Verlet, alone or with a thermostat.
//!
//! - nve: Swope, Andersen, Berens & Wilson, J. Chem. Phys. 76, 637 (1982)
//! - langevin: BAOAB of Leimkuhler & Matthews, Appl. Math. Res. Express 2013, 34
//! - bussi: stochastic velocity rescaling, Bussi, Donadio & Parrinello, J. Chem. Phys. 126, 014101 (2007)
const std = @import("std");
const atoms = @import("../kernels/atoms.zig");
const random = @import("random.zig");
const vector = @import("../kernels/vector.zig");
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Model = @import("model.zig").Model;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

pub const Ensemble = enum(u8) { nve, langevin, bussi };

const atoms_per_chunk = 1024;
/// Of the cutoff.
const default_skin = 0.12;
const most_default_skin = 1.0;
/// Of the cutoff: an atom that goes farther in one step is not on any way that forces would lead it.
const longest_jump = 0.25;

pub const Settings = struct {
    ensemble: Ensemble,
    /// fs
    time_step: f64,
    /// eV; k T of the thermostat and of the start.
    kt: f64,
    /// 1/fs; friction of Langevin's equation, or one over Bussi's time of relaxation.
    rate: f64,
    seed: u32,
    /// Å; what the list of neighbours holds beyond the cutoff. 0: a share of it.
    skin: f64,
    /// Degrees of freedom that the kinetic energy is shared by.
    degrees: f64,
};

/// Velocity in Å/fs, and Å/fs² for a force of 1 eV/Å: 0 for an atom that is fixed.
pub const Mover = struct {
    velocity: [3]f64,
    weight: f64,

    /// eV
    pub fn kinetic(mover: Mover) f64 {
        if (mover.weight == 0) return 0;
        const v = mover.velocity;
        return 0.5 * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) / mover.weight;
    }
};

/// Why a run goes no further: steps that no force leads to.
pub const Failure = enum(u8) { none, apart, broken };

/// What a chunk of atoms found.
const Sums = struct {
    /// Squares of the two longest ways since the list was made, and of the longest in this step.
    farthest: [2]f64 = .{ 0, 0 },
    jump: f64 = 0,
    /// eV that the thermostat gave.
    heat: f64 = 0,
    /// eV: Σ m v ⊗ v as xx, yy, zz, yz, xz, xy.
    motion: [6]f64 = .{0} ** 6,
};

pub const Dynamics = struct {
    scope: *Scope,
    model: *const Model,
    system: *System,
    evaluation: *Evaluation,
    settings: Settings,
    /// In the order of the system.
    movers: []Mover,
    sums: []Sums,
    /// e^(-rate·time step)
    decay: f64,
    step: u64 = 0,
    /// eV given by the thermostat since the first step.
    exchanged: f64 = 0,
    lists: usize = 0,
    /// Å; the longest way of an atom in the last step.
    jump: f64 = 0,
    /// Of the last step.
    motion: [6]f64 = .{0} ** 6,

    pub fn create(
        scope: *Scope,
        model: *const Model,
        system: *System,
        evaluation: *Evaluation,
        settings: Settings,
    ) Error!Dynamics {
        const chunks = std.math.divCeil(usize, system.count, atoms_per_chunk) catch unreachable;
        var own = settings;
        if (own.skin == 0) own.skin = @min(default_skin * model.cutoff(), most_default_skin);
        return .{
            .scope = scope,
            .model = model,
            .system = system,
            .evaluation = evaluation,
            .settings = own,
            .movers = try scope.alloc(Mover, system.count),
            .sums = try scope.alloc(Sums, chunks),
            .decay = vector.exp(vector.splat(-settings.rate * settings.time_step))[0],
        };
    }

    /// eV
    pub fn kineticEnergy(dynamics: *const Dynamics) f64 {
        return 0.5 * (dynamics.motion[0] + dynamics.motion[1] + dynamics.motion[2]);
    }

    /// eV; what stays the same but for the error of the steps.
    pub fn conservedEnergy(dynamics: *const Dynamics) f64 {
        return dynamics.evaluation.energy + dynamics.kineticEnergy() - dynamics.exchanged;
    }

    pub fn find(dynamics: *Dynamics) Error!void {
        try dynamics.system.find(dynamics.scope, dynamics.model.cutoff() + dynamics.settings.skin);
        dynamics.lists += 1;
    }

    /// Forces and energies of the first moment.
    pub fn begin(dynamics: *Dynamics) Error!void {
        if (dynamics.system.reach == 0) try dynamics.find();
        try dynamics.evaluate(true);
        try dynamics.evaluation.requireFinite(dynamics.scope, dynamics.system);
        try dynamics.measureAll();
    }

    fn measureAll(dynamics: *Dynamics) Error!void {
        try dynamics.runChunks(&measure);
        dynamics.motion = dynamics.total().motion;
    }

    /// One step; with `energies`, those, the stress and the kinetic energy are right afterwards. After a
    /// failure nothing is, until `restart`.
    pub fn advance(dynamics: *Dynamics, energies: bool) Error!Failure {
        const settings = &dynamics.settings;
        try dynamics.scope.checkpoint();
        try dynamics.runChunks(if (settings.ensemble == .langevin) &wander else &drift);
        dynamics.step += 1;
        const moved = dynamics.total();
        dynamics.exchanged += moved.heat;
        const longest = longest_jump * dynamics.model.cutoff();
        dynamics.jump = @sqrt(moved.jump);
        if (!(dynamics.jump < longest)) return .apart;
        if (@sqrt(moved.farthest[0]) + @sqrt(moved.farthest[1]) > settings.skin) {
            try dynamics.find();
        } else try dynamics.system.refreshAll(dynamics.scope);
        try dynamics.evaluate(energies);
        try dynamics.runChunks(if (energies or settings.ensemble == .bussi) &kickAndMeasure else &kick);
        if (energies or settings.ensemble == .bussi) dynamics.motion = dynamics.total().motion;
        if (settings.ensemble == .bussi) try dynamics.rescale();
        return if (!energies or std.math.isFinite(dynamics.conservedEnergy())) .none else .broken;
    }

    /// From places without wrapping and velocities, 3n each in the order of the system.
    pub fn restart(dynamics: *Dynamics, positions: []const f64, velocities: []const f64) Error!void {
        _ = dynamics.system.moveTo(positions);
        for (dynamics.movers, 0..) |*mover, site| mover.velocity = velocities[3 * site ..][0..3].*;
        try dynamics.find();
        try dynamics.evaluate(true);
        try dynamics.measureAll();
    }

    fn evaluate(dynamics: *Dynamics, energies: bool) Error!void {
        dynamics.evaluation.forces_only = !energies;
        try dynamics.model.evaluate(dynamics.scope, dynamics.system, dynamics.evaluation);
    }

    const Range = struct { first: usize, end: usize, sums: *Sums };
    const Body = fn (*Dynamics, Range) void;

    fn runChunks(dynamics: *Dynamics, body: *const Body) Error!void {
        const Work = struct {
            dynamics: *Dynamics,
            body: *const Body,

            fn chunk(work: *const @This(), _: *Scope, index: usize) Error!void {
                const all = work.dynamics;
                all.sums[index] = .{};
                work.body(all, .{
                    .first = index * atoms_per_chunk,
                    .end = @min((index + 1) * atoms_per_chunk, all.movers.len),
                    .sums = &all.sums[index],
                });
            }
        };
        const work: Work = .{ .dynamics = dynamics, .body = body };
        if (dynamics.sums.len == 1) return work.chunk(dynamics.scope, 0);
        return dynamics.scope.forEach(dynamics.sums.len, &work, Work.chunk);
    }

    fn total(dynamics: *const Dynamics) Sums {
        var all: Sums = .{};
        for (dynamics.sums) |sums| {
            for (sums.farthest) |square| keepFarthest(&all.farthest, square);
            if (!(sums.jump <= all.jump)) all.jump = sums.jump;
            all.heat += sums.heat;
            for (&all.motion, sums.motion) |*to, part| to.* += part;
        }
        return all;
    }

    fn drift(dynamics: *Dynamics, range: Range) void {
        const time = dynamics.settings.time_step;
        for (range.first..range.end) |site| {
            const mover = &dynamics.movers[site];
            accelerate(mover, dynamics.evaluation.forces[site], 0.5 * time);
            const v = mover.velocity;
            dynamics.move(range.sums, site, .{ time * v[0], time * v[1], time * v[2] });
        }
    }

    /// Half of the way with the old velocity, half with what friction and noise make of it.
    fn wander(dynamics: *Dynamics, range: Range) void {
        const time = dynamics.settings.time_step;
        const decay = dynamics.decay;
        const noise = (1 - decay * decay) * dynamics.settings.kt;
        const stream: random.Stream = .{ .seed = dynamics.settings.seed, .purpose = .langevin };
        var first = range.first;
        while (first < range.end) : (first += vector.width) {
            const count = @min(vector.width, range.end - first);
            var indices: [vector.width]u32 = .{0} ** vector.width;
            @memcpy(indices[0..count], dynamics.system.original[first..][0..count]);
            const drawn = stream.normals(dynamics.step, indices, 0);
            const normal: [4][vector.width]f64 = @bitCast(drawn);
            for (0..count) |lane| {
                const mover = &dynamics.movers[first + lane];
                accelerate(mover, dynamics.evaluation.forces[first + lane], 0.5 * time);
                const before = mover.kinetic();
                const scale = @sqrt(noise * mover.weight);
                var way: [3]f64 = undefined;
                for (&way, &mover.velocity, 0..) |*to, *v, axis| {
                    const old = v.*;
                    v.* = decay * old + scale * normal[axis][lane];
                    to.* = 0.5 * time * (old + v.*);
                }
                range.sums.heat += mover.kinetic() - before;
                dynamics.move(range.sums, first + lane, way);
            }
        }
    }

    fn kick(dynamics: *Dynamics, range: Range) void {
        for (dynamics.movers[range.first..range.end], dynamics.evaluation.forces[range.first..range.end]) |*mover, force| {
            accelerate(mover, force, 0.5 * dynamics.settings.time_step);
        }
    }

    fn kickAndMeasure(dynamics: *Dynamics, range: Range) void {
        dynamics.kick(range);
        dynamics.measure(range);
    }

    fn measure(dynamics: *Dynamics, range: Range) void {
        for (dynamics.movers[range.first..range.end]) |mover| {
            if (mover.weight == 0) continue;
            const v = mover.velocity;
            const mass = 1 / mover.weight;
            const products = [6]f64{
                v[0] * v[0], v[1] * v[1], v[2] * v[2], v[1] * v[2], v[0] * v[2], v[0] * v[1],
            };
            for (&range.sums.motion, products) |*to, value| to.* += mass * value;
        }
    }

    inline fn accelerate(mover: *Mover, force: [4]f64, time: f64) void {
        const scale = time * mover.weight;
        for (&mover.velocity, force[0..3]) |*v, f| v.* += scale * f;
    }

    inline fn move(dynamics: *Dynamics, sums: *Sums, site: usize, way: [3]f64) void {
        const place = &dynamics.system.places.items[site];
        const listed = dynamics.system.listed.items[site];
        place.x += way[0];
        place.y += way[1];
        place.z += way[2];
        const jump = way[0] * way[0] + way[1] * way[1] + way[2] * way[2];
        // A maximum that NaN does not slip through.
        if (!(jump <= sums.jump)) sums.jump = jump;
        const x = place.x - listed[0];
        const y = place.y - listed[1];
        const z = place.z - listed[2];
        keepFarthest(&sums.farthest, x * x + y * y + z * z);
    }

    inline fn keepFarthest(farthest: *[2]f64, square: f64) void {
        if (square <= farthest[1]) return;
        farthest.* = if (square > farthest[0]) .{ square, farthest[0] } else .{ farthest[0], square };
    }

    /// Bussi, Donadio & Parrinello, equations A7 and A8.
    fn rescale(dynamics: *Dynamics) Error!void {
        const kinetic = dynamics.kineticEnergy();
        const degrees = dynamics.settings.degrees;
        if (!(kinetic > 0)) return;
        const stream: random.Stream = .{ .seed = dynamics.settings.seed, .purpose = .rescaling };
        const c = dynamics.decay;
        const share = (1 - c) * 0.5 * dynamics.settings.kt / kinetic;
        const normal = stream.normal(dynamics.step);
        const others = stream.sumOfSquares(dynamics.step, @as(usize, @intFromFloat(degrees)) - 1);
        const square = c + share * (normal * normal + others) + 2 * normal * @sqrt(c * share);
        const sign: f64 = if (normal + @sqrt(c / share) < 0) -1 else 1;
        const factor = sign * @sqrt(@max(square, 0));
        for (dynamics.movers) |*mover| {
            for (&mover.velocity) |*v| v.* *= factor;
        }
        for (&dynamics.motion) |*value| value.* *= square;
        dynamics.exchanged += (square - 1) * kinetic;
    }
};
