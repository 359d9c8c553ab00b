//! The set lanes of a vector, moved together.
const std = @import("std");
const builtin = @import("builtin");

pub const lanes = 16;
const Values = @Vector(lanes, u32);

const features = builtin.cpu.features;
const has_compress = builtin.cpu.arch == .x86_64 and
    std.Target.x86.featureSetHas(features, .avx512f);
const has_compress_short = has_compress and
    std.Target.x86.featureSetHas(features, .avx512vl);
const has_permute = builtin.cpu.arch == .x86_64 and
    std.Target.x86.featureSetHas(features, .avx2);

/// For each mask, the lanes that are set, first to last.
const set_lanes = table: {
    @setEvalBranchQuota(10_000);
    var table: [256][8]u8 = .{.{0} ** 8} ** 256;
    for (&table, 0..) |*row, mask| {
        var found: usize = 0;
        for (0..8) |lane| {
            if (mask >> lane & 1 == 0) continue;
            row[found] = lane;
            found += 1;
        }
    }
    break :table table;
};

/// The same for four lanes of twice the size.
const set_pairs = table: {
    var table: [16][8]u8 = undefined;
    for (&table, set_lanes[0..16]) |*row, lanes_of| {
        for (0..4) |lane| {
            row[2 * lane] = 2 * lanes_of[lane];
            row[2 * lane + 1] = 2 * lanes_of[lane] + 1;
        }
    }
    break :table table;
};

/// Appends the values of the set lanes, in order; returns the new count. A whole vector may be written
/// whatever the mask: what lies behind the end is overwritten next.
pub inline fn append(to: [*]u32, count: usize, mask: u16, values: Values) usize {
    if (has_compress) {
        to[count..][0..lanes].* = asm ("vpcompressd %[values], %[set] {%[mask]} {z}"
            : [set] "=v" (-> Values),
            : [values] "v" (values),
              [mask] "{k1}" (mask),
        );
        return count + @popCount(mask);
    }
    const halves: [2]@Vector(8, u32) = @bitCast(values);
    const low: u8 = @truncate(mask);
    const high: u8 = @truncate(mask >> 8);
    const middle = count + @popCount(low);
    to[count..][0..8].* = permuted(halves[0], set_lanes[low]);
    to[middle..][0..8].* = permuted(halves[1], set_lanes[high]);
    return middle + @popCount(high);
}

/// As `append`, eight at a time.
pub inline fn appendEight(to: [*]u32, count: usize, mask: u8, values: @Vector(8, u32)) usize {
    to[count..][0..8].* = if (has_compress_short) asm ("vpcompressd %[values], %[set] {%[mask]} {z}"
        : [set] "=v" (-> @Vector(8, u32)),
        : [values] "v" (values),
          [mask] "{k1}" (mask),
    ) else permuted(values, set_lanes[mask]);
    return count + @popCount(mask);
}

/// As `appendEight`, of numbers.
pub inline fn appendNumbers(to: [*]f64, count: usize, mask: u8, values: @Vector(8, f64)) usize {
    if (has_compress) {
        to[count..][0..8].* = asm ("vcompresspd %[values], %[set] {%[mask]} {z}"
            : [set] "=v" (-> @Vector(8, f64)),
            : [values] "v" (values),
              [mask] "{k1}" (mask),
        );
        return count + @popCount(mask);
    }
    const halves: [2]@Vector(8, u32) = @bitCast(values);
    const low = mask & 15;
    const high = mask >> 4;
    const middle = count + @popCount(low);
    to[count..][0..4].* = @bitCast(permuted(halves[0], set_pairs[low]));
    to[middle..][0..4].* = @bitCast(permuted(halves[1], set_pairs[high]));
    return middle + @popCount(high);
}

inline fn permuted(values: @Vector(8, u32), row: [8]u8) @Vector(8, u32) {
    const order: @Vector(8, u32) = @as(@Vector(8, u8), row);
    if (has_permute) {
        return asm ("vpermd %[values], %[order], %[set]"
            : [set] "=x" (-> @Vector(8, u32)),
            : [values] "x" (values),
              [order] "x" (order),
        );
    }
    const from: [8]u32 = values;
    const lanes_of: [8]u32 = order;
    var set: [8]u32 = undefined;
    inline for (&set, lanes_of) |*value, lane| value.* = from[lane];
    return set;
}

test "numbers and indices of every mask" {
    var values: @Vector(8, f64) = undefined;
    var indices: @Vector(8, u32) = undefined;
    for (0..8) |lane| {
        values[lane] = @as(f64, @floatFromInt(lane)) + 0.5;
        indices[lane] = @intCast(lane);
    }
    var numbers: [16]f64 = undefined;
    var set: [16]u32 = undefined;
    for (0..256) |mask| {
        const end = appendNumbers(&numbers, 1, @intCast(mask), values);
        try std.testing.expectEqual(end, appendEight(&set, 1, @intCast(mask), indices));
        var at: usize = 1;
        for (0..8) |lane| {
            if (mask >> @intCast(lane) & 1 == 0) continue;
            try std.testing.expectEqual(lane, set[at]);
            try std.testing.expectEqual(values[lane], numbers[at]);
            at += 1;
        }
        try std.testing.expectEqual(at, end);
    }
}
