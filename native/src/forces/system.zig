//! Atoms in a cell, their periodic images within reach, and who is near whom.
//!
//! Inside, atoms are sorted by place, so that neighbours lie near one another in memory; images follow
//! them as atoms of their own, so that no loop over neighbours thinks of the cell. The list has each
//! pair from both sides: an atom's force is added up by one thread in one order.
const std = @import("std");
const atoms = @import("../kernels/atoms.zig");
const bins_of = @import("../jobs/bins.zig");
const vector3 = @import("../jobs/vector3.zig");
const verlet = @import("verlet_list.zig");
const Buffer = @import("buffer.zig").Buffer;
const Cell = bins_of.Cell;
const Error = @import("../task.zig").Error;
const Image = atoms.Image;
const Scope = @import("../scope.zig").Scope;

/// Fractional coordinates beyond this have lost half of their digits.
const max_frac = 1e8;
/// Cells that an atom may have left its own by.
const max_wraps = 1 << 30;
/// Images of one atom along one axis: beyond them lies a cell that has collapsed, or a slip.
const max_images = 200;
const max_places = 1 << 31;
/// In edges of the cube that an atom has for itself.
const usual_reach = 3;
/// Å; where the last place is, out of everybody's reach, and its square a number.
const far = 1e15;

pub const System = struct {
    count: usize,
    kind_count: usize,
    /// Rows are a, b, c; may change, followed by `refresh`.
    lattice: [9]f64,
    periodic: [3]bool,
    /// Index of the atom in the order in which it was given.
    original: []const u32,
    /// Cells that wrapping took off each atom since the begin.
    wraps: [][3]i32,
    /// Atoms, images, and one far away.
    places: Buffer(atoms.Place) = .{},
    images: Buffer(Image) = .{},
    /// Cartesian positions and cell when the list was made; fractional ones while it is made.
    listed: Buffer([3]f64) = .{},
    listed_lattice: [9]f64 = undefined,
    /// Cells that any image is away, along each axis.
    farthest_shift: [3]f64 = .{0} ** 3,
    list: verlet.List = .{},
    /// How far the list reaches.
    reach: f64 = 0,

    /// Inputs `first`: fracPositions, lattice, periodic, kinds (int32, below `kind_count`).
    pub fn read(scope: *Scope, first: usize, kind_count: usize) Error!System {
        const frac = try scope.finiteInput(first, "fracPositions");
        if (frac.len % 3 != 0 or frac.len == 0) {
            return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
        }
        for (frac) |value| if (@abs(value) > max_frac) {
            return scope.invalid("fracPositions must lie within ±1e8, got {e}", .{value});
        };
        const lattice = try scope.finiteInput(first + 1, "lattice");
        if (lattice.len != 9) return scope.invalid("lattice must hold 9 numbers", .{});
        const flags = try scope.inputOf(i32, first + 2, "periodic", 3);
        const kinds = try scope.inputOf(i32, first + 3, "kinds", frac.len / 3);
        for (kinds, 0..) |kind, site| {
            if (kind >= 0 and kind < kind_count) continue;
            return scope.invalid("kind of site {d} is {d}, but there are {d}", .{ site, kind, kind_count });
        }
        const periodic = [3]bool{ flags[0] != 0, flags[1] != 0, flags[2] != 0 };
        const cell = Cell.create(lattice[0..9], periodic) orelse
            return scope.invalid("lattice has no volume", .{});
        return create(scope, &cell, frac, kinds, kind_count);
    }

    /// Of finite fractional positions within measure, and kinds below `kind_count`.
    pub fn create(
        scope: *Scope,
        cell: *const Cell,
        frac: []const f64,
        kinds: []const i32,
        kind_count: usize,
    ) Error!System {
        const count = frac.len / 3;
        const order = try scope.alloc(u32, count);
        var system: System = .{
            .count = count,
            .kind_count = kind_count,
            .lattice = cell.lattice.*,
            .periodic = cell.periodic,
            .original = order,
            .wraps = try scope.alloc([3]i32, count),
        };
        try system.places.resizeWithin(scope, count, usualPlaces(cell, count));
        const before = scope.extent();
        const bins = try bins_of.Bins.create(scope, cell, frac, 1);
        @memcpy(order, bins.sites.original[0..count]);
        for (system.places.items, system.wraps, system.original, 0..) |*place, *cells, original, slot| {
            cells.* = bins.sites.wrap[3 * slot ..][0..3].*;
            place.* = .{
                .x = bins.sites.x[slot],
                .y = bins.sites.y[slot],
                .z = bins.sites.z[slot],
                .kind = @bitCast(@as(u64, @intCast(kinds[original]))),
            };
        }
        scope.releaseTo(before);
        return system;
    }

    /// Atoms and images that a usual potential asks for, so that many atoms need not move house for their images.
    fn usualPlaces(cell: *const Cell, count: usize) usize {
        const many: f64 = @floatFromInt(count);
        const reach = usual_reach * std.math.cbrt(cell.volume / many);
        var factor: f64 = 1;
        for (cell.heights, cell.periodic) |height, periodic| {
            if (periodic) factor *= 1 + 2 * reach / height;
        }
        return @intFromFloat(many * @min(factor, 2) + 1);
    }

    pub fn view(system: *const System) atoms.View {
        return .{
            .places = system.places.items.ptr,
            .ranges = system.list.ranges.items.ptr,
            .entries = system.list.entries.items.ptr,
            .kind_count = system.kind_count,
            .complete_count = if (system.isComplete()) system.count else 0,
        };
    }

    /// Cartesian positions without wrapping, 3n in the order of the system.
    pub fn positions(system: *const System, out: []f64) void {
        for (system.places.items[0..system.count], system.wraps, 0..) |place, cells, site| {
            const shift = system.translation(cells);
            out[3 * site ..][0..3].* = .{ place.x + shift[0], place.y + shift[1], place.z + shift[2] };
        }
    }

    /// As `positions`, in the order in which the atoms were given.
    pub fn positionsByOriginal(system: *const System, out: []f64) void {
        for (system.places.items[0..system.count], system.wraps, system.original) |place, cells, site| {
            const shift = system.translation(cells);
            out[3 * site ..][0..3].* = .{ place.x + shift[0], place.y + shift[1], place.z + shift[2] };
        }
    }

    /// The reverse of `positions`, in the lattice of now; false if one of them is beyond all measure.
    /// `refresh` or `find` follows.
    pub fn moveTo(system: *System, x: []const f64) bool {
        var farthest: f64 = 0;
        for (system.places.items[0..system.count], system.wraps, 0..) |*place, cells, site| {
            const shift = system.translation(cells);
            place.x = x[3 * site] - shift[0];
            place.y = x[3 * site + 1] - shift[1];
            place.z = x[3 * site + 2] - shift[2];
            const reached = @abs(place.x) + @abs(place.y) + @abs(place.z);
            // A sum and a maximum that NaN does not slip through.
            if (!(reached <= farthest)) farthest = reached;
        }
        return farthest < 1e-3 * far;
    }

    pub fn translation(system: *const System, cells: [3]i32) [3]f64 {
        if (cells[0] == 0 and cells[1] == 0 and cells[2] == 0) return .{ 0, 0, 0 };
        var shift: [3]f64 = undefined;
        for (&shift, cells) |*to, count| to.* = @floatFromInt(count);
        return product(&system.lattice, shift);
    }

    pub fn volume(system: *const System) f64 {
        const rows = &system.lattice;
        return @abs(vector3.dot(rows[0..3].*, vector3.cross(rows[3..6].*, rows[6..9].*)));
    }

    /// Images and neighbours up to `reach`, for the positions of now.
    pub fn find(system: *System, scope: *Scope, reach: f64) Error!void {
        const cell = try system.requireCell(scope);
        if (!system.wrap()) return scope.invalid(
            "atoms have flown apart: one is more than {d} cells away from its own",
            .{max_wraps},
        );
        try system.findAround(scope, &cell, reach);
    }

    /// As `find`, for atoms that were wrapped before: nobody is wrapped again.
    pub fn findAgain(system: *System, scope: *Scope, reach: f64) Error!void {
        const cell = try system.requireCell(scope);
        try system.findAround(scope, &cell, reach);
    }

    fn requireCell(system: *const System, scope: *Scope) Error!Cell {
        return Cell.create(&system.lattice, system.periodic) orelse
            scope.invalid("the cell has collapsed: its volume is {e:.3} Å³", .{system.volume()});
    }

    fn findAround(system: *System, scope: *Scope, cell: *const Cell, reach: f64) Error!void {
        system.reach = reach;
        try system.addImages(scope, cell, reach);
        try system.listed.resizeWithin(scope, system.count, system.count);
        for (system.listed.items, system.places.items[0..system.count]) |*to, place| {
            to.* = .{ place.x, place.y, place.z };
        }
        system.listed_lattice = system.lattice;
        if (system.isComplete()) return system.list.buildComplete(scope, system.count);
        try system.list.build(scope, system.places.items, system.count, reach);
    }

    /// Atoms that have moved out of the cell come back in along the periodic axes; false if one of them is
    /// beyond all measure.
    pub fn wrap(system: *System) bool {
        const inverse = inverseOf(&system.lattice);
        for (system.places.items[0..system.count], system.wraps) |*place, *wraps| {
            const frac = product(&inverse, .{ place.x, place.y, place.z });
            var shift: [3]f64 = .{ 0, 0, 0 };
            for (&shift, wraps, frac, system.periodic) |*to, before, at, periodic| {
                if (!periodic or (at >= 0 and at < 1)) continue;
                to.* = @floor(at);
                if (!(@abs(to.* + @as(f64, @floatFromInt(before))) < max_wraps)) return false;
            }
            if (shift[0] == 0 and shift[1] == 0 and shift[2] == 0) continue;
            const back = product(&system.lattice, shift);
            place.x -= back[0];
            place.y -= back[1];
            place.z -= back[2];
            for (wraps, shift) |*cells, moved| cells.* += @intFromFloat(moved);
        }
        return true;
    }

    /// Axis by axis: each time the images of all atoms and images so far. What lies within reach of an
    /// atom of the cell has fractional coordinates within reach of [0, 1].
    fn addImages(system: *System, scope: *Scope, cell: *const Cell, reach: f64) Error!void {
        const inverse = inverseOf(&system.lattice);
        try system.listed.resizeWithin(scope, system.count, system.count);
        for (system.listed.items, system.places.items[0..system.count]) |*frac, place| {
            frac.* = product(&inverse, .{ place.x, place.y, place.z });
            for (frac, system.periodic) |at, periodic| {
                if (periodic and !(@abs(at) < 2)) return scope.invalid("an atom lies {e:.1} cells away", .{at});
            }
        }
        system.images.items.len = 0;
        system.farthest_shift = .{0} ** 3;
        for (0..3) |axis| {
            if (!system.periodic[axis]) continue;
            const margin = reach / cell.heights[axis] + 1e-9;
            if (!(margin < max_images)) return scope.invalid(
                "the cell is {e:.2} Å thick, too thin for neighbours up to {d:.2} Å",
                .{ cell.heights[axis], reach },
            );
            system.farthest_shift[axis] = @ceil(margin);
            const before = system.images.items.len;
            var more: usize = 0;
            for (0..system.count + before) |index| {
                if (index % images_per_chunk == 0) try scope.checkpoint();
                more += system.imagesAlong(index, axis, margin).count();
            }
            const total = system.count + before + more;
            if (total >= max_places) return error.OutOfMemory;
            try system.images.grow(scope, before + more);
            var at = before;
            for (0..system.count + before) |index| {
                if (index % images_per_chunk == 0) try scope.checkpoint();
                const source = system.imageAt(index);
                const along = system.imagesAlong(index, axis, margin);
                var cells = along.first;
                while (cells <= along.last) : (cells += 1) {
                    if (cells == 0) continue;
                    system.images.items[at] = source;
                    system.images.items[at].shift[axis] = cells;
                    at += 1;
                }
            }
        }
        try system.places.grow(scope, system.count + system.images.items.len + 1);
        system.places.items[system.places.items.len - 1] = .{ .x = far, .y = far, .z = far, .kind = 0 };
        try system.refreshAll(scope);
    }

    const Along = struct {
        first: i32,
        last: i32,

        /// Without the atom itself.
        fn count(along: Along) usize {
            return @intCast(along.last - along.first);
        }
    };

    fn imagesAlong(system: *const System, index: usize, axis: usize, margin: f64) Along {
        const frac = system.listed.items[system.imageAt(index).owner][axis];
        // Most atoms have none, and rounding is dear; the formula below decides near the border.
        if (frac > margin + 1e-9 and frac < 1 - margin - 1e-9) return .{ .first = 0, .last = 0 };
        return .{
            .first = @min(0, @as(i32, @intFromFloat(@ceil(-margin - frac)))),
            .last = @max(0, @as(i32, @intFromFloat(@floor(1 + margin - frac)))),
        };
    }

    fn imageAt(system: *const System, index: usize) Image {
        if (index >= system.count) return system.images.items[index - system.count];
        return .{ .owner = @intCast(index), .shift = .{ 0, 0, 0 } };
    }

    /// Brings the images after their atoms and the cell.
    pub fn refresh(system: *System) void {
        system.refreshImages(0, system.images.items.len);
    }

    const images_per_chunk = 4096;

    /// As `refresh`, on all threads.
    pub fn refreshAll(system: *System, scope: *Scope) Error!void {
        const chunks = (system.images.items.len + images_per_chunk - 1) / images_per_chunk;
        if (chunks <= 1) return system.refresh();
        const Work = struct {
            fn chunk(own: *System, _: *Scope, index: usize) Error!void {
                const end = @min((index + 1) * images_per_chunk, own.images.items.len);
                own.refreshImages(index * images_per_chunk, end);
            }
        };
        return scope.forEach(chunks, system, Work.chunk);
    }

    fn refreshImages(system: *System, first: usize, end: usize) void {
        const places = system.places.items;
        for (system.images.items[first..end], places[system.count..][first..end]) |image, *place| {
            var shift: [3]f64 = undefined;
            for (&shift, image.shift) |*to, cells| to.* = @floatFromInt(cells);
            const moved = product(&system.lattice, shift);
            const owner = places[image.owner];
            place.* = .{
                .x = owner.x + moved[0],
                .y = owner.y + moved[1],
                .z = owner.z + moved[2],
                .kind = owner.kind,
            };
        }
    }

    /// Whether the list holds everybody, however far: in a small cluster, a list that never gets old costs
    /// less than to look for a shorter one.
    pub fn isComplete(system: *const System) bool {
        const periodic = system.periodic[0] or system.periodic[1] or system.periodic[2];
        return system.count <= atoms.most_complete and !periodic;
    }

    /// Whether the cell is there and thick enough for neighbours up to `reach`.
    pub fn admits(system: *const System, reach: f64) bool {
        const cell = Cell.create(&system.lattice, system.periodic) orelse return false;
        for (cell.heights, cell.periodic) |height, periodic| {
            if (periodic and !(reach / height < max_images - 1)) return false;
        }
        return true;
    }

    /// How far any atom or image has moved since `find`, at most, as far as the list minds.
    pub fn drift(system: *const System) f64 {
        if (system.isComplete()) return 0;
        var square: f64 = 0;
        for (system.listed.items, system.places.items[0..system.count]) |old, place| {
            const x = place.x - old[0];
            const y = place.y - old[1];
            const z = place.z - old[2];
            square = @max(square, x * x + y * y + z * z);
        }
        var far_images: f64 = 0;
        for (0..3) |axis| {
            var change: [3]f64 = undefined;
            for (&change, 0..) |*value, component| {
                value.* = system.lattice[3 * axis + component] - system.listed_lattice[3 * axis + component];
            }
            const length = vector3.norm(change);
            far_images += length * system.farthest_shift[axis];
        }
        return @sqrt(square) + far_images;
    }

    const Nearest = struct { sites: [2]u32, distance: f64 };

    /// The closest pair of the list, by original index.
    pub fn closestPair(system: *const System) Nearest {
        const places = system.places.items;
        var nearest: Nearest = .{ .sites = .{ 0, 0 }, .distance = far };
        for (system.list.ranges.items, 0..) |range, site| {
            for (system.list.entries.items[range.begin..range.end]) |entry| {
                const x = places[entry].x - places[site].x;
                const y = places[entry].y - places[site].y;
                const z = places[entry].z - places[site].z;
                const distance = @sqrt(x * x + y * y + z * z);
                if (!(distance < nearest.distance)) continue;
                const sites = [2]u32{ system.original[site], system.original[system.imageAt(entry).owner] };
                nearest = .{ .sites = sites, .distance = distance };
            }
        }
        return nearest;
    }
};

/// Rows times the matrix: fractional to cartesian with the lattice.
pub fn product(matrix: *const [9]f64, row: [3]f64) [3]f64 {
    var result: [3]f64 = undefined;
    for (&result, 0..) |*value, column| {
        value.* = row[0] * matrix[column] + row[1] * matrix[3 + column] + row[2] * matrix[6 + column];
    }
    return result;
}

pub fn inverseOf(matrix: *const [9]f64) [9]f64 {
    const a = matrix[0..3].*;
    const b = matrix[3..6].*;
    const c = matrix[6..9].*;
    const columns = [3][3]f64{ vector3.cross(b, c), vector3.cross(c, a), vector3.cross(a, b) };
    const determinant = vector3.dot(a, columns[0]);
    var inverse: [9]f64 = undefined;
    for (columns, 0..) |column, index| {
        for (column, 0..) |value, row| inverse[3 * row + index] = value / determinant;
    }
    return inverse;
}
