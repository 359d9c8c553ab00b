//! What a job sees of its task on one thread: inputs, parameters, scratch under the task's quota,
//! outputs, checkpoints, and the parallel loop.
const std = @import("std");
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
        const result = &scope.task.result;
        result.outputs[result.output_count] = .{ .data = bytes.ptr, .size = size };
        result.output_count += 1;
        return @as([*]align(pages.alignment) T, @ptrCast(bytes.ptr))[0..count];
    }

    /// Ends the task as invalid input with a message. Root scope only.
    pub fn invalid(scope: *Scope, comptime format: []const u8, arguments: anytype) Error {
        scope.task.message.print(format, arguments);
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
        if (index >= scope.task.param_count) {
            return scope.invalid("parameter {d} ({s}) is missing", .{ index, name });
        }
        const value = scope.task.params[index];
        if (value >= least and value <= most) return value;
        return scope.invalid("parameter {d} ({s}) must lie in [{}, {}], got {}", .{
            index, name, number.of(least), number.of(most), number.of(value),
        });
    }

    /// Announces chunks for the progress; call it before the first loop with the sum of all.
    pub fn expectChunks(scope: *Scope, count: usize) void {
        scope.task.addChunksTotal(count);
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
                chunks.task.addChunkDone();
            }
        };
        var chunks: Chunks = .{ .task = scope.task, .context = context };
        const message = &scope.task.message;
        return loop.run(Error, scope.worker, count, &chunks, Chunks.run, message);
    }

    fn close(scope: *Scope, mark: Arena.Mark) void {
        scope.worker.arena.release(mark);
        scope.task.quota.give(scope.taken);
    }
};
