//! Atoms sorted into bins of a triclinic cell, and the bins within reach of one another.
const std = @import("std");
const math = std.math;
const binning = @import("../kernels/binning.zig");
const neighbors = @import("../kernels/neighbors.zig");
const vector3 = @import("vector3.zig");
const BinSort = @import("bin_sort.zig").BinSort;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

/// Atoms a bin holds on average. Fewer make the sort of a block's candidates dear, more make its
/// list of candidates long; measured on 108,000 Cu atoms with cutoff 6 Å.
const target_occupancy = 16;
/// Where the bins of most atoms hold more than this, as in a cluster beside vapour, all are made
/// smaller, and many are empty.
const most_occupancy = 4 * target_occupancy;
/// Bins at most in that case: a few bytes of memory for each atom.
const bins_per_site = 16;
const most_bins = 1 << 31;
/// Below this many atoms a search of all is as fast as a look for gaps.
const few_sites = 512;
/// Bins along one period at most.
const max_period = 1 << 20;
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
    /// Bins after which the first one comes again; more than `counts` where a part of the axis is
    /// empty. Of an axis without images it is `counts`.
    period: [3]usize,
    /// Bins to look at on either side.
    range: [3]isize,
    /// Fractional coordinate where the first bin begins, and the length of what holds atoms.
    low: [3]f64,
    extent: [3]f64,
    /// Atoms in the bin of an atom, itself included, on average over the atoms.
    occupancy: f64,
    /// First site of each bin, z fastest, one more than there are bins.
    starts: []u32,
    sites: neighbors.Sites,
    /// Largest absolute cartesian coordinate.
    largest: f64,

    pub fn create(scope: *Scope, cell: *const Cell, frac: []const f64, cutoff: f64) Error!Bins {
        var bins: Bins = .{
            .cell = cell,
            .counts = .{ 1, 1, 1 },
            .period = .{ 1, 1, 1 },
            .range = undefined,
            .low = .{ 0, 0, 0 },
            .extent = .{ 1, 1, 1 },
            .occupancy = 0,
            .starts = undefined,
            .sites = undefined,
            .largest = 0,
        };
        var sort = try BinSort.create(scope, frac);
        try bins.measure(scope, &sort);
        try bins.placeSites(scope, &sort);
        bins.largest = try sort.settle(scope);
        bins.starts = sort.starts;
        const slots = &sort.slots;
        bins.sites = .{
            .x = slots.x,
            .y = slots.y,
            .z = slots.z,
            .original = slots.original,
            .wrap = slots.wrap,
        };
        bins.reachTo(cutoff);
        return bins;
    }

    /// Sets how many bins lie within a distance.
    pub fn reachTo(bins: *Bins, cutoff: f64) void {
        for (0..3) |axis| bins.range[axis] = bins.rangeOf(axis, cutoff);
    }

    fn rangeOf(bins: *const Bins, axis: usize, cutoff: f64) isize {
        const most: f64 = if (bins.cell.periodic[axis])
            max_translation
        else
            asFloat(bins.counts[axis] - 1);
        // A little more than needed: positions on the border of two bins are rounded.
        const reach = @min(1 + @floor(cutoff / bins.thickness(axis) + 1e-9), most);
        return if (math.isNan(reach)) 0 else @intFromFloat(reach);
    }

    /// Thickness of a bin between the faces that an axis joins.
    pub fn thickness(bins: *const Bins, axis: usize) f64 {
        const extent = if (bins.cell.periodic[axis]) 1 else bins.extent[axis];
        return bins.cell.heights[axis] * extent / asFloat(bins.period[axis]);
    }

    /// Edge of the cube that an atom has for itself where the atoms are.
    pub fn spacing(bins: *const Bins) f64 {
        var volume: f64 = bins.cell.volume;
        for (0..3) |axis| volume *= bins.thickness(axis) / bins.cell.heights[axis];
        return math.cbrt(volume / @max(bins.occupancy, 1));
    }

    pub fn count(bins: *const Bins) usize {
        return bins.counts[0] * bins.counts[1] * bins.counts[2];
    }

    /// An axis without images is as long as its atoms need; one with images too, if half of it or
    /// more is empty.
    fn measure(bins: *Bins, scope: *Scope, sort: *BinSort) Error!void {
        const looks_for_gaps = sort.site_count >= few_sites;
        var needed = [3]bool{ false, false, false };
        for (&needed, bins.cell.periodic) |*need, periodic| {
            need.* = sort.site_count > 0 and (looks_for_gaps or !periodic);
        }
        if (!(needed[0] or needed[1] or needed[2])) return;
        var grid = bins.gridOf();
        var span = try sort.span(scope, grid);
        for (0..3) |axis| {
            if (!needed[axis] or !bins.cell.periodic[axis]) continue;
            if (gapEnd(&span.taken[axis])) |end| grid.low[axis] = end else needed[axis] = false;
        }
        if (!std.meta.eql(grid.low, bins.low)) span = try sort.span(scope, grid);
        for (0..3) |axis| {
            if (!needed[axis]) continue;
            bins.low[axis] = span.low[axis];
            bins.extent[axis] = span.high[axis] - span.low[axis];
        }
    }

    /// Bins about as high as wide, with an occupancy on average, at most as many as said.
    fn divide(bins: *Bins, occupied: f64, most: f64) void {
        var lengths: [3]f64 = undefined;
        for (0..3) |axis| lengths[axis] = bins.cell.heights[axis] * bins.extent[axis];
        const longest = @max(lengths[0], lengths[1], lengths[2]);
        var width = @max(
            math.cbrt(lengths[0] * lengths[1] * lengths[2] / occupied),
            longest / most,
        );
        if (!(width > 0)) width = 1; // all atoms in one place
        while (true) : (width *= 1.1) {
            var product: f64 = 1;
            for (0..3) |axis| {
                product *= bins.divideAxis(axis, width);
            }
            if (product <= most) return;
        }
    }

    fn divideAxis(bins: *Bins, axis: usize, width: f64) f64 {
        const height = bins.cell.heights[axis];
        const extent = bins.extent[axis];
        if (!bins.cell.periodic[axis] or extent == 1) {
            const bin_count = @max(1, @floor(height * extent / width));
            bins.counts[axis] = @intFromFloat(bin_count);
            bins.period[axis] = bins.counts[axis];
            return bin_count;
        }
        const period = @min(max_period, @max(1, @floor(height / width)));
        const bin_count = @min(period, 1 + @floor(extent * period));
        bins.period[axis] = @intFromFloat(period);
        bins.counts[axis] = @intFromFloat(bin_count);
        return bin_count;
    }

    /// Where on a periodic axis the atoms begin, behind a gap of half its length or more.
    fn gapEnd(taken: *const [binning.gap_parts]bool) ?f64 {
        const first = std.mem.indexOfScalar(bool, taken, true) orelse return null;
        var longest: usize = 0;
        var end: usize = undefined;
        var gap: usize = 0;
        for (first + 1..first + taken.len + 1) |at| {
            if (!taken[at % taken.len]) {
                gap += 1;
                continue;
            }
            if (gap > longest) {
                longest = gap;
                end = at % taken.len;
            }
            gap = 0;
        }
        return if (2 * longest < taken.len) null else asFloat(end) / asFloat(taken.len);
    }

    /// Chooses the bins and finds that of each site.
    fn placeSites(bins: *Bins, scope: *Scope, sort: *BinSort) Error!void {
        const usual = @max(1, asFloat(sort.site_count) / target_occupancy);
        const most = @min(bins_per_site * asFloat(sort.site_count), most_bins);
        var occupied = usual;
        bins.divide(occupied, 2 * usual);
        while (true) {
            bins.occupancy = try sort.place(scope, bins.gridOf(), bins.count());
            if (sort.site_count < few_sites or bins.occupancy <= most_occupancy) return;
            if (occupied >= most) return; // as fine as it gets
            occupied = @min(most, occupied * bins.occupancy / target_occupancy);
            bins.divide(occupied, most);
        }
    }

    fn gridOf(bins: *const Bins) binning.Grid {
        var grid: binning.Grid = .{
            .lattice = bins.cell.lattice,
            .periodic = bins.cell.periodic,
            .low = bins.low,
            .extent = undefined,
            .period = undefined,
            .counts = undefined,
        };
        for (0..3) |axis| {
            grid.extent[axis] = if (bins.cell.periodic[axis]) 1 else bins.extent[axis];
            grid.period[axis] = asFloat(bins.period[axis]);
            grid.counts[axis] = @intCast(bins.counts[axis]);
        }
        return grid;
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
        return bins.runsOver(box, bins.range);
    }

    /// As `runsAround` for one bin and a distance.
    pub fn runsWithin(bins: *const Bins, bin: usize, reach: f64) Runs {
        var range: [3]isize = undefined;
        for (&range, 0..) |*each, axis| each.* = bins.rangeOf(axis, reach);
        return bins.runsOver(Box.ofOne(bins, bin), range);
    }

    fn runsOver(bins: *const Bins, box: Box, range: [3]isize) Runs {
        var runs: Runs = .{ .bins = bins, .low = undefined, .high = undefined, .at = undefined };
        for (0..3) |axis| {
            runs.low[axis] = @as(isize, @intCast(box.low[axis])) - range[axis];
            runs.high[axis] = @as(isize, @intCast(box.high[axis])) + range[axis];
            if (bins.cell.periodic[axis]) {
                runs.low[axis] = bins.occupiedFrom(axis, runs.low[axis]);
                continue;
            }
            const last: isize = @intCast(bins.counts[axis] - 1);
            runs.low[axis] = @max(runs.low[axis], 0);
            runs.high[axis] = @min(runs.high[axis], last);
        }
        runs.at = runs.low;
        if (runs.low[1] > runs.high[1] or runs.low[2] > runs.high[2]) runs.at[0] = runs.high[0] + 1;
        return runs;
    }

    /// The first place from this one on that has a bin.
    fn occupiedFrom(bins: *const Bins, axis: usize, at: isize) isize {
        const period: isize = @intCast(bins.period[axis]);
        const within = @mod(at, period);
        return if (within < bins.counts[axis]) at else at - within + period;
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
            const period: isize = @intCast(runs.bins.period[axis]);
            image[axis] = @divFloor(runs.at[axis], period);
            within[axis] = @intCast(@mod(runs.at[axis], period));
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
        const bins = runs.bins;
        runs.at[2] = bins.occupiedFrom(2, runs.at[2] + step);
        if (runs.at[2] <= runs.high[2]) return;
        runs.at[2] = runs.low[2];
        runs.at[1] = bins.occupiedFrom(1, runs.at[1] + 1);
        if (runs.at[1] <= runs.high[1]) return;
        runs.at[1] = runs.low[1];
        runs.at[0] = bins.occupiedFrom(0, runs.at[0] + 1);
    }
};

fn asFloat(value: usize) f64 {
    return @floatFromInt(value);
}
