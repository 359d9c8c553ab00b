//! A network of springs between given sites. Numbers: count of sites n; for each site its count of springs;
//! then for each spring, site by site, the other site, three shifts of the cell, the stiffness (eV/Å²) and
//! the length at rest (Å). Each spring is there from both ends.
const std = @import("std");
const dispatch = @import("../kernels/dispatch.zig");
const kernel = @import("../kernels/springs.zig");
const padded = @import("../kernels/vector.zig").padded;
const Error = @import("../task.zig").Error;
const Evaluation = @import("evaluation.zig").Evaluation;
const Scope = @import("../scope.zig").Scope;
const System = @import("system.zig").System;

const numbers_each = 6;
/// Å; springs need no list, but sites on top of each other are found by it.
const list_cutoff = 1.0;

pub const Springs = struct {
    site_count: usize,
    network: kernel.Network,
    positions: [][4]f64,

    pub fn read(scope: *Scope, numbers: []const f64, _: usize) Error!Springs {
        const site_count = if (numbers.len == 0) 0 else try indexOf(scope, numbers[0], numbers.len);
        if (site_count == 0) return scope.invalid("springs must say how many sites they have", .{});
        const counts = numbers[1..][0..site_count];
        const starts = try scope.alloc(u32, site_count + 1);
        starts[0] = 0;
        var total: usize = 0;
        for (counts, starts[0..site_count], starts[1..]) |count, start, *end| {
            const own = try indexOf(scope, count, numbers.len);
            total += own;
            end.* = start + @as(u32, @intCast(padded(own)));
        }
        const springs = numbers[1 + site_count ..];
        if (springs.len != total * numbers_each) {
            return scope.invalid("{d} springs have {d} numbers, got {d}", .{ total, total * numbers_each, springs.len });
        }
        const room = starts[site_count];
        const sites = try scope.alloc(u32, room);
        var columns: [5][]f64 = undefined;
        for (&columns) |*column| column.* = try scope.alloc(f64, room);
        for (columns) |column| @memset(column, 0);
        @memset(sites, 0);
        var from: usize = 0;
        for (counts, starts[0..site_count]) |count, start| {
            for (start..start + @as(usize, @intFromFloat(count))) |to| {
                const row = springs[from * numbers_each ..][0..numbers_each];
                sites[to] = @intCast(try indexOf(scope, row[0], site_count));
                for (columns, row[1..]) |column, value| column[to] = value;
                from += 1;
            }
        }
        const positions = try scope.alloc([4]f64, site_count);
        return .{ .site_count = site_count, .positions = positions, .network = .{
            .starts = starts.ptr,
            .sites = sites.ptr,
            .shifts = .{ columns[0].ptr, columns[1].ptr, columns[2].ptr },
            .stiffness = columns[3].ptr,
            .lengths = columns[4].ptr,
            .positions = positions.ptr,
            .lattice = undefined,
            .original = undefined,
        } };
    }

    fn indexOf(scope: *Scope, value: f64, end: usize) Error!usize {
        if (value >= 0 and value < @as(f64, @floatFromInt(end)) and value == @floor(value)) {
            return @intFromFloat(value);
        }
        return scope.invalid("springs: {d} must be a whole number below {d}", .{ value, end });
    }

    pub fn cutoff(_: *const Springs) f64 {
        return list_cutoff;
    }

    pub fn evaluate(
        springs: *const Springs,
        scope: *Scope,
        system: *const System,
        evaluation: *Evaluation,
    ) Error!void {
        if (springs.site_count != system.count) {
            return scope.invalid("springs of {d} sites for {d} sites", .{ springs.site_count, system.count });
        }
        for (system.places.items[0..system.count], system.wraps, system.original) |place, wraps, original| {
            const shift = system.translation(wraps);
            springs.positions[original] = .{ place.x + shift[0], place.y + shift[1], place.z + shift[2], 0 };
        }
        var network = springs.network;
        network.lattice = system.lattice;
        network.original = system.original.ptr;
        const context: *const kernel.Network = &network;
        return evaluation.add(scope, system, context, dispatch.kernels().springs_evaluate);
    }
};
