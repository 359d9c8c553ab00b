//! Atoms sorted into bins of a triclinic cell, and the bins within reach of one another.
const std = @import("std");
const math = std.math;
const neighbors = @import("../kernels/neighbors.zig");
const vector3 = @import("vector3.zig");
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

/// Atoms a bin holds on average. Fewer make the sort of a block's candidates dear, more make its
/// list of candidates long; measured on 108,000 Cu atoms with cutoff 6 Å.
const target_occupancy = 16;
/// Lattice translations stay below this, so they and the wraps fit 32 bits with room to spare.
pub const max_translation = 1 << 29;

pub const Cell = struct {
    /// Rows are a, b, c.
    lattice: *const [9]f64,
    periodic: [3]bool,
    /// Distance between the faces that each axis joins.
    heights: [3]f64,
    volume: f64,

    /// Null without a volume.
    pub fn create(lattice: *const [9]f64, periodic: [3]bool) ?Cell {
        var cell: Cell = .{
            .lattice = lattice,
            .periodic = periodic,
            .heights = undefined,
            .volume = @abs(vector3.dot(lattice[0..3].*, vector3.cross(lattice[3..6].*, lattice[6..9].*))),
        };
        var edges: f64 = 1;
        for (0..3) |axis| edges *= vector3.norm(cell.vector(axis));
        if (!(cell.volume > 1e-12 * edges)) return null;
        for (0..3) |axis| {
            const face = vector3.cross(cell.vector((axis + 1) % 3), cell.vector((axis + 2) % 3));
            cell.heights[axis] = cell.volume / vector3.norm(face);
        }
        return cell;
    }

    pub fn vector(cell: *const Cell, axis: usize) [3]f64 {
        return cell.lattice[3 * axis ..][0..3].*;
    }

    /// Volume, area or length of the periodic part; 1 where nothing is periodic.
    pub fn periodicMeasure(cell: *const Cell) f64 {
        var vectors: [3][3]f64 = undefined;
        var count: usize = 0;
        for (0..3) |axis| {
            if (!cell.periodic[axis]) continue;
            vectors[count] = cell.vector(axis);
            count += 1;
        }
        return switch (count) {
            0 => 1,
            1 => vector3.norm(vectors[0]),
            2 => vector3.norm(vector3.cross(vectors[0], vectors[1])),
            else => cell.volume,
        };
    }
};

pub const Bins = struct {
    cell: *const Cell,
    counts: [3]usize,
    /// Bins to look at on either side.
    range: [3]isize,
    /// Fractional coordinate where the first bin begins, and the length of all bins.
    low: [3]f64,
    extent: [3]f64,
    /// First site of each bin, z fastest, one more than there are bins.
    starts: []u32,
    sites: neighbors.Sites,
    /// Largest absolute cartesian coordinate.
    largest: f64,

    pub fn create(scope: *Scope, cell: *const Cell, frac: []const f64, cutoff: f64) Error!Bins {
        var bins: Bins = .{
            .cell = cell,
            .counts = undefined,
            .range = undefined,
            .low = .{ 0, 0, 0 },
            .extent = .{ 1, 1, 1 },
            .starts = undefined,
            .sites = undefined,
            .largest = 0,
        };
        bins.measure(frac);
        bins.divide(frac.len / 3);
        bins.reachTo(cutoff);
        try bins.sortSites(scope, frac);
        return bins;
    }

    /// Sets how many bins lie within a distance.
    pub fn reachTo(bins: *Bins, cutoff: f64) void {
        for (0..3) |axis| {
            const height = bins.cell.heights[axis];
            const edge = height * bins.extent[axis] / asFloat(bins.counts[axis]);
            const most: f64 = if (bins.cell.periodic[axis])
                max_translation
            else
                asFloat(bins.counts[axis] - 1);
            // A little more than needed: positions on the border of two bins are rounded.
            const reach = @min(1 + @floor(cutoff / edge + 1e-9), most);
            bins.range[axis] = if (math.isNan(reach)) 0 else @intFromFloat(reach);
        }
    }

    pub fn count(bins: *const Bins) usize {
        return bins.counts[0] * bins.counts[1] * bins.counts[2];
    }

    /// An axis without images is as long as its atoms need.
    fn measure(bins: *Bins, frac: []const f64) void {
        for (0..3) |axis| {
            if (bins.cell.periodic[axis] or frac.len == 0) continue;
            var low = math.inf(f64);
            var high = -math.inf(f64);
            var index = axis;
            while (index < frac.len) : (index += 3) {
                low = @min(low, frac[index]);
                high = @max(high, frac[index]);
            }
            bins.low[axis] = low;
            bins.extent[axis] = high - low;
        }
    }

    /// Bins about as high as wide, with the target occupancy.
    fn divide(bins: *Bins, site_count: usize) void {
        var lengths: [3]f64 = undefined;
        for (0..3) |axis| lengths[axis] = bins.cell.heights[axis] * bins.extent[axis];
        const longest = @max(lengths[0], lengths[1], lengths[2]);
        const wanted = @max(1, asFloat(site_count) / target_occupancy);
        var edge = @max(
            math.cbrt(lengths[0] * lengths[1] * lengths[2] / wanted),
            longest / (2 * wanted),
        );
        if (!(edge > 0)) edge = 1; // all atoms in one place
        while (true) : (edge *= 1.1) {
            var product: f64 = 1;
            for (0..3) |axis| {
                const bin_count = @max(1, @floor(lengths[axis] / edge));
                bins.counts[axis] = @intFromFloat(bin_count);
                product *= bin_count;
            }
            if (product <= 2 * wanted) return;
        }
    }

    fn sortSites(bins: *Bins, scope: *Scope, frac: []const f64) Error!void {
        const site_count = frac.len / 3;
        const home = try scope.alloc(u32, site_count);
        const wrapped = try scope.alloc(f64, frac.len);
        const wraps = try scope.alloc(i32, frac.len);
        bins.starts = try scope.alloc(u32, bins.count() + 2);
        @memset(bins.starts, 0);
        for (home, 0..) |*bin, site| {
            bin.* = bins.place(frac, wrapped, wraps, site);
            bins.starts[bin.* + 2] += 1;
        }
        for (bins.starts[1..], bins.starts[0 .. bins.starts.len - 1]) |*start, before| {
            start.* += before;
        }

        const x = try scope.alloc(f64, site_count + neighbors.lanes);
        const y = try scope.alloc(f64, site_count + neighbors.lanes);
        const z = try scope.alloc(f64, site_count + neighbors.lanes);
        const original = try scope.alloc(u32, site_count);
        const wrap = try scope.alloc(i32, frac.len);
        for ([_][]f64{ x, y, z }) |values| @memset(values[site_count..], 0);
        for (home, 0..) |bin, site| {
            // starts[bin + 1] walks from the begin of the bin to its end, the begin of the next.
            const slot = bins.starts[bin + 1];
            bins.starts[bin + 1] += 1;
            const cart = bins.cartesian(wrapped[3 * site ..][0..3].*);
            x[slot], y[slot], z[slot] = cart;
            bins.largest = @max(bins.largest, @abs(cart[0]), @abs(cart[1]), @abs(cart[2]));
            original[slot] = @intCast(site);
            wrap[3 * slot ..][0..3].* = wraps[3 * site ..][0..3].*;
        }
        bins.sites = .{
            .x = x.ptr,
            .y = y.ptr,
            .z = z.ptr,
            .original = original.ptr,
            .wrap = wrap.ptr,
        };
    }

    /// Wraps one site into the cell along the periodic axes; returns its bin.
    fn place(bins: *const Bins, frac: []const f64, wrapped: []f64, wraps: []i32, site: usize) u32 {
        var bin: usize = 0;
        for (0..3) |axis| {
            const given = frac[3 * site + axis];
            const wrap = if (bins.cell.periodic[axis]) @floor(given) else 0;
            const at = given - wrap;
            wrapped[3 * site + axis] = at;
            wraps[3 * site + axis] = @intFromFloat(wrap);
            const bin_count = bins.counts[axis];
            const part = (at - bins.low[axis]) / bins.extent[axis] * asFloat(bin_count);
            const last = asFloat(bin_count - 1);
            // NaN where the extent is 0: there is one bin then.
            const index: usize = if (part > 0) @intFromFloat(@min(part, last)) else 0;
            bin = bin * bin_count + index;
        }
        return @intCast(bin);
    }

    fn cartesian(bins: *const Bins, frac: [3]f64) [3]f64 {
        const lattice = bins.cell.lattice;
        var cart: [3]f64 = undefined;
        for (0..3) |axis| {
            cart[axis] = frac[0] * lattice[axis] + frac[1] * lattice[3 + axis] +
                frac[2] * lattice[6 + axis];
        }
        return cart;
    }

    /// Boxes of at most `edge` bins along each axis that hold every bin once.
    pub fn boxCount(bins: *const Bins, edge: usize) usize {
        var product: usize = 1;
        for (bins.counts) |each| product *= math.divCeil(usize, each, edge) catch unreachable;
        return product;
    }

    pub fn boxAt(bins: *const Bins, index: usize, edge: usize) Box {
        var box: Box = undefined;
        var rest = index;
        for ([_]usize{ 2, 1, 0 }) |axis| {
            const along = math.divCeil(usize, bins.counts[axis], edge) catch unreachable;
            box.low[axis] = rest % along * edge;
            box.high[axis] = @min(box.low[axis] + edge, bins.counts[axis]) - 1;
            rest /= along;
        }
        return box;
    }

    /// All bins that may hold neighbours of those in a box, as runs of sites; a site met in several
    /// images is met in ascending order of their translations.
    pub fn runsAround(bins: *const Bins, box: Box) Runs {
        var runs: Runs = .{ .bins = bins, .low = undefined, .high = undefined, .at = undefined };
        for (0..3) |axis| {
            runs.low[axis] = @as(isize, @intCast(box.low[axis])) - bins.range[axis];
            runs.high[axis] = @as(isize, @intCast(box.high[axis])) + bins.range[axis];
            if (bins.cell.periodic[axis]) continue;
            const last: isize = @intCast(bins.counts[axis] - 1);
            runs.low[axis] = @max(runs.low[axis], 0);
            runs.high[axis] = @min(runs.high[axis], last);
        }
        runs.at = runs.low;
        return runs;
    }
};

/// The bins `low` .. `high`, both included.
pub const Box = struct {
    low: [3]usize,
    high: [3]usize,

    pub fn ofOne(bins_of: *const Bins, bin: usize) Box {
        const counts = bins_of.counts;
        const at = [3]usize{ bin / (counts[1] * counts[2]), bin / counts[2] % counts[1], bin % counts[2] };
        return .{ .low = at, .high = at };
    }

    pub fn count(box: Box) usize {
        var product: usize = 1;
        for (box.low, box.high) |low, high| product *= high + 1 - low;
        return product;
    }

    pub fn bins(box: Box, all: *const Bins) Members {
        return .{ .box = box, .counts = all.counts, .at = box.low };
    }

    pub const Members = struct {
        box: Box,
        counts: [3]usize,
        at: [3]usize,

        pub fn next(members: *Members) ?usize {
            const at = members.at;
            if (at[0] > members.box.high[0]) return null;
            for ([_]usize{ 2, 1, 0 }) |axis| {
                members.at[axis] += 1;
                if (axis == 0 or members.at[axis] <= members.box.high[axis]) break;
                members.at[axis] = members.box.low[axis];
            }
            return (at[0] * members.counts[1] + at[1]) * members.counts[2] + at[2];
        }
    };
};

/// Iterates over the box of bins `low` .. `high`, which may reach into images of the cell.
pub const Runs = struct {
    bins: *const Bins,
    low: [3]isize,
    high: [3]isize,
    at: [3]isize,

    pub const Item = struct { begin: usize, end: usize, image: [3]i32 };

    pub fn next(runs: *Runs) ?Item {
        if (runs.at[0] > runs.high[0]) return null;
        var image: [3]isize = undefined;
        var within: [3]usize = undefined;
        for (0..3) |axis| {
            const bin_count: isize = @intCast(runs.bins.counts[axis]);
            image[axis] = @divFloor(runs.at[axis], bin_count);
            within[axis] = @intCast(@mod(runs.at[axis], bin_count));
        }
        const counts = runs.bins.counts;
        const row = (within[0] * counts[1] + within[1]) * counts[2];
        const rest: usize = @intCast(runs.high[2] - runs.at[2]);
        const last = @min(within[2] + rest, counts[2] - 1);
        runs.advance(@intCast(last - within[2] + 1));
        return .{
            .begin = runs.bins.starts[row + within[2]],
            .end = runs.bins.starts[row + last + 1],
            .image = .{ @intCast(image[0]), @intCast(image[1]), @intCast(image[2]) },
        };
    }

    fn advance(runs: *Runs, step: isize) void {
        runs.at[2] += step;
        if (runs.at[2] <= runs.high[2]) return;
        runs.at[2] = runs.low[2];
        runs.at[1] += 1;
        if (runs.at[1] <= runs.high[1]) return;
        runs.at[1] = runs.low[1];
        runs.at[0] += 1;
    }
};

fn asFloat(value: usize) f64 {
    return @floatFromInt(value);
}
