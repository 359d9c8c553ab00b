//! What one worker did last: a ring of spans that its worker writes and any thread reads without a
//! lock. An entry that is overwritten while it is read is left out.
const std = @import("std");
const Value = std.atomic.Value;

/// Whether the worker ran the task's root job or helped with a part of it.
pub const Kind = enum(u8) { root, helper };

/// Times in nanoseconds of `clock.now`; `serial` is the task's.
pub const Span = struct { serial: u64, start_ns: u64, end_ns: u64, kind: Kind };

/// Each entry is a sequence lock: odd while its worker writes it.
const Entry = struct {
    version: Value(u64) = Value(u64).init(0),
    serial: Value(u64) = Value(u64).init(0),
    start_ns: Value(u64) = Value(u64).init(0),
    end_ns: Value(u64) = Value(u64).init(0),
    kind: Value(Kind) = Value(Kind).init(.root),

    /// `complete` is even and larger than every earlier version of this entry.
    fn write(entry: *Entry, complete: u64, span: Span) void {
        entry.version.store(complete - 1, .monotonic); // ordered by each of the next four
        // release: partners are the acquire loads in `read`; who sees a new field sees the odd
        // version too.
        entry.serial.store(span.serial, .release);
        entry.start_ns.store(span.start_ns, .release);
        entry.end_ns.store(span.end_ns, .release);
        entry.kind.store(span.kind, .release);
        entry.version.store(complete, .release); // partner: the first load in `read`
    }

    fn read(entry: *const Entry, complete: u64) ?Span {
        if (entry.version.load(.acquire) != complete) return null; // partner: the end of `write`
        // acquire: the second look at the version comes after these, and after what they saw.
        const span: Span = .{
            .serial = entry.serial.load(.acquire),
            .start_ns = entry.start_ns.load(.acquire),
            .end_ns = entry.end_ns.load(.acquire),
            .kind = entry.kind.load(.acquire),
        };
        if (entry.version.load(.monotonic) != complete) return null;
        return span;
    }
};

pub const Spans = struct {
    entries: [capacity]Entry = [_]Entry{.{}} ** capacity,
    /// Spans ever added.
    written: Value(u64) = Value(u64).init(0),

    pub const capacity = 1024;

    /// Owner only.
    pub fn add(spans: *Spans, span: Span) void {
        const count = spans.written.load(.monotonic); // only the owner writes it
        spans.entries[count % capacity].write(versionOf(count), span);
        spans.written.store(count + 1, .release); // partner: `read`, which then finds the entry whole
    }

    /// Any thread: the newest spans that fit into `out`, oldest first; how many there are.
    pub fn read(spans: *const Spans, out: []Span) usize {
        const end = spans.written.load(.acquire); // partner: `add`
        const available = @min(end, capacity, out.len);
        var count: usize = 0;
        for (end - available..end) |index| {
            const entry = &spans.entries[index % capacity];
            out[count] = entry.read(versionOf(index)) orelse continue;
            count += 1;
        }
        return count;
    }

    fn versionOf(index: u64) u64 {
        return 2 * (index / capacity + 1);
    }
};

const testing = std.testing;

fn numbered(number: u64) Span {
    return .{
        .serial = number,
        .start_ns = 2 * number,
        .end_ns = 3 * number,
        .kind = if (number % 2 == 0) .root else .helper,
    };
}

test "the newest spans are read, oldest first" {
    const spans = try testing.allocator.create(Spans);
    defer testing.allocator.destroy(spans);
    spans.* = .{};
    var out: [Spans.capacity + 1]Span = undefined;
    try testing.expectEqual(0, spans.read(&out));
    for (0..3) |number| spans.add(numbered(number));
    try testing.expectEqual(3, spans.read(&out));
    for (out[0..3], 0..) |span, number| try testing.expectEqual(numbered(number), span);
    for (3..5000) |number| spans.add(numbered(number));
    try testing.expectEqual(Spans.capacity, spans.read(&out));
    for (out[0..Spans.capacity], 5000 - Spans.capacity..) |span, number| {
        try testing.expectEqual(numbered(number), span);
    }
    try testing.expectEqual(2, spans.read(out[0..2]));
    try testing.expectEqual(numbered(4998), out[0]);
}

test "a reader beside the writer sees whole spans in order" {
    const spans = try testing.allocator.create(Spans);
    defer testing.allocator.destroy(spans);
    spans.* = .{};
    var finished = Value(bool).init(false);
    const writer = try std.Thread.spawn(.{}, struct {
        fn run(into: *Spans, end: *Value(bool)) void {
            for (0..200_000) |number| into.add(numbered(number));
            end.store(true, .release); // partner: the reader's load
        }
    }.run, .{ spans, &finished });
    defer writer.join();
    var out: [Spans.capacity]Span = undefined;
    while (!finished.load(.acquire)) {
        var last: ?u64 = null;
        for (out[0..spans.read(&out)]) |span| {
            try testing.expectEqual(numbered(span.serial), span);
            if (last) |before| try testing.expect(span.serial > before);
            last = span.serial;
        }
    }
}
