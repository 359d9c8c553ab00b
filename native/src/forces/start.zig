//! Velocities of the first moment: of Maxwell and Boltzmann, at rest as a whole, of exactly the kinetic energy
//! that the temperature asks for.
const random = @import("random.zig");
const system_of = @import("system.zig");
const vector = @import("../kernels/vector.zig");
const vector3 = @import("../jobs/vector3.zig");
const Mover = @import("dynamics.zig").Mover;
const Settings = @import("dynamics.zig").Settings;
const System = system_of.System;

pub const Rest = struct {
    /// The whole has no momentum.
    momentum: bool,
    /// It does not turn either; for what is not periodic.
    rotation: bool,
};

/// Weights are there; velocities come.
pub fn draw(movers: []Mover, system: *const System, settings: *const Settings, rest: Rest) void {
    const stream: random.Stream = .{ .seed = settings.seed, .purpose = .velocities };
    for (movers, system.original) |*mover, original| {
        const normals = stream.normals(0, .{original} ** vector.width, 0);
        const scale = @sqrt(settings.kt * mover.weight);
        for (&mover.velocity, normals[0..3]) |*v, lanes| v.* = scale * lanes[0];
    }
    if (rest.momentum) stopDrift(movers);
    if (rest.rotation) stopRotation(movers, system);
    var kinetic: f64 = 0;
    for (movers) |mover| kinetic += mover.kinetic();
    if (!(kinetic > 0)) return;
    const factor = @sqrt(0.5 * settings.degrees * settings.kt / kinetic);
    for (movers) |*mover| {
        for (&mover.velocity) |*v| v.* *= factor;
    }
}

fn stopDrift(movers: []Mover) void {
    var mass: f64 = 0;
    var momentum: [3]f64 = .{ 0, 0, 0 };
    for (movers) |mover| {
        if (mover.weight == 0) continue;
        mass += 1 / mover.weight;
        for (&momentum, mover.velocity) |*sum, v| sum.* += v / mover.weight;
    }
    if (mass == 0) return;
    for (movers) |*mover| {
        if (mover.weight == 0) continue;
        for (&mover.velocity, momentum) |*v, sum| v.* -= sum / mass;
    }
}

/// v - ω × r with the ω at which a rigid body would have the same angular momentum.
fn stopRotation(movers: []Mover, system: *const System) void {
    const center = centerOf(movers, system);
    var inertia: [9]f64 = .{0} ** 9;
    var momentum: [3]f64 = .{ 0, 0, 0 };
    for (movers, 0..) |mover, site| {
        if (mover.weight == 0) continue;
        const mass = 1 / mover.weight;
        const r = fromCenter(system, site, center);
        const turning = vector3.cross(r, mover.velocity);
        const square = vector3.dot(r, r);
        for (0..3) |row| {
            momentum[row] += mass * turning[row];
            for (0..3) |column| inertia[3 * row + column] -= mass * r[row] * r[column];
            inertia[4 * row] += mass * square;
        }
    }
    const trace = inertia[0] + inertia[4] + inertia[8];
    if (!(trace > 0)) return;
    // Atoms on one line have no moment about it, and no momentum either.
    for (0..3) |axis| inertia[4 * axis] += 1e-12 * trace;
    const omega = system_of.product(&system_of.inverseOf(&inertia), momentum);
    for (movers, 0..) |*mover, site| {
        if (mover.weight == 0) continue;
        const turning = vector3.cross(omega, fromCenter(system, site, center));
        for (&mover.velocity, turning) |*v, own| v.* -= own;
    }
}

fn centerOf(movers: []const Mover, system: *const System) [3]f64 {
    var mass: f64 = 0;
    var center: [3]f64 = .{ 0, 0, 0 };
    for (movers, system.places.items[0..movers.len]) |mover, place| {
        if (mover.weight == 0) continue;
        mass += 1 / mover.weight;
        for (&center, [3]f64{ place.x, place.y, place.z }) |*sum, at| sum.* += at / mover.weight;
    }
    for (&center) |*value| value.* /= mass;
    return center;
}

fn fromCenter(system: *const System, site: usize, center: [3]f64) [3]f64 {
    const place = system.places.items[site];
    return .{ place.x - center[0], place.y - center[1], place.z - center[2] };
}
