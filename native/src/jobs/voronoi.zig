//! Jobs "voronoi", "crystalNN" and "voronoiOrder": the Voronoi cell of every site, and the bonds or the
//! bond order that follow from it.
//!
//! The faces of a site lie together in one buffer, wherever the thread that made them found room; the
//! sites know where. The last pass puts them in order.
const std = @import("std");
const number = @import("../number.zig");
const bond_order = @import("bond_order.zig");
const crystal_nn = @import("crystal_nn.zig");
const dispatch = @import("../kernels/dispatch.zig");
const vector3 = @import("vector3.zig");
const voronoi = @import("../kernels/voronoi.zig");
const Bins = @import("bins.zig").Bins;
const Box = @import("bins.zig").Box;
const Cell = @import("bins.zig").Cell;
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;

const max_frac = 1e8;
/// Å; sites nearer than this are one place, and have one cell.
const same_place = 1e-6;
const most_runs = 1e7;
/// Faces a site, to begin with: 15.5 are usual in a random arrangement.
const usual_faces = 20;
const sites_per_chunk = 8;

pub fn run(scope: *Scope) Error!void {
    return tessellate(scope, .cells);
}

pub fn runCrystalNN(scope: *Scope) Error!void {
    return tessellate(scope, .bonds);
}

/// Inputs: 3 degrees l, 4 the symbols (l l l; m₁ m₂ m₃) of each, or none. Outputs: q and w, a row a site.
pub fn runOrder(scope: *Scope) Error!void {
    return tessellate(scope, .order);
}

const Purpose = enum { cells, bonds, order };

fn tessellate(scope: *Scope, purpose: Purpose) Error!void {
    const frac = try scope.finiteInput(0, "fracPositions");
    if (frac.len % 3 != 0) {
        return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
    }
    for (frac) |value| if (@abs(value) > max_frac) {
        return scope.invalid("fracPositions must lie within ±{}, got {}", .{
            number.of(max_frac), number.of(value),
        });
    };
    const lattice = try scope.inputOf(f64, 1, "lattice", 9);
    for (lattice) |value| if (!std.math.isFinite(value)) return scope.invalid("lattice must be finite", .{});
    const flags = try scope.inputOf(i32, 2, "periodic", 3);
    const site_count = frac.len / 3;
    const open_edge = try scope.param(0, "openEdge", 1e-3, 1e6);
    const periodic = [3]bool{ flags[0] != 0, flags[1] != 0, flags[2] != 0 };
    const cell = Cell.create(lattice[0..9], periodic) orelse
        return scope.invalid("lattice has no volume", .{});
    var half_edge = open_edge;
    if (periodic[0] and periodic[1] and periodic[2]) {
        // No point is farther from every image of a site.
        half_edge = 0;
        for (0..3) |axis| half_edge += vector3.norm(cell.vector(axis));
    }
    const bins = try Bins.create(scope, &cell, frac, 1);
    // Atoms in one plane have no volume; the reach grows where it is too short.
    const widest = std.math.cbrt(cell.volume / @as(f64, @floatFromInt(@max(site_count, 1))));
    const spacing = std.math.clamp(bins.spacing(), 1e-3 * widest, widest);
    const reach = @min(2.5 * spacing, 4 * half_edge);
    var work: Tessellation = .{
        .kernels = dispatch.kernels(),
        .bins = &bins,
        .half_edge = half_edge,
        .first_reach = reach,
        .radii = if (purpose == .bonds) try scope.inputOf(f64, 3, "radii", site_count) else &.{},
        .electronegativities = if (purpose == .bonds)
            try scope.inputOf(f64, 4, "electronegativities", site_count)
        else
            &.{},
        .ionic_radii = if (purpose == .bonds)
            try scope.inputOf(f64, 5, "ionicRadii", site_count)
        else
            &.{},
        .spans = try scope.alloc(Span, site_count),
        .volumes = if (purpose == .order)
            try scope.alloc(f64, site_count)
        else
            try scope.output(f64, site_count),
        .buffer = try scope.alloc(Face, usual_faces * site_count + voronoi.max_faces),
    };
    const chunk_count = std.math.divCeil(usize, site_count, sites_per_chunk) catch unreachable;
    scope.expectChunks(if (purpose == .order) 2 * chunk_count else chunk_count);
    try scope.forEach(chunk_count, &work, Tessellation.runChunk);
    const wanted = work.used.load(.monotonic); // the loop is over: every chunk's sum is there
    if (wanted > work.buffer.len) {
        work.buffer = try scope.alloc(Face, wanted);
        work.used.store(0, .monotonic);
        try scope.forEach(chunk_count, &work, Tessellation.runChunk);
    }
    if (purpose != .order) return work.write(scope, wanted);
    var weighted = try Order.create(scope, &work, frac);
    try scope.forEach(chunk_count, &weighted, Order.runChunk);
}

/// Bond order with each neighbour weighted by the area of the face it is seen through, after Mickel
/// et al., J. Chem. Phys. 138, 044501 (2013).
const Order = struct {
    work: *const Tessellation,
    frac: []const f64,
    output: bond_order.Output,

    fn create(scope: *Scope, work: *const Tessellation, frac: []const f64) Error!Order {
        return .{
            .work = work,
            .frac = frac,
            .output = try bond_order.Output.create(scope, frac.len / 3),
        };
    }

    fn runChunk(order: *Order, _: *Scope, chunk: usize) Error!void {
        const first = chunk * sites_per_chunk;
        for (first..@min(first + sites_per_chunk, order.work.spans.len)) |site| {
            var sums: bond_order.Sums = undefined;
            var mean = order.output.begin(&sums);
            const span = order.work.spans[site];
            for (order.work.buffer[span.begin..][0..span.count]) |*face| {
                mean.add(order.vectorTo(site, face), face.area);
            }
            mean.end();
            order.output.write(site, &sums);
        }
    }

    fn vectorTo(order: *const Order, site: usize, face: *const Face) [3]f64 {
        const lattice = order.work.bins.cell.lattice;
        var vector: [3]f64 = .{ 0, 0, 0 };
        for (0..3) |axis| {
            const cells = order.frac[3 * face.j + axis] - order.frac[3 * site + axis] +
                @as(f64, @floatFromInt(face.shift[axis]));
            for (&vector, 0..) |*value, column| value.* += cells * lattice[3 * axis + column];
        }
        return vector;
    }
};

const Face = struct {
    j: u32,
    shift: [3]i32,
    distance: f64,
    area: f64,
    solid_angle: f64,
    weight: f64,

    fn isBefore(_: void, a: Face, b: Face) bool {
        if (a.j != b.j) return a.j < b.j;
        for (a.shift, b.shift) |own, other| if (own != other) return own < other;
        return false;
    }
};

const Span = struct { begin: usize, count: usize };

const Neighbor = struct {
    square: f64,
    site: u32,
    image: [3]i32,

    fn isNearer(_: void, a: Neighbor, b: Neighbor) bool {
        return a.square < b.square;
    }
};

const Tessellation = struct {
    kernels: *const Kernels,
    bins: *const Bins,
    half_edge: f64,
    first_reach: f64,
    radii: []const f64,
    electronegativities: []const f64,
    ionic_radii: []const f64,
    /// By original index.
    spans: []Span,
    volumes: []f64,
    buffer: []Face,
    /// Faces taken from the buffer, or that would have been.
    used: std.atomic.Value(usize) = std.atomic.Value(usize).init(0),

    fn runChunk(work: *Tessellation, scope: *Scope, chunk: usize) Error!void {
        const cell = &(try scope.alloc(voronoi.Cell, 1))[0];
        const faces = try scope.alloc(Face, voronoi.max_faces);
        const first = chunk * sites_per_chunk;
        const bins = work.bins;
        const count = work.spans.len;
        var bin = std.sort.upperBound(u32, bins.starts[0 .. bins.count() + 1], @as(u32, @intCast(first)), order) - 1;
        for (first..@min(first + sites_per_chunk, count)) |site| {
            try scope.checkpoint();
            while (bins.starts[bin + 1] <= site) bin += 1;
            const mark = scope.worker.arena.mark();
            const taken = scope.taken;
            try work.runSite(scope, cell, faces, bin, site);
            scope.worker.arena.release(mark);
            scope.task.quota.give(scope.taken - taken);
            scope.taken = taken;
        }
    }

    fn order(wanted: u32, start: u32) std.math.Order {
        return std.math.order(wanted, start);
    }

    fn runSite(
        work: *Tessellation,
        scope: *Scope,
        cell: *voronoi.Cell,
        faces: []Face,
        bin: usize,
        site: usize,
    ) Error!void {
        var reach = work.first_reach;
        const neighbors = while (true) {
            const found = try work.neighborsOf(scope, bin, site, reach);
            const positions = try scope.alloc([3]f64, found.len);
            for (positions, found) |*position, *each| position.* = work.vectorTo(site, each);
            cell.half_edge = work.half_edge;
            work.kernels.voronoi_build(cell, positions.ptr, positions.len);
            if (cell.overflow) {
                return scope.invalid("the Voronoi cell of site {d} has more than {d} faces", .{
                    work.bins.sites.original[site], voronoi.max_faces,
                });
            }
            const needed = 2 * @sqrt(cell.radius_square);
            if (reach >= needed) break found;
            reach = @max(1.3 * reach, @min(needed * (1 + 1e-9), 2 * reach));
            try scope.checkpoint();
        };
        const original = work.bins.sites.original[site];
        var volume: f64 = 0;
        var count: usize = 0;
        for (cell.faces[0..cell.count]) |*face| {
            if (face.id == voronoi.open) {
                volume = std.math.inf(f64);
                continue;
            }
            var measures: voronoi.Measures = undefined;
            work.kernels.voronoi_measure(face, &measures);
            volume += measures.area * face.height / 3;
            // What is left of planes that touch the cell.
            if (!(measures.solid_angle > 1e-9)) continue;
            const neighbor = &neighbors[face.id];
            faces[count] = work.faceTo(site, neighbor, measures, 2 * face.height);
            count += 1;
        }
        work.volumes[original] = volume;
        if (work.radii.len > 0) count = try work.keepBonds(scope, original, faces[0..count]);
        std.mem.sortUnstable(Face, faces[0..count], {}, Face.isBefore);
        // Only a sum: the faces themselves are read after the loop has joined all chunks.
        const begin = work.used.fetchAdd(count, .monotonic);
        work.spans[original] = .{ .begin = begin, .count = count };
        if (begin + count > work.buffer.len) return;
        @memcpy(work.buffer[begin..][0..count], faces[0..count]);
    }

    fn faceTo(
        work: *const Tessellation,
        site: usize,
        neighbor: *const Neighbor,
        measures: voronoi.Measures,
        distance: f64,
    ) Face {
        const wrap = work.bins.sites.wrap;
        var face: Face = .{
            .j = work.bins.sites.original[neighbor.site],
            .shift = undefined,
            .distance = distance,
            .area = measures.area,
            .solid_angle = measures.solid_angle,
            .weight = 0,
        };
        for (0..3) |axis| {
            face.shift[axis] = neighbor.image[axis] - wrap[3 * neighbor.site + axis] + wrap[3 * site + axis];
        }
        return face;
    }

    /// All sites within reach but the site itself, nearest first.
    fn neighborsOf(
        work: *const Tessellation,
        scope: *Scope,
        bin: usize,
        site: usize,
        reach: f64,
    ) Error![]Neighbor {
        var bins = work.bins.*;
        bins.reachTo(reach);
        const box = Box.ofOne(&bins, bin);
        var runs: f64 = 1;
        for (bins.range) |range| runs *= @floatFromInt(2 * range + 1);
        if (runs > most_runs) {
            return scope.invalid("a Voronoi cell reaches over {e:.1} parts of the cell; reduce it", .{runs});
        }
        var capacity: usize = 0;
        var sizes = bins.runsAround(box);
        while (sizes.next()) |item| capacity += item.end - item.begin;
        const found = try scope.alloc(Neighbor, capacity);
        var count: usize = 0;
        var each = bins.runsAround(box);
        while (each.next()) |item| {
            for (item.begin..item.end) |other| {
                found[count] = .{ .square = 0, .site = @intCast(other), .image = item.image };
                const between = work.vectorTo(site, &found[count]);
                const square = vector3.dot(between, between);
                if (square > reach * reach or square < same_place * same_place) continue;
                found[count].square = square;
                count += 1;
            }
        }
        std.mem.sortUnstable(Neighbor, found[0..count], {}, Neighbor.isNearer);
        return found[0..count];
    }

    fn vectorTo(work: *const Tessellation, site: usize, neighbor: *const Neighbor) [3]f64 {
        const sites = &work.bins.sites;
        const lattice = work.bins.cell.lattice;
        const other = neighbor.site;
        var between = [3]f64{
            sites.x[other] - sites.x[site],
            sites.y[other] - sites.y[site],
            sites.z[other] - sites.z[site],
        };
        for (&between, 0..) |*value, axis| {
            for (neighbor.image, 0..) |times, row| {
                value.* += @as(f64, @floatFromInt(times)) * lattice[3 * row + axis];
            }
        }
        return between;
    }

    fn atomOf(work: *const Tessellation, original: u32) crystal_nn.Atom {
        return .{
            .radius = work.radii[original],
            .ionic_radius = work.ionic_radii[original],
            .electronegativity = work.electronegativities[original],
        };
    }

    /// The bonds among the faces, at their front.
    fn keepBonds(work: *const Tessellation, scope: *Scope, original: u32, faces: []Face) Error!usize {
        const candidates = try scope.alloc(crystal_nn.Candidate, faces.len);
        for (candidates, faces) |*candidate, face| candidate.* = .{
            .distance = face.distance,
            .area = face.area,
            .solid_angle = face.solid_angle,
            .atom = work.atomOf(face.j),
        };
        const weights = try scope.alloc(f64, faces.len);
        _ = crystal_nn.choose(candidates, work.atomOf(original), weights);
        var kept: usize = 0;
        for (candidates, 0..) |candidate, index| {
            if (candidate.weight == 0) continue;
            faces[kept] = faces[index];
            faces[kept].weight = candidate.weight;
            kept += 1;
        }
        return kept;
    }

    /// Outputs behind the volumes: i, j, shift, distance, area, solid angle, weight.
    fn write(work: *const Tessellation, scope: *Scope, count: usize) Error!void {
        const i = try scope.output(i32, count);
        const j = try scope.output(i32, count);
        const shift = try scope.output(i32, 3 * count);
        const distance = try scope.output(f64, count);
        const area = try scope.output(f64, count);
        const solid_angle = try scope.output(f64, count);
        const weight = try scope.output(f64, count);
        var at: usize = 0;
        for (work.spans, 0..) |span, site| {
            for (work.buffer[span.begin..][0..span.count]) |face| {
                i[at] = @intCast(site);
                j[at] = @intCast(face.j);
                shift[3 * at ..][0..3].* = face.shift;
                distance[at] = face.distance;
                area[at] = face.area;
                solid_angle[at] = face.solid_angle;
                weight[at] = face.weight;
                at += 1;
            }
        }
    }
};
