//! Memory from the system. Large blocks ask for huge pages: a neighbour list of 8 million pairs is
//! 240 MB, and taking it in pages of 4 KB costs as long as computing it. So does clearing it anew each
//! time, in a virtual machine several times as long; freed blocks are kept for the next of their size,
//! and the system may take the memory of those when it needs some.
const std = @import("std");
const builtin = @import("builtin");

pub const alignment = 64;
const log2_alignment = std.math.log2_int(usize, alignment);
const huge_page: usize = 2 << 20;
/// The largest page of any Linux: the ends of a mapping are cut at whole pages.
const largest_page: usize = 64 << 10;
const huge_from: usize = 2 * huge_page;
const has_huge_pages = builtin.os.tag == .linux;
/// Bytes kept at most; a list of 8 million pairs fits.
pub const spare_limit: usize = 256 << 20;
const most_spares = 32;

const Mapping = []align(std.mem.page_size) u8;

/// Freed mappings, oldest first.
const Spares = struct {
    mutex: std.Thread.Mutex = .{},
    list: std.BoundedArray(Mapping, most_spares) = .{},
    bytes: usize = 0,

    /// The smallest that holds `length`, unless a quarter of it would be left over.
    fn take(own: *Spares, length: usize) ?Mapping {
        own.mutex.lock();
        defer own.mutex.unlock();
        var best: ?usize = null;
        for (own.list.slice(), 0..) |each, index| {
            if (each.len < length or each.len - length > length / 4) continue;
            if (best == null or each.len < own.list.get(best.?).len) best = index;
        }
        return own.remove(best orelse return null);
    }

    /// True if it was kept: what no longer fits is unmapped by the caller.
    fn give(own: *Spares, mapping: Mapping) bool {
        if (mapping.len > spare_limit) return false;
        std.posix.madvise(mapping.ptr, mapping.len, std.posix.MADV.FREE) catch return false;
        own.mutex.lock();
        defer own.mutex.unlock();
        while (own.list.len == most_spares or own.bytes + mapping.len > spare_limit) {
            std.posix.munmap(own.remove(0));
        }
        own.list.appendAssumeCapacity(mapping);
        own.bytes += mapping.len;
        return true;
    }

    fn remove(own: *Spares, index: usize) Mapping {
        const mapping = own.list.orderedRemove(index);
        own.bytes -= mapping.len;
        return mapping;
    }
};

var spares: Spares = .{};

/// Undefined contents; null when the system has no memory.
pub fn alloc(size: usize) ?[]align(alignment) u8 {
    if (has_huge_pages and size >= huge_from) return allocHuge(size);
    const memory = std.heap.c_allocator.rawAlloc(@max(size, 1), log2_alignment, 0) orelse
        return null;
    return @alignCast(memory[0..size]);
}

/// `memory` exactly as `alloc` returned it.
pub fn free(memory: []align(alignment) u8) void {
    if (has_huge_pages and memory.len >= huge_from) {
        const mapping: Mapping = @alignCast(mapped(memory));
        if (!spares.give(mapping)) std.posix.munmap(mapping);
        return;
    }
    std.heap.c_allocator.rawFree(memory.ptr[0..@max(memory.len, 1)], log2_alignment, 0);
}

fn mapped(memory: []align(alignment) u8) []align(alignment) u8 {
    return memory.ptr[0..std.mem.alignForward(usize, memory.len, largest_page)];
}

/// Maps more than asked for and cuts both ends, as mmap knows no alignment above a page.
fn allocHuge(size: usize) ?[]align(alignment) u8 {
    const most = std.math.maxInt(usize) - huge_page - largest_page;
    if (size > most) return null;
    const length = std.mem.alignForward(usize, size, largest_page);
    if (spares.take(length)) |spare| {
        if (spare.len > length) std.posix.munmap(@alignCast(spare[length..]));
        return @as([*]align(alignment) u8, spare.ptr)[0..size];
    }
    const padded = length + huge_page;
    const raw = std.posix.mmap(
        null,
        padded,
        std.posix.PROT.READ | std.posix.PROT.WRITE,
        .{ .TYPE = .PRIVATE, .ANONYMOUS = true },
        -1,
        0,
    ) catch return null;
    const begin = std.mem.alignForward(usize, @intFromPtr(raw.ptr), huge_page) - @intFromPtr(raw.ptr);
    const end = begin + length;
    if (begin > 0) std.posix.munmap(raw[0..begin]);
    if (padded > end) std.posix.munmap(@alignCast(raw.ptr[end..padded]));
    const memory: []align(std.mem.page_size) u8 = @alignCast(raw.ptr[begin..end]);
    // A kernel without huge pages refuses; the memory is good all the same.
    std.posix.madvise(memory.ptr, memory.len, std.posix.MADV.HUGEPAGE) catch {};
    return memory[0..size];
}

test "small and large blocks are aligned and writable to their ends" {
    for ([_]usize{ 0, 1, 4096, huge_from - 1, huge_from, 3 * huge_page + 123 }) |size| {
        const memory = alloc(size).?;
        defer free(memory);
        try std.testing.expectEqual(size, memory.len);
        if (size > 0) {
            memory[0] = 1;
            memory[size - 1] = 2;
        }
    }
}

test "a freed block is used again, also for a little less, and little is kept" {
    if (!has_huge_pages) return;
    const size = 40 * huge_page;
    const first = alloc(size).?;
    const address = @intFromPtr(first.ptr);
    free(first);
    const second = alloc(size - huge_page).?;
    try std.testing.expectEqual(address, @intFromPtr(second.ptr));
    const other = alloc(size).?;
    try std.testing.expect(@intFromPtr(other.ptr) != address);
    other[size - 1] = 1;
    free(second);
    free(other);
    const tiny = alloc(huge_from).?; // none of them: most of it would be left over
    defer free(tiny);
    try std.testing.expect(@intFromPtr(tiny.ptr) != address);
    for (0..8) |_| free(alloc(spare_limit / 3).?);
    for (0..most_spares + 8) |_| free(alloc(huge_from).?);
    try std.testing.expect(spares.bytes <= spare_limit);
    free(alloc(spare_limit + huge_page).?);
    try std.testing.expect(spares.bytes <= spare_limit);
}
