//! Leaf functions of potentials whose energy is a sum over atoms of what each sees of its neighbours:
//! E = Σᵢ Eᵢ({rᵢⱼ}), where rᵢⱼ leads from i to its neighbour j.
//!
//! An atom's neighbours within the cutoff are its slots. A first pass leaves ∂Eᵢ/∂rᵢⱼ in each slot, a
//! second one collects Fᵢ = Σⱼ (∂Eᵢ/∂rᵢⱼ - ∂Eⱼ/∂rⱼᵢ).
const std = @import("std");
const atoms = @import("atoms.zig");
const compress = @import("compress.zig");
const vector = @import("vector.zig");
const F = vector.F;
const width = vector.width;
const Indices = @Vector(width, u32);

/// Squares of the cutoffs, kinds × kinds, symmetric.
pub const Cutoffs = [*]const f64;

/// The slots of all atoms.
pub const Slots = extern struct {
    /// Of each atom.
    ranges: [*]const atoms.Range,
    /// Index of the place in each slot; `width` more can be read.
    places: [*]const u32,
    /// ∂Eᵢ/∂rᵢⱼ in eV/Å; the fourth number is 0.
    slopes: [*][4]f64,
    /// Of the places from `atom_count` on.
    images: [*]const atoms.Image,
    atom_count: usize,
    /// Index of the place that is out of everybody's reach.
    far: u32,
};

/// Places within the cutoff of atoms `first` .. `end` - 1, and where those of each atom are in `found`,
/// which has room for all entries and `compress.lanes` more; returns their number.
pub fn narrow(
    view: *const atoms.View,
    first: usize,
    end: usize,
    cutoffs: Cutoffs,
    found: [*]u32,
    ranges: [*]atoms.Range,
) callconv(.c) usize {
    var count: usize = 0;
    for (first..end) |site| {
        const at = view.places[site];
        const own = cutoffs + at.kindOf() * view.kind_count;
        const single = vector.splat(own[0]);
        const begin = count;
        const range = view.ranges[site];
        var entry: usize = range.begin;
        while (entry < range.end) : (entry += compress.lanes) {
            var mask: u16 = nearMask(view, at, own, single, entry);
            var indices: @Vector(compress.lanes, u32) = undefined;
            if (entry + width < range.end) {
                mask |= @as(u16, nearMask(view, at, own, single, entry + width)) << width;
                indices = view.entries[entry..][0..compress.lanes].*;
            } else {
                const half: Indices = view.entries[entry..][0..width].*;
                indices = std.simd.join(half, half);
            }
            count = compress.append(found, count, mask, indices);
        }
        ranges[site] = .{ .begin = @intCast(begin), .end = @intCast(count) };
    }
    return count;
}

inline fn nearMask(view: *const atoms.View, at: atoms.Place, own: Cutoffs, single: F, entry: usize) u8 {
    const others = atoms.placesOf(view, entry);
    const square = atoms.Between.of(at, others).square;
    const limit = if (view.kind_count == 1) single else limitOf(own, kindsOf(others.kind));
    return @bitCast(square <= limit);
}

inline fn limitOf(own: Cutoffs, kinds: Indices) F {
    var limit: F = undefined;
    inline for (0..width) |lane| limit[lane] = own[kinds[lane]];
    return limit;
}

pub inline fn kindsOf(kind: F) Indices {
    const bits: @Vector(width, u64) = @bitCast(kind);
    return @truncate(bits);
}

/// Second pass: adds the forces of a chunk.
pub fn collect(pass: *const atoms.Pass, slots: *const Slots) callconv(.c) void {
    const Row = @Vector(4, f64);
    for (pass.first..pass.end) |site| {
        const range = slots.ranges[site];
        var force: Row = pass.forces[site];
        for (range.begin..range.end) |slot| {
            force += slots.slopes[slot];
            const back = reverse(slots, @intCast(site), slots.places[slot]) orelse continue;
            force -= slots.slopes[back];
        }
        pass.forces[site] = force;
    }
}

/// The slot of a place's atom in which `site` is; none where the distance from the other side is
/// rounded to the other side of the cutoff.
inline fn reverse(slots: *const Slots, site: u32, place: u32) ?usize {
    if (place < slots.atom_count) {
        const range = slots.ranges[place];
        var slot: usize = range.begin;
        while (slot < range.end) : (slot += width) {
            const others: Indices = slots.places[slot..][0..width].*;
            const mask: u8 = @bitCast(others == @as(Indices, @splat(site)));
            if (mask == 0) continue;
            const found = slot + @ctz(mask);
            return if (found < range.end) found else null;
        }
        return null;
    }
    const image = slots.images[place - slots.atom_count];
    const range = slots.ranges[image.owner];
    for (range.begin..range.end) |slot| {
        const other = slots.places[slot];
        if (other < slots.atom_count) continue;
        const back = slots.images[other - slots.atom_count];
        if (back.owner != site) continue;
        const sum = @as(@Vector(3, i32), image.shift) + @as(@Vector(3, i32), back.shift);
        if (@reduce(.Or, sum) == 0) return slot;
    }
    return null;
}

/// What the first pass is given beside the parameters.
pub const Centres = extern struct {
    slots: *const Slots,
    /// The form's slots of one block: as many as the atom has that has most.
    room: *anyopaque,
};

/// One slot of eight atoms at once, an atom a lane: what every form has.
pub const Spoke = extern struct {
    /// Unit vector towards the neighbour.
    x: F,
    y: F,
    z: F,
    r: F,
    inverse: F,
    kind: F,
    /// ∂E/∂r as a part along the spoke and a vector.
    along: F,
    across: [3]F,

    pub inline fn cosine(a: *const Spoke, b: *const Spoke) F {
        return a.x * b.x + a.y * b.y + a.z * b.z;
    }

    pub inline fn addAcross(spoke: *Spoke, amount: F, other: *const Spoke) void {
        spoke.across[0] += amount * other.x;
        spoke.across[1] += amount * other.y;
        spoke.across[2] += amount * other.z;
    }
};

/// Eight atoms, `first` and on; lanes behind the last one have no slots.
pub const Block = struct {
    begins: [width]u32,
    counts: [width]u32,
    /// Slots of the atom that has most.
    slot_count: usize,
    at: atoms.Places,

    pub inline fn of(pass: *const atoms.Pass, slots: *const Slots, first: usize) Block {
        var block: Block = undefined;
        block.slot_count = 0;
        var sites: [width]u32 = undefined;
        inline for (0..width) |lane| {
            const site = first + lane;
            const range: atoms.Range = if (site < pass.end) slots.ranges[site] else .{ .begin = 0, .end = 0 };
            block.begins[lane] = range.begin;
            block.counts[lane] = range.end - range.begin;
            block.slot_count = @max(block.slot_count, block.counts[lane]);
            sites[lane] = @intCast(@min(site, pass.end - 1));
        }
        block.at = placesAt(pass, sites);
        return block;
    }

    pub inline fn spoke(block: *const Block, pass: *const atoms.Pass, slots: *const Slots, slot: usize) Spoke {
        var indices: [width]u32 = undefined;
        inline for (0..width) |lane| {
            indices[lane] = if (slot < block.counts[lane]) slots.places[block.begins[lane] + slot] else slots.far;
        }
        const others = placesAt(pass, indices);
        const x = others.x - block.at.x;
        const y = others.y - block.at.y;
        const z = others.z - block.at.z;
        const r = @sqrt(x * x + y * y + z * z);
        const inverse = vector.splat(1) / r;
        return .{
            .x = x * inverse,
            .y = y * inverse,
            .z = z * inverse,
            .r = r,
            .inverse = inverse,
            .kind = others.kind,
            .along = vector.splat(0),
            .across = .{vector.splat(0)} ** 3,
        };
    }

    /// Leaves the slope of a slot for the second pass, and adds its virial.
    pub inline fn leave(block: *const Block, slots: *const Slots, slot: usize, spoke_of: *const Spoke, virial: *[6]F) void {
        const x = spoke_of.across[0] + spoke_of.along * spoke_of.x;
        const y = spoke_of.across[1] + spoke_of.along * spoke_of.y;
        const z = spoke_of.across[2] + spoke_of.along * spoke_of.z;
        const r = spoke_of.r;
        virial[0] += x * (spoke_of.x * r);
        virial[1] += y * (spoke_of.y * r);
        virial[2] += z * (spoke_of.z * r);
        virial[3] += y * (spoke_of.z * r);
        virial[4] += x * (spoke_of.z * r);
        virial[5] += x * (spoke_of.y * r);
        inline for (0..width) |lane| {
            if (slot < block.counts[lane]) {
                slots.slopes[block.begins[lane] + slot] = .{ x[lane], y[lane], z[lane], 0 };
            }
        }
    }
};

inline fn placesAt(pass: *const atoms.Pass, indices: [width]u32) atoms.Places {
    const rows: [*]const [4]f64 = @ptrCast(pass.view.places);
    const at = atoms.gather(rows, indices);
    return .{ .x = at[0], .y = at[1], .z = at[2], .kind = at[3] };
}

/// Adds what eight atoms have to the chunk.
pub inline fn addEnergies(pass: *const atoms.Pass, first: usize, energy: F) void {
    inline for (0..width) |lane| {
        if (first + lane < pass.end) {
            pass.energies[first + lane] += energy[lane];
            pass.sums.energy += energy[lane];
        }
    }
}

/// Rows of eight numbers, one for each lane.
pub inline fn rowsAt(rows: [*]const f64, indices: Indices) [8]F {
    const halves: [*]const [4]f64 = @ptrCast(rows);
    const twice = indices * @as(Indices, @splat(2));
    const first = atoms.gather(halves, twice);
    const second = atoms.gather(halves, twice + @as(Indices, @splat(1)));
    return first ++ second;
}

/// Rows of the first and only kind.
pub inline fn firstRow(rows: [*]const f64) [8]F {
    var row: [8]F = undefined;
    inline for (&row, 0..) |*to, column| to.* = vector.splat(rows[column]);
    return row;
}
