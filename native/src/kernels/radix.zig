//! Sort of 64-bit keys by their high half; the low half rides along and keeps its order.
const std = @import("std");

const max_digit_bits = 11;
/// Below this an insertion sort is quicker than clearing histograms.
const insertion_limit = 48;

/// Sorts `keys` in place by bits 32 .. 32 + bits, stably; `spare` is as long. Where the low half
/// grows along `keys`, the result is the order of the whole keys.
pub fn sortByHigh(keys: [*]u64, spare: [*]u64, count: usize, bits: u32) callconv(.c) void {
    if (count <= insertion_limit) return insertionSort(keys[0..count]);
    const passes = (bits + max_digit_bits - 1) / max_digit_bits;
    if (passes == 0) return;
    const digit_bits: u6 = @intCast((bits + passes - 1) / passes);
    var from = keys;
    var to = spare;
    for (0..passes) |pass| {
        const shift: u6 = @intCast(32 + pass * digit_bits);
        sortByDigit(from[0..count], to, shift, digit_bits);
        std.mem.swap([*]u64, &from, &to);
    }
    if (from != keys) @memcpy(keys[0..count], from[0..count]);
}

fn sortByDigit(from: []const u64, to: [*]u64, shift: u6, digit_bits: u6) void {
    var positions: [1 << max_digit_bits]u32 = undefined;
    const digits = @as(usize, 1) << digit_bits;
    const mask = digits - 1;
    @memset(positions[0..digits], 0);
    for (from) |key| positions[(key >> shift) & mask] += 1;
    var begin: u32 = 0;
    for (positions[0..digits]) |*position| {
        const size = position.*;
        position.* = begin;
        begin += size;
    }
    for (from) |key| {
        const position = &positions[(key >> shift) & mask];
        to[position.*] = key;
        position.* += 1;
    }
}

fn insertionSort(keys: []u64) void {
    for (1..keys.len) |index| {
        const key = keys[index];
        var hole = index;
        while (hole > 0 and keys[hole - 1] > key) : (hole -= 1) keys[hole] = keys[hole - 1];
        keys[hole] = key;
    }
}

test "any length and any number of bits sorts stably" {
    var generator = std.Random.DefaultPrng.init(7);
    const random = generator.random();
    var keys: [3000]u64 = undefined;
    var spare: [3000]u64 = undefined;
    for ([_]usize{ 1, 2, 47, 48, 49, 1000, 3000 }) |count| {
        for ([_]u5{ 1, 7, 11, 12, 23, 31 }) |bits| {
            for (keys[0..count], 0..) |*key, index| {
                const high = random.int(u32) & ((@as(u32, 1) << bits) - 1);
                key.* = @as(u64, high) << 32 | index;
            }
            sortByHigh(&keys, &spare, count, bits);
            try std.testing.expect(std.sort.isSorted(u64, keys[0..count], {}, std.sort.asc(u64)));
        }
    }
}
