//! Evaluates potentials whose energy is a sum over atoms of what each sees of its neighbours within a
//! short cutoff; `kernels/local.zig` says how.
const std = @import("std");
const atoms = @import("../kernels/atoms.zig");
const compress = @import("../kernels/compress.zig");
const dispatch = @import("../kernels/dispatch.zig");
const evaluations = @import("evaluation.zig");
const kernel = @import("../kernels/local.zig");
const width = @import("../kernels/vector.zig").width;
const Buffer = @import("buffer.zig").Buffer;
const Error = @import("../task.zig").Error;
const Evaluation = evaluations.Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

/// Squares of the cutoffs where pairs of kinds (a, b) and (b, a) see each other; `cutoff_of` gives that
/// of an ordered pair in Å, 0 for none.
pub fn cutoffSquares(
    scope: *Scope,
    kind_count: usize,
    context: anytype,
    comptime cutoff_of: fn (@TypeOf(context), a: usize, b: usize) f64,
) Error![]const f64 {
    const squares = try scope.alloc(f64, kind_count * kind_count);
    for (0..kind_count) |a| {
        for (0..kind_count) |b| {
            const longest = @max(cutoff_of(context, a, b), cutoff_of(context, b, a));
            // Atoms at one place do not see each other either.
            squares[a * kind_count + b] = if (longest > 0) longest * longest else -1;
        }
    }
    return squares;
}

pub fn longestCutoff(squares: []const f64) f64 {
    var longest: f64 = 0;
    for (squares) |square| longest = @max(longest, square);
    return @sqrt(longest);
}

/// What evaluations leave for the next one. `Slot` and `Parameters` are those of the form.
pub fn Local(comptime Slot: type, comptime Parameters: type) type {
    return struct {
        const Form = fn (
            pass: *const atoms.Pass,
            centres: *const kernel.Centres,
            parameters: *const Parameters,
        ) callconv(.c) void;

        ranges: Buffer(atoms.Range) = .{},
        places: Buffer(u32) = .{},
        slopes: Buffer([4]f64) = .{},
        /// Of a system that is one chunk.
        found: Buffer(u32) = .{},
        room: Buffer(Slot) = .{},

        pub fn evaluate(
            own: *@This(),
            scope: *Scope,
            system: *const System,
            evaluation: *Evaluation,
            cutoffs: []const f64,
            parameters: *const Parameters,
            form: *const Form,
        ) Error!void {
            const view = system.view();
            try own.narrow(scope, system, &view, cutoffs);
            try own.slopes.resize(scope, own.places.room.len);
            const slots: kernel.Slots = .{
                .ranges = own.ranges.items.ptr,
                .places = own.places.items.ptr,
                .slopes = own.slopes.items.ptr,
                .images = system.images.items.ptr,
                .atom_count = system.count,
                .far = @intCast(system.places.items.len - 1),
            };
            const pass: Centres = .{
                .own = own,
                .evaluation = evaluation,
                .view = &view,
                .slots = &slots,
                .parameters = parameters,
                .form = form,
            };
            if (evaluation.sums.len == 1) {
                try own.room.resize(scope, mostSlots(own.ranges.items));
                pass.run(0, own.room.items);
            } else {
                try scope.forEach(evaluation.sums.len, &pass, Centres.chunk);
            }
            evaluation.addSums();
            try evaluation.add(scope, system, &slots, dispatch.kernels().local_collect);
        }

        const Centres = struct {
            own: *const Self,
            evaluation: *Evaluation,
            view: *const atoms.View,
            slots: *const kernel.Slots,
            parameters: *const Parameters,
            form: *const Form,

            fn chunk(centres: *const Centres, scope: *Scope, index: usize) Error!void {
                const ranges = centres.own.ranges.items;
                const first = index * evaluations.atoms_per_chunk;
                const end = @min(first + evaluations.atoms_per_chunk, ranges.len);
                const room = try scope.alloc(Slot, mostSlots(ranges[first..end]));
                centres.run(index, room);
            }

            fn run(centres: *const Centres, index: usize, room: []Slot) void {
                const pass = centres.evaluation.pass(centres.view, index);
                const given: kernel.Centres = .{ .slots = centres.slots, .room = room.ptr };
                centres.form(&pass, &given, centres.parameters);
            }
        };
        const Self = @This();

        /// Fills the slots. Where a chunk's slots lie depends on who was first; what they are does not.
        fn narrow(
            own: *Self,
            scope: *Scope,
            system: *const System,
            view: *const atoms.View,
            cutoffs: []const f64,
        ) Error!void {
            try own.ranges.resize(scope, system.count);
            var search: Search = .{
                .own = own,
                .listed = system.list.ranges.items,
                .view = view,
                .cutoffs = cutoffs.ptr,
                // No order: it hands out numbers.
                .used = std.atomic.Value(u64).init(0),
            };
            const chunk_count = std.math.divCeil(usize, system.count, evaluations.atoms_per_chunk) catch unreachable;
            if (own.places.room.len == 0) try own.places.resize(scope, 5 * system.count + width);
            while (true) {
                own.places.items = own.places.room;
                if (chunk_count == 1) {
                    try own.found.resize(scope, search.roomOf(0));
                    search.run(0, own.found.items);
                } else {
                    try scope.forEach(chunk_count, &search, Search.chunk);
                }
                const needed = search.used.load(.monotonic);
                if (needed > std.math.maxInt(u32) - width) return error.OutOfMemory;
                if (needed + width <= own.places.room.len) break;
                try own.places.resize(scope, needed + width);
                search.used.store(0, .monotonic);
            }
        }

        const Search = struct {
            own: *Self,
            listed: []const atoms.Range,
            view: *const atoms.View,
            cutoffs: kernel.Cutoffs,
            used: std.atomic.Value(u64),

            fn chunk(search: *Search, scope: *Scope, index: usize) Error!void {
                search.run(index, try scope.alloc(u32, search.roomOf(index)));
            }

            fn endOf(search: *const Search, index: usize) usize {
                return @min((index + 1) * evaluations.atoms_per_chunk, search.listed.len);
            }

            fn roomOf(search: *const Search, index: usize) usize {
                var entries: usize = compress.lanes;
                for (search.listed[index * evaluations.atoms_per_chunk .. search.endOf(index)]) |range| {
                    entries += range.end - range.begin;
                }
                return entries;
            }

            fn run(search: *Search, index: usize, found: []u32) void {
                const first = index * evaluations.atoms_per_chunk;
                const end = search.endOf(index);
                const own = search.own;
                const near = dispatch.kernels().local_narrow;
                const count = near(search.view, first, end, search.cutoffs, found.ptr, own.ranges.items.ptr);
                const base = search.used.fetchAdd(count, .monotonic);
                if (base + count + width > own.places.items.len) return;
                @memcpy(own.places.items[base..][0..count], found[0..count]);
                for (own.ranges.items[first..end]) |*range| {
                    range.begin += @intCast(base);
                    range.end += @intCast(base);
                }
            }
        };
    };
}

fn mostSlots(ranges: []const atoms.Range) usize {
    var most: usize = 0;
    for (ranges) |range| most = @max(most, range.end - range.begin);
    return most;
}
