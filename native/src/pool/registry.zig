//! Pools shared by all environments of the process: one for each pair of thread count and stack
//! size, counted by reference.
const std = @import("std");
const Job = @import("job.zig").Job;
const Pool = @import("pool.zig").Pool;
const Worker = @import("pool.zig").Worker;

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
    const stack = stackSize(stack_size);
    mutex.lock();
    defer mutex.unlock();
    joinEnded();
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
    var next = retired;
    retired = null;
    // A task may take long to end, and nobody who opens a pool meanwhile waits for it.
    mutex.unlock();
    while (next) |shared| {
        next = shared.next;
        destroy(shared);
    }
}

/// Under the mutex.
fn joinEnded() void {
    var link: *?*Shared = &retired;
    while (link.*) |shared| {
        if (!shared.pool.hasEnded()) {
            link = &shared.next;
            continue;
        }
        link.* = shared.next;
        destroy(shared);
    }
}

fn destroy(shared: *Shared) void {
    shared.pool.destroy();
    allocator.destroy(shared);
}

/// In whole pages of any system: some refuse a thread another size.
fn stackSize(wanted: usize) usize {
    const size = if (wanted == 0) default_stack_size else @max(wanted, min_stack_size);
    const largest_page = 64 << 10;
    return std.mem.alignBackward(usize, size +| (largest_page - 1), largest_page);
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

/// Holds the only worker of its pool until it is released, for some seconds at most.
const Holder = struct {
    job: Job = .{ .run = run },
    released: std.Thread.ResetEvent = .{},
    gave_up: bool = false,

    fn run(job: *Job, _: *Worker) void {
        const holder: *Holder = @alignCast(@fieldParentPtr("job", job));
        holder.released.timedWait(10 * std.time.ns_per_s) catch {
            holder.gave_up = true;
        };
    }
};

fn isJoining() bool {
    mutex.lock();
    defer mutex.unlock();
    return retired == null;
}

test "who waits for the end of a pool keeps nobody else from opening one" {
    var holder: Holder = .{};
    const held = try retain(1, min_stack_size);
    held.pool.inject(&holder.job);
    release(held);
    const joiner = try std.Thread.spawn(.{}, joinRetired, .{});
    while (!isJoining()) try std.Thread.yield();
    release(try retain(2, min_stack_size));
    holder.released.set();
    joiner.join();
    joinRetired();
    try std.testing.expect(!holder.gave_up);
}

test "a stack is a whole number of pages" {
    try std.testing.expectEqual(default_stack_size, stackSize(0));
    try std.testing.expectEqual(min_stack_size, stackSize(1));
    try std.testing.expectEqual(2 * min_stack_size, stackSize(min_stack_size + 1));
}
