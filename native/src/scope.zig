//! What a job sees of its task on one thread: inputs, parameters, scratch under the task's quota,
//! outputs, checkpoints, and the parallel loop.
const std = @import("std");
const guard = @import("pool/guard.zig");
const joins = @import("pool/join.zig");
const loop = @import("pool/loop.zig");
const number = @import("number.zig");
const pages = @import("pool/pages.zig");
const tasks = @import("task.zig");
const Arena = @import("pool/arena.zig").Arena;
const Worker = @import("pool/pool.zig").Worker;
const Error = tasks.Error;

pub const Scope = struct {
    task: *tasks.Task,
    worker: *Worker,
    /// Scratch bytes of this scope, given back to the quota when it closes.
    taken: u64 = 0,

    /// Polls cancellation, interrupt and deadline; call it about every 10 to 100 µs.
    pub fn checkpoint(scope: *const Scope) Error!void {
        return scope.task.checkpoint();
    }

    /// Scratch, undefined, aligned for vectors; gone when the job or the chunk ends.
    pub fn alloc(scope: *Scope, comptime T: type, count: usize) Error![]align(Arena.alignment) T {
        const size = std.math.mul(usize, count, @sizeOf(T)) catch return error.OutOfMemory;
        try scope.task.quota.take(size);
        scope.taken += size;
        const bytes = scope.worker.arena.alloc(size) orelse return error.OutOfMemory;
        return @as([*]align(Arena.alignment) T, @ptrCast(bytes.ptr))[0..count];
    }

    /// The next result buffer, undefined; it outlives the task. Root scope only.
    pub fn output(scope: *Scope, comptime T: type, count: usize) Error![]align(pages.alignment) T {
        const size = std.math.mul(usize, count, @sizeOf(T)) catch return error.OutOfMemory;
        try scope.task.quota.take(size);
        const bytes = pages.alloc(size) orelse return error.OutOfMemory;
        const task = scope.task;
        task.outputs[task.output_count] = .{ .data = bytes.ptr, .size = size };
        task.output_count += 1;
        return @as([*]align(pages.alignment) T, @ptrCast(bytes.ptr))[0..count];
    }

    /// Ends the task as invalid input with a message. Root scope only.
    pub fn invalid(scope: *Scope, comptime format: []const u8, arguments: anytype) Error {
        scope.task.say(format, arguments);
        return error.InvalidInput;
    }

    /// Input `index` as numbers; `name` is for the message.
    pub fn input(scope: *Scope, comptime T: type, index: usize, name: []const u8) Error![]const T {
        const wanted: tasks.Element = switch (T) {
            f64 => .float64,
            i32 => .int32,
            else => @compileError("no element type for " ++ @typeName(T)),
        };
        const task = scope.task;
        if (index >= task.input_count or task.inputs[index].element != wanted) {
            return scope.invalid("input {d} ({s}) must be {s} numbers", .{
                index, name, @tagName(wanted),
            });
        }
        const given = task.inputs[index];
        const data: [*]const T = @ptrCast(@alignCast(given.data orelse return &.{}));
        return data[0 .. given.size / @sizeOf(T)];
    }

    /// As `input`, with a length that must hold.
    pub fn inputOf(
        scope: *Scope,
        comptime T: type,
        index: usize,
        name: []const u8,
        length: usize,
    ) Error![]const T {
        const values = try scope.input(T, index, name);
        if (values.len == length) return values;
        return scope.invalid("input {d} ({s}) must hold {d} numbers, got {d}", .{
            index, name, length, values.len,
        });
    }

    /// As `input`, with finite numbers only.
    pub fn finiteInput(scope: *Scope, index: usize, name: []const u8) Error![]const f64 {
        const values = try scope.input(f64, index, name);
        for (values, 0..) |value, position| {
            if (std.math.isFinite(value)) continue;
            return scope.invalid("input {d} ({s}) must be finite, got {} at index {d}", .{
                index, name, number.of(value), position,
            });
        }
        return values;
    }

    /// Parameter `index`, finite and within [least, most].
    pub fn param(scope: *Scope, index: usize, name: []const u8, least: f64, most: f64) Error!f64 {
        const params = scope.task.params();
        if (index >= params.len) {
            return scope.invalid("parameter {d} ({s}) is missing", .{ index, name });
        }
        const value = params[index];
        if (value >= least and value <= most) return value;
        return scope.invalid("parameter {d} ({s}) must lie in [{}, {}], got {}", .{
            index, name, number.of(least), number.of(most), number.of(value),
        });
    }

    /// Announces chunks for the progress; call it before the first loop with the sum of all.
    pub fn expectChunks(scope: *Scope, count: usize) void {
        scope.task.record.addChunksTotal(count);
    }

    /// Runs `body(context, chunk_scope, index)` for every index below `count` on this and other
    /// threads. A chunk starts with a checkpoint; its scratch is gone when it ends.
    pub fn forEach(
        scope: *Scope,
        count: usize,
        context: anytype,
        comptime body: fn (@TypeOf(context), *Scope, usize) Error!void,
    ) Error!void {
        const Chunks = struct {
            task: *tasks.Task,
            context: @TypeOf(context),

            fn run(chunks: *@This(), worker: *Worker, index: usize) Error!void {
                var chunk: Scope = .{ .task = chunks.task, .worker = worker };
                try chunk.checkpoint();
                const mark = worker.arena.mark();
                defer chunk.close(mark);
                try body(chunks.context, &chunk, index);
            }

            fn report(chunks: *@This(), done: usize) void {
                chunks.task.record.addChunksDone(done);
            }
        };
        var chunks: Chunks = .{ .task = scope.task, .context = context };
        var message: guard.Message = .{};
        return loop.runReported(
            Error,
            scope.worker,
            count,
            &chunks,
            Chunks.run,
            Chunks.report,
            &message,
        ) catch |failure| {
            // A chunk that returned the error has no message here, and the first one stays.
            if (message.length > 0) scope.task.say("{s}", .{message.text()});
            return failure;
        };
    }

    /// Runs `body(context, inner_scope, index)` here and now; its scratch is gone when it ends.
    pub fn within(
        scope: *Scope,
        context: anytype,
        comptime body: fn (@TypeOf(context), *Scope, usize) Error!void,
        index: usize,
    ) Error!void {
        var inner: Scope = .{ .task = scope.task, .worker = scope.worker };
        const mark = scope.worker.arena.mark();
        defer inner.close(mark);
        return body(context, &inner, index);
    }

    /// Runs a(context, scope) and b(context, scope), on two threads when one is free; the failure of
    /// `a` counts before that of `b`. For work that divides itself; the halves may join in turn, and
    /// poll `checkpoint` where they do not.
    pub fn join(
        scope: *Scope,
        context: anytype,
        comptime a: fn (@TypeOf(context), *Scope) Error!void,
        comptime b: fn (@TypeOf(context), *Scope) Error!void,
    ) Error!void {
        const Part = struct {
            task: *tasks.Task,
            context: @TypeOf(context),

            fn runA(part: *const @This(), worker: *Worker) Error!void {
                return run(part, worker, a);
            }

            fn runB(part: *const @This(), worker: *Worker) Error!void {
                return run(part, worker, b);
            }

            inline fn run(part: *const @This(), worker: *Worker, comptime half: anytype) Error!void {
                var inner: Scope = .{ .task = part.task, .worker = worker };
                defer if (inner.taken > 0) inner.task.quota.give(inner.taken);
                return half(part.context, &inner);
            }
        };
        const part: Part = .{ .task = scope.task, .context = context };
        return joins.join(Error, scope.worker, &part, Part.runA, &part, Part.runB);
    }

    pub const Extent = struct { arena: Arena.Mark, taken: usize };

    /// For `releaseTo`.
    pub fn extent(scope: *const Scope) Extent {
        return .{ .arena = scope.worker.arena.mark(), .taken = scope.taken };
    }

    /// Ends all scratch that this scope has taken since `to`.
    pub fn releaseTo(scope: *Scope, to: Extent) void {
        scope.worker.arena.release(to.arena);
        scope.task.quota.give(scope.taken - to.taken);
        scope.taken = to.taken;
    }

    fn close(scope: *Scope, mark: Arena.Mark) void {
        scope.worker.arena.release(mark);
        scope.task.quota.give(scope.taken);
    }
};
