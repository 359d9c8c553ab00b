//! Parallel loop over chunks. The caller offers invitations to join; whoever joins takes the next
//! chunk until none is left. Results belong to chunk numbers, so they do not depend on who ran them.
const std = @import("std");
const guard = @import("guard.zig");
const Job = @import("job.zig").Job;
const Worker = @import("pool.zig").Worker;
const Value = std.atomic.Value;

/// More helpers than this never join one loop: the invitations live on the caller's stack.
const max_invitations = 63;
/// Looks at the group before its waiter goes to sleep; the last chunks often end within this.
const tries_before_sleep = 8;

/// Runs `body(context, worker, index)` for every index below `count`; the first failure ends the
/// loop early, and a panic in any chunk, on any thread, is `error.Panicked` with its message.
pub fn run(
    comptime Failure: type,
    worker: *Worker,
    count: usize,
    context: anytype,
    comptime body: fn (@TypeOf(context), *Worker, usize) Failure!void,
    message: *guard.Message,
) (Failure || error{Panicked})!void {
    var loop: Loop(Failure, @TypeOf(context), body) = .{ .count = count, .context = context };
    loop.invite(worker);
    loop.participate(worker);
    loop.retract(worker);
    loop.group.wait();
    if (loop.failure) |failure| {
        if (failure == error.Panicked) message.set(loop.message.text());
        return failure;
    }
}

/// Invitations that are neither declined nor finished.
const Group = struct {
    pending: Value(u32) = Value(u32).init(0),

    fn finish(group: *Group) void {
        // release: partner is the acquire load in `wait`; what the helper wrote is visible to the
        // caller. The group may be gone after this line, so the wake uses its address only.
        if (group.pending.fetchSub(1, .release) == 1) {
            std.Thread.Futex.wake(&group.pending, 1);
        }
    }

    /// Helps with nothing else meanwhile: a stranger's loop would hold this task up for as long as
    /// it lasts, and what is waited for here is the rest of one chunk.
    fn wait(group: *Group) void {
        for (0..tries_before_sleep) |_| {
            if (group.pending.load(.acquire) == 0) return; // partner: `finish`
            std.atomic.spinLoopHint();
        }
        while (true) {
            const pending = group.pending.load(.acquire); // partner: `finish`
            if (pending == 0) return;
            std.Thread.Futex.wait(&group.pending, pending);
        }
    }
};

fn Loop(comptime Failure: type, comptime Context: type, comptime body: anytype) type {
    return struct {
        count: usize,
        context: Context,
        /// No order: the number alone decides who runs a chunk; data passes by deque and group.
        next: Value(usize) = Value(usize).init(0),
        /// Claimed by the first that fails. No order: `failure` and `message` are read after `wait`.
        failed: Value(bool) = Value(bool).init(false),
        failure: ?Outcome = null,
        message: guard.Message = .{},
        group: Group = .{},
        invitations: [max_invitations]Invitation = undefined,

        const Self = @This();
        const Outcome = Failure || error{Panicked};
        const Invitation = struct { job: Job, loop: *Self };
        const Participation = struct { loop: *Self, worker: *Worker };

        fn invite(loop: *Self, worker: *Worker) void {
            const helpers = @min(loop.count, worker.pool.started, max_invitations + 1) -| 1;
            for (loop.invitations[0..helpers]) |*invitation| {
                invitation.* = .{ .job = .{ .run = accept }, .loop = loop };
                // No order: published by the push, counted down after it.
                _ = loop.group.pending.fetchAdd(1, .monotonic);
                if (worker.offer(&invitation.job)) continue;
                _ = loop.group.pending.fetchSub(1, .monotonic); // never published
                return;
            }
        }

        fn accept(job: *Job, worker: *Worker) void {
            const invitation: *Invitation = @alignCast(@fieldParentPtr("job", job));
            const loop = invitation.loop;
            loop.participate(worker);
            loop.group.finish();
        }

        /// Takes back the invitations that nobody took; they are the newest of the own deque.
        fn retract(loop: *Self, worker: *Worker) void {
            const first = @intFromPtr(&loop.invitations);
            const end = first + @sizeOf(@TypeOf(loop.invitations));
            while (worker.deque.pop()) |job| {
                if (@intFromPtr(job) < first or @intFromPtr(job) >= end) {
                    // Of a loop around this one, and there was room a moment ago.
                    std.debug.assert(worker.offer(job));
                    return;
                }
                _ = loop.group.pending.fetchSub(1, .monotonic); // by the waiter itself
            }
        }

        /// Guarded on the caller's thread too: helpers point into its frame, so a panic must not
        /// leave the frame before they are done.
        fn participate(loop: *Self, worker: *Worker) void {
            const mark = worker.arena.mark();
            var message: guard.Message = .{};
            var participation: Participation = .{ .loop = loop, .worker = worker };
            guard.call(&participation, takeChunks, &message) catch {
                worker.arena.release(mark); // the frames that would have done it were skipped
                loop.fail(error.Panicked, message.text());
            };
        }

        fn takeChunks(participation: *Participation) void {
            const loop = participation.loop;
            while (!loop.failed.load(.monotonic)) {
                const index = loop.next.fetchAdd(1, .monotonic);
                if (index >= loop.count) return;
                body(loop.context, participation.worker, index) catch |failure| {
                    return loop.fail(failure, "");
                };
            }
        }

        fn fail(loop: *Self, failure: Outcome, text: []const u8) void {
            if (loop.failed.swap(true, .monotonic)) return;
            loop.failure = failure;
            loop.message.set(text);
        }
    };
}
