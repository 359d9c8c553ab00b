//! The C ABI of the engine, and nothing else; `addon/prism_core.h` declares it for the shim.
const std = @import("std");
const dispatch = @import("kernels/dispatch.zig");
const guard = @import("pool/guard.zig");
const jobs = @import("jobs.zig");
const pages = @import("pool/pages.zig");
const plugin = @import("plugin.zig");
const clock = @import("clock.zig");
const environments = @import("environment.zig");
const tasks = @import("task.zig");
const spans_file = @import("pool/spans.zig");
const Span = spans_file.Span;
const Spans = spans_file.Spans;
const Environment = environments.Environment;
const Record = @import("record.zig").Record;
const Task = tasks.Task;

pub const panic = guard.panic;

/// Raised whenever `src/runtime/addon.ts` changes.
export fn prism_abi_version() u32 {
    return 3;
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

export fn prism_environment_destroy(environment: *Environment) void {
    environment.destroy();
}

export fn prism_set_interrupt_epoch(environment: *Environment, epoch: *const i32) void {
    environment.interrupt_epoch = epoch;
}

export fn prism_now_ns() u64 {
    return clock.now();
}

export fn prism_records_per_slab() u32 {
    return environments.records_per_slab;
}

/// `records` stay where they are for the life of the environment. False without memory.
export fn prism_add_records(environment: *Environment, records: [*]Record) bool {
    return environment.addSlab(records);
}

/// The id of the lease, or 0 with `reason` set to the name of the error.
export fn prism_pool_open(
    environment: *Environment,
    thread_count: usize,
    stack_size: usize,
    memory_limit: u64,
    started: *usize,
    reason: *[*:0]const u8,
) u32 {
    const lease = environment.openLease(thread_count, stack_size, memory_limit) catch |cause| {
        reason.* = @errorName(cause);
        return 0;
    };
    started.* = lease.shared.pool.started;
    return lease.id;
}

/// False for an unknown id.
export fn prism_pool_close(environment: *Environment, id: u32) bool {
    environment.closeLease(environment.findLease(id) orelse return false);
    return true;
}

const PoolStats = extern struct {
    busy: u32,
    queued: [4]u32,
    steals: u64,
    bytes_in_use: u64,
    peak_bytes: u64,
};

/// False for an unknown id.
export fn prism_pool_stats(environment: *Environment, id: u32, out: *PoolStats) bool {
    const lease = environment.findLease(id) orelse return false;
    const stats = lease.shared.pool.stats();
    out.* = .{
        .busy = stats.busy,
        .queued = stats.queued_by_priority,
        .steals = stats.steals,
        .bytes_in_use = lease.memory.used.load(.monotonic),
        .peak_bytes = lease.memory.peak.load(.monotonic),
    };
    return true;
}

const span_values = 5;

/// Fills `out` with worker, serial, start, end (ns) and 1 for a helper, of each span that the workers
/// remember, and returns how many there are; at most `capacity`.
export fn prism_pool_spans(
    environment: *Environment,
    id: u32,
    out: [*][span_values]f64,
    capacity: usize,
) usize {
    const lease = environment.findLease(id) orelse return 0;
    var count: usize = 0;
    for (lease.shared.pool.workers) |worker| {
        var spans: [Spans.capacity]Span = undefined;
        for (spans[0..worker.spans.read(&spans)]) |span| {
            if (count == capacity) return count;
            out[count] = .{
                @floatFromInt(worker.index),
                @floatFromInt(span.serial),
                clock.milliseconds(span.start_ns),
                clock.milliseconds(span.end_ns),
                if (span.kind == .helper) 1 else 0,
            };
            count += 1;
        }
    }
    return count;
}

/// Sets bytes of the runtime's memory aside for a task; false when they are not free.
export fn prism_reserve(environment: *Environment, id: u32, bytes: u64) bool {
    const lease = environment.findLease(id) orelse return false;
    lease.memory.take(bytes) catch return false;
    return true;
}

/// True when `report` holds a kernel, whose id is that of a record; else the report says why not.
export fn prism_load_kernel(
    library: [*:0]const u8,
    symbol: [*:0]const u8,
    report: *plugin.Report,
) bool {
    report.* = .{};
    plugin.load(library, symbol, report) catch return false;
    report.index += jobs.table.len;
    return true;
}

/// Gives bytes back that were set aside; nothing to do once the runtime is gone.
export fn prism_unreserve(environment: *Environment, id: u32, bytes: u64) void {
    const lease = environment.findLease(id) orelse return;
    lease.memory.give(bytes);
}

/// Submits the task whose record JavaScript has filled in.
export fn prism_submit(
    environment: *Environment,
    id: u32,
    slot: u32,
    inputs: [*]const tasks.Input,
    input_count: usize,
) tasks.Submitted {
    const record = environment.recordOf(slot) orelse return .unknown_record;
    if (!isSound(record) or environment.taskOf(slot) != null) return .unknown_record;
    if (record.kernel < 0 or !jobs.exists(@intCast(record.kernel))) return .unknown_kernel;
    const lease = environment.findLease(id) orelse return .unknown_pool;
    const given = inputs[0..input_count];
    return Task.submit(environment, lease, slot, record, given);
}

/// Whatever JavaScript wrote, its conversion is defined.
fn isSound(record: *const Record) bool {
    if (record.param_count < 0 or record.param_count > record.params.len) return false;
    if (record.priority < 0 or record.priority > 3) return false;
    const numbers = [_]f64{ record.serial, record.memory_limit, record.reserved_bytes };
    for (numbers) |value| if (!(value >= 0 and value <= 0x1p53)) return false;
    return record.timeout_ms >= 0;
}

/// After submissions that asked for it, before the thread waits for anything: wakes a worker for
/// those that did not. Without it they start within a millisecond or two.
export fn prism_flush(environment: *Environment) void {
    environment.flush();
}

/// Ends a task that no thread has taken yet, at once and without a completion; false otherwise.
export fn prism_withdraw(environment: *Environment, slot: u32) bool {
    return environment.withdraw(environment.taskOf(slot) orelse return false);
}

/// The slot of the next finished task, oldest first; -1 when there is none.
export fn prism_take_finished(environment: *Environment) i64 {
    const task = environment.takeFinished() orelse return -1;
    return task.slot;
}

/// The task of a slot that `prism_take_finished` gave out, for its result; null when there is none.
export fn prism_task_of(environment: *Environment, slot: u32) ?*Task {
    const task = environment.taskOf(slot) orelse return null;
    return if (task.handed_over) task else null;
}

export fn prism_task_message(task: *const Task, length: *usize) [*]const u8 {
    const text = task.messageText();
    length.* = text.len;
    return text.ptr;
}

/// The outputs of a finished task; whoever takes one sets its `data` to null.
export fn prism_task_outputs(task: *Task, count: *u32) [*]tasks.Output {
    count.* = task.output_count;
    return &task.outputs;
}

/// Frees the task with those outputs whose `data` is still set.
export fn prism_task_free(task: *Task) void {
    task.destroy();
}

/// Frees an output that was taken out of its task.
export fn prism_output_free(data: [*]align(pages.alignment) u8, size: usize) void {
    pages.free(data[0..size]);
}
