//! What the tests of the pool share.
const std = @import("std");
const guard = @import("guard.zig");
const Job = @import("job.zig").Job;
const Pool = @import("pool.zig").Pool;
const Worker = @import("pool.zig").Worker;

pub const Failure = error{ Refused, Panicked };
pub const stack_size = 256 << 10;

pub fn createPool(thread_count: usize) !*Pool {
    return Pool.create(std.testing.allocator, .{
        .thread_count = thread_count,
        .stack_size = stack_size,
    });
}

pub fn destroyPool(pool: *Pool) void {
    pool.stop();
    pool.destroy();
}

/// A root job that runs `body(worker)` and keeps its result.
pub fn Root(comptime body: fn (*Worker, *guard.Message) Failure!u64) type {
    return struct {
        job: Job = .{ .run = run },
        result: Failure!u64 = 0,
        message: guard.Message = .{},
        done: std.Thread.ResetEvent = .{},

        fn run(job: *Job, worker: *Worker) void {
            const root: *@This() = @alignCast(@fieldParentPtr("job", job));
            root.result = body(worker, &root.message);
            root.done.set();
        }
    };
}
