//! One submitted job: its inputs, its limits, and what became of it.
const std = @import("std");
const clock = @import("clock.zig");
const guard = @import("pool/guard.zig");
const pages = @import("pool/pages.zig");
const jobs = @import("jobs.zig");
const environments = @import("environment.zig");
const Job = @import("pool/job.zig").Job;
const Quota = @import("pool/quota.zig").Quota;
const Record = @import("record.zig").Record;
const Scope = @import("scope.zig").Scope;
const Worker = @import("pool/pool.zig").Worker;
const Value = std.atomic.Value;
const Environment = environments.Environment;
const Lease = environments.Lease;

const allocator = std.heap.c_allocator;

pub const max_inputs = 8;
pub const max_outputs = 8;

/// How a task ended. JavaScript reads the names from here.
pub const Status = enum(i32) {
    ok,
    outOfMemory,
    quotaExceeded,
    cancelled,
    timedOut,
    invalidInput,
    panicked,
};

pub const Error = error{
    OutOfMemory,
    QuotaExceeded,
    Cancelled,
    TimedOut,
    InvalidInput,
    Panicked,
};

pub fn statusOf(failure: Error) Status {
    return switch (failure) {
        error.OutOfMemory => .outOfMemory,
        error.QuotaExceeded => .quotaExceeded,
        error.Cancelled => .cancelled,
        error.TimedOut => .timedOut,
        error.InvalidInput => .invalidInput,
        error.Panicked => .panicked,
    };
}

pub const Submitted = enum(i32) {
    queued,
    /// As `queued`; `prism_flush` is due before the thread waits.
    queued_in_burst,
    unknown_pool,
    unknown_kernel,
    unknown_record,
    no_memory,
};

/// Element type of an input; what is neither is raw bytes.
pub const Element = enum(i32) { bytes, float64, int32 };

pub const Input = extern struct {
    data: ?[*]const u8,
    size: usize,
    element: Element,
    /// 1: shared memory that the caller keeps alive until the task has settled; else copied.
    borrowed: i32,
};

pub const Output = extern struct { data: ?[*]align(pages.alignment) u8, size: usize };

pub const Task = struct {
    job: Job,
    next: ?*Task,
    environment: *Environment,
    lease: *Lease,
    record: *Record,
    interrupt_epoch: *const i32,
    submitted_epoch: i32,
    /// JavaScript was told of its end; the environment's thread alone.
    handed_over: bool,
    /// Index of the record; the name by which JavaScript knows the task.
    slot: u32,
    kernel: u32,
    param_count: u32,
    input_count: u32,
    output_count: u32,
    serial: u64,
    /// maxInt: none.
    deadline_ns: u64,
    quota: Quota,
    /// Allocated when there is something to say; whoever says it first, on any thread, is heard.
    message: Value(?*guard.Message),
    inputs: [max_inputs]Input,
    outputs: [max_outputs]Output,

    /// Queues the task of a record that JavaScript has filled in.
    pub fn submit(
        environment: *Environment,
        lease: *Lease,
        slot: u32,
        record: *Record,
        inputs: []const Input,
    ) Submitted {
        const task = environment.newTask() orelse return .no_memory;
        const evaluated = clock.now();
        task.init(environment, lease, slot, record, evaluated);
        environment.slots.items[slot] = task;
        lease.task_count += 1;
        _ = environment.in_flight.fetchAdd(1, .monotonic); // by the thread that waits for zero
        record.evaluated_ms = clock.milliseconds(evaluated);
        record.scheduled_ms = record.evaluated_ms;
        task.copyInputs(inputs) catch |failure| {
            if (failure == error.OutOfMemory) task.say("no memory for a copy of the inputs", .{});
            task.endUnrun(statusOf(failure));
            return .queued;
        };
        record.setState(.queued);
        task.job.priority = @enumFromInt(record.priority);
        const scheduled = if (inputs.len > 0) clock.now() else evaluated;
        record.scheduled_ms = clock.milliseconds(scheduled);
        const flush_later = environment.queue(lease.shared.pool, &task.job, scheduled);
        return if (flush_later) .queued_in_burst else .queued;
    }

    fn init(
        task: *Task,
        environment: *Environment,
        lease: *Lease,
        slot: u32,
        record: *Record,
        now: u64,
    ) void {
        // Without it, `undefined` would be filled with a pattern, as long as all the rest.
        @setRuntimeSafety(false);
        const epoch = environment.interrupt_epoch;
        const limit = record.memory_limit;
        task.* = .{
            .job = .{ .run = run },
            .next = null,
            .environment = environment,
            .lease = lease,
            .record = record,
            .interrupt_epoch = epoch,
            .submitted_epoch = @atomicLoad(i32, epoch, .monotonic), // a number, no data behind it
            .handed_over = false,
            .slot = slot,
            .kernel = @intCast(record.kernel),
            .param_count = @intCast(record.param_count),
            .input_count = 0,
            .output_count = 0,
            .serial = @intFromFloat(record.serial),
            .deadline_ns = deadline(now, record.timeout_ms),
            .quota = .{
                .limit = if (limit > 0) @intFromFloat(limit) else std.math.maxInt(u64),
                .parent = if (record.reserved_bytes > 0) null else &lease.memory,
            },
            .message = Value(?*guard.Message).init(null),
            .inputs = undefined,
            .outputs = undefined,
        };
    }

    /// Frees what the task holds and gives its record back; by the environment's thread.
    pub fn destroy(task: *Task) void {
        for (task.inputs[0..task.input_count]) |input| {
            if (input.borrowed == 0) pages.free(@constCast(alignedData(input)));
        }
        task.freeOutputs();
        if (task.message.load(.monotonic)) |message| allocator.destroy(message); // ordered by `finish`
        task.quota.giveAll();
        const reserved: u64 = @intFromFloat(task.record.reserved_bytes);
        if (reserved > 0) task.lease.memory.give(reserved);
        const environment = task.environment;
        const lease = task.lease;
        environment.slots.items[task.slot] = null;
        environment.recycle(task);
        lease.task_count -= 1;
        if (lease.task_count == 0 and lease.closed.load(.monotonic)) environment.dropLease(lease);
    }

    pub fn ofJob(job: *Job) *Task {
        return @alignCast(@fieldParentPtr("job", job));
    }

    /// For `Injector.takeMatching`.
    pub fn belongsTo(lease: *const anyopaque, job: *const Job) bool {
        const task: *const Task = @alignCast(@fieldParentPtr("job", job));
        return @as(*const anyopaque, task.lease) == lease;
    }

    /// Ends a task that no worker runs.
    pub fn endUnrun(task: *Task, status: Status) void {
        const now = clock.milliseconds(clock.now());
        task.record.started_ms = now;
        task.record.finished_ms = now;
        task.end(status);
    }

    /// Why the task should stop, if it should. Only polled numbers, no data behind them: no order.
    pub fn checkpoint(task: *const Task) Error!void {
        if (task.record.isCancelled()) return error.Cancelled;
        const epoch = @atomicLoad(i32, task.interrupt_epoch, .monotonic);
        if (epoch != task.submitted_epoch) return error.Cancelled;
        if (task.lease.closed.load(.monotonic)) return error.Cancelled;
        if (task.deadline_ns == std.math.maxInt(u64)) return;
        if (clock.now() > task.deadline_ns) return error.TimedOut;
    }

    /// Says why the task fails. Without memory it says nothing.
    pub fn say(task: *Task, comptime format: []const u8, arguments: anytype) void {
        const message = allocator.create(guard.Message) catch return;
        message.* = .{};
        message.print(format, arguments);
        // release: read by `end`, which other threads' joining orders; the number of a pointer only.
        if (task.message.cmpxchgStrong(null, message, .release, .monotonic) == null) return;
        allocator.destroy(message);
    }

    pub fn messageText(task: *const Task) []const u8 {
        return if (task.message.load(.acquire)) |message| message.text() else "";
    }

    pub fn params(task: *const Task) []const f64 {
        return task.record.params[0..task.param_count];
    }

    fn run(job: *Job, worker: *Worker) void {
        const task = ofJob(job);
        const record = task.record;
        const started = clock.now();
        record.worker = @intCast(worker.index);
        record.started_ms = clock.milliseconds(started);
        record.setState(.running);
        worker.serial = task.serial;
        const mark = worker.arena.mark();
        var message: guard.Message = .{};
        var attempt: Attempt = .{ .scope = .{ .task = task, .worker = worker } };
        guard.call(&attempt, Attempt.run, &message) catch {
            attempt.failure = error.Panicked;
        };
        worker.arena.release(mark);
        const finished = clock.now();
        record.finished_ms = clock.milliseconds(finished);
        worker.spans.add(.{
            .serial = task.serial,
            .start_ns = started,
            .end_ns = finished,
            .kind = .root,
        });
        const failure = attempt.failure orelse return task.end(.ok);
        if (message.length > 0) task.say("{s}", .{message.text()});
        if (failure == error.QuotaExceeded) task.explainQuota();
        task.end(statusOf(failure));
    }

    fn end(task: *Task, status: Status) void {
        if (status != .ok) task.freeOutputs();
        const record = task.record;
        record.status = @intFromEnum(status);
        record.peak_bytes = @floatFromInt(task.quota.peak.load(.monotonic)); // every helper is done
        record.has_result = @intFromBool(task.output_count > 0 or task.message.load(.monotonic) != null);
        task.environment.finish(task);
    }

    fn explainQuota(task: *Task) void {
        const quota = &task.quota;
        const refused = quota.refused.load(.monotonic);
        if (quota.used.load(.monotonic) +| refused > quota.limit) {
            return task.say("{d} bytes held, {d} more needed, the limit is {d}", .{
                quota.used.load(.monotonic), refused, quota.limit,
            });
        }
        task.say("{d} bytes held by all tasks of the runtime, {d} more needed, its limit is {d}", .{
            task.lease.memory.used.load(.monotonic), refused, task.lease.memory.limit,
        });
    }

    fn copyInputs(task: *Task, inputs: []const Input) error{ OutOfMemory, QuotaExceeded }!void {
        for (inputs) |input| {
            var own = input;
            if (input.borrowed == 0) {
                task.quota.take(input.size) catch |failure| {
                    task.explainQuota();
                    return failure;
                };
                const copy = pages.alloc(input.size) orelse return error.OutOfMemory;
                if (input.size > 0) @memcpy(copy, input.data.?[0..input.size]);
                own.data = copy.ptr;
            }
            task.inputs[task.input_count] = own;
            task.input_count += 1;
        }
    }

    fn freeOutputs(task: *Task) void {
        for (task.outputs[0..task.output_count]) |output| {
            if (output.data) |data| pages.free(data[0..output.size]);
        }
        task.output_count = 0;
    }
};

/// The guarded part of a run.
const Attempt = struct {
    scope: Scope,
    failure: ?Error = null,

    fn run(attempt: *Attempt) void {
        const task = attempt.scope.task;
        attempt.failure = failure: {
            task.checkpoint() catch |failure| break :failure failure; // cancelled while it waited
            jobs.run(task.kernel, &attempt.scope) catch |failure| break :failure failure;
            break :failure null;
        };
    }
};

fn alignedData(input: Input) []align(pages.alignment) const u8 {
    return @alignCast(input.data.?[0..input.size]);
}

fn deadline(now: u64, timeout_ms: f64) u64 {
    const nanoseconds = timeout_ms * std.time.ns_per_ms;
    // Above 2^63 ns (292 years) there is none.
    if (timeout_ms == 0 or nanoseconds >= 0x1p63) return std.math.maxInt(u64);
    return now +| @as(u64, @intFromFloat(@max(nanoseconds, 0)));
}
