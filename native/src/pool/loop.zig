//! Parallel loop over chunks. The caller offers invitations to join. Everybody who takes part has a
//! share of the chunks, takes them one by one from its front, and robs half of another's share when
//! its own is used up. So no chunk waits behind a long one while anybody is idle, however the work is
//! skewed, and a chunk costs one exchange on a cache line that is rarely shared.
//! Results belong to chunk numbers, so they do not depend on who ran them.
const std = @import("std");
const guard = @import("guard.zig");
const pools = @import("pool.zig");
const Job = @import("job.zig").Job;
const Worker = pools.Worker;
const Value = std.atomic.Value;

/// More helpers than this never join one loop.
const max_invitations = 63;
/// Looks at the group before its waiter goes to sleep; the last chunks often end within this.
const tries_before_sleep = 8;
/// Reports of progress a loop makes, about: more than an eye can tell apart.
const reports = 256;

/// Runs `body(context, worker, index)` for every index below `count` (less than 2^32); the first
/// failure ends the loop early, and a panic in any chunk, on any thread, is `error.Panicked` with its
/// message.
pub fn run(
    comptime Failure: type,
    worker: *Worker,
    count: usize,
    context: anytype,
    comptime body: fn (@TypeOf(context), *Worker, usize) Failure!void,
    message: *guard.Message,
) (Failure || error{Panicked})!void {
    const reportNothing = struct {
        fn reportNothing(_: @TypeOf(context), _: usize) void {}
    }.reportNothing;
    return runReported(Failure, worker, count, context, body, reportNothing, message);
}

/// As `run`; `report(context, n)` says on any thread that n more chunks are done, after every chunk
/// of a short loop and about 256 times in a long one. The n of a loop that does not fail add up to
/// `count`.
pub fn runReported(
    comptime Failure: type,
    worker: *Worker,
    count: usize,
    context: anytype,
    comptime body: fn (@TypeOf(context), *Worker, usize) Failure!void,
    comptime report: fn (@TypeOf(context), usize) void,
    message: *guard.Message,
) (Failure || error{Panicked})!void {
    var loop: Loop(Failure, @TypeOf(context), body, report) = .{
        .context = context,
        .serial = worker.serial,
        .report_interval = @max(1, count / reports),
        .caller = .{ .index = 0, .loop = undefined },
    };
    loop.caller.loop = &loop;
    loop.caller.share.fill(.{ .begin = 0, .end = @intCast(count) });
    // Not on the stack, which may be small: loops nest.
    const mark = worker.arena.mark();
    defer worker.arena.release(mark);
    loop.invite(worker, std.math.clamp(count, 1, @min(worker.pool.started, max_invitations + 1)) - 1);
    loop.participate(worker, &loop.caller, null);
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

const Range = packed struct(u64) {
    begin: u32,
    end: u32,

    fn length(range: Range) u32 {
        return range.end - range.begin;
    }
};

/// Chunks that are still to be claimed. The two numbers are the whole state, so an exchange that
/// finds the range it expects is right whatever happened in between. No order anywhere: the numbers
/// alone decide who runs a chunk; data passes by deque and group.
const Share = struct {
    bits: Value(u64) = Value(u64).init(0),

    /// Owner only, while the share is empty: nobody else changes it then.
    fn fill(share: *Share, range: Range) void {
        share.bits.store(@bitCast(range), .monotonic);
    }

    /// Owner only.
    fn takeFirst(share: *Share) ?u32 {
        var seen = share.bits.load(.monotonic);
        while (true) {
            const range: Range = @bitCast(seen);
            if (range.length() == 0) return null;
            const rest: Range = .{ .begin = range.begin + 1, .end = range.end };
            seen = share.bits.cmpxchgWeak(seen, @bitCast(rest), .monotonic, .monotonic) orelse
                return range.begin;
        }
    }

    /// Any thread: the later half, or the only chunk.
    fn rob(share: *Share) ?Range {
        var seen = share.bits.load(.monotonic);
        while (true) {
            const range: Range = @bitCast(seen);
            if (range.length() == 0) return null;
            const middle = range.begin + range.length() / 2;
            const kept: Range = .{ .begin = range.begin, .end = middle };
            seen = share.bits.cmpxchgWeak(seen, @bitCast(kept), .monotonic, .monotonic) orelse
                return .{ .begin = middle, .end = range.end };
        }
    }
};

fn Loop(
    comptime Failure: type,
    comptime Context: type,
    comptime body: anytype,
    comptime report: anytype,
) type {
    return struct {
        context: Context,
        /// The caller's task.
        serial: u64,
        report_interval: usize,
        /// Claimed by the first that fails. No order: `failure` and `message` are read after `wait`.
        failed: Value(bool) = Value(bool).init(false),
        failure: ?Outcome = null,
        message: guard.Message = .{},
        group: Group = .{},
        caller: Seat,
        /// Of those who are invited.
        guests: []Seat = &.{},

        const Self = @This();
        const Outcome = Failure || error{Panicked};
        /// The place of one who takes part, and the invitation to it.
        const Seat = struct {
            share: Share align(std.atomic.cache_line) = .{},
            /// 0: the caller.
            index: usize,
            job: Job = .{ .run = accept },
            loop: *Self,
        };
        const Participation = struct {
            loop: *Self,
            worker: *Worker,
            seat: *Seat,
            /// Null: the caller's own.
            help: ?*pools.Help,
            unreported: usize = 0,
        };

        /// Without memory the caller remains alone.
        fn invite(loop: *Self, worker: *Worker, count: usize) void {
            if (count == 0) return;
            const size = count * @sizeOf(Seat) + @alignOf(Seat);
            const memory = worker.arena.alloc(size) orelse return;
            const aligned = std.mem.alignInSlice(memory, @alignOf(Seat)).?;
            loop.guests = std.mem.bytesAsSlice(Seat, aligned[0 .. count * @sizeOf(Seat)]);
            for (loop.guests, 1..) |*seat, index| seat.* = .{ .index = index, .loop = loop };
            var invited: u32 = 0;
            for (loop.guests) |*seat| {
                // No order: published by the push, counted down after it.
                _ = loop.group.pending.fetchAdd(1, .monotonic);
                if (!worker.deque.push(&seat.job)) {
                    _ = loop.group.pending.fetchSub(1, .monotonic); // never published
                    break;
                }
                invited += 1;
            }
            if (invited > 0) worker.announce(invited);
        }

        fn accept(job: *Job, worker: *Worker) void {
            const seat: *Seat = @alignCast(@fieldParentPtr("job", job));
            const loop = seat.loop;
            var help = worker.beginHelp(loop.serial);
            loop.participate(worker, seat, &help);
            worker.endHelp(help);
            loop.group.finish();
        }

        /// Takes back the invitations that nobody took; they are the newest of the own deque.
        fn retract(loop: *Self, worker: *Worker) void {
            if (loop.guests.len == 0) return;
            const first = @intFromPtr(loop.guests.ptr);
            const end = first + loop.guests.len * @sizeOf(Seat);
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
        fn participate(loop: *Self, worker: *Worker, seat: *Seat, help: ?*pools.Help) void {
            const mark = worker.arena.mark();
            var message: guard.Message = .{};
            var participation: Participation = .{
                .loop = loop,
                .worker = worker,
                .seat = seat,
                .help = help,
            };
            guard.call(&participation, takeChunks, &message) catch {
                worker.arena.release(mark); // the frames that would have done it were skipped
                loop.fail(error.Panicked, message.text());
            };
        }

        fn takeChunks(participation: *Participation) void {
            const loop = participation.loop;
            const worker = participation.worker;
            while (!loop.failed.load(.monotonic)) {
                const index = loop.claim(participation.seat) orelse break;
                if (participation.help) |help| help.start(worker);
                body(loop.context, worker, index) catch |failure| {
                    loop.fail(failure, "");
                    break;
                };
                participation.unreported += 1;
                if (participation.unreported >= loop.report_interval) reportChunks(participation);
            }
            if (participation.unreported > 0) reportChunks(participation);
        }

        fn reportChunks(participation: *Participation) void {
            report(participation.loop.context, participation.unreported);
            participation.unreported = 0;
        }

        /// Null when nobody has a chunk left; one who is just filling its share is overlooked, and
        /// does the rest itself; that is at most what the others did in the same time.
        fn claim(loop: *Self, seat: *Seat) ?u32 {
            if (seat.share.takeFirst()) |index| return index;
            const seats = loop.guests.len + 1;
            for (1..seats) |distance| {
                const other = loop.seatAt((seat.index + distance) % seats);
                const range = other.share.rob() orelse continue;
                seat.share.fill(.{ .begin = range.begin + 1, .end = range.end });
                return range.begin;
            }
            return null;
        }

        fn seatAt(loop: *Self, index: usize) *Seat {
            return if (index == 0) &loop.caller else &loop.guests[index - 1];
        }

        fn fail(loop: *Self, failure: Outcome, text: []const u8) void {
            if (loop.failed.swap(true, .monotonic)) return;
            loop.failure = failure;
            loop.message.set(text);
        }
    };
}
