//! The C ABI of the engine, and nothing else; `addon/prism_core.h` declares it for the shim.
const std = @import("std");
const dispatch = @import("kernels/dispatch.zig");
const guard = @import("pool/guard.zig");
const jobs = @import("jobs.zig");
const pages = @import("pool/pages.zig");
const environments = @import("environment.zig");
const tasks = @import("task.zig");
const Environment = environments.Environment;
const Task = tasks.Task;

pub const panic = guard.panic;

/// Raised whenever `src/runtime/addon.ts` changes.
export fn prism_abi_version() u32 {
    return 1;
}

export fn prism_simd_level() [*:0]const u8 {
    return @tagName(dispatch.level());
}

/// Null past the end of the table.
export fn prism_kernel_name(index: u32) ?[*:0]const u8 {
    return if (index < jobs.table.len) jobs.table[index].name else null;
}

/// Null past the end of the table.
export fn prism_status_name(index: u32) ?[*:0]const u8 {
    const statuses = comptime std.enums.values(tasks.Status);
    if (index >= statuses.len) return null;
    return switch (statuses[index]) {
        inline else => |status| @tagName(status),
    };
}

export fn prism_environment_create(
    notify: *const fn (?*anyopaque) callconv(.c) void,
    context: ?*anyopaque,
) ?*Environment {
    return Environment.create(notify, context);
}

export fn prism_environment_destroy(
    environment: *Environment,
    release_user: *const fn (?*anyopaque) callconv(.c) void,
) void {
    environment.destroy(release_user);
}

export fn prism_set_interrupt_epoch(environment: *Environment, epoch: *const i32) void {
    environment.interrupt_epoch = epoch;
}

/// The id of the lease, or 0 with `reason` set to the name of the error.
export fn prism_pool_open(
    environment: *Environment,
    thread_count: usize,
    stack_size: usize,
    started: *usize,
    reason: *[*:0]const u8,
) u32 {
    const lease = environment.openLease(thread_count, stack_size) catch |cause| {
        reason.* = @errorName(cause);
        return 0;
    };
    started.* = lease.shared.pool.started;
    return lease.id;
}

/// False for an unknown id.
export fn prism_pool_close(environment: *Environment, id: u32) bool {
    const lease = environment.findLease(id) orelse return false;
    lease.close();
    return true;
}

const PoolStats = extern struct { busy: u32, queued: u32, steals: u64 };

/// False for an unknown id.
export fn prism_pool_stats(environment: *Environment, id: u32, out: *PoolStats) bool {
    const lease = environment.findLease(id) orelse return false;
    const stats = lease.shared.pool.stats();
    out.* = .{ .busy = stats.busy, .queued = stats.queued, .steals = stats.steals };
    return true;
}

const Submitted = enum(i32) { queued, unknown_pool, unknown_kernel, no_memory };

export fn prism_submit(environment: *Environment, request: *const tasks.Request) Submitted {
    if (request.kernel >= jobs.table.len) return .unknown_kernel;
    const lease = environment.findLease(request.lease) orelse return .unknown_pool;
    return if (Task.submit(environment, lease, request)) .queued else .no_memory;
}

/// The next finished task, oldest first, or null; to be given to `prism_task_free`.
export fn prism_take_finished(environment: *Environment) ?*Task {
    return environment.takeFinished();
}

export fn prism_task_result(task: *Task) *tasks.Result {
    return &task.result;
}

/// Frees the task with those outputs whose `data` is still set.
export fn prism_task_free(task: *Task) void {
    task.destroy();
}

/// Frees an output that was taken out of its task.
export fn prism_output_free(data: [*]align(pages.alignment) u8, size: usize) void {
    pages.free(data[0..size]);
}
