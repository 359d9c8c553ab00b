//! Scratch memory of one worker: bump allocation, released in stack order, blocks kept for the next
//! task. Owned by its worker's thread; nothing here is synchronised.
const std = @import("std");
const pages = @import("pages.zig");

pub const Arena = struct {
    first: ?*Block = null,
    current: ?*Block = null,
    /// Bytes of all blocks, used or spare.
    reserved: usize = 0,

    /// What an idle worker keeps: enough for the usual task, little beside a session's memory.
    pub const retained_limit: usize = 16 << 20;
    const block_size: usize = 1 << 20;
    pub const alignment = pages.alignment;

    const Block = struct {
        next: ?*Block,
        memory: []align(alignment) u8,
        used: usize,
    };
    const header_size = std.mem.alignForward(usize, @sizeOf(Block), alignment);

    pub const Mark = struct { block: ?*Block, used: usize };

    pub fn deinit(arena: *Arena) void {
        arena.freeFrom(&arena.first);
        arena.* = .{};
    }

    /// Bytes aligned for any vector, undefined; null when the system has no memory.
    pub fn alloc(arena: *Arena, size: usize) ?[]align(alignment) u8 {
        if (arena.current) |block| {
            if (block.memory.len - block.used >= size) return take(block, size);
        }
        const block = arena.nextBlock(size) orelse return null;
        arena.current = block;
        return take(block, size);
    }

    pub fn mark(arena: *const Arena) Mark {
        const block = arena.current orelse return .{ .block = null, .used = 0 };
        return .{ .block = block, .used = block.used };
    }

    /// Gives back everything allocated since `mark`; what exceeds the retained limit goes back to
    /// the system.
    pub fn release(arena: *Arena, to: Mark) void {
        arena.current = to.block;
        if (to.block) |block| block.used = to.used;
        if (arena.reserved <= retained_limit) return;
        arena.freeFrom(if (to.block) |block| &block.next else &arena.first);
    }

    fn take(block: *Block, size: usize) []align(alignment) u8 {
        const memory = block.memory[block.used..][0..size];
        block.used = @min(std.mem.alignForward(usize, block.used + size, alignment), block.memory.len);
        return @alignCast(memory);
    }

    /// A spare block that is large enough, or a new one; either follows the current one.
    fn nextBlock(arena: *Arena, size: usize) ?*Block {
        const link = if (arena.current) |block| &block.next else &arena.first;
        if (link.*) |spare| {
            if (spare.memory.len >= size) {
                spare.used = 0;
                return spare;
            }
        }
        const wanted = std.math.add(usize, size, header_size) catch return null;
        const memory = pages.alloc(@max(wanted, block_size)) orelse return null;
        const block: *Block = @ptrCast(memory.ptr);
        block.* = .{ .next = link.*, .memory = @alignCast(memory[header_size..]), .used = 0 };
        link.* = block;
        arena.reserved += memory.len;
        return block;
    }

    fn freeFrom(arena: *Arena, link: *?*Block) void {
        var next = link.*;
        link.* = null;
        while (next) |block| {
            next = block.next;
            const size = block.memory.len + header_size;
            arena.reserved -= size;
            pages.free(@as([*]align(alignment) u8, @ptrCast(@alignCast(block)))[0..size]);
        }
    }
};

const testing = std.testing;

test "memory after a mark is reused, memory before it is kept" {
    var arena: Arena = .{};
    defer arena.deinit();
    const kept = arena.alloc(100).?;
    @memset(kept, 7);
    const mark = arena.mark();
    const first = arena.alloc(1000).?;
    _ = arena.alloc(3 << 20).?; // a block of its own
    arena.release(mark);
    const again = arena.alloc(1000).?;
    try testing.expectEqual(first.ptr, again.ptr);
    for (kept) |byte| try testing.expectEqual(7, byte);
}

test "what exceeds the retained limit goes back to the system" {
    var arena: Arena = .{};
    defer arena.deinit();
    const empty = arena.mark();
    for (0..4) |_| _ = arena.alloc(Arena.retained_limit / 2).?;
    try testing.expect(arena.reserved > Arena.retained_limit);
    arena.release(empty);
    try testing.expect(arena.reserved <= Arena.retained_limit);
}

test "a size that no address space holds is refused" {
    var arena: Arena = .{};
    defer arena.deinit();
    try testing.expectEqual(null, arena.alloc(std.math.maxInt(usize)));
    try testing.expectEqual(null, arena.alloc(std.math.maxInt(usize) / 2));
}
