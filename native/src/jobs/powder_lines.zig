//! Job "powderLines": the lines of a powder pattern.
const std = @import("std");
const math = std.math;
const number = @import("../number.zig");
const dispatch = @import("../kernels/dispatch.zig");
const column_sums = @import("column_sums.zig");
const reflections = @import("reflections.zig");
const Error = @import("../task.zig").Error;
const Scatterers = @import("scatterers.zig").Scatterers;
const Scope = @import("../scope.zig").Scope;

/// Share of the strongest |F|² below which a reflection is an absence.
const absence = 1e-6;
/// Degrees from 2θ = 180, where the Lorentz factor diverges. Any nearer, the sine is 1 to all digits.
const pole_margin = 1e-4;

const members_per_bucket = 4096;
/// Reflections; some 100 µs.
const between_checkpoints = 1 << 12;
const lines_between_checkpoints = 16;

const Options = struct {
    wavelength: f64,
    two_theta_min: f64,
    two_theta_max: f64,
    /// Degrees from the first reflection of a line.
    merge_tolerance: f64,
    /// Percent of the strongest line.
    min_intensity: f64,

    fn read(scope: *Scope) Error!Options {
        const options: Options = .{
            .wavelength = try scope.param(0, "wavelength", 1e-6, 1e6),
            .two_theta_min = try scope.param(1, "twoThetaMin", 0, 180),
            .two_theta_max = try scope.param(2, "twoThetaMax", 0, 180),
            .merge_tolerance = try scope.param(3, "mergeTolerance", 0, 180),
            .min_intensity = try scope.param(4, "minIntensity", 0, 100),
        };
        if (options.two_theta_min < options.two_theta_max) return options;
        return scope.invalid("twoThetaMin must be below twoThetaMax, got {} and {}", .{
            number.of(options.two_theta_min), number.of(options.two_theta_max),
        });
    }

    /// |g| = 1/d = 2 sinθ/λ.
    fn shell(options: *const Options) reflections.Shell {
        const high = @min(options.two_theta_max, 180 - pole_margin);
        const low_sine = @sin(math.degreesToRadians(options.two_theta_min / 2));
        const high_sine = @sin(math.degreesToRadians(high / 2));
        const inner = 2 * low_sine / options.wavelength;
        const outer = 2 * high_sine / options.wavelength;
        return .{ .low = inner * inner, .high = outer * outer };
    }
};

pub fn run(scope: *Scope) Error!void {
    const scatterers = try Scatterers.read(scope);
    const options = try Options.read(scope);
    const shell = options.shell();
    const columns = try reflections.columnsOf(scope, &scatterers, shell);
    const all = try column_sums.Reflections.create(scope, columns.reflection_count);
    scope.expectChunks(bucketCount(columns.reflection_count));
    try column_sums.compute(scope, dispatch.kernels(), &scatterers, shell, &columns, &all);
    const members = try presentMembers(scope, &options, shell, &all);
    const lines = try mergeLines(scope, &options, members);
    try writeOutputs(scope, members, lines);
}

const Member = struct {
    hkl: [3]i32,
    /// |g|².
    square: f64,
    two_theta: f64,
    fsq: f64,

    fn beforeByAngle(_: void, a: Member, b: Member) bool {
        if (a.square != b.square) return a.square < b.square;
        return beforeByIndices({}, a, b);
    }

    /// Descending, so that a line is named as usual: 1 1 1 before 1 -1 1, 5 1 1 before 3 3 3.
    fn beforeByIndices(_: void, a: Member, b: Member) bool {
        for (a.hkl, b.hkl) |ours, theirs| if (ours != theirs) return ours > theirs;
        return false;
    }
};

/// The reflections that are no absences, ascending in 2θ: put into buckets of |g|², then each bucket
/// sorted by itself, so that a cancelled task never waits for one long sort.
fn presentMembers(
    scope: *Scope,
    options: *const Options,
    shell: reflections.Shell,
    all: *const column_sums.Reflections,
) Error![]Member {
    var strongest: f64 = 0;
    for (all.factor) |factor| strongest = @max(strongest, squareOf(factor));
    var buckets = try Buckets.create(scope, shell, all.factor.len);
    for (all.square, all.factor, 0..) |square, factor, index| {
        if (index % between_checkpoints == 0) try scope.checkpoint();
        if (isPresent(squareOf(factor), strongest)) buckets.ends[buckets.indexOf(square)] += 1;
    }
    buckets.members = try scope.alloc(Member, buckets.turnIntoOffsets());
    for (all.hkl, all.square, all.factor, 0..) |hkl, square, factor, index| {
        if (index % between_checkpoints == 0) try scope.checkpoint();
        const fsq = squareOf(factor);
        if (!isPresent(fsq, strongest)) continue;
        const sine = @min(options.wavelength * @sqrt(square) / 2, 1);
        const end = &buckets.ends[buckets.indexOf(square)];
        buckets.members[end.*] = .{
            .hkl = hkl,
            .square = square,
            .two_theta = 2 * math.radiansToDegrees(math.asin(sine)),
            .fsq = fsq,
        };
        end.* += 1;
    }
    try scope.forEach(buckets.ends.len, &buckets, Buckets.sort);
    return buckets.members;
}

fn isPresent(fsq: f64, strongest: f64) bool {
    return fsq > 0 and fsq >= absence * strongest;
}

fn bucketCount(reflection_count: usize) usize {
    return reflection_count / members_per_bucket + 1;
}

const Buckets = struct {
    shell: reflections.Shell,
    /// First counts, then offsets of the next member to place, at last the ends.
    ends: []usize,
    members: []Member,

    fn create(scope: *Scope, shell: reflections.Shell, reflection_count: usize) Error!Buckets {
        const ends = try scope.alloc(usize, bucketCount(reflection_count));
        @memset(ends, 0);
        return .{ .shell = shell, .ends = ends, .members = &.{} };
    }

    /// Never falls where the square rises.
    fn indexOf(buckets: *const Buckets, square: f64) usize {
        const last: f64 = @floatFromInt(buckets.ends.len - 1);
        const width = buckets.shell.high - buckets.shell.low;
        const share = if (width > 0) (square - buckets.shell.low) / width else 0;
        return @intFromFloat(std.math.clamp(share, 0, 1) * last);
    }

    /// Returns the number of members.
    fn turnIntoOffsets(buckets: *Buckets) usize {
        var total: usize = 0;
        for (buckets.ends) |*end| {
            const count = end.*;
            end.* = total;
            total += count;
        }
        return total;
    }

    fn sort(buckets: *Buckets, _: *Scope, index: usize) Error!void {
        const begin = if (index == 0) 0 else buckets.ends[index - 1];
        const members = buckets.members[begin..buckets.ends[index]];
        std.sort.pdq(Member, members, {}, Member.beforeByAngle);
    }
};

fn squareOf(factor: @import("../kernels/scattering.zig").Complex) f64 {
    return factor.re * factor.re + factor.im * factor.im;
}

const Line = struct {
    first: usize,
    end: usize,
    two_theta: f64,
    d_spacing: f64,
    intensity: f64,
};

/// Merges neighbours into lines, strongest = 100, and drops the weak ones.
fn mergeLines(scope: *Scope, options: *const Options, members: []Member) Error![]Line {
    const lines = try scope.alloc(Line, members.len);
    var count: usize = 0;
    var strongest: f64 = 0;
    var first: usize = 0;
    while (first < members.len) {
        if (count % lines_between_checkpoints == 0) try scope.checkpoint();
        const line = nextLine(options, members, first);
        std.sort.pdq(Member, members[line.first..line.end], {}, Member.beforeByIndices);
        strongest = @max(strongest, line.intensity);
        lines[count] = line;
        count += 1;
        first = line.end;
    }
    var kept: usize = 0;
    for (lines[0..count]) |line| {
        const scaled = 100 * (line.intensity / strongest);
        if (scaled < options.min_intensity) continue;
        lines[kept] = line;
        lines[kept].intensity = scaled;
        kept += 1;
    }
    return lines[0..kept];
}

fn nextLine(options: *const Options, members: []const Member, first: usize) Line {
    const leader = members[first];
    var fsq_sum: f64 = leader.fsq;
    var end = first + 1;
    while (end < members.len) : (end += 1) {
        if (members[end].two_theta - leader.two_theta >= options.merge_tolerance) break;
        fsq_sum += members[end].fsq;
    }
    const friedel = 2;
    return .{
        .first = first,
        .end = end,
        .two_theta = leader.two_theta,
        .d_spacing = 1 / @sqrt(leader.square),
        .intensity = lorentzPolarisation(options.wavelength, leader.square) * friedel * fsq_sum,
    };
}

/// (1 + cos² 2θ) / (sin²θ cosθ), unpolarised beam, no monochromator.
fn lorentzPolarisation(wavelength: f64, square: f64) f64 {
    const sine_squared = @min(wavelength * wavelength * square / 4, 1);
    const cos_two_theta = 1 - 2 * sine_squared;
    return (1 + cos_two_theta * cos_two_theta) / (sine_squared * @sqrt(1 - sine_squared));
}

fn writeOutputs(scope: *Scope, members: []const Member, lines: []const Line) Error!void {
    var member_count: usize = 0;
    for (lines) |line| member_count += line.end - line.first;
    const two_theta = try scope.output(f64, lines.len);
    const d_spacing = try scope.output(f64, lines.len);
    const intensity = try scope.output(f64, lines.len);
    const multiplicity = try scope.output(i32, lines.len);
    const offsets = try scope.output(i32, lines.len + 1);
    const hkl = try scope.output(i32, 3 * member_count);
    const fsq = try scope.output(f64, member_count);
    var written: usize = 0;
    for (lines, 0..) |line, index| {
        if (index % lines_between_checkpoints == 0) try scope.checkpoint();
        two_theta[index] = line.two_theta;
        d_spacing[index] = line.d_spacing;
        intensity[index] = line.intensity;
        multiplicity[index] = @intCast(2 * (line.end - line.first));
        offsets[index] = @intCast(written);
        for (members[line.first..line.end]) |member| {
            hkl[3 * written ..][0..3].* = member.hkl;
            fsq[written] = member.fsq;
            written += 1;
        }
    }
    offsets[lines.len] = @intCast(written);
}
