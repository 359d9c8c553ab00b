//! Pools shared by all environments of the process: one for each pair of thread count and stack
//! size, counted by reference.
const std = @import("std");
const Pool = @import("pool.zig").Pool;

const allocator = std.heap.c_allocator;

pub const default_stack_size: usize = 8 << 20;
pub const min_stack_size: usize = 64 << 10;

pub const Shared = struct {
    pool: *Pool,
    thread_count: usize,
    stack_size: usize,
    references: usize,
    next: ?*Shared,
};

var mutex: std.Thread.Mutex = .{};
var running: ?*Shared = null;
/// Without a user and told to stop, their threads not yet joined.
var retired: ?*Shared = null;

/// `thread_count` 0: one a hardware thread; `stack_size` 0: the default.
pub fn retain(
    thread_count: usize,
    stack_size: usize,
) (std.mem.Allocator.Error || std.Thread.SpawnError)!*Shared {
    const threads = if (thread_count == 0) std.Thread.getCpuCount() catch 1 else thread_count;
    const stack = if (stack_size == 0) default_stack_size else @max(stack_size, min_stack_size);
    mutex.lock();
    defer mutex.unlock();
    join(.ended);
    var candidate = running;
    while (candidate) |shared| : (candidate = shared.next) {
        if (shared.thread_count != threads or shared.stack_size != stack) continue;
        shared.references += 1;
        return shared;
    }
    const shared = try allocator.create(Shared);
    errdefer allocator.destroy(shared);
    const pool = try Pool.create(allocator, .{ .thread_count = threads, .stack_size = stack });
    shared.* = .{
        .pool = pool,
        .thread_count = threads,
        .stack_size = stack,
        .references = 1,
        .next = running,
    };
    running = shared;
    return shared;
}

/// Waits for nothing; the threads of the last user's pool end on their own.
pub fn release(shared: *Shared) void {
    mutex.lock();
    defer mutex.unlock();
    shared.references -= 1;
    if (shared.references > 0) return;
    var link: *?*Shared = &running;
    while (link.*.? != shared) link = &link.*.?.next;
    link.* = shared.next;
    shared.next = retired;
    retired = shared;
    shared.pool.stop();
}

/// Waits for the threads of all retired pools. Before the code of this library is unmapped, no
/// thread may run in it.
pub fn joinRetired() void {
    mutex.lock();
    defer mutex.unlock();
    join(.all);
}

fn join(which: enum { all, ended }) void {
    var link: *?*Shared = &retired;
    while (link.*) |shared| {
        if (which == .ended and !shared.pool.hasEnded()) {
            link = &shared.next;
            continue;
        }
        link.* = shared.next;
        shared.pool.destroy();
        allocator.destroy(shared);
    }
}

test "equal arguments share a pool until its last user leaves" {
    const first = try retain(2, 0);
    const second = try retain(2, default_stack_size);
    const other = try retain(2, min_stack_size);
    try std.testing.expectEqual(first, second);
    try std.testing.expect(first != other);
    try std.testing.expectEqual(2, first.pool.started);
    release(first);
    try std.testing.expectEqual(first, running.?.next.?);
    release(second);
    release(other);
    try std.testing.expectEqual(null, running);
    joinRetired();
    try std.testing.expectEqual(null, retired);
}
