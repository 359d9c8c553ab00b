//! Tests of whole tasks through an environment, without JavaScript; the part that ThreadSanitizer
//! sees of submission, completion and teardown. The addon's own tests are in test/unit/native.
const std = @import("std");
const testing = std.testing;
const environments = @import("../environment.zig");
const jobs = @import("../jobs.zig");
const registry = @import("../pool/registry.zig");
const Record = @import("../record.zig").Record;
const tasks = @import("../task.zig");
const Environment = environments.Environment;
const Lease = environments.Lease;
const Task = tasks.Task;

/// Stands for the event loop: waits for the signal, then takes what has finished.
const Caller = struct {
    signalled: std.Thread.Semaphore = .{},
    environment: *Environment = undefined,
    lease: *Lease = undefined,
    records: [environments.records_per_slab]Record = std.mem.zeroes([environments.records_per_slab]Record),
    free: std.BoundedArray(u32, environments.records_per_slab) = .{},

    fn open(caller: *Caller, thread_count: usize, memory_limit: u64) !void {
        caller.environment = Environment.create(notify, caller).?;
        caller.lease = try caller.environment.openLease(thread_count, 256 << 10, memory_limit);
        try testing.expect(caller.environment.addSlab(&caller.records));
        for (0..environments.records_per_slab) |slot| caller.free.appendAssumeCapacity(@intCast(slot));
    }

    fn close(caller: *Caller) void {
        caller.environment.destroy();
    }

    fn notify(context: ?*anyopaque) callconv(.c) void {
        const caller: *Caller = @ptrCast(@alignCast(context));
        caller.signalled.post();
    }

    const Limits = struct { memory: f64 = 0, timeout_ms: f64 = 0, priority: i32 = 1 };

    fn submit(
        caller: *Caller,
        name: []const u8,
        inputs: []const tasks.Input,
        params: []const f64,
        limits: Limits,
    ) u32 {
        const slot = caller.free.pop();
        const record = &caller.records[slot];
        record.* = std.mem.zeroes(Record);
        record.kernel = @intCast(indexOf(name));
        record.param_count = @intCast(params.len);
        record.priority = limits.priority;
        record.memory_limit = limits.memory;
        record.timeout_ms = limits.timeout_ms;
        record.serial = @floatFromInt(slot + 1);
        @memcpy(record.params[0..params.len], params);
        const outcome = Task.submit(caller.environment, caller.lease, slot, record, inputs);
        std.debug.assert(outcome == .queued or outcome == .queued_in_burst);
        return slot;
    }

    fn next(caller: *Caller) *Task {
        while (true) {
            if (caller.environment.takeFinished()) |task| return task;
            caller.signalled.wait();
        }
    }

    fn release(caller: *Caller, task: *Task) void {
        caller.free.appendAssumeCapacity(task.slot);
        task.destroy();
    }
};

fn indexOf(name: []const u8) u32 {
    for (jobs.table, 0..) |job, index| {
        if (std.mem.eql(u8, job.name, name)) return @intCast(index);
    }
    unreachable;
}

fn floats(values: []const f64) tasks.Input {
    return .{
        .data = std.mem.sliceAsBytes(values).ptr,
        .size = values.len * @sizeOf(f64),
        .element = .float64,
        .borrowed = 0,
    };
}

fn integers(values: []const i32) tasks.Input {
    return .{
        .data = std.mem.sliceAsBytes(values).ptr,
        .size = values.len * @sizeOf(i32),
        .element = .int32,
        .borrowed = 0,
    };
}

const cube = [9]f64{ 2, 0, 0, 0, 2, 0, 0, 0, 2 };

test "names are unique" {
    for (jobs.table, 0..) |job, index| try testing.expectEqual(index, indexOf(job.name));
}

fn newCaller(thread_count: usize, memory_limit: u64) !*Caller {
    const caller = try testing.allocator.create(Caller);
    caller.* = .{};
    try caller.open(thread_count, memory_limit);
    return caller;
}

fn endCaller(caller: *Caller) void {
    caller.close();
    testing.allocator.destroy(caller);
}

fn statusOf(task: *const Task) tasks.Status {
    return @enumFromInt(task.record.status);
}

const no_limit = std.math.maxInt(u64);

test "many tasks settle once each, with their results" {
    const caller = try newCaller(3, no_limit);
    defer endCaller(caller);
    const values = [_]f64{1} ** 20_000;
    const inputs = [_]tasks.Input{floats(&values)};
    const count = 200;
    for (0..count) |_| _ = caller.submit("test.sum", &inputs, &.{}, .{});
    for (0..count) |_| {
        const task = caller.next();
        try testing.expectEqual(.ok, statusOf(task));
        const data: [*]const f64 = @ptrCast(task.outputs[0].data.?);
        try testing.expectEqual(20_000, data[0]);
        caller.release(task);
    }
    try testing.expectEqual(0, caller.lease.memory.used.load(.monotonic));
}

test "a simple cubic crystal has six neighbours a site" {
    const caller = try newCaller(2, no_limit);
    defer endCaller(caller);
    const frac = [_]f64{ 0.3, -0.2, 7.1 };
    const inputs = [_]tasks.Input{ floats(&frac), floats(&cube), integers(&.{ 1, 1, 1 }) };
    _ = caller.submit("neighborList", &inputs, &.{ 2.1, 0 }, .{});
    const task = caller.next();
    try testing.expectEqual(.ok, statusOf(task));
    try testing.expectEqual(6 * @sizeOf(f64), task.outputs[3].size);
    const shifts: [*]const i32 = @ptrCast(@alignCast(task.outputs[2].data.?));
    try testing.expectEqualSlices(i32, &.{ -1, 0, 0, 0, -1, 0 }, shifts[0..6]);
}

test "pairs alone, pairs of a longer list, and the cell and bonds of a site" {
    const caller = try newCaller(2, no_limit);
    defer endCaller(caller);
    const frac = [_]f64{ 0.3, -0.2, 7.1 };
    const geometry = [_]tasks.Input{ floats(&frac), floats(&cube), integers(&.{ 1, 1, 1 }) };
    _ = caller.submit("neighborPairs", &geometry, &.{ 2.1, 1 }, .{});
    const pairs = caller.next();
    try testing.expectEqual(2, pairs.output_count);
    try testing.expectEqual(3 * @sizeOf(i32), pairs.outputs[1].size);
    caller.release(pairs);

    const list = geometry ++ [_]tasks.Input{
        integers(&.{ 0, 0 }), integers(&.{ 0, 0 }), integers(&.{ 0, 0, 1, 0, 1, 1 }),
    };
    _ = caller.submit("neighborFilter", &list, &.{2.1}, .{});
    const kept = caller.next();
    try testing.expectEqual(1 * @sizeOf(f64), kept.outputs[3].size);
    caller.release(kept);

    _ = caller.submit("voronoi", &geometry, &.{15}, .{});
    const cell = caller.next();
    try testing.expectEqual(.ok, statusOf(cell));
    const volume: [*]const f64 = @ptrCast(cell.outputs[0].data.?);
    try testing.expectApproxEqAbs(8, volume[0], 1e-12);
    try testing.expectEqual(6 * @sizeOf(f64), cell.outputs[5].size);
    caller.release(cell);

    const chemistry = geometry ++ [_]tasks.Input{ floats(&.{0.9}), floats(&.{2.0}) };
    _ = caller.submit("crystalNN", &chemistry, &.{15}, .{});
    const bonds = caller.next();
    try testing.expectEqual(6 * @sizeOf(f64), bonds.outputs[7].size);
    caller.release(bonds);
}

test "an environment that ends with tasks running and queued frees them all" {
    for (0..20) |_| {
        const caller = try newCaller(2, no_limit);
        for (0..50) |index| {
            const duration: f64 = if (index % 2 == 0) 60_000 else 0;
            _ = caller.submit("test.spin", &.{}, &.{ duration, 3 }, .{});
        }
        endCaller(caller);
    }
}

test "a queued task is withdrawn at once, a running one is not" {
    const caller = try newCaller(1, no_limit);
    defer endCaller(caller);
    const running = caller.submit("test.spin", &.{}, &.{ 60_000, 1 }, .{});
    while (@atomicLoad(Record.State, &caller.records[running].state, .monotonic) != .running) {
        std.Thread.yield() catch {};
    }
    const queued = caller.submit("test.sum", &.{}, &.{}, .{});
    try testing.expect(caller.environment.withdraw(caller.environment.taskOf(queued).?));
    try testing.expectEqual(null, caller.environment.taskOf(queued));
    try testing.expect(!caller.environment.withdraw(caller.environment.taskOf(running).?));
    @atomicStore(i32, &caller.records[running].cancel, 1, .monotonic);
    const task = caller.next();
    try testing.expectEqual(running, task.slot);
    try testing.expectEqual(.cancelled, statusOf(task));
}

test "a finished task of a closed lease can be withdrawn no more, though its pool is gone" {
    const caller = try newCaller(1, no_limit);
    defer endCaller(caller);
    const slot = caller.submit("empty", &.{}, &.{}, .{});
    caller.signalled.wait();
    const lease = caller.lease;
    caller.lease = try caller.environment.openLease(2, 256 << 10, no_limit);
    caller.environment.closeLease(lease);
    registry.joinRetired();
    try testing.expect(!caller.environment.withdraw(caller.environment.taskOf(slot).?));
    caller.release(caller.next());
}

test "tasks share the memory of their lease and give it back" {
    const caller = try newCaller(2, 1 << 20);
    defer endCaller(caller);
    _ = caller.submit("test.alloc", &.{}, &.{ 100, 100_000 }, .{});
    const greedy = caller.next();
    try testing.expectEqual(.quotaExceeded, statusOf(greedy));
    try testing.expect(std.mem.indexOf(u8, greedy.messageText(), "all tasks of the runtime") != null);
    caller.release(greedy);
    const values = [_]f64{1} ** (1 << 18);
    _ = caller.submit("test.sum", &.{floats(&values)}, &.{}, .{});
    const large = caller.next();
    try testing.expectEqual(.quotaExceeded, statusOf(large)); // the copy of its input alone
    caller.release(large);
    try testing.expectEqual(0, caller.lease.memory.used.load(.monotonic));
    try testing.expect(caller.lease.memory.peak.load(.monotonic) <= 1 << 20);
}

/// What a random task may end with.
fn isPossible(kind: usize, status: tasks.Status, stopped: bool) bool {
    if (stopped and (status == .cancelled or status == .timedOut)) return true;
    return switch (kind) {
        0, 1, 2 => status == .ok,
        3 => status == .quotaExceeded,
        else => status == .invalidInput,
    };
}

test "soak: random kinds, priorities, limits, cancels and withdrawals lose and double nothing" {
    const caller = try newCaller(3, no_limit);
    defer endCaller(caller);
    var prng = std.Random.DefaultPrng.init(7);
    const random = prng.random();
    const values = [_]f64{1} ** 9000;
    var kinds: [environments.records_per_slab]usize = undefined;
    var stopped: [environments.records_per_slab]bool = undefined;
    var in_flight: usize = 0;
    var settled: usize = 0;
    const count = 20_000;
    var submitted: usize = 0;
    while (settled < count) {
        while (submitted < count and caller.free.len > 0 and random.uintLessThan(u8, 8) > 0) {
            const kind = random.uintLessThan(usize, 5);
            const is_short = random.boolean();
            const limits: Caller.Limits = .{
                .priority = random.uintLessThan(u8, 4),
                .memory = if (kind == 3) 5000 else 1e6,
                .timeout_ms = if (is_short) 0.02 else 0,
            };
            const slot = switch (kind) {
                0 => caller.submit("empty", &.{}, &.{}, limits),
                1 => caller.submit("test.sum", &.{floats(&values)}, &.{}, limits),
                2 => caller.submit("test.spin", &.{}, &.{ 0.01, 3 }, limits),
                3 => caller.submit("test.alloc", &.{}, &.{ 10, 1000 }, limits),
                else => caller.submit("test.sum", &.{}, &.{}, limits),
            };
            kinds[slot] = kind;
            stopped[slot] = is_short;
            submitted += 1;
            in_flight += 1;
            if (random.uintLessThan(u8, 6) > 0) continue;
            stopped[slot] = true;
            if (random.boolean() and caller.environment.withdraw(caller.environment.taskOf(slot).?)) {
                caller.free.appendAssumeCapacity(slot);
                in_flight -= 1;
                settled += 1;
            } else {
                @atomicStore(i32, &caller.records[slot].cancel, 1, .monotonic);
            }
        }
        if (in_flight == 0) continue;
        const task = caller.next();
        try testing.expect(isPossible(kinds[task.slot], statusOf(task), stopped[task.slot]));
        caller.release(task);
        in_flight -= 1;
        settled += 1;
    }
    try testing.expectEqual(null, caller.environment.takeFinished());
    try testing.expectEqual(0, caller.lease.memory.used.load(.monotonic));
    try testing.expectEqual(0, caller.lease.task_count);
}
