//! Work-stealing deque of fixed capacity: its owner pushes and pops at the bottom, thieves take from
//! the top. D. Chase, Y. Lev, "Dynamic circular work-stealing deque", SPAA 2005; orders after
//! N. M. Lê et al., "Correct and efficient work-stealing for weak memory models", PPoPP 2013, with
//! sequentially consistent operations in place of their fences: ThreadSanitizer models no fence.
const std = @import("std");
const Value = std.atomic.Value;

pub fn Deque(comptime T: type, comptime capacity: usize) type {
    std.debug.assert(std.math.isPowerOfTwo(capacity));
    return struct {
        /// On a line of its own: thieves write it, the owner writes `bottom`.
        top: Value(isize) align(line) = Value(isize).init(0),
        bottom: Value(isize) align(line) = Value(isize).init(0),
        slots: [capacity]Value(?*T) = [_]Value(?*T){Value(?*T).init(null)} ** capacity,

        const Self = @This();
        const line = 128;

        pub const Steal = union(enum) { item: *T, empty, retry };

        fn always(_: void) bool {
            return true;
        }

        fn slot(self: *Self, index: isize) *Value(?*T) {
            return &self.slots[@as(usize, @bitCast(index)) & (capacity - 1)];
        }

        /// Owner only; false when full.
        pub fn push(self: *Self, item: *T) bool {
            const bottom = self.bottom.load(.monotonic); // only the owner writes it
            // acquire: partner is the exchange in `steal`; a slot is reused only after its thief
            // has read it.
            const top = self.top.load(.acquire);
            if (bottom - top >= @as(isize, capacity)) return false;
            self.slot(bottom).store(item, .monotonic); // published by the next line
            // seq_cst: as a release its partner is the load of `bottom` in `steal` (slot and item
            // are visible to the thief); in the total order it comes before the owner's look at the
            // pool's sleepers, so a worker that goes to sleep sees the item or is seen.
            self.bottom.store(bottom + 1, .seq_cst);
            return true;
        }

        /// Owner only; the item pushed last.
        pub fn pop(self: *Self) ?*T {
            const bottom = self.bottom.load(.monotonic) - 1; // only the owner writes it
            // seq_cst on this store and the next load, partner the two loads in `steal`: the owner
            // sees the thief's new top, or the thief sees the owner's new bottom. Never neither.
            self.bottom.store(bottom, .seq_cst);
            const top = self.top.load(.seq_cst);
            if (top > bottom) {
                // release, as every store of bottom: a thief that reads it sees the items below.
                self.bottom.store(bottom + 1, .release);
                return null;
            }
            const item = self.slot(bottom).load(.monotonic); // written by this thread
            if (top < bottom) return item;
            // The last item: owner and thieves compete by the same exchange on top.
            const won = self.top.cmpxchgStrong(top, top + 1, .seq_cst, .monotonic) == null;
            self.bottom.store(bottom + 1, .release); // as above
            return if (won) item else null;
        }

        /// Any thread; the item pushed first.
        pub fn steal(self: *Self) Steal {
            return self.stealIf({}, always);
        }

        /// Any thread; the item pushed first, if `holds` while it is in the deque. `holds` reads at
        /// least with acquire order, so that it sees all that its owner did before the push.
        pub fn stealIf(
            self: *Self,
            context: anytype,
            comptime holds: fn (@TypeOf(context)) bool,
        ) Steal {
            const top = self.top.load(.seq_cst); // partner: `pop`, see there
            const bottom = self.bottom.load(.seq_cst); // partner: `push` and `pop`
            if (top >= bottom) return .empty;
            const item = self.slot(top).load(.monotonic); // ordered by the load of bottom
            if (!holds(context)) return .empty; // what the exchange takes was there by now
            // seq_cst: competes with `pop` and other thieves; as a release its partner is the load
            // of `top` in `push`.
            if (self.top.cmpxchgStrong(top, top + 1, .seq_cst, .monotonic) != null) return .retry;
            return .{ .item = item.? };
        }

        /// Any thread. seq_cst: partner is the store of `bottom` in `push`; a worker that is about
        /// to sleep must not miss an item pushed by one that did not see it among the sleepers.
        pub fn looksEmpty(self: *Self) bool {
            return self.top.load(.seq_cst) >= self.bottom.load(.seq_cst);
        }
    };
}

const testing = std.testing;

test "the owner pops last in first out, a thief takes the oldest, a full deque refuses" {
    const Item = struct { value: u32 = 0 };
    var deque = Deque(Item, 8){};
    var items = [_]Item{.{}} ** 9;
    for (items[0..8]) |*item| try testing.expect(deque.push(item));
    try testing.expect(!deque.push(&items[8]));
    try testing.expectEqual(&items[7], deque.pop().?);
    try testing.expectEqual(&items[0], deque.steal().item);
    try testing.expect(deque.push(&items[8]));
    try testing.expectEqual(&items[8], deque.pop().?);
}

test "an empty deque stays usable" {
    const Item = struct { value: u32 = 0 };
    var deque = Deque(Item, 2){};
    var item: Item = .{};
    for (0..5) |_| {
        try testing.expectEqual(null, deque.pop());
        try testing.expectEqual(.empty, std.meta.activeTag(deque.steal()));
        try testing.expect(deque.looksEmpty());
        try testing.expect(deque.push(&item));
        try testing.expect(!deque.looksEmpty());
        try testing.expectEqual(&item, deque.pop().?);
    }
}
