//! One JavaScript environment (the main thread or a worker thread): its leases of pools, the tasks it
//! has in flight and the stack through which workers hand finished ones back.
const std = @import("std");
const pool = @import("pool/pool.zig");
const registry = @import("pool/registry.zig");
const Job = @import("pool/job.zig").Job;
const Quota = @import("pool/quota.zig").Quota;
const Record = @import("record.zig").Record;
const Task = @import("task.zig").Task;
const Value = std.atomic.Value;
const Futex = std.Thread.Futex;

const allocator = std.heap.c_allocator;
const no_interrupt: i32 = 0;
/// Records of tasks kept for the next ones; what a burst leaves beyond them goes back to the system.
const max_spare_tasks = 4096;

/// The right to submit to a pool. Each `openPool` has its own, so closing one cancels its own tasks
/// only, also where two share the threads.
pub const Lease = struct {
    id: u32,
    shared: *registry.Shared,
    /// Set once and polled: no order, the tasks only have to see it some time.
    closed: Value(bool) = Value(bool).init(false),
    /// What its tasks hold or have reserved.
    memory: Quota,
    /// Tasks whose record is not yet given back; the environment's thread alone.
    task_count: u32 = 0,
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

/// Submissions of one thread in a row. A wake-up is a system call and costs more than a small task,
/// so the first two have one each, and then one goes for all in `pool.burst_ns`, and one at the end.
const Burst = struct {
    target: ?*pool.Pool = null,
    /// The pool knows of the burst.
    announced: bool = false,
    /// The last wake-up.
    woke_ns: u64 = 0,
    owes_wake: bool = false,

    fn queue(burst: *Burst, target: *pool.Pool, job: *Job, now: u64) bool {
        if (burst.target != target) {
            burst.end();
            burst.target = target;
            target.push(job, now);
            target.wake(1);
            return false;
        }
        if (burst.announced and now -| burst.woke_ns < pool.burst_ns) {
            burst.owes_wake = true;
            target.pushInBurst(job, now);
            return false;
        }
        if (!burst.announced) target.beginBurst();
        burst.announced = true;
        burst.woke_ns = now;
        target.push(job, now);
        target.wake(1);
        return true;
    }

    fn end(burst: *Burst) void {
        const target = burst.target orelse return;
        if (burst.announced) target.endBurst();
        if (burst.owes_wake) target.wake(1);
        burst.* = .{};
    }
};

pub const records_per_slab = 256;

pub const Environment = struct {
    /// Finished tasks, newest first; pushed by workers, emptied by the environment's thread.
    finished: Value(?*Task) align(64) = Value(?*Task).init(null),
    /// Tasks that a worker may still touch.
    in_flight: Value(u32) align(64) = Value(u32).init(0),
    /// Taken from `finished`, oldest first; the environment's thread alone.
    backlog: ?*Task = null,
    leases: ?*Lease = null,
    last_lease_id: u32 = 0,
    /// Shared records, `records_per_slab` in each; the environment's thread alone, as the next four.
    slabs: std.ArrayListUnmanaged([*]Record) = .{},
    /// The task of each record, if there is one in flight.
    slots: std.ArrayListUnmanaged(?*Task) = .{},
    spare: ?*Task = null,
    spare_count: u32 = 0,
    burst: Burst = .{},
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
    /// with all its tasks.
    pub fn destroy(environment: *Environment) void {
        environment.burst.end(); // others may go on with its pool
        var next = environment.leases;
        while (next) |open| : (next = open.next) open.close();
        while (true) {
            const count = environment.in_flight.load(.acquire); // partner: `finish`
            if (count == 0) break;
            Futex.wait(&environment.in_flight, count);
        }
        // Also those that JavaScript was told of and did not free.
        for (environment.slots.items) |slot| if (slot) |task| task.destroy();
        while (environment.leases) |idle| environment.dropLease(idle);
        registry.joinRetired();
        while (environment.spare) |task| {
            environment.spare = task.next;
            allocator.destroy(task);
        }
        environment.slabs.deinit(allocator);
        environment.slots.deinit(allocator);
        allocator.destroy(environment);
    }

    /// Takes the next slab of shared records; false without memory.
    pub fn addSlab(environment: *Environment, records: [*]Record) bool {
        environment.slabs.append(allocator, records) catch return false;
        environment.slots.appendNTimes(allocator, null, records_per_slab) catch {
            _ = environment.slabs.pop();
            return false;
        };
        return true;
    }

    /// Null past the last slab.
    pub fn recordOf(environment: *const Environment, slot: u32) ?*Record {
        const slab = slot / records_per_slab;
        if (slab >= environment.slabs.items.len) return null;
        return &environment.slabs.items[slab][slot % records_per_slab];
    }

    pub fn taskOf(environment: *const Environment, slot: u32) ?*Task {
        return if (slot < environment.slots.items.len) environment.slots.items[slot] else null;
    }

    /// Undefined; null without memory.
    pub fn newTask(environment: *Environment) ?*Task {
        const task = environment.spare orelse return allocator.create(Task) catch null;
        environment.spare = task.next;
        environment.spare_count -= 1;
        return task;
    }

    pub fn recycle(environment: *Environment, task: *Task) void {
        if (environment.spare_count >= max_spare_tasks) return allocator.destroy(task);
        task.next = environment.spare;
        environment.spare = task;
        environment.spare_count += 1;
    }

    /// Queues a job. True when the caller should `flush` before it waits for anything.
    pub fn queue(environment: *Environment, to: *pool.Pool, job: *Job, now: u64) bool {
        return environment.burst.queue(to, job, now);
    }

    /// Ends the burst of submissions: wakes a worker for those that did not.
    pub fn flush(environment: *Environment) void {
        environment.burst.end();
    }

    /// Ends a task that still waits for a thread, at once; false when a thread has it already.
    pub fn withdraw(environment: *Environment, task: *Task) bool {
        // Closing took its queued tasks, and the pool may be gone; the lease outlives its tasks.
        if (task.lease.closed.load(.monotonic)) return false;
        if (!task.lease.shared.pool.injector.withdraw(&task.job)) return false;
        _ = environment.in_flight.fetchSub(1, .monotonic); // only this thread waits for zero
        task.destroy();
        return true;
    }

    pub fn openLease(
        environment: *Environment,
        thread_count: usize,
        stack_size: usize,
        memory_limit: u64,
    ) (std.mem.Allocator.Error || std.Thread.SpawnError)!*Lease {
        const lease = try allocator.create(Lease);
        errdefer allocator.destroy(lease);
        const shared = try registry.retain(thread_count, stack_size);
        environment.last_lease_id += 1;
        lease.* = .{
            .id = environment.last_lease_id,
            .shared = shared,
            .memory = .{ .limit = memory_limit },
            .next = environment.leases,
        };
        environment.leases = lease;
        return lease;
    }

    /// Closes it; it is gone when its last task is.
    pub fn closeLease(environment: *Environment, lease: *Lease) void {
        environment.burst.end(); // its pool may end with the lease
        lease.close();
        if (lease.task_count == 0) environment.dropLease(lease);
    }

    pub fn dropLease(environment: *Environment, lease: *Lease) void {
        var link: *?*Lease = &environment.leases;
        while (link.*.? != lease) link = &link.*.?.next;
        link.* = lease.next;
        allocator.destroy(lease);
    }

    /// Null for an unknown or closed one.
    pub fn findLease(environment: *const Environment, id: u32) ?*Lease {
        var lease = environment.leases;
        while (lease) |open| : (lease = open.next) {
            if (open.id == id and !open.closed.load(.monotonic)) return open;
        }
        return null;
    }

    /// The next finished task, oldest first. Only from here on its record says so: a list of slots that
    /// JavaScript sees twice may name a record that has a new task, whose own turn is still to come.
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
        task.handed_over = true;
        task.record.setState(.finished);
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
