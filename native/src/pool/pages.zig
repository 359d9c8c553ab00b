//! Memory from the system. Large blocks ask for huge pages: a neighbour list of 8 million pairs is
//! 240 MB, and taking it in pages of 4 KB costs as long as computing it.
const std = @import("std");
const builtin = @import("builtin");

pub const alignment = 64;
const log2_alignment = std.math.log2_int(usize, alignment);
const huge_page: usize = 2 << 20;
/// The largest page of any Linux: the ends of a mapping are cut at whole pages.
const largest_page: usize = 64 << 10;
const huge_from: usize = 2 * huge_page;
const has_huge_pages = builtin.os.tag == .linux;

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
        return std.posix.munmap(@alignCast(mapped(memory)));
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
