//! The queue through which other threads hand root jobs to the pool, first in first out. A mutex is
//! enough: it is held for a few instructions, once a task.
const std = @import("std");
const Value = std.atomic.Value;
const Job = @import("job.zig").Job;

pub const Injector = struct {
    mutex: std.Thread.Mutex = .{},
    head: ?*Job = null,
    tail: ?*Job = null,
    /// Jobs queued; read without the mutex by workers that look for work.
    length: Value(u32) = Value(u32).init(0),

    pub fn push(injector: *Injector, job: *Job) void {
        job.next = null;
        injector.mutex.lock();
        defer injector.mutex.unlock();
        if (injector.tail) |tail| tail.next = job else injector.head = job;
        injector.tail = job;
        // seq_cst: partner is `isEmpty`; comes before the submitter's look at the sleepers.
        _ = injector.length.fetchAdd(1, .seq_cst);
    }

    pub fn pop(injector: *Injector) ?*Job {
        if (injector.isEmpty()) return null;
        injector.mutex.lock();
        defer injector.mutex.unlock();
        const job = injector.head orelse return null;
        injector.head = job.next;
        if (injector.head == null) injector.tail = null;
        _ = injector.length.fetchSub(1, .monotonic); // only makes an idle worker look in vain
        return job;
    }

    /// Takes out every job that `matches`, in order, linked by `next`.
    pub fn takeMatching(
        injector: *Injector,
        context: *const anyopaque,
        matches: *const fn (*const anyopaque, *const Job) bool,
    ) ?*Job {
        injector.mutex.lock();
        defer injector.mutex.unlock();
        var taken: ?*Job = null;
        var taken_end: *?*Job = &taken;
        var link: *?*Job = &injector.head;
        injector.tail = null;
        while (link.*) |job| {
            if (matches(context, job)) {
                link.* = job.next;
                job.next = null;
                taken_end.* = job;
                taken_end = &job.next;
                _ = injector.length.fetchSub(1, .monotonic); // as in `pop`
            } else {
                injector.tail = job;
                link = &job.next;
            }
        }
        return taken;
    }

    /// seq_cst: partner is `push`; see `Pool.sleep`.
    pub fn isEmpty(injector: *const Injector) bool {
        return injector.length.load(.seq_cst) == 0;
    }
};

const testing = std.testing;

fn neverRuns(_: *Job, _: *@import("pool.zig").Worker) void {
    unreachable;
}

const Pair = struct { first: *const Job, second: *const Job };

fn isOneOf(context: *const anyopaque, job: *const Job) bool {
    const wanted: *const Pair = @ptrCast(@alignCast(context));
    return job == wanted.first or job == wanted.second;
}

test "jobs come out in order, also around jobs taken from the middle and the end" {
    var injector: Injector = .{};
    var jobs = [_]Job{.{ .run = neverRuns }} ** 4;
    for (&jobs) |*job| injector.push(job);
    const wanted: Pair = .{ .first = &jobs[1], .second = &jobs[3] };
    const taken = injector.takeMatching(&wanted, isOneOf).?;
    try testing.expectEqual(&jobs[1], taken);
    try testing.expectEqual(&jobs[3], taken.next.?);
    try testing.expectEqual(null, taken.next.?.next);
    injector.push(&jobs[1]);
    try testing.expectEqual(&jobs[0], injector.pop().?);
    try testing.expectEqual(&jobs[2], injector.pop().?);
    try testing.expectEqual(&jobs[1], injector.pop().?);
    try testing.expectEqual(null, injector.pop());
    try testing.expect(injector.isEmpty());
}
