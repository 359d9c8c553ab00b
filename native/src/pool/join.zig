//! Nested fork-join. The second half is offered to the other workers while the first one runs; where
//! nobody took it, that costs a push and a pop. Whoever waits for a stolen half helps its thief, and
//! nobody else, by stealing from it (D. B. Wagner, B. G. Calder, "Leapfrogging: a portable technique
//! for implementing efficient futures", PPoPP 1993): so it works on a part of what it waits for.
//! Everything on a worker's stack therefore belongs to one task.
const std = @import("std");
const guard = @import("guard.zig");
const Job = @import("job.zig").Job;
const Worker = @import("pool.zig").Worker;
const Value = std.atomic.Value;
const Futex = std.Thread.Futex;

/// Looks at a stolen half before its waiter goes to sleep.
const tries_before_sleep = 8;

/// Runs a(a_context, worker) and b(b_context, worker), on two threads when one is free, and returns
/// the failure of `a`, else that of `b`; after a failure of `a`, `b` may or may not have run. A panic
/// in either, on any thread, goes on as a panic of this thread, so it needs a guard around.
/// Each half gives back the arena memory that it took.
pub fn join(
    comptime Failure: type,
    worker: *Worker,
    a_context: anytype,
    comptime a: fn (@TypeOf(a_context), *Worker) Failure!void,
    b_context: anytype,
    comptime b: fn (@TypeOf(b_context), *Worker) Failure!void,
) Failure!void {
    // Without it, `undefined` would be filled with a pattern, which costs as much as all the rest.
    @setRuntimeSafety(false);
    const Second = Offer(Failure, @TypeOf(b_context), b);
    var second: Second = .{
        .half = .{
            .job = .{ .run = Second.run },
            .outer = worker.open_joins,
            .serial = worker.serial,
        },
        .context = b_context,
        .result = {},
        .panicked = false,
        .message = undefined,
    };
    const half = &second.half;
    if (!worker.offer(&half.job)) {
        try runHalf(Failure, worker, a_context, a);
        return runHalf(Failure, worker, b_context, b);
    }
    worker.open_joins = half;
    const first = runHalf(Failure, worker, a_context, a);
    const taken_back = worker.deque.pop() != null; // only this half can be the newest
    if (!taken_back) half.wait(worker);
    worker.open_joins = half.outer;
    try first;
    if (taken_back) return runHalf(Failure, worker, b_context, b);
    if (second.panicked) guard.panic(second.message.text(), null, null);
    return second.result;
}

/// Takes back or waits for the second halves of the joins opened since `mark`, innermost first: what
/// a panic must do before it leaves their frames. It helps nobody meanwhile, since it runs below
/// frames that it is about to give up.
pub fn giveUp(worker: *Worker, mark: ?*Half) void {
    while (worker.open_joins != mark) {
        const half = worker.open_joins.?;
        if (worker.deque.pop() == null) half.sleepUntilDone(worker);
        worker.open_joins = half.outer;
    }
}

fn runHalf(
    comptime Failure: type,
    worker: *Worker,
    context: anytype,
    comptime body: fn (@TypeOf(context), *Worker) Failure!void,
) Failure!void {
    const mark = worker.arena.mark();
    defer worker.arena.release(mark);
    return body(context, worker);
}

/// The second half of a join, on its stack.
pub const Half = struct {
    job: Job,
    /// The next join around this one, of the same worker.
    outer: ?*Half,
    serial: u64,
    /// One of the following. seq_cst throughout: an end comes before its thief's look at its
    /// followers, and a follower's look at this comes after it made itself known.
    state: Value(u32) = Value(u32).init(offered),

    const offered = 0;
    /// Stolen, and its owner sleeps until the thief gives its name.
    const awaited = 1;
    const done = 2;
    /// Plus the thief's index.
    const taken = 3;

    /// By the thief, first.
    fn giveName(half: *Half, thief: *const Worker) void {
        if (half.state.swap(taken + thief.index, .seq_cst) == awaited) Futex.wake(&half.state, 1);
    }

    /// By the thief, last: the half may be gone after the store.
    fn finish(half: *Half, thief: *Worker) void {
        half.state.store(done, .seq_cst); // partner: `isDone`; the owner sees what the thief wrote
        thief.tellFollowers();
    }

    fn isDone(half: *const Half) bool {
        return half.state.load(.seq_cst) == done;
    }

    fn isTaken(half: *const Half) bool {
        return !half.isDone();
    }

    /// By the owner of a stolen half; null when it is done.
    fn findThief(half: *Half, worker: *const Worker) ?*Worker {
        for (0..tries_before_sleep) |_| {
            if (half.state.load(.seq_cst) != offered) break;
            std.atomic.spinLoopHint();
        } else {
            _ = half.state.cmpxchgStrong(offered, awaited, .seq_cst, .seq_cst);
        }
        while (true) switch (half.state.load(.seq_cst)) {
            offered => unreachable,
            awaited => Futex.wait(&half.state, awaited),
            done => return null,
            else => |state| return worker.pool.workers[state - taken],
        };
    }

    fn wait(half: *Half, worker: *Worker) void {
        const thief = half.findThief(worker) orelse return;
        var tries: usize = 0;
        while (!half.isDone()) {
            if (worker.stealFrom(thief, half, isTaken)) |job| {
                job.run(job, worker);
                tries = 0;
            } else if (tries < tries_before_sleep) {
                std.atomic.spinLoopHint();
                tries += 1;
            } else {
                thief.follow(Watch{ .half = half, .thief = thief }, Watch.hasNews);
            }
        }
    }

    fn sleepUntilDone(half: *Half, worker: *const Worker) void {
        const thief = half.findThief(worker) orelse return;
        while (!half.isDone()) thief.follow(half, isDone);
    }
};

const Watch = struct {
    half: *const Half,
    thief: *Worker,

    fn hasNews(watch: Watch) bool {
        return watch.half.isDone() or !watch.thief.deque.looksEmpty();
    }
};

fn Offer(comptime Failure: type, comptime Context: type, comptime body: anytype) type {
    return struct {
        half: Half,
        context: Context,
        /// The rest by the thief.
        result: Failure!void,
        panicked: bool,
        message: guard.Message,

        const Self = @This();

        fn run(job: *Job, thief: *Worker) void {
            const half: *Half = @alignCast(@fieldParentPtr("job", job));
            const offer: *Self = @alignCast(@fieldParentPtr("half", half));
            half.giveName(thief);
            var help = thief.beginHelp(half.serial);
            help.start(thief);
            const mark = thief.arena.mark();
            var call: Call = .{ .offer = offer, .thief = thief };
            guard.call(&call, Call.run, &offer.message) catch {
                thief.arena.release(mark); // the frame that would have done it was skipped
                offer.panicked = true;
            };
            thief.endHelp(help);
            half.finish(thief);
        }

        const Call = struct {
            offer: *Self,
            thief: *Worker,

            fn run(call: *Call) void {
                call.offer.result = runHalf(Failure, call.thief, call.offer.context, body);
            }
        };
    };
}
