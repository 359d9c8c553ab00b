//! One JavaScript environment (the main thread or a worker thread): its leases of pools, the tasks it
//! has in flight and the stack through which workers hand finished ones back.
const std = @import("std");
const pool = @import("pool/pool.zig");
const registry = @import("pool/registry.zig");
const Job = @import("pool/job.zig").Job;
const Task = @import("task.zig").Task;
const Value = std.atomic.Value;
const Futex = std.Thread.Futex;

const allocator = std.heap.c_allocator;
const no_interrupt: i32 = 0;

/// The right to submit to a pool. Each `openPool` has its own, so closing one cancels its own tasks
/// only, also where two share the threads.
pub const Lease = struct {
    id: u32,
    shared: *registry.Shared,
    /// Set once and polled: no order, the tasks only have to see it some time.
    closed: Value(bool) = Value(bool).init(false),
    next: ?*Lease,

    /// Running tasks see the flag at their next checkpoint; queued ones end here and now, so they
    /// wait for nobody else's work.
    pub fn close(lease: *Lease) void {
        if (lease.closed.swap(true, .monotonic)) return;
        var queued = lease.shared.pool.injector.takeMatching(lease, Task.belongsTo);
        while (queued) |job| {
            queued = job.next;
            Task.ofJob(job).endUnrun(.cancelled);
        }
        registry.release(lease.shared);
    }
};

pub const Environment = struct {
    /// Finished tasks, newest first; pushed by workers, emptied by the environment's thread.
    finished: Value(?*Task) align(64) = Value(?*Task).init(null),
    /// Tasks that a worker may still touch.
    in_flight: Value(u32) align(64) = Value(u32).init(0),
    /// Taken from `finished`, oldest first; the environment's thread alone.
    backlog: ?*Task = null,
    leases: ?*Lease = null,
    last_lease_id: u32 = 0,
    /// `[0]` is the interrupt epoch; shared with JavaScript.
    interrupt_epoch: *const i32 = &no_interrupt,
    notify: *const fn (?*anyopaque) callconv(.c) void,
    notify_context: ?*anyopaque,

    pub fn create(
        notify: *const fn (?*anyopaque) callconv(.c) void,
        notify_context: ?*anyopaque,
    ) ?*Environment {
        const environment = allocator.create(Environment) catch return null;
        environment.* = .{ .notify = notify, .notify_context = notify_context };
        return environment;
    }

    /// Cancels everything, waits until no worker touches a task of this environment, and frees it
    /// with all its tasks. `release_user` gets the `user` of each of them.
    pub fn destroy(
        environment: *Environment,
        release_user: *const fn (?*anyopaque) callconv(.c) void,
    ) void {
        var lease = environment.leases;
        while (lease) |open| : (lease = open.next) open.close();
        while (true) {
            const count = environment.in_flight.load(.acquire); // partner: `finish`
            if (count == 0) break;
            Futex.wait(&environment.in_flight, count);
        }
        while (environment.takeFinished()) |task| {
            release_user(task.result.user);
            task.destroy();
        }
        registry.joinRetired();
        while (environment.leases) |open| {
            environment.leases = open.next;
            allocator.destroy(open);
        }
        allocator.destroy(environment);
    }

    pub fn openLease(
        environment: *Environment,
        thread_count: usize,
        stack_size: usize,
    ) (std.mem.Allocator.Error || std.Thread.SpawnError)!*Lease {
        const lease = try allocator.create(Lease);
        errdefer allocator.destroy(lease);
        const shared = try registry.retain(thread_count, stack_size);
        environment.last_lease_id += 1;
        lease.* = .{
            .id = environment.last_lease_id,
            .shared = shared,
            .next = environment.leases,
        };
        environment.leases = lease;
        return lease;
    }

    /// Null for an unknown or closed one.
    pub fn findLease(environment: *const Environment, id: u32) ?*Lease {
        var lease = environment.leases;
        while (lease) |open| : (lease = open.next) {
            if (open.id == id and !open.closed.load(.monotonic)) return open;
        }
        return null;
    }

    /// The next finished task, oldest first.
    pub fn takeFinished(environment: *Environment) ?*Task {
        if (environment.backlog == null) {
            // acquire: partner is the exchange in `finish`; the results of the tasks are visible.
            var newest = environment.finished.swap(null, .acquire);
            while (newest) |task| {
                newest = task.next;
                task.next = environment.backlog;
                environment.backlog = task;
            }
        }
        const task = environment.backlog orelse return null;
        environment.backlog = task.next;
        return task;
    }

    /// By the thread that ended the task; its last use of task and environment.
    pub fn finish(environment: *Environment, task: *Task) void {
        var head = environment.finished.load(.monotonic); // checked by the exchange
        while (true) {
            task.next = head;
            // release: partner is the swap in `takeFinished`.
            head = environment.finished.cmpxchgWeak(head, task, .release, .monotonic) orelse break;
        }
        // Only the one that found the stack empty: the others' tasks go with the same signal.
        if (head == null) environment.notify(environment.notify_context);
        // release: partner is the load in `destroy`, which frees the environment. The wake after it
        // uses the address only.
        if (environment.in_flight.fetchSub(1, .release) == 1) {
            Futex.wake(&environment.in_flight, 1);
        }
    }
};
