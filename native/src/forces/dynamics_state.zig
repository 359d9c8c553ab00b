//! Where a run of molecular dynamics stands, to the last bit: also the order of the atoms and the places at
//! which the list of neighbours was made, since they order the sums.
const Dynamics = @import("dynamics.zig").Dynamics;
const Error = @import("../task.zig").Error;
const Scope = @import("../scope.zig").Scope;

/// Layout, atoms, step, energy given by the thermostat, skin.
const head = 5;
const layout = 1;
/// Original index, wraps (3), place when listed (3), place (3), velocity (3).
const per_atom = 13;

pub fn length(atom_count: usize) usize {
    return head + per_atom * atom_count;
}

pub fn write(dynamics: *const Dynamics, out: []f64) void {
    const system = dynamics.system;
    out[0..head].* = .{
        layout,
        @floatFromInt(system.count),
        @floatFromInt(dynamics.step),
        dynamics.exchanged,
        dynamics.settings.skin,
    };
    for (dynamics.movers, 0..) |mover, site| {
        const row = out[head + per_atom * site ..][0..per_atom];
        row[0] = @floatFromInt(system.original[site]);
        for (row[1..4], system.wraps[site]) |*to, cells| to.* = @floatFromInt(cells);
        row[4..7].* = system.listed.items[site];
        const place = system.places.items[site];
        row[7..10].* = .{ place.x, place.y, place.z };
        row[10..13].* = mover.velocity;
    }
}

/// The system gets the order, the places and the list that it had; velocities come too. The sites must be
/// those of the run that is continued.
pub fn read(scope: *Scope, dynamics: *Dynamics, kinds: []const i32, numbers: []const f64) Error!void {
    const system = dynamics.system;
    const count = system.count;
    if (numbers.len != length(count) or numbers[0] != layout) return scope.invalid(
        "the state is not of a run with {d} sites",
        .{count},
    );
    const step = numbers[2];
    const is_sound = step >= 0 and step <= 1 << 53 and numbers[4] >= 0;
    if (!is_sound) return scope.invalid("the state is damaged", .{});
    const original = try scope.alloc(u32, count);
    const seen = try scope.alloc(bool, count);
    @memset(seen, false);
    for (original, 0..) |*to, site| {
        const index = numbers[head + per_atom * site];
        const known = index >= 0 and index < @as(f64, @floatFromInt(count)) and index == @floor(index);
        if (!known or seen[@intFromFloat(index)]) return scope.invalid("the state is damaged", .{});
        to.* = @intFromFloat(index);
        seen[to.*] = true;
    }
    system.original = original;
    const places = system.places.items;
    for (0..count) |site| {
        const row = numbers[head + per_atom * site ..][0..per_atom];
        for (&system.wraps[site], row[1..4]) |*cells, given| {
            if (!(@abs(given) < 1e9)) return scope.invalid("the state is damaged", .{});
            cells.* = @intFromFloat(given);
        }
        places[site] = .{
            .x = row[4],
            .y = row[5],
            .z = row[6],
            .kind = @bitCast(@as(u64, @intCast(kinds[original[site]]))),
        };
        dynamics.movers[site].velocity = row[10..13].*;
    }
    dynamics.settings.skin = numbers[4];
    try system.findAgain(scope, dynamics.model.cutoff() + dynamics.settings.skin);
    for (system.places.items[0..count], 0..) |*place, site| {
        const row = numbers[head + per_atom * site ..][0..per_atom];
        place.x, place.y, place.z = row[7..10].*;
    }
    system.refresh();
    dynamics.step = @intFromFloat(step);
    dynamics.exchanged = numbers[3];
}
