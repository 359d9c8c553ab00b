//! Leaf functions that sort atoms into the bins of a cell.

/// Parts of a periodic axis that are looked at for a gap.
pub const gap_parts = 1024;

/// The bins of a cell, for fractional coordinates.
pub const Grid = extern struct {
    lattice: *const [9]f64,
    periodic: [3]bool,
    /// Where the first bin begins; within [0, 1) on a periodic axis.
    low: [3]f64,
    /// Length of `period` bins; 1 on a periodic axis.
    extent: [3]f64,
    period: [3]f64,
    /// At least 1; their product fits 32 bits.
    counts: [3]u32,
};

/// Where the atoms are along each axis.
pub const Span = extern struct {
    low: [3]f64,
    high: [3]f64,
    /// Parts of [0, 1) that hold atoms, of the periodic axes.
    taken: [3][gap_parts]bool,
};

/// Atoms in the order of their bins.
pub const Slots = extern struct {
    x: [*]f64,
    y: [*]f64,
    z: [*]f64,
    original: [*]u32,
    /// Lattice vectors taken off by wrapping, [3n].
    wrap: [*]i32,
};

const Wrapped = struct { at: f64, wrap: f64 };

/// The image of a coordinate in [low, low + 1), with low in [0, 1); as it stands without images.
inline fn wrapped(grid: *const Grid, axis: usize, given: f64) Wrapped {
    if (!grid.periodic[axis]) return .{ .at = given, .wrap = 0 };
    const wrap = @floor(given);
    const at = given - wrap;
    if (at < grid.low[axis]) return .{ .at = at + 1, .wrap = wrap - 1 };
    return .{ .at = at, .wrap = wrap };
}

/// Widens a span by some atoms. Of the grid, `periodic` and `low` matter.
pub fn widen(grid: *const Grid, frac: [*]const f64, count: usize, span: *Span) callconv(.c) void {
    inline for (0..3) |axis| {
        var low = span.low[axis];
        var high = span.high[axis];
        for (0..count) |site| {
            const at = wrapped(grid, axis, frac[3 * site + axis]).at;
            low = @min(low, at);
            high = @max(high, at);
            if (!grid.periodic[axis]) continue;
            span.taken[axis][@intFromFloat(@min(at * gap_parts, gap_parts - 1))] = true;
        }
        span.low[axis] = low;
        span.high[axis] = high;
    }
}

/// Finds the bin of each atom and counts it there. False if a coordinate is no number, or so large
/// that its wrap is none of 32 bits.
pub fn place(
    grid: *const Grid,
    frac: [*]const f64,
    count: usize,
    bins: [*]u32,
    tally: [*]u32,
) callconv(.c) bool {
    const own = grid.*;
    var is_sound = true;
    for (bins[0..count], 0..) |*bin, site| {
        var all: u32 = 0;
        inline for (0..3) |axis| {
            const given = frac[3 * site + axis];
            is_sound = is_sound and @abs(given) < 0x1p30;
            const at = wrapped(&own, axis, given).at;
            const part = (at - own.low[axis]) / own.extent[axis] * own.period[axis];
            const last: f64 = @floatFromInt(own.counts[axis] - 1);
            // NaN where the extent is 0: there is one bin then.
            const index: u32 = if (part > 0) @intFromFloat(@min(part, last)) else 0;
            all = all * own.counts[axis] + index;
        }
        bin.* = all;
        tally[all] += 1;
    }
    return is_sound;
}

/// Puts the atoms from `first` on into the next slots of their bins; returns the largest absolute
/// cartesian coordinate.
pub fn settle(
    grid: *const Grid,
    frac: [*]const f64,
    first: usize,
    count: usize,
    bins: [*]const u32,
    next: [*]u32,
    slots: *const Slots,
) callconv(.c) f64 {
    const own = grid.*;
    const lattice = own.lattice.*;
    const to = slots.*;
    var largest: f64 = 0;
    for (first..first + count) |site| {
        const slot = next[bins[site]];
        next[bins[site]] = slot + 1;
        var at: [3]f64 = undefined;
        inline for (0..3) |axis| {
            const image = wrapped(&own, axis, frac[3 * site + axis]);
            at[axis] = image.at;
            to.wrap[3 * @as(usize, slot) + axis] = @intFromFloat(image.wrap);
        }
        inline for (.{ to.x, to.y, to.z }, 0..) |values, axis| {
            const cart = at[0] * lattice[axis] + at[1] * lattice[3 + axis] + at[2] * lattice[6 + axis];
            largest = @max(largest, @abs(cart));
            values[slot] = cart;
        }
        to.original[slot] = @intCast(site);
    }
    return largest;
}
