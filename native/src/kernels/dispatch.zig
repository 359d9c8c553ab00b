//! Picks the kernels for the CPU at hand, once. `PRISM_SIMD=v2|v3|v4|generic` asks for another level;
//! one that the CPU lacks is ignored.
const std = @import("std");
const builtin = @import("builtin");
const Kernels = @import("table.zig").Kernels;

pub const Level = enum { generic, v2, v3, v4 };

const is_x86 = builtin.cpu.arch == .x86_64;

const objects = struct {
    extern const prism_kernels_generic: Kernels;
    extern const prism_kernels_v2: Kernels;
    extern const prism_kernels_v3: Kernels;
    extern const prism_kernels_v4: Kernels;
};

/// The kernels of a level.
pub fn of(wanted: Level) *const Kernels {
    if (!is_x86) return &objects.prism_kernels_generic;
    return switch (wanted) {
        .generic => &objects.prism_kernels_generic,
        .v2 => &objects.prism_kernels_v2,
        .v3 => &objects.prism_kernels_v3,
        .v4 => &objects.prism_kernels_v4,
    };
}

/// The kernels of this process.
pub fn kernels() *const Kernels {
    return of(level());
}

/// No order: whoever computes it first computes the same.
var known = std.atomic.Value(u8).init(unknown);
const unknown = 255;

pub fn level() Level {
    const cached = known.load(.monotonic);
    if (cached != unknown) return @enumFromInt(cached);
    const best = detect();
    const wanted = fromEnvironment() orelse best;
    const chosen = if (@intFromEnum(wanted) <= @intFromEnum(best)) wanted else best;
    known.store(@intFromEnum(chosen), .monotonic);
    return chosen;
}

fn fromEnvironment() ?Level {
    const text = std.c.getenv("PRISM_SIMD") orelse return null;
    return std.meta.stringToEnum(Level, std.mem.span(text));
}

const Registers = struct { eax: u32, ebx: u32, ecx: u32, edx: u32 };

fn cpuid(leaf: u32, subleaf: u32) Registers {
    var eax: u32 = undefined;
    var ebx: u32 = undefined;
    var ecx: u32 = undefined;
    var edx: u32 = undefined;
    asm volatile ("cpuid"
        : [eax] "={eax}" (eax),
          [ebx] "={ebx}" (ebx),
          [ecx] "={ecx}" (ecx),
          [edx] "={edx}" (edx),
        : [leaf] "{eax}" (leaf),
          [subleaf] "{ecx}" (subleaf),
    );
    return .{ .eax = eax, .ebx = ebx, .ecx = ecx, .edx = edx };
}

/// Register states that the operating system saves.
fn savedStates() u32 {
    var low: u32 = undefined;
    asm volatile ("xgetbv"
        : [low] "={eax}" (low),
        : [index] "{ecx}" (@as(u32, 0)),
        : "edx"
    );
    return low;
}

fn bits(comptime positions: []const u5) u32 {
    var mask: u32 = 0;
    for (positions) |position| mask |= @as(u32, 1) << position;
    return mask;
}

fn has(register: u32, mask: u32) bool {
    return register & mask == mask;
}

/// The levels of the x86-64 psABI (section 3.1.1); bit numbers from the Intel manual, volume 2,
/// CPUID.
fn detect() Level {
    if (!is_x86) return .generic;
    const leaf1 = cpuid(1, 0);
    // SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT
    if (!has(leaf1.ecx, bits(&.{ 0, 9, 13, 19, 20, 23 }))) return .generic;
    // FMA, MOVBE, OSXSAVE, AVX, F16C
    if (!has(leaf1.ecx, bits(&.{ 12, 22, 27, 28, 29 }))) return .v2;
    const saved = savedStates();
    if (!has(saved, bits(&.{ 1, 2 }))) return .v2; // SSE and AVX registers
    if (cpuid(0, 0).eax < 7) return .v2;
    const leaf7 = cpuid(7, 0);
    // BMI1, AVX2, BMI2; LZCNT
    if (!has(leaf7.ebx, bits(&.{ 3, 5, 8 }))) return .v2;
    if (!has(cpuid(0x8000_0001, 0).ecx, bits(&.{5}))) return .v2;
    // AVX512 F, DQ, CD, BW, VL, and its registers
    if (!has(leaf7.ebx, bits(&.{ 16, 17, 28, 30, 31 }))) return .v3;
    if (!has(saved, bits(&.{ 5, 6, 7 }))) return .v3;
    return .v4;
}

test "a level is chosen, and the best one is at least what this build needs" {
    _ = level();
    try std.testing.expect(@intFromEnum(level()) <= @intFromEnum(detect()));
}
