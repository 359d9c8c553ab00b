//! Coulomb energy of point charges by Ewald's sum, tin-foil boundary; a slab as a stack of slabs with
//! vacuum between them less the field of the stack (Yeh & Berkowitz, J. Chem. Phys. 111, 3155, 1999);
//! finite matter by the plain sum. Or by the near part alone, with energy and force shifted to 0 at the
//! cutoff (Fennell & Gezelter, J. Chem. Phys. 124, 234104, 2006) and the self energy of Wolf et al., J. Chem.
//! Phys. 110, 8254 (1999). Numbers: α (1/Å), the cutoff of the near part (Å) and of the far part (1/Å,
//! without 2π; 0 for none), 1 where charges go by site and 0 where by kind, and the charges in √(eV Å).
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/ewald.zig");
const splat = @import("../kernels/vector.zig").splat;
const system_of = @import("system.zig");
const vector3 = @import("../jobs/vector3.zig");
const width = @import("../kernels/vector.zig").width;
const Buffer = @import("buffer.zig").Buffer;
const Error = @import("../task.zig").Error;
const Errors = @import("../kernels/error_function.zig").Errors;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = system_of.System;
const Waves = @import("waves.zig").Waves;

const head = 4;
/// Parts that the sums over atoms are divided into, at most.
const max_parts = 64;
const pi = std.math.pi;

const Scratch = struct {
    charges: Buffer(f64) = .{},
    waves: Waves = .{},
    sums: Buffer([4]f64) = .{},
    coefficients: Buffer(kernel.Coefficients) = .{},
    energies: Buffer(f64) = .{},
};

pub const Ewald = struct {
    alpha: f64,
    near: f64,
    far: f64,
    /// c₀ and c₁ of a sum without a far part.
    shift: [2]f64,
    charges: []const f64,
    by_kind: bool,
    scratch: *Scratch,

    pub fn read(scope: *Scope, numbers: []const f64, kind_count: usize) Error!Ewald {
        if (numbers.len <= head) return scope.invalid("an Ewald sum needs charges", .{});
        const alpha = numbers[0];
        if (!(alpha >= 0 and numbers[1] > 0 and numbers[2] >= 0 and (alpha > 0 or numbers[2] == 0))) {
            return scope.invalid("an Ewald sum needs positive cutoffs and a positive splitting", .{});
        }
        const by_kind = numbers[3] == 0;
        if (by_kind and numbers.len - head != kind_count) {
            return scope.invalid("{d} charges for {d} kinds", .{ numbers.len - head, kind_count });
        }
        const scratch = try scope.alloc(Scratch, 1);
        scratch[0] = .{};
        return .{
            .alpha = alpha,
            .near = numbers[1],
            .far = numbers[2],
            .shift = if (numbers[2] == 0) shiftOf(alpha, numbers[1]) else .{ 0, 0 },
            .charges = numbers[head..],
            .by_kind = by_kind,
            .scratch = &scratch[0],
        };
    }

    fn shiftOf(alpha: f64, end: f64) [2]f64 {
        const errors = Errors.of(splat(alpha * end));
        const value = errors.complement[0] / end;
        const slope = -(value + 2 * alpha / @sqrt(pi) * errors.gaussian[0]) / end;
        return .{ value - slope * end, slope };
    }

    pub fn cutoff(term: *const Ewald) f64 {
        return term.near;
    }

    pub fn evaluate(term: *const Ewald, scope: *Scope, system: *const System, evaluation: *Evaluation) Error!void {
        const charges = try term.chargesOf(scope, system);
        const charged: kernel.Charged = .{
            .charges = charges.ptr,
            .count = system.count,
            .alpha = term.alpha,
            .cutoff_square = term.near * term.near,
            .shift = term.shift,
        };
        if (term.far == 0) {
            try evaluation.add(scope, system, &charged, dispatch.kernels().ewald_near);
            return term.addSelf(charges[0..system.count], evaluation, null);
        }
        var directions: usize = 0;
        for (system.periodic) |periodic| directions += @intFromBool(periodic);
        const kernels = dispatch.kernels();
        switch (directions) {
            0 => return evaluation.add(scope, system, &charged, kernels.ewald_all),
            1 => return scope.invalid("an Ewald sum needs a crystal that is periodic in 0, 2 or 3 directions", .{}),
            else => {},
        }
        try evaluation.add(scope, system, &charged, kernels.ewald_near);
        const slab = if (directions == 2) Slab.of(term, system) else null;
        const cell = if (slab) |each| each.cell else system.lattice;
        const waves = &term.scratch.waves;
        try waves.find(scope, &cell, term.alpha, term.far);
        var far: Far = .{
            .system = system,
            .evaluation = evaluation,
            .waves = waves,
            .view = waves.view(),
            .charges = charges[0..system.count],
            .scratch = term.scratch,
        };
        try far.run(scope);
        term.addSelf(charges[0..system.count], evaluation, if (slab == null) waves.volume else null);
        if (slab) |*each| each.add(waves.volume, system, charges, evaluation);
    }

    /// Of all places; the last one is nobody's.
    fn chargesOf(term: *const Ewald, scope: *Scope, system: *const System) Error![]const f64 {
        if (!term.by_kind and term.charges.len != system.count) {
            return scope.invalid("{d} charges for {d} sites", .{ term.charges.len, system.count });
        }
        const buffer = &term.scratch.charges;
        try buffer.resize(scope, system.places.items.len);
        const charges = buffer.items;
        for (charges[0..system.count], system.places.items[0..system.count], system.original) |*charge, place, original| {
            charge.* = term.charges[if (term.by_kind) place.kindOf() else original];
        }
        for (charges[system.count..][0..system.images.items.len], system.images.items) |*charge, image| {
            charge.* = charges[image.owner];
        }
        charges[charges.len - 1] = 0;
        return charges;
    }

    /// What each charge does to itself, and to the background that makes the cell neutral.
    fn addSelf(term: *const Ewald, charges: []const f64, evaluation: *Evaluation, volume: ?f64) void {
        var total: f64 = 0;
        for (charges) |charge| total += charge;
        const background = if (volume) |v| -pi / (2 * v * term.alpha * term.alpha) * total else 0;
        const value_at_end = term.shift[0] + term.shift[1] * term.near;
        const own = -term.alpha / @sqrt(pi) - 0.5 * value_at_end;
        var sum: f64 = 0;
        for (charges, evaluation.energies) |charge, *energy| {
            const part = (own * charge + background) * charge;
            energy.* += part;
            sum += part;
        }
        evaluation.energy += sum;
        for (evaluation.virial[0..3]) |*virial| virial.* -= background * total;
    }
};

/// A stack of slabs with so much vacuum between them that they see each other's dipole alone.
const Slab = struct {
    cell: [9]f64,
    normal: [3]f64,
    middle: f64,

    fn of(term: *const Ewald, system: *const System) Slab {
        const open: usize = if (!system.periodic[0]) 0 else if (!system.periodic[1]) 1 else 2;
        const a = system.lattice[3 * ((open + 1) % 3) ..][0..3].*;
        const b = system.lattice[3 * ((open + 2) % 3) ..][0..3].*;
        const across = vector3.cross(a, b);
        const area = vector3.norm(across);
        var slab: Slab = .{ .cell = system.lattice, .normal = undefined, .middle = undefined };
        for (&slab.normal, across) |*to, value| to.* = value / area;
        var low = std.math.inf(f64);
        var high = -low;
        for (system.places.items[0..system.count]) |place| {
            const height = vector3.dot(slab.normal, .{ place.x, place.y, place.z });
            low = @min(low, height);
            high = @max(high, height);
        }
        slab.middle = 0.5 * (low + high);
        // What is left of a slab's waves at a distance z is exp(-2π k z), k the shortest of its plane.
        const exponent = term.alpha * term.near * term.alpha * term.near;
        const gap = exponent / (2 * pi * shortestWave(a, b, area));
        const height = high - low + @max(gap, term.near);
        for (slab.cell[3 * open ..][0..3], slab.normal) |*to, value| to.* = height * value;
        return slab;
    }

    /// |h a* + k b*| of a plane is that of the lattice vector at right angles, over the area.
    fn shortestWave(a: [3]f64, b: [3]f64, area: f64) f64 {
        var shortest = std.math.inf(f64);
        var h: f64 = 0;
        while (h <= 8) : (h += 1) {
            var k: f64 = -8;
            while (k <= 8) : (k += 1) {
                if (h == 0 and k == 0) continue;
                const sum = [3]f64{ h * a[0] + k * b[0], h * a[1] + k * b[1], h * a[2] + k * b[2] };
                shortest = @min(shortest, vector3.norm(sum));
            }
        }
        return shortest / area;
    }

    /// 2π M²/V, M = Σ q z.
    fn add(slab: *const Slab, volume: f64, system: *const System, charges: []const f64, evaluation: *Evaluation) void {
        const places = system.places.items[0..system.count];
        var dipole: f64 = 0;
        for (places, charges[0..places.len]) |place, charge| dipole += charge * slab.heightOf(place);
        const field = 4 * pi * dipole / volume;
        var sum: f64 = 0;
        for (places, charges[0..places.len], evaluation.energies, evaluation.forces) |place, charge, *energy, *force| {
            const part = 0.5 * field * charge * slab.heightOf(place);
            energy.* += part;
            sum += part;
            for (force[0..3], slab.normal) |*component, normal| component.* -= field * charge * normal;
        }
        evaluation.energy += sum;
        const n = slab.normal;
        const shape = [6]f64{ n[0] * n[0], n[1] * n[1], n[2] * n[2], n[1] * n[2], n[0] * n[2], n[0] * n[1] };
        for (&evaluation.virial, shape, 0..) |*virial, along, index| {
            virial.* += sum * (2 * along - @as(f64, if (index < 3) 1 else 0));
        }
    }

    fn heightOf(slab: *const Slab, place: anytype) f64 {
        return vector3.dot(slab.normal, .{ place.x, place.y, place.z }) - slab.middle;
    }
};

/// The part of the waves: E = 1/(πV) Σ exp(-(π/α)² k²)/k² |S(k)|² over one of k and -k each.
const Far = struct {
    system: *const System,
    evaluation: *Evaluation,
    waves: *const Waves,
    view: kernel.Waves,
    charges: []const f64,
    scratch: *Scratch,
    blocks_per_part: usize = undefined,

    fn run(far: *Far, scope: *Scope) Error!void {
        const block_count = divided(far.system.count, kernel.block_size);
        far.blocks_per_part = divided(block_count, max_parts);
        const part_count = divided(block_count, far.blocks_per_part);
        const pairs = far.waves.pair_count;
        try far.scratch.sums.resize(scope, part_count * pairs);
        try far.scratch.coefficients.resize(scope, pairs);
        try far.scratch.energies.resize(scope, block_count);
        try scope.forEach(part_count, far, sumPart);
        far.combine(part_count);
        try scope.forEach(block_count, far, pullBlock);
        for (far.scratch.energies.items) |energy| far.evaluation.energy += energy;
    }

    fn sumPart(far: *Far, scope: *Scope, part: usize) Error!void {
        const sums = far.scratch.sums.items[part * far.waves.pair_count ..][0..far.waves.pair_count];
        @memset(sums, .{0} ** 4);
        var room = try Room.create(scope, &far.view);
        const first = part * far.blocks_per_part;
        for (first..first + far.blocks_per_part) |index| {
            if (index * kernel.block_size >= far.system.count) break;
            const block = room.fill(far, index);
            dispatch.kernels().ewald_structure(&block, &far.view, sums.ptr);
            try scope.checkpoint();
        }
    }

    /// Adds up the parts; coefficients of the forces, and the virial.
    fn combine(far: *Far, part_count: usize) void {
        const pairs = far.waves.pair_count;
        const sums = far.scratch.sums.items;
        for (1..part_count) |part| {
            for (sums[0..pairs], sums[part * pairs ..][0..pairs]) |*total, more| {
                for (total, more) |*value, each| value.* += each;
            }
        }
        const scale = 1 / (pi * far.waves.volume);
        const weights = far.waves.weights.items;
        for (far.waves.columns.items) |column| {
            for (0..column.count) |l| {
                const pair = column.first + l;
                const sum = sums[pair];
                const plus = scale * weights[2 * pair];
                const minus = scale * weights[2 * pair + 1];
                const along: f64 = @floatFromInt(l);
                far.scratch.coefficients.items[pair] = coefficientsOf(sum, plus, minus, along);
                far.addVirial(column, along, plus * (sum[0] * sum[0] + sum[1] * sum[1]));
                far.addVirial(column, -along, minus * (sum[2] * sum[2] + sum[3] * sum[3]));
            }
        }
    }

    fn coefficientsOf(sum: [4]f64, plus: f64, minus: f64, l: f64) kernel.Coefficients {
        // c+ and c-, conjugates of the sums.
        const p = [2]f64{ plus * sum[0], -plus * sum[1] };
        const m = [2]f64{ minus * sum[2], -minus * sum[3] };
        const u = [2]f64{ p[0] + m[0], p[1] + m[1] };
        const v = [2]f64{ m[1] - p[1], p[0] - m[0] };
        return .{
            .u = .{ .re = u[0], .im = u[1] },
            .v = .{ .re = v[0], .im = v[1] },
            .lu = .{ .re = l * u[0], .im = l * u[1] },
            .lv = .{ .re = l * v[0], .im = l * v[1] },
        };
    }

    fn addVirial(far: *Far, column: kernel.Column, l: f64, energy: f64) void {
        if (energy == 0) return;
        const k = far.waves.vectorOf(@floatFromInt(column.h), @floatFromInt(column.k), l);
        const turn = pi / far.waves.alpha;
        const factor = 2 * energy * (1 / vector3.dot(k, k) + turn * turn);
        const virial = &far.evaluation.virial;
        for (virial[0..3], k) |*value, along| value.* += factor * along * along - energy;
        virial[3] += factor * k[1] * k[2];
        virial[4] += factor * k[0] * k[2];
        virial[5] += factor * k[0] * k[1];
    }

    fn pullBlock(far: *Far, scope: *Scope, index: usize) Error!void {
        var room = try Room.create(scope, &far.view);
        const block = room.fill(far, index);
        var out: [4][kernel.block_size]f64 = undefined;
        dispatch.kernels().ewald_pull(&block, &far.view, far.scratch.coefficients.items.ptr, &out);
        const first = index * kernel.block_size;
        var energy: f64 = 0;
        for (first..@min(first + kernel.block_size, far.system.count)) |site| {
            const slot = site - first;
            energy += out[0][slot];
            far.evaluation.energies[site] += out[0][slot];
            const pull = far.waves.vectorOf(out[1][slot], out[2][slot], out[3][slot]);
            for (far.evaluation.forces[site][0..3], pull) |*force, along| force.* += 4 * pi * along;
        }
        far.scratch.energies.items[index] = energy;
    }
};

/// Scratch of one thread for one block of atoms.
const Room = struct {
    frac: [3][]f64,
    charges: []f64,
    tables: []f64,

    fn create(scope: *Scope, view: *const kernel.Waves) Error!Room {
        var room: Room = undefined;
        for (&room.frac) |*axis| axis.* = try scope.alloc(f64, kernel.block_size);
        room.charges = try scope.alloc(f64, kernel.block_size);
        room.tables = try scope.alloc(f64, view.tableLength());
        return room;
    }

    fn fill(room: *Room, far: *const Far, index: usize) kernel.Block {
        const first = index * kernel.block_size;
        const count = @min(kernel.block_size, far.system.count - first);
        for (&room.frac) |axis| @memset(axis, 0);
        @memset(room.charges, 0);
        for (far.system.places.items[first..][0..count], 0..) |place, slot| {
            const frac = system_of.product(&far.waves.inverse, .{ place.x, place.y, place.z });
            for (&room.frac, frac) |axis, value| axis[slot] = value;
        }
        @memcpy(room.charges[0..count], far.charges[first..][0..count]);
        return .{
            .count = std.mem.alignForward(usize, count, width),
            .frac = .{ room.frac[0].ptr, room.frac[1].ptr, room.frac[2].ptr },
            .charges = room.charges.ptr,
            .tables = room.tables.ptr,
        };
    }
};

fn divided(count: usize, size: usize) usize {
    return std.math.divCeil(usize, count, size) catch unreachable;
}
