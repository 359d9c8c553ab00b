//! The nearest neighbours of single atoms, for jobs that look at one neighbourhood after the other and
//! keep none: inputs 0 to 2 are fracPositions, lattice and periodic.
//!
//! The atoms of one bin are a block that shares a cloud of candidates. An atom with fewer neighbours
//! in reach than it needs, as a vapour atom has, gets a cloud of its own that grows until it is enough.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/nearest.zig");
const padded = @import("../kernels/vector.zig").padded;
const translation = @import("../kernels/neighbors.zig").translation;
const bins_of = @import("bins.zig");
const vector3 = @import("vector3.zig");
const Bins = bins_of.Bins;
const Cell = bins_of.Cell;
const Error = @import("../task.zig").Error;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;

/// Fractional coordinates beyond this have lost half of their digits.
const max_frac = 1e8;
const bins_per_chunk = 8;
const sample_count = 64;
/// Most neighbours that any job looks at.
pub const max_count = 64;
/// Å; beyond every atom, while its square is a number.
const everywhere = 1e150;
const runs_between_checkpoints = 4096;
/// A cutoff may reach this many atoms on average: beyond it lies a slip of the unit.
const max_expected = 1e4;

/// An atom seen from another one.
pub const Neighbor = struct {
    delta: [3]f64,
    square: f64,
    /// Index in the cloud it was found in.
    index: u32,
};

/// How a job picks its neighbours.
pub const Choice = union(enum) {
    /// The nearest ones, sorted by distance.
    count: usize,
    /// All up to this distance in Å, in no order.
    cutoff: f64,
};

pub const Neighborhoods = struct {
    kernels: *const Kernels,
    cell: *const Cell,
    bins: Bins,
    choice: Choice,
    site_count: usize,
    /// How far a block looks; with a cutoff, that.
    reach: f64,
    /// From here on there is nothing more to find; infinite in a periodic structure.
    farthest: f64,

    /// `cell` is filled in and must stay where it is.
    pub fn create(scope: *Scope, cell: *Cell, choice: Choice) Error!Neighborhoods {
        const frac = try scope.finiteInput(0, "fracPositions");
        if (frac.len % 3 != 0) {
            return scope.invalid("fracPositions must hold 3 numbers a site, got {d}", .{frac.len});
        }
        for (frac) |value| if (@abs(value) > max_frac) {
            return scope.invalid("fracPositions must lie within ±1e8, got {e}", .{value});
        };
        const lattice = try scope.finiteInput(1, "lattice");
        if (lattice.len != 9) return scope.invalid("lattice must hold 9 numbers", .{});
        const flags = try scope.inputOf(i32, 2, "periodic", 3);
        cell.* = Cell.create(lattice[0..9], .{ flags[0] != 0, flags[1] != 0, flags[2] != 0 }) orelse
            return scope.invalid("lattice has no volume", .{});

        const start = switch (choice) {
            .count => 1,
            .cutoff => |cutoff| cutoff,
        };
        var all: Neighborhoods = .{
            .kernels = dispatch.kernels(),
            .cell = cell,
            .bins = try Bins.create(scope, cell, frac, start),
            .choice = choice,
            .site_count = frac.len / 3,
            .reach = start,
            .farthest = undefined,
        };
        all.farthest = all.span();
        switch (choice) {
            .cutoff => |cutoff| try all.refuseHopeless(scope, cutoff),
            .count => |count| try all.measure(scope, count),
        }
        return all;
    }

    pub fn chunkCount(all: *const Neighborhoods) usize {
        return std.math.divCeil(usize, all.bins.count(), bins_per_chunk) catch unreachable;
    }

    pub fn binsOf(all: *const Neighborhoods, chunk: usize) struct { first: usize, end: usize } {
        const first = chunk * bins_per_chunk;
        return .{ .first = first, .end = @min(first + bins_per_chunk, all.bins.count()) };
    }

    fn span(all: *const Neighborhoods) f64 {
        var total: f64 = 0;
        for (0..3) |axis| {
            if (all.cell.periodic[axis]) return std.math.inf(f64);
            total += vector3.norm(all.cell.vector(axis)) * all.bins.extent[axis];
        }
        return total * (1 + 1e-9) + 1e-9;
    }

    fn refuseHopeless(all: *const Neighborhoods, scope: *Scope, cutoff: f64) Error!void {
        var volume: f64 = 1;
        var ball: f64 = 1;
        for (0..3) |axis| if (all.cell.periodic[axis]) {
            volume *= all.cell.heights[axis];
            ball *= 2 * cutoff;
        };
        const sites: f64 = @floatFromInt(all.site_count);
        const images = @max(ball / volume, 1);
        if (images <= max_expected and sites * ball / volume <= 1e3 * max_expected) return;
        return scope.invalid("a cutoff of {d} Å reaches about {e:.1} sites; choose a smaller one", .{
            cutoff, sites * ball / volume,
        });
    }

    /// The reach with which nine atoms in ten find enough neighbours, from a sample.
    fn measure(all: *Neighborhoods, scope: *Scope, count: usize) Error!void {
        if (all.site_count == 0) return;
        var shortest = std.math.inf(f64);
        for (0..3) |axis| {
            const length = all.bins.thickness(axis);
            if (length > 0) shortest = @min(shortest, length);
        }
        all.reach = if (std.math.isFinite(shortest)) shortest / 2 else 1;
        var distances: [sample_count]f64 = undefined;
        const samples: usize = @min(sample_count, all.site_count);
        var search = try Search.create(all, scope);
        for (distances[0..samples], 0..) |*distance, sample| {
            const site = sample * all.site_count / samples;
            const found = try search.alone(scope, all.position(site), site, count);
            distance.* = if (found.len == 0) all.reach else @sqrt(found[found.len - 1].square);
        }
        std.mem.sort(f64, distances[0..samples], {}, std.sort.asc(f64));
        const enough = distances[samples * 9 / 10] * 1.05;
        if (enough > 0) all.reach = enough;
    }

    pub fn position(all: *const Neighborhoods, site: usize) [3]f64 {
        const sites = &all.bins.sites;
        return .{ sites.x[site], sites.y[site], sites.z[site] };
    }
};

/// Room for a cloud that grows.
const Store = struct {
    cloud: kernel.Cloud = undefined,
    room: usize = 0,

    fn reserve(store: *Store, scope: *Scope, count: usize) Error!void {
        store.cloud.count = 0;
        // `collect` writes one atom behind the end.
        if (padded(count + 1) <= store.room) return;
        const room = padded(count + count / 4 + 1);
        store.cloud.x = (try scope.alloc(f64, room)).ptr;
        store.cloud.y = (try scope.alloc(f64, room)).ptr;
        store.cloud.z = (try scope.alloc(f64, room)).ptr;
        store.cloud.site = (try scope.alloc(u32, room)).ptr;
        store.room = room;
    }

    fn pad(store: *Store) void {
        const cloud = &store.cloud;
        for (cloud.count..padded(cloud.count)) |index| {
            cloud.x[index] = std.math.inf(f64);
            cloud.y[index] = 0;
            cloud.z[index] = 0;
        }
    }
};

/// The search of one chunk: `begin` a bin, then ask for its sites.
pub const Search = struct {
    all: *const Neighborhoods,
    shared: Store = .{},
    own: Store = .{},
    /// The cloud of the last answer and how far it reaches around the atom that asked.
    cloud: *const kernel.Cloud = undefined,
    reach: f64 = 0,
    /// Index in the shared cloud of the first site of the bin; those of a bin follow one another.
    first: usize = 0,
    begin_site: usize = 0,
    hits: []u32 = &.{},
    squares: []f64 = &.{},
    found: []Neighbor = &.{},

    pub fn create(all: *const Neighborhoods, scope: *Scope) Error!Search {
        var search: Search = .{ .all = all };
        if (all.choice == .count) search.found = try scope.alloc(Neighbor, max_count);
        return search;
    }

    /// Sites of the bin in the order of the bins; a cloud for them is made.
    pub fn begin(search: *Search, scope: *Scope, bin: usize) Error!struct { begin: usize, end: usize } {
        const starts = search.all.bins.starts;
        const sites = .{ .begin = @as(usize, starts[bin]), .end = @as(usize, starts[bin + 1]) };
        if (sites.begin == sites.end) return .{ .begin = sites.begin, .end = sites.end };
        try scope.checkpoint();
        var low: [3]f64 = .{std.math.inf(f64)} ** 3;
        var high: [3]f64 = .{-std.math.inf(f64)} ** 3;
        for (sites.begin..sites.end) |site| {
            for (search.all.position(site), &low, &high) |at, *least, *most| {
                least.* = @min(least.*, at);
                most.* = @max(most.*, at);
            }
        }
        search.begin_site = sites.begin;
        search.first = try search.gather(scope, &search.shared, bin, low, high, search.all.reach);
        return .{ .begin = sites.begin, .end = sites.end };
    }

    /// Neighbours of a site of the bin that was begun; valid until the next call.
    pub fn of(search: *Search, scope: *Scope, site: usize) Error![]const Neighbor {
        const self = search.first + site - search.begin_site;
        const at = search.all.position(site);
        search.cloud = &search.shared.cloud;
        search.reach = search.all.reach;
        switch (search.all.choice) {
            .cutoff => return search.within(scope, at, self, search.reach),
            .count => |count| {
                if (try search.closest(scope, at, self, search.reach, count)) |found| return found;
                return search.alone(scope, at, site, count);
            },
        }
    }

    /// As `of`, with a cloud of its own that grows until it holds enough.
    pub fn alone(
        search: *Search,
        scope: *Scope,
        at: [3]f64,
        site: usize,
        count: usize,
    ) Error![]const Neighbor {
        const bin = search.binOf(site);
        const offset = site - search.all.bins.starts[bin];
        var reach = search.all.reach;
        while (true) {
            try scope.checkpoint();
            // The box of a point holds the point, but perhaps not the first site of its bin.
            const first = try search.gather(scope, &search.own, bin, at, at, reach);
            search.cloud = &search.own.cloud;
            search.reach = if (reach >= search.all.farthest) everywhere else reach;
            const self = search.selfAmong(first, site, offset);
            if (try search.closest(scope, at, self, reach, count)) |found| return found;
            if (reach >= search.all.farthest) {
                return search.sorted(search.hitsNear(at, self, reach), at, count);
            }
            reach *= 1.4;
        }
    }

    /// The nearest of an atom of the last cloud, unless the cloud may lack one of them.
    pub fn ofNeighbor(search: *Search, scope: *Scope, neighbor: Neighbor, count: usize) Error!?[]const Neighbor {
        const cloud = search.cloud;
        const at = [3]f64{ cloud.x[neighbor.index], cloud.y[neighbor.index], cloud.z[neighbor.index] };
        const reach = search.reach - @sqrt(neighbor.square);
        if (!(reach > 0)) return null;
        return search.closest(scope, at, neighbor.index, reach, count);
    }

    fn selfAmong(search: *const Search, first: usize, site: usize, offset: usize) usize {
        const cloud = &search.own.cloud;
        const begin_at = first;
        for (begin_at..@min(begin_at + offset + 1, cloud.count)) |index| {
            if (cloud.site[index] == site) return index;
        }
        unreachable;
    }

    fn binOf(search: *const Search, site: usize) usize {
        const starts = search.all.bins.starts[0 .. search.all.bins.count() + 1];
        var low: usize = 0;
        var high: usize = starts.len - 1;
        while (high - low > 1) {
            const middle = (low + high) / 2;
            if (starts[middle] <= site) low = middle else high = middle;
        }
        return low;
    }

    fn hitsNear(search: *Search, at: [3]f64, self: usize, reach: f64) usize {
        const point: kernel.Point = .{
            .x = at[0],
            .y = at[1],
            .z = at[2],
            .limit = reach * reach,
            .self = self,
        };
        return search.all.kernels.nearest_near(
            search.cloud,
            &point,
            search.hits.ptr,
            search.squares.ptr,
        );
    }

    fn within(search: *Search, scope: *Scope, at: [3]f64, self: usize, reach: f64) Error![]const Neighbor {
        try search.reserveHits(scope);
        const count = search.hitsNear(at, self, reach);
        if (search.found.len < count) search.found = try scope.alloc(Neighbor, 2 * count);
        for (search.found[0..count], search.hits[0..count], search.squares[0..count]) |*to, index, square| {
            to.* = search.neighborAt(at, index, square);
        }
        return search.found[0..count];
    }

    fn closest(
        search: *Search,
        scope: *Scope,
        at: [3]f64,
        self: usize,
        reach: f64,
        count: usize,
    ) Error!?[]const Neighbor {
        try search.reserveHits(scope);
        const hits = search.hitsNear(at, self, reach);
        if (hits < count) return null;
        return search.sorted(hits, at, count);
    }

    /// The nearest of the hits by insertion; of equal distances the first in the cloud.
    fn sorted(search: *Search, hits: usize, at: [3]f64, count: usize) []const Neighbor {
        var squares: [max_count]f64 = undefined;
        var indices: [max_count]u32 = undefined;
        var filled: usize = 0;
        for (search.hits[0..hits], search.squares[0..hits]) |index, square| {
            if (filled == count and !(square < squares[count - 1])) continue;
            var slot = if (filled < count) filled else count - 1;
            while (slot > 0 and squares[slot - 1] > square) : (slot -= 1) {
                squares[slot] = squares[slot - 1];
                indices[slot] = indices[slot - 1];
            }
            squares[slot] = square;
            indices[slot] = index;
            if (filled < count) filled += 1;
        }
        for (search.found[0..filled], indices[0..filled], squares[0..filled]) |*to, index, square| {
            to.* = search.neighborAt(at, index, square);
        }
        return search.found[0..filled];
    }

    fn neighborAt(search: *const Search, at: [3]f64, index: u32, square: f64) Neighbor {
        const cloud = search.cloud;
        return .{
            .delta = .{ cloud.x[index] - at[0], cloud.y[index] - at[1], cloud.z[index] - at[2] },
            .square = square,
            .index = index,
        };
    }

    fn reserveHits(search: *Search, scope: *Scope) Error!void {
        const room = padded(search.cloud.count + 1);
        if (search.hits.len >= room) return;
        search.hits = try scope.alloc(u32, room + room / 2);
        search.squares = try scope.alloc(f64, room + room / 2);
    }

    /// Fills a store with what lies within reach of a box in a bin; returns where in it the sites of
    /// that bin itself begin.
    fn gather(
        search: *Search,
        scope: *Scope,
        store: *Store,
        bin: usize,
        low: [3]f64,
        high: [3]f64,
        wanted: f64,
    ) Error!usize {
        const all = search.all;
        // Room for the rounding of positions and translations.
        const reach = wanted * (1 + 1e-9) + 1e-12 * all.bins.largest;
        var capacity: usize = 0;
        var sizes = all.bins.runsWithin(bin, reach);
        var run_count: usize = 0;
        while (sizes.next()) |item| {
            capacity += item.end - item.begin;
            run_count += 1;
            if (run_count % runs_between_checkpoints == 0) try scope.checkpoint();
        }
        try store.reserve(scope, capacity);
        const home = all.bins.starts[bin];
        var first: usize = 0;
        var runs = all.bins.runsWithin(bin, reach);
        while (runs.next()) |item| {
            var span: kernel.Span = .{
                .begin = item.begin,
                .end = item.end,
                .shift = translation(all.cell.lattice, item.image),
                .low = low,
                .high = high,
                .reach = reach * reach,
            };
            const is_home = item.begin <= home and home < item.end and
                std.mem.allEqual(i32, &item.image, 0);
            if (is_home) {
                span.end = home;
                search.collect(&span, store);
                first = store.cloud.count;
                span.begin = home;
                span.end = item.end;
            }
            search.collect(&span, store);
        }
        store.pad();
        return first;
    }

    fn collect(search: *const Search, span: *const kernel.Span, store: *Store) void {
        const sites = &search.all.bins.sites;
        search.all.kernels.nearest_collect(sites.x, sites.y, sites.z, span, &store.cloud);
    }
};
