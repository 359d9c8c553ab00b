//! The lowest minima that differ: by their energy an atom, and by the mean distances of their atoms to the
//! nearest, second nearest, ... neighbour, which neither the choice of a cell nor the order of atoms changes.
const std = @import("std");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;
const System = @import("../forces/system.zig").System;

/// Neighbours in a fingerprint, over all pairs of kinds.
const most_neighbors = 64;

pub const Minimum = struct {
    /// eV; the enthalpy, of all atoms.
    energy: f64,
    count: usize,
    lattice: [9]f64,
    fmax: f64 = 0,
    stress: f64 = 0,
    is_converged: bool = false,
    /// How often it was found, in which trial first, and after how many relaxations.
    found: usize = 1,
    trial: usize = 0,
    relaxations: usize = 0,
    /// Cartesian, 3n, in the order of the kinds.
    positions: []f64,
    kinds: []i32,
    fingerprint: []f64,

    pub fn perAtom(minimum: *const Minimum) f64 {
        return minimum.energy / @as(f64, @floatFromInt(minimum.count));
    }

    /// All but the rooms.
    pub fn copy(minimum: *Minimum, from: *const Minimum) void {
        const own = minimum.*;
        minimum.* = from.*;
        minimum.positions = own.positions;
        minimum.kinds = own.kinds;
        minimum.fingerprint = own.fingerprint;
        @memcpy(own.positions[0 .. 3 * from.count], from.positions[0 .. 3 * from.count]);
        @memcpy(own.kinds[0..from.count], from.kinds[0..from.count]);
        @memcpy(own.fingerprint, from.fingerprint);
    }
};

pub const Sizes = struct { atoms: usize, kinds: usize };

pub const Minima = struct {
    /// The lowest first.
    items: []*Minimum,
    count: usize = 0,
    spare: *Minimum,
    /// Both relative.
    energy_tolerance: f64,
    distance_tolerance: f64,

    pub fn create(
        scope: *Scope,
        most: usize,
        sizes: Sizes,
        energy_tolerance: f64,
        distance_tolerance: f64,
    ) Error!Minima {
        const all = try scope.alloc(Minimum, most + 1);
        const items = try scope.alloc(*Minimum, most);
        const length = fingerprintLength(sizes.kinds);
        const positions = try scope.alloc(f64, 3 * sizes.atoms * (most + 1));
        const kinds = try scope.alloc(i32, sizes.atoms * (most + 1));
        const fingerprints = try scope.alloc(f64, length * (most + 1));
        for (all, 0..) |*each, index| {
            each.* = .{
                .energy = 0,
                .count = 0,
                .lattice = undefined,
                .positions = positions[3 * sizes.atoms * index ..][0 .. 3 * sizes.atoms],
                .kinds = kinds[sizes.atoms * index ..][0..sizes.atoms],
                .fingerprint = fingerprints[length * index ..][0..length],
            };
        }
        for (items, all[0..most]) |*to, *each| to.* = each;
        return .{
            .items = items,
            .spare = &all[most],
            .energy_tolerance = energy_tolerance,
            .distance_tolerance = distance_tolerance,
        };
    }

    /// Whether such an energy an atom is worth a fingerprint.
    pub fn wants(minima: *const Minima, energy: f64) bool {
        if (minima.count < minima.items.len) return true;
        return energy <= minima.items[minima.count - 1].perAtom() + minima.energy_tolerance * @abs(energy);
    }

    /// Takes what lies in `spare`, or counts what it is the same as.
    pub fn add(minima: *Minima) void {
        const new = minima.spare;
        const energy = new.perAtom();
        for (minima.items[0..minima.count], 0..) |old, index| {
            if (!minima.isSame(old, new)) continue;
            const found = old.found + new.found;
            const first = [2]usize{ old.trial, old.relaxations };
            // The smaller cell of two, else the lower one of the same minimum.
            if (new.count < old.count or (new.count == old.count and energy < old.perAtom())) {
                minima.items[index] = new;
                minima.spare = old;
            }
            const kept = minima.items[index];
            kept.found = found;
            if (kept != old and old.count == new.count) {
                kept.trial = first[0];
                kept.relaxations = first[1];
            }
            return minima.sort();
        }
        if (minima.count < minima.items.len) {
            minima.spare = minima.items[minima.count];
            minima.items[minima.count] = new;
            minima.count += 1;
        } else {
            const worst = minima.items[minima.count - 1];
            if (energy >= worst.perAtom()) return;
            minima.items[minima.count - 1] = new;
            minima.spare = worst;
        }
        minima.sort();
    }

    fn sort(minima: *Minima) void {
        std.sort.insertion(*Minimum, minima.items[0..minima.count], {}, isLower);
    }

    fn isLower(_: void, a: *Minimum, b: *Minimum) bool {
        return a.perAtom() < b.perAtom();
    }

    fn isSame(minima: *const Minima, a: *const Minimum, b: *const Minimum) bool {
        if (@abs(a.perAtom() - b.perAtom()) > minima.energy_tolerance * @abs(a.perAtom())) return false;
        for (a.fingerprint, b.fingerprint) |p, q| {
            if (@abs(p - q) > minima.distance_tolerance * @max(p, q)) return false;
        }
        return true;
    }
};

fn neighborsEach(kind_count: usize) usize {
    return @max(1, most_neighbors / (kind_count * kind_count));
}

pub fn fingerprintLength(kind_count: usize) usize {
    return kind_count * kind_count * neighborsEach(kind_count);
}

/// For each ordered pair of kinds the mean over atoms of the first of their sorted distances to the atoms of
/// the second. Those beyond `reach` count as `reach`. The list must hold all within it.
pub fn fingerprint(scope: *Scope, system: *const System, reach: f64, out: []f64) Error!void {
    const Work = struct {
        system: *const System,
        reach: f64,
        out: []f64,

        fn run(work: *const @This(), inner: *Scope, _: usize) Error!void {
            var longest: usize = 0;
            const ranges = work.system.list.ranges.items;
            for (ranges) |range| longest = @max(longest, range.end - range.begin);
            measure(work.system, work.reach, try inner.alloc(f64, longest), work.out);
        }
    };
    const work: Work = .{ .system = system, .reach = reach, .out = out };
    return scope.within(&work, Work.run, 0);
}

fn measure(system: *const System, reach: f64, room: []f64, out: []f64) void {
    const kind_count = system.kind_count;
    const each = neighborsEach(kind_count);
    const places = system.places.items;
    @memset(out, 0);
    for (0..kind_count) |a| {
        var atom_count: f64 = 0;
        for (places[0..system.count]) |place| {
            if (place.kindOf() == a) atom_count += 1;
        }
        if (atom_count == 0) continue;
        for (places[0..system.count], system.list.ranges.items) |place, range| {
            if (place.kindOf() != a) continue;
            for (0..kind_count) |b| {
                var found: usize = 0;
                for (system.list.entries.items[range.begin..range.end]) |entry| {
                    const other = places[entry];
                    if (other.kindOf() != b) continue;
                    const x = other.x - place.x;
                    const y = other.y - place.y;
                    const z = other.z - place.z;
                    const square = x * x + y * y + z * z;
                    if (!(square < reach * reach)) continue;
                    room[found] = square;
                    found += 1;
                }
                std.sort.pdq(f64, room[0..found], {}, std.sort.asc(f64));
                const slots = out[(a * kind_count + b) * each ..][0..each];
                for (slots, 0..) |*slot, rank| {
                    slot.* += (if (rank < found) @sqrt(room[rank]) else reach) / atom_count;
                }
            }
        }
    }
}
