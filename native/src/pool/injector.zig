//! The queue through which other threads hand root jobs to the pool: highest priority first, first in
//! first out within a priority, with aging. A push never waits: it goes to a stack without a lock,
//! which whoever takes a job next sorts into the lists. The lists are under a mutex among the
//! workers, held for a few instructions.
const std = @import("std");
const Value = std.atomic.Value;
const Job = @import("job.zig").Job;
const Priority = @import("job.zig").Priority;

const class_count = std.enums.values(Priority).len;

/// How long a job of each class but the highest waits before it counts as aged. A notebook feels
/// slow from about 100 ms on: what somebody waits for ages before that, ordinary work at that point,
/// and work that nobody watches may take twice as long.
const patience_ns = [class_count - 1]u64{
    200 * std.time.ns_per_ms, // background
    100 * std.time.ns_per_ms, // normal
    50 * std.time.ns_per_ms, // interactive
};

/// At most one pop in this many goes to an aged job: a critical job that arrives behind any backlog
/// waits for one aged job at most, and the others together keep an eighth of the pool.
pub const aged_interval = 8;

/// Jobs of one class, oldest first.
const List = struct {
    head: ?*Job = null,
    tail: ?*Job = null,
    length: u32 = 0,

    fn append(list: *List, job: *Job) void {
        job.prev = list.tail;
        job.next = null;
        if (list.tail) |tail| tail.next = job else list.head = job;
        list.tail = job;
        list.length += 1;
    }

    fn remove(list: *List, job: *Job) void {
        if (job.prev) |prev| prev.next = job.next else list.head = job.next;
        if (job.next) |next| next.prev = job.prev else list.tail = job.prev;
        job.prev = null;
        job.next = null;
        list.length -= 1;
    }
};

pub const Injector = struct {
    /// Pushed and not yet sorted, newest first, linked by `next`.
    inbox: Value(?*Job) align(std.atomic.cache_line) = Value(?*Job).init(null),
    mutex: std.Thread.Mutex align(std.atomic.cache_line) = .{},
    /// Jobs in the lists; written under the mutex, read without it by workers that look for work.
    listed: Value(u32) = Value(u32).init(0),
    lists: [class_count]List = [_]List{.{}} ** class_count,
    /// Pops in a row that left a lower class waiting and served none; under the mutex.
    passed_over: u32 = 0,

    /// `now_ns`: monotonic; from it the job ages.
    pub fn push(injector: *Injector, job: *Job, now_ns: u64) void {
        job.queued_at = now_ns;
        var newest = injector.inbox.load(.monotonic); // checked by the exchange
        while (true) {
            job.next = newest;
            // seq_cst: as a release its partner is the swap in `sort`; in the total order it comes
            // before the submitter's look at the sleepers, partner: `isEmpty`.
            newest = injector.inbox.cmpxchgWeak(newest, job, .seq_cst, .monotonic) orelse return;
        }
    }

    /// `clock.now()` gives monotonic nanoseconds; it is called only when a lower class has been
    /// passed over often enough to have a turn.
    pub fn pop(injector: *Injector, clock: anytype) ?*Job {
        if (injector.isEmpty()) return null;
        injector.mutex.lock();
        defer injector.mutex.unlock();
        injector.sort();
        const job = injector.choose(clock) orelse return null;
        injector.take(job);
        return job;
    }

    /// Any thread: takes a queued job out; false when a worker has it already. The job's record must
    /// outlive the call.
    pub fn withdraw(injector: *Injector, job: *Job) bool {
        injector.mutex.lock();
        defer injector.mutex.unlock();
        injector.sort();
        if (!job.queued) return false;
        injector.take(job);
        return true;
    }

    /// Takes out every job that `matches`, highest class first and in order, linked by `next`.
    pub fn takeMatching(
        injector: *Injector,
        context: *const anyopaque,
        matches: *const fn (*const anyopaque, *const Job) bool,
    ) ?*Job {
        injector.mutex.lock();
        defer injector.mutex.unlock();
        injector.sort();
        var taken: ?*Job = null;
        var taken_end: *?*Job = &taken;
        var class: usize = class_count;
        while (class > 0) {
            class -= 1;
            var candidate = injector.lists[class].head;
            while (candidate) |job| {
                candidate = job.next;
                if (!matches(context, job)) continue;
                injector.take(job);
                taken_end.* = job;
                taken_end = &job.next;
            }
        }
        return taken;
    }

    /// seq_cst: partner is `push`; see `Pool.sleep`. What is sorted between the two looks is seen by
    /// the second.
    pub fn isEmpty(injector: *const Injector) bool {
        return injector.inbox.load(.seq_cst) == null and injector.listed.load(.seq_cst) == 0;
    }

    /// Jobs queued of each priority, lowest first.
    pub fn lengths(injector: *Injector) [class_count]u32 {
        injector.mutex.lock();
        defer injector.mutex.unlock();
        injector.sort();
        var counts: [class_count]u32 = undefined;
        for (&counts, &injector.lists) |*count, *list| count.* = list.length;
        return counts;
    }

    /// Under the mutex: puts what was pushed into the lists, oldest first.
    fn sort(injector: *Injector) void {
        if (injector.inbox.load(.monotonic) == null) return; // saves the exchange
        // Counted too many, for who looks meanwhile: see `isEmpty`.
        const before = injector.listed.fetchAdd(1, .seq_cst);
        var newest = injector.inbox.swap(null, .seq_cst); // partner: `push`; the jobs are visible
        var count: u32 = 0;
        var oldest: ?*Job = null;
        while (newest) |job| {
            newest = job.next;
            job.next = oldest;
            oldest = job;
        }
        while (oldest) |job| {
            oldest = job.next;
            injector.lists[@intFromEnum(job.priority)].append(job);
            job.queued = true;
            count += 1;
        }
        injector.listed.store(before + count, .seq_cst);
    }

    fn take(injector: *Injector, job: *Job) void {
        injector.lists[@intFromEnum(job.priority)].remove(job);
        job.queued = false;
        // Under the mutex. No order: a late reader only looks in vain.
        injector.listed.store(injector.listed.raw - 1, .monotonic);
    }

    /// The oldest job of the highest class; or, after `aged_interval` - 1 pops that passed a lower
    /// class over, the aged job of a lower class whose patience ended first. Aged jobs are thus
    /// served in the order of their deadlines, whatever their class: none starves.
    fn choose(injector: *Injector, clock: anytype) ?*Job {
        var class: usize = class_count - 1;
        while (injector.lists[class].head == null) {
            if (class == 0) return null;
            class -= 1;
        }
        const first = injector.lists[class].head;
        const lower = injector.lists[0..class];
        for (lower) |*list| {
            if (list.head != null) break;
        } else {
            injector.passed_over = 0;
            return first;
        }
        if (injector.passed_over < aged_interval - 1) {
            injector.passed_over += 1;
            return first;
        }
        const aged = mostOverdue(lower, clock.now()) orelse return first;
        injector.passed_over = 0;
        return aged;
    }
};

fn mostOverdue(lists: []const List, now_ns: u64) ?*Job {
    var found: ?*Job = null;
    var earliest = now_ns;
    for (lists, patience_ns[0..lists.len]) |*list, patience| {
        const job = list.head orelse continue;
        const deadline = job.queued_at +| patience;
        if (deadline >= earliest) continue;
        earliest = deadline;
        found = job;
    }
    return found;
}

const testing = std.testing;

fn neverRuns(_: *Job, _: *@import("pool.zig").Worker) void {
    unreachable;
}

fn jobOf(priority: Priority) Job {
    return .{ .run = neverRuns, .priority = priority };
}

const TestClock = struct {
    time: u64 = 0,
    reads: u32 = 0,

    fn now(clock: *TestClock) u64 {
        clock.reads += 1;
        return clock.time;
    }
};

const Pair = struct { first: *const Job, second: *const Job };

fn isOneOf(context: *const anyopaque, job: *const Job) bool {
    const wanted: *const Pair = @ptrCast(@alignCast(context));
    return job == wanted.first or job == wanted.second;
}

test "jobs of one class come out in order, also around jobs taken from the middle and the end" {
    var injector: Injector = .{};
    var clock: TestClock = .{};
    var jobs = [_]Job{jobOf(.normal)} ** 4;
    for (&jobs) |*job| injector.push(job, 0);
    const wanted: Pair = .{ .first = &jobs[1], .second = &jobs[3] };
    const taken = injector.takeMatching(&wanted, isOneOf).?;
    try testing.expectEqual(&jobs[1], taken);
    try testing.expectEqual(&jobs[3], taken.next.?);
    try testing.expectEqual(null, taken.next.?.next);
    injector.push(&jobs[1], 0);
    try testing.expectEqual(&jobs[0], injector.pop(&clock).?);
    try testing.expectEqual(&jobs[2], injector.pop(&clock).?);
    try testing.expectEqual(&jobs[1], injector.pop(&clock).?);
    try testing.expectEqual(null, injector.pop(&clock));
    try testing.expect(injector.isEmpty());
}

test "higher classes come first, and one class alone never reads the clock" {
    var injector: Injector = .{};
    var clock: TestClock = .{ .time = std.time.ns_per_hour };
    var jobs: [class_count]Job = undefined;
    for (&jobs, std.enums.values(Priority)) |*job, priority| {
        job.* = jobOf(priority);
        injector.push(job, clock.time);
    }
    try testing.expectEqual([_]u32{1} ** class_count, injector.lengths());
    var class: usize = class_count;
    while (class > 0) : (class -= 1) {
        try testing.expectEqual(&jobs[class - 1], injector.pop(&clock).?);
    }
    var alone = [_]Job{jobOf(.background)} ** (4 * aged_interval);
    for (&alone) |*job| injector.push(job, 0);
    for (&alone) |*job| try testing.expectEqual(job, injector.pop(&clock).?);
    try testing.expectEqual(0, clock.reads);
}

test "a withdrawn job is gone, once; one that was popped stays with its worker" {
    var injector: Injector = .{};
    var clock: TestClock = .{};
    var jobs = [_]Job{jobOf(.interactive)} ** 5;
    for (&jobs) |*job| injector.push(job, 0);
    for ([_]usize{ 2, 0, 4 }) |index| {
        try testing.expect(injector.withdraw(&jobs[index])); // middle, head, tail
        try testing.expect(!injector.withdraw(&jobs[index]));
    }
    try testing.expectEqual([_]u32{ 0, 0, 2, 0 }, injector.lengths());
    try testing.expectEqual(&jobs[1], injector.pop(&clock).?);
    try testing.expect(!injector.withdraw(&jobs[1]));
    try testing.expectEqual(&jobs[3], injector.pop(&clock).?);
    try testing.expect(injector.isEmpty());
    injector.push(&jobs[2], 0);
    try testing.expectEqual(&jobs[2], injector.pop(&clock).?);
}

test "under a flood of critical jobs an aged class gets one pop in eight, a young one none" {
    var injector: Injector = .{};
    var clock: TestClock = .{};
    var flood = jobOf(.critical);
    var waiting = [_]Job{jobOf(.background)} ** 100;
    for (&waiting) |*job| injector.push(job, 0);
    for (0..1000) |_| {
        injector.push(&flood, clock.time);
        try testing.expectEqual(&flood, injector.pop(&clock).?);
    }
    clock.time = patience_ns[0] + 1;
    injector.push(&flood, clock.time);
    for (0..waiting.len * aged_interval) |count| {
        const job = injector.pop(&clock).?;
        if (job == &flood) {
            injector.push(&flood, clock.time);
        } else {
            try testing.expectEqual(&waiting[count / aged_interval], job);
        }
    }
    try testing.expectEqual(&flood, injector.pop(&clock).?);
    try testing.expect(injector.isEmpty());
}

test "no class starves, whichever of them are flooded" {
    var injector: Injector = .{};
    var clock: TestClock = .{};
    var jobs: [class_count]Job = undefined;
    for (&jobs, std.enums.values(Priority)) |*job, priority| {
        job.* = jobOf(priority);
        injector.push(job, 0);
    }
    var last_served = [_]u64{0} ** class_count;
    for (0..10_000) |_| {
        clock.time += std.time.ns_per_ms;
        const job = injector.pop(&clock).?;
        const class = @intFromEnum(job.priority);
        // Three classes share the aged pops: each waits for its patience and two others at most.
        const patience = if (class < patience_ns.len) patience_ns[class] else 0;
        const waited = clock.time - last_served[class];
        try testing.expect(waited <= patience + 3 * aged_interval * std.time.ns_per_ms);
        last_served[class] = clock.time;
        injector.push(job, clock.time);
    }
    for (last_served) |time| try testing.expect(clock.time - time < 300 * std.time.ns_per_ms);
}

test "a critical job behind any backlog waits for one aged job at most" {
    for (0..3 * aged_interval) |served_before| {
        var injector: Injector = .{};
        var clock: TestClock = .{ .time = std.time.ns_per_hour };
        var backlog: [6 * aged_interval]Job = undefined;
        for (&backlog, 0..) |*job, index| {
            job.* = jobOf(@enumFromInt(index % (class_count - 1)));
            injector.push(job, 0);
        }
        for (0..served_before) |_| _ = injector.pop(&clock);
        var critical = jobOf(.critical);
        injector.push(&critical, clock.time);
        if (injector.pop(&clock) != &critical) {
            try testing.expectEqual(&critical, injector.pop(&clock).?);
        }
    }
}
