//! Sites sorted into bins, stably, on several threads: each part of the sites counts its own in every
//! bin, and has slots of its own there behind those of the parts before. So the order does not depend
//! on the parts.
const std = @import("std");
const binning = @import("../kernels/binning.zig");
const dispatch = @import("../kernels/dispatch.zig");
const neighbors = @import("../kernels/neighbors.zig");
const Error = @import("../task.zig").Error;
const Grid = binning.Grid;
const Kernels = @import("../kernels/table.zig").Kernels;
const Scope = @import("../scope.zig").Scope;
const Span = binning.Span;

const sites_per_part = 1 << 14;
const most_parts = 32;
/// Numbers that count the bins of all parts, at most for each site: where the bins are many, the parts
/// are few.
const tallies_per_site = 4;

pub const BinSort = struct {
    kernels: *const Kernels,
    frac: []const f64,
    site_count: usize,
    grid: Grid = undefined,
    part_count: usize = 1,
    /// First site of each bin, and the end.
    starts: []u32 = &.{},
    /// Bin of each site.
    bin_of: []u32,
    /// Of each part in turn: its sites in every bin, then the slot of the next one.
    tallies: []u32 = &.{},
    spans: []Span = &.{},
    slots: binning.Slots = undefined,
    /// Of each range of bins: sites, and the sum of their squares over the bins; then the first slot.
    totals: [most_parts]u64 = undefined,
    squares: [most_parts]u64 = undefined,
    /// Of each part: whether all coordinates can be placed, and the largest cartesian one.
    sound: [most_parts]bool = undefined,
    largest: [most_parts]f64 = undefined,

    pub fn create(scope: *Scope, frac: []const f64) Error!BinSort {
        return .{
            .kernels = dispatch.kernels(),
            .frac = frac,
            .site_count = frac.len / 3,
            .bin_of = try scope.alloc(u32, frac.len / 3),
        };
    }

    /// Where the sites are; of the grid, `periodic` and `low` matter.
    pub fn span(sort: *BinSort, scope: *Scope, grid: Grid) Error!Span {
        sort.grid = grid;
        sort.part_count = sort.partsFor(0);
        if (sort.spans.len == 0) sort.spans = try scope.alloc(Span, sort.part_count);
        try sort.forParts(scope, widenPart);
        var all = sort.spans[0];
        for (sort.spans[1..]) |*each| {
            for (0..3) |axis| {
                all.low[axis] = @min(all.low[axis], each.low[axis]);
                all.high[axis] = @max(all.high[axis], each.high[axis]);
                for (&all.taken[axis], each.taken[axis]) |*taken, also| taken.* = taken.* or also;
            }
        }
        return all;
    }

    fn widenPart(sort: *BinSort, part: usize) void {
        const own = &sort.spans[part];
        own.* = .{
            .low = .{std.math.inf(f64)} ** 3,
            .high = .{-std.math.inf(f64)} ** 3,
            .taken = .{.{false} ** binning.gap_parts} ** 3,
        };
        const sites = sort.sitesOf(part);
        sort.kernels.bin_widen(&sort.grid, sort.frac[3 * sites.first ..].ptr, sites.count(), own);
    }

    /// Finds the bin of every site; returns how many are in the bin of a site, itself included, on
    /// average over the sites.
    pub fn place(sort: *BinSort, scope: *Scope, grid: Grid, bin_count: usize) Error!f64 {
        sort.grid = grid;
        sort.part_count = sort.partsFor(bin_count);
        sort.starts = try scope.alloc(u32, bin_count + 1);
        sort.tallies = try scope.alloc(u32, sort.part_count * bin_count);
        try sort.forParts(scope, placePart);
        for (sort.sound[0..sort.part_count]) |sound| std.debug.assert(sound);
        try sort.forParts(scope, countRange);
        var squares: u64 = 0;
        for (sort.squares[0..sort.part_count]) |each| squares += each;
        const site_count: f64 = @floatFromInt(@max(sort.site_count, 1));
        return @as(f64, @floatFromInt(squares)) / site_count;
    }

    fn placePart(sort: *BinSort, part: usize) void {
        const sites = sort.sitesOf(part);
        const tally = sort.tallyOf(part);
        @memset(tally, 0);
        sort.sound[part] = sort.kernels.bin_place(
            &sort.grid,
            sort.frac[3 * sites.first ..].ptr,
            sites.count(),
            sort.bin_of[sites.first..].ptr,
            tally.ptr,
        );
    }

    fn countRange(sort: *BinSort, part: usize) void {
        const bins = sort.binsOf(part);
        var total: u64 = 0;
        var squares: u64 = 0;
        for (bins.first..bins.end) |bin| {
            var in_bin: u64 = 0;
            for (0..sort.part_count) |each| in_bin += sort.tallyOf(each)[bin];
            total += in_bin;
            squares += in_bin * in_bin;
        }
        sort.totals[part] = total;
        sort.squares[part] = squares;
    }

    /// Writes the sites of the bins one after another, with room for a vector more; returns the largest
    /// absolute cartesian coordinate.
    pub fn settle(sort: *BinSort, scope: *Scope) Error!f64 {
        var first: u64 = 0;
        for (sort.totals[0..sort.part_count]) |*total| {
            first += total.*;
            total.* = first - total.*;
        }
        sort.starts[sort.starts.len - 1] = @intCast(first);
        try sort.forParts(scope, startRange);
        const count = sort.site_count;
        var cart: [3][]f64 = undefined;
        for (&cart) |*values| {
            values.* = try scope.alloc(f64, count + neighbors.lanes);
            @memset(values.*[count..], 0);
        }
        sort.slots = .{
            .x = cart[0].ptr,
            .y = cart[1].ptr,
            .z = cart[2].ptr,
            .original = (try scope.alloc(u32, count)).ptr,
            .wrap = (try scope.alloc(i32, 3 * count)).ptr,
        };
        try sort.forParts(scope, settlePart);
        return std.mem.max(f64, sort.largest[0..sort.part_count]);
    }

    fn startRange(sort: *BinSort, part: usize) void {
        const bins = sort.binsOf(part);
        var slot: u32 = @intCast(sort.totals[part]);
        for (bins.first..bins.end) |bin| {
            sort.starts[bin] = slot;
            for (0..sort.part_count) |each| {
                const tally = &sort.tallyOf(each)[bin];
                const count = tally.*;
                tally.* = slot;
                slot += count;
            }
        }
    }

    fn settlePart(sort: *BinSort, part: usize) void {
        const sites = sort.sitesOf(part);
        sort.largest[part] = sort.kernels.bin_settle(
            &sort.grid,
            sort.frac.ptr,
            sites.first,
            sites.count(),
            sort.bin_of.ptr,
            sort.tallyOf(part).ptr,
            &sort.slots,
        );
    }

    fn partsFor(sort: *const BinSort, bin_count: usize) usize {
        const affordable = tallies_per_site * sort.site_count / @max(bin_count, 1);
        return std.math.clamp(sort.site_count / sites_per_part, 1, @max(1, @min(most_parts, affordable)));
    }

    const Range = struct {
        first: usize,
        end: usize,

        fn count(range: Range) usize {
            return range.end - range.first;
        }
    };

    fn sitesOf(sort: *const BinSort, part: usize) Range {
        return sort.partOf(sort.site_count, part);
    }

    fn binsOf(sort: *const BinSort, part: usize) Range {
        return sort.partOf(sort.starts.len - 1, part);
    }

    fn partOf(sort: *const BinSort, count: usize, part: usize) Range {
        return .{
            .first = count * part / sort.part_count,
            .end = count * (part + 1) / sort.part_count,
        };
    }

    fn tallyOf(sort: *const BinSort, part: usize) []u32 {
        const bin_count = sort.starts.len - 1;
        return sort.tallies[part * bin_count ..][0..bin_count];
    }

    /// By halves, which count for no progress.
    fn forParts(sort: *BinSort, scope: *Scope, comptime body: fn (*BinSort, usize) void) Error!void {
        const Parts = struct {
            sort: *BinSort,
            first: usize,
            end: usize,

            const Parts = @This();

            fn run(parts: *const Parts, inner: *Scope) Error!void {
                if (parts.end - parts.first > 1) return inner.join(parts, runFirst, runSecond);
                try inner.checkpoint();
                body(parts.sort, parts.first);
            }

            fn runFirst(parts: *const Parts, inner: *Scope) Error!void {
                const half: Parts = .{ .sort = parts.sort, .first = parts.first, .end = parts.middle() };
                return half.run(inner);
            }

            fn runSecond(parts: *const Parts, inner: *Scope) Error!void {
                const half: Parts = .{ .sort = parts.sort, .first = parts.middle(), .end = parts.end };
                return half.run(inner);
            }

            fn middle(parts: *const Parts) usize {
                return parts.first + (parts.end - parts.first) / 2;
            }
        };
        const all: Parts = .{ .sort = sort, .first = 0, .end = sort.part_count };
        return all.run(scope);
    }
};
