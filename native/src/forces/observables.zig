//! What a run of molecular dynamics tells about itself while it runs.
const std = @import("std");
const Dynamics = @import("dynamics.zig").Dynamics;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

/// step, potential, kinetic and conserved energy in eV, mean square displacement in Å², stress in eV/Å³
/// (6, with the kinetic part).
pub const sample_length = 11;

pub fn sample(out: *[sample_length]f64, dynamics: *const Dynamics, displacement: f64) void {
    out[0..5].* = .{
        @floatFromInt(dynamics.step),
        dynamics.evaluation.energy,
        dynamics.kineticEnergy(),
        dynamics.conservedEnergy(),
        displacement,
    };
    const volume = dynamics.system.volume();
    for (out[5..], dynamics.evaluation.virial, dynamics.motion) |*to, virial, motion| {
        to.* = (virial - motion) / volume;
    }
}

/// Mean square displacement from where the atoms were at first, without wrapping.
pub const Displacement = struct {
    origin: []f64,
    now: []f64,

    pub fn create(scope: *Scope, system: *const System) Error!Displacement {
        const displacement: Displacement = .{
            .origin = try scope.alloc(f64, 3 * system.count),
            .now = try scope.alloc(f64, 3 * system.count),
        };
        system.positions(displacement.origin);
        return displacement;
    }

    pub fn mean(displacement: *const Displacement, system: *const System) f64 {
        system.positions(displacement.now);
        var sum: f64 = 0;
        for (displacement.now, displacement.origin) |now, origin| sum += (now - origin) * (now - origin);
        return sum / @as(f64, @floatFromInt(system.count));
    }
};

/// Where a run was when its energies were last known: it goes back there from a step that failed.
pub const Whole = struct {
    positions: []f64,
    velocities: []f64,
    step: u64 = 0,
    exchanged: f64 = 0,

    pub fn create(scope: *Scope, atom_count: usize) Error!Whole {
        return .{
            .positions = try scope.alloc(f64, 3 * atom_count),
            .velocities = try scope.alloc(f64, 3 * atom_count),
        };
    }

    pub fn keep(whole: *Whole, dynamics: *const Dynamics) void {
        dynamics.system.positions(whole.positions);
        for (dynamics.movers, 0..) |mover, site| whole.velocities[3 * site ..][0..3].* = mover.velocity;
        whole.step = dynamics.step;
        whole.exchanged = dynamics.exchanged;
    }

    pub fn restore(whole: *const Whole, dynamics: *Dynamics) Error!void {
        try dynamics.restart(whole.positions, whole.velocities);
        dynamics.step = whole.step;
        dynamics.exchanged = whole.exchanged;
    }
};

/// Counts of ordered pairs by kinds and distance.
pub const Distances = struct {
    bins: usize,
    longest: f64,
    kinds: usize,
    /// [kinds, kinds, bins]
    counts: []std.atomic.Value(u64),
    taken: usize = 0,

    const atoms_per_chunk = 512;

    pub fn create(scope: *Scope, kinds: usize, bins: usize, longest: f64) Error!Distances {
        const counts = try scope.alloc(std.atomic.Value(u64), kinds * kinds * bins);
        for (counts) |*each| each.* = std.atomic.Value(u64).init(0);
        return .{ .bins = bins, .longest = longest, .kinds = kinds, .counts = counts };
    }

    /// The list may be too short for the longest distance: then it is made anew, and once more for the forces.
    pub fn add(distances: *Distances, dynamics: *Dynamics) Error!void {
        if (distances.bins == 0) return;
        const system = dynamics.system;
        const scope = dynamics.scope;
        const is_short = distances.longest > dynamics.model.cutoff();
        if (is_short) try system.find(scope, distances.longest);
        const Work = struct {
            distances: *Distances,
            system: *const System,

            fn chunk(work: *const @This(), inner: *Scope, index: usize) Error!void {
                const own = try inner.alloc(u32, work.distances.counts.len);
                @memset(own, 0);
                const first = index * atoms_per_chunk;
                const end = @min(first + atoms_per_chunk, work.system.count);
                for (first..end) |site| work.distances.count(work.system, site, own);
                // Whole numbers: their sum knows no order.
                for (work.distances.counts, own) |*total, part| {
                    if (part > 0) _ = total.fetchAdd(part, .monotonic);
                }
            }
        };
        const chunks = std.math.divCeil(usize, system.count, atoms_per_chunk) catch unreachable;
        try scope.forEach(chunks, &Work{ .distances = distances, .system = system }, Work.chunk);
        distances.taken += 1;
        if (is_short) try dynamics.find();
    }

    fn count(distances: *const Distances, system: *const System, site: usize, own: []u32) void {
        const places = system.places.items;
        const at = places[site];
        const range = system.list.ranges.items[site];
        const limit = distances.longest * distances.longest;
        const scale = @as(f64, @floatFromInt(distances.bins)) / distances.longest;
        for (system.list.entries.items[range.begin..range.end]) |entry| {
            const other = places[entry];
            const x = other.x - at.x;
            const y = other.y - at.y;
            const z = other.z - at.z;
            const square = x * x + y * y + z * z;
            if (!(square < limit)) continue;
            const bin: usize = @intFromFloat(@sqrt(square) * scale);
            const row = at.kindOf() * distances.kinds + other.kindOf();
            own[row * distances.bins + @min(bin, distances.bins - 1)] += 1;
        }
    }
};

/// ⟨v(0)·v(t)⟩ over several origins of time, as it is and weighted by mass.
pub const VelocityCorrelation = struct {
    /// Lags, 0 included.
    window: usize,
    /// Velocities at the origins of time, [origins, n].
    origins: [][3]f64,
    /// Samples since each origin; `idle` before it begins.
    ages: [origin_count]usize,
    /// For each lag: Σ v·v, Σ m v·v in eV, and how many origins they are from.
    sums: [][3]f64,
    taken: usize = 0,

    const origin_count = 4;
    const idle = std.math.maxInt(usize);

    pub fn create(scope: *Scope, atom_count: usize, window: usize) Error!VelocityCorrelation {
        const sums = try scope.alloc([3]f64, window);
        @memset(sums, .{0} ** 3);
        return .{
            .window = window,
            .origins = try scope.alloc([3]f64, if (window == 0) 0 else origin_count * atom_count),
            .ages = .{idle} ** origin_count,
            .sums = sums,
        };
    }

    pub fn add(correlation: *VelocityCorrelation, dynamics: *const Dynamics) void {
        const window = correlation.window;
        if (window == 0) return;
        const spacing = @max(1, window / origin_count);
        const movers = dynamics.movers;
        for (&correlation.ages, 0..) |*age, index| {
            const origin = correlation.origins[index * movers.len ..][0..movers.len];
            const due = index * spacing;
            if (age.* == idle and correlation.taken == due or age.* == window) {
                for (origin, movers) |*to, mover| to.* = mover.velocity;
                age.* = 0;
            }
            if (age.* == idle) continue;
            const row = &correlation.sums[age.*];
            for (origin, movers) |then, mover| {
                const now = mover.velocity;
                const product = then[0] * now[0] + then[1] * now[1] + then[2] * now[2];
                row[0] += product;
                if (mover.weight > 0) row[1] += product / mover.weight;
            }
            row[2] += 1;
            age.* += 1;
        }
        correlation.taken += 1;
    }
};

/// Structures on the way: step, potential and kinetic energy, cartesian positions by original index (3n).
pub const Frames = struct {
    numbers: []f64,
    size: usize,
    count: usize = 0,

    pub const head = 3;

    pub fn create(scope: *Scope, atom_count: usize, most: usize) Error!Frames {
        const size = head + 3 * atom_count;
        return .{ .numbers = try scope.alloc(f64, size * most), .size = size };
    }

    pub fn add(frames: *Frames, dynamics: *const Dynamics) void {
        const out = frames.numbers[frames.count * frames.size ..][0..frames.size];
        out[0..head].* = .{
            @floatFromInt(dynamics.step),
            dynamics.evaluation.energy,
            dynamics.kineticEnergy(),
        };
        dynamics.system.positionsByOriginal(out[head..]);
        frames.count += 1;
    }
};
