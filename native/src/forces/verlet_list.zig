//! The list of neighbours (Verlet, Phys. Rev. 159, 98, 1967): for each atom the indices of all atoms and
//! images within reach, found through bins (Quentrec & Brot, J. Comput. Phys. 13, 430, 1973).
const std = @import("std");
const atoms = @import("../kernels/atoms.zig");
const compress = @import("../kernels/compress.zig");
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/verlet.zig");
const width = @import("../kernels/vector.zig").width;
const Buffer = @import("buffer.zig").Buffer;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

const atoms_per_chunk = 128;
const places_per_checkpoint = 4096;
/// Entries of an ordinary chunk take no longer than a checkpoint may wait.
const entries_per_checkpoint = 1 << 15;
const samples = 64;
/// Bins along the reach: smaller ones fit the sphere better, and are more. Those in line with one another
/// are read at one go, so that there smaller ones cost nothing.
const bins_per_reach = [3]f64{ 2, 2, 4 };
const max_rows = 25;
/// Å
const shortest_edge = 1e-6;

pub const List = struct {
    ranges: Buffer(atoms.Range) = .{},
    entries: Buffer(u32) = .{},
    grid: Grid = .{},

    /// `places` ends with the atom that is out of reach.
    pub fn build(
        list: *List,
        scope: *Scope,
        places: []const atoms.Place,
        count: usize,
        reach: f64,
    ) Error!void {
        try list.grid.fill(scope, places, count, reach);
        try list.ranges.resize(scope, count);
        var search: Search = .{
            .near = dispatch.kernels().verlet_near,
            .candidates = dispatch.kernels().verlet_candidates,
            .list = list,
            .places = places,
            .reach = reach,
            // No order: it hands out numbers.
            .used = std.atomic.Value(u64).init(0),
        };
        if (list.entries.room.len == 0) try search.estimate(scope);
        const chunk_count = std.math.divCeil(usize, count, atoms_per_chunk) catch unreachable;
        list.entries.items = list.entries.room;
        try search.run(scope, chunk_count);
        const needed = search.used.load(.monotonic);
        if (needed > std.math.maxInt(u32)) return error.OutOfMemory;
        if (needed > list.entries.room.len) {
            try list.entries.resize(scope, needed);
            list.entries.items = list.entries.room;
            search.used.store(0, .monotonic);
            try search.run(scope, chunk_count);
        }
    }

    /// Everybody is everybody's neighbour, in order; place `count` is the one out of reach.
    pub fn buildComplete(list: *List, scope: *Scope, count: usize) Error!void {
        const row = std.mem.alignForward(usize, count - 1, width);
        if (list.entries.items.len == count * row and list.ranges.items.len == count) return;
        try list.ranges.resize(scope, count);
        try list.entries.resize(scope, count * row);
        @memset(list.entries.items, @intCast(count));
        for (list.ranges.items, 0..) |*range, site| {
            var at = site * row;
            range.* = .{ .begin = @intCast(at), .end = @intCast(at + row) };
            for (0..count) |other| {
                if (other == site) continue;
                list.entries.items[at] = @intCast(other);
                at += 1;
            }
        }
    }
};

/// Atoms and images sorted into bins over the box that the atoms and their reach fill.
const Grid = struct {
    low: [3]f64 = undefined,
    high: [3]f64 = undefined,
    edges: [3]f64 = undefined,
    counts: [3]usize = undefined,
    bins: Buffer(u32) = .{},
    /// First sorted atom of each bin, z fastest.
    starts: Buffer(u32) = .{},
    x: Buffer(f64) = .{},
    y: Buffer(f64) = .{},
    z: Buffer(f64) = .{},
    index: Buffer(u32) = .{},
    rows: [max_rows]kernel.Row = undefined,
    row_count: usize = 0,
    /// Atoms that one query looks at, at most.
    most_candidates: usize = 0,

    const outside = std.math.maxInt(u32);

    fn fill(grid: *Grid, scope: *Scope, places: []const atoms.Place, count: usize, reach: f64) Error!void {
        grid.divide(places[0..count], places.len, reach);
        grid.look(reach);
        const bin_count = grid.counts[0] * grid.counts[1] * grid.counts[2];
        try grid.starts.resize(scope, bin_count + 2);
        const starts = grid.starts.items;
        @memset(starts, 0);
        try grid.bins.resize(scope, places.len);
        const division = grid.view();
        var most: u32 = 0;
        for (places, grid.bins.items, 0..) |place, *bin, index| {
            if (index % places_per_checkpoint == 0) try scope.checkpoint();
            bin.* = grid.binOf(&division, place);
            if (bin.* == outside) continue;
            starts[bin.* + 2] += 1;
            most = @max(most, starts[bin.* + 2]);
        }
        grid.most_candidates = 0;
        for (grid.rows[0..grid.row_count]) |row| {
            grid.most_candidates += most * @as(usize, @intCast(row.end - row.first));
        }
        for (starts[1..], starts[0 .. starts.len - 1]) |*start, before| start.* += before;
        for ([_]*Buffer(f64){ &grid.x, &grid.y, &grid.z }) |buffer| {
            try buffer.resize(scope, places.len + compress.lanes);
        }
        try grid.index.resize(scope, places.len + compress.lanes);
        for (places, grid.bins.items, 0..) |place, bin, index| {
            if (index % places_per_checkpoint == 0) try scope.checkpoint();
            if (bin == outside) continue;
            // starts[bin + 1] walks from the begin of the bin to its end, the begin of the next.
            const slot = starts[bin + 1];
            starts[bin + 1] += 1;
            grid.x.items[slot] = place.x;
            grid.y.items[slot] = place.y;
            grid.z.items[slot] = place.z;
            grid.index.items[slot] = @intCast(index);
        }
        const used = starts[bin_count];
        for ([_]Buffer(f64){ grid.x, grid.y, grid.z }) |buffer| @memset(buffer.items[used..], 0);
        @memset(grid.index.items[used..], 0);
    }

    /// Not many more bins than atoms, however empty the box is.
    fn divide(grid: *Grid, own: []const atoms.Place, place_count: usize, reach: f64) void {
        var low: [3]f64 = .{std.math.inf(f64)} ** 3;
        var high: [3]f64 = .{-std.math.inf(f64)} ** 3;
        for (own) |place| {
            for ([_]f64{ place.x, place.y, place.z }, &low, &high) |at, *least, *most| {
                least.* = @min(least.*, at);
                most.* = @max(most.*, at);
            }
        }
        const most_bins: f64 = @floatFromInt(4 * place_count + 1024);
        // A little more, so that two bins are never too few by a rounding; the square of a tiny
        // cutoff is 0, and so is the reach.
        var edge = @max(reach * (1 + 1e-6), shortest_edge);
        while (true) : (edge *= 1.25) {
            var bins: [3]f64 = undefined;
            for (0..3) |axis| {
                grid.edges[axis] = edge / bins_per_reach[axis];
                const margin = @floor(reach / grid.edges[axis]) + 1;
                // A little lower, and one bin more: nobody is rounded into a bin of the margin.
                grid.low[axis] = low[axis] - (margin + 1e-3) * grid.edges[axis];
                grid.high[axis] = high[axis] + reach;
                bins[axis] = @floor((high[axis] - low[axis]) / grid.edges[axis]) + 2 + 2 * margin;
            }
            if (!(bins[0] * bins[1] * bins[2] <= most_bins)) continue;
            for (&grid.counts, bins) |*count, wanted| count.* = @intFromFloat(wanted);
            return;
        }
    }

    /// The rows of bins around a bin that reach to within `reach` of it.
    fn look(grid: *Grid, reach: f64) void {
        var spans: [3]isize = undefined;
        for (&spans, grid.edges) |*span, edge| span.* = @intFromFloat(@floor(reach / edge) + 1);
        const y_step: isize = @intCast(grid.counts[2]);
        const x_step = y_step * @as(isize, @intCast(grid.counts[1]));
        grid.row_count = 0;
        var x = -spans[0];
        while (x <= spans[0]) : (x += 1) {
            var y = -spans[1];
            while (y <= spans[1]) : (y += 1) {
                const across = grid.gap(0, x) + grid.gap(1, y);
                var z: isize = spans[2];
                while (z >= 0 and across + grid.gap(2, z) > reach * reach) z -= 1;
                if (z < 0) continue;
                const middle = x * x_step + y * y_step;
                grid.rows[grid.row_count] = .{ .first = middle - z, .end = middle + z + 1 };
                grid.row_count += 1;
            }
        }
    }

    /// Square of the least distance between two bins so many steps apart; what lies on a border may have
    /// been rounded into either.
    fn gap(grid: *const Grid, axis: usize, steps: isize) f64 {
        const between: f64 = @floatFromInt(@max(@abs(steps), 1) - 1);
        const distance = @max(between - 1e-9, 0) * grid.edges[axis];
        return distance * distance;
    }

    fn binOf(grid: *const Grid, division: *const kernel.Grid, place: atoms.Place) u32 {
        const at = [3]f64{ place.x, place.y, place.z };
        var bin: usize = 0;
        for (0..3) |axis| {
            if (!(at[axis] >= grid.low[axis] and at[axis] <= grid.high[axis])) return outside;
            bin = bin * grid.counts[axis] + division.along(axis, at[axis]);
        }
        return @intCast(bin);
    }

    fn view(grid: *const Grid) kernel.Grid {
        return .{
            .low = grid.low,
            .inverse_edges = .{ 1 / grid.edges[0], 1 / grid.edges[1], 1 / grid.edges[2] },
            .counts = grid.counts,
            .starts = grid.starts.items.ptr,
            .rows = &grid.rows,
            .row_count = grid.row_count,
        };
    }

    fn sorted(grid: *const Grid) kernel.Sorted {
        return .{
            .x = grid.x.items.ptr,
            .y = grid.y.items.ptr,
            .z = grid.z.items.ptr,
            .index = grid.index.items.ptr,
        };
    }
};

const Search = struct {
    near: *const @TypeOf(kernel.near),
    candidates: *const @TypeOf(kernel.candidates),
    list: *List,
    places: []const atoms.Place,
    reach: f64,
    used: std.atomic.Value(u64),

    fn run(search: *Search, scope: *Scope, chunk_count: usize) Error!void {
        if (chunk_count == 1) return scope.within(search, chunk, 0);
        return scope.forEach(chunk_count, search, chunk);
    }

    fn chunk(search: *Search, scope: *Scope, index: usize) Error!void {
        const list = search.list;
        const first = index * atoms_per_chunk;
        const end = @min(first + atoms_per_chunk, list.ranges.items.len);
        var found: Found = .{};
        var checked: usize = 0;
        for (first..end) |site| {
            const begin = found.count;
            try search.collect(scope, site, &found);
            if (found.count - checked > entries_per_checkpoint) {
                try scope.checkpoint();
                checked = found.count;
            }
            list.ranges.items[site] = .{ .begin = @intCast(begin), .end = @intCast(found.count) };
        }
        // Where a chunk's entries lie depends on who was first; what they are does not.
        const base = search.used.fetchAdd(found.count, .monotonic);
        if (base + found.count > list.entries.items.len) return;
        @memcpy(list.entries.items[base..][0..found.count], found.items[0..found.count]);
        for (list.ranges.items[first..end]) |*range| {
            range.begin += @intCast(base);
            range.end += @intCast(base);
        }
    }

    const Found = struct {
        items: []u32 = &.{},
        count: usize = 0,

        fn makeRoom(found: *Found, scope: *Scope, more: usize) Error!void {
            const room = found.count + more;
            if (room <= found.items.len) return;
            const larger = try scope.alloc(u32, 2 * room + 16 * atoms_per_chunk);
            @memcpy(larger[0..found.count], found.items[0..found.count]);
            found.items = larger;
        }
    };

    /// Appends the neighbours of an atom, in whole vectors.
    fn collect(search: *Search, scope: *Scope, site: usize, found: *Found) Error!void {
        const grid = &search.list.grid;
        const place = search.places[site];
        const query: kernel.Query = .{
            .x = place.x,
            .y = place.y,
            .z = place.z,
            .limit = search.reach * search.reach,
            .self = @intCast(site),
        };
        const division = grid.view();
        const spare = 2 * compress.lanes;
        if (found.count + grid.most_candidates + spare > found.items.len) {
            try found.makeRoom(scope, search.candidates(&division, &query) + spare);
        }
        const sorted = grid.sorted();
        found.count += search.near(&sorted, &division, &query, found.items.ptr + found.count);
        while (found.count % width != 0) : (found.count += 1) {
            found.items[found.count] = @intCast(search.places.len - 1);
        }
    }

    /// Room for the entries, from a sample.
    fn estimate(search: *Search, scope: *Scope) Error!void {
        const list = search.list;
        const count = list.ranges.items.len;
        const taken = @min(samples, count);
        var found: Found = .{};
        for (0..taken) |sample| {
            try scope.checkpoint();
            try search.collect(scope, sample * count / taken, &found);
        }
        const each = found.count / taken + width;
        try list.entries.resize(scope, count * each + count / 16);
    }
};
