//! `zig build` makes `prism.node`; `zig build test [-Dtsan]` runs the tests of the Zig side.
const std = @import("std");
const Cpu = std.Target.x86.cpu;

/// Every kernel is compiled once per level; `src/kernels/dispatch.zig` picks one at load.
const Level = struct { name: []const u8, model: *const std.Target.Cpu.Model };
const x86_levels = [_]Level{
    .{ .name = "v2", .model = &Cpu.x86_64_v2 },
    .{ .name = "v3", .model = &Cpu.x86_64_v3 },
    .{ .name = "v4", .model = &Cpu.x86_64_v4 },
};

const shim_flags = [_][]const u8{
    "-std=c++17",
    "-fvisibility=hidden",
    "-fno-exceptions",
    "-fno-rtti",
    "-Wall",
    "-Wextra",
    "-DNAPI_DISABLE_CPP_EXCEPTIONS",
    "-DNAPI_VERSION=9",
    "-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
};

pub fn build(b: *std.Build) void {
    var query = b.standardTargetOptionsQueryOnly(.{});
    // The CPU of the machine that builds never leaks into the result: what is built on one host has
    // to run on another.
    if (query.cpu_model == .determined_by_arch_os) query.cpu_model = .baseline;
    const target = b.resolveTargetQuery(query);
    // Bounds stay checked in everything but the kernels, so a bug is a failed task, not a crash.
    const optimize = b.option(
        std.builtin.OptimizeMode,
        "optimize",
        "Mode of the core (default ReleaseSafe)",
    ) orelse .ReleaseSafe;
    const tsan = b.option(bool, "tsan", "Run the tests under ThreadSanitizer") orelse false;

    const addon = addAddon(b, target, optimize);
    addNative(b, addon, query, target);
    const install = b.addInstallFileWithDir(addon.getEmittedBin(), .prefix, "prism.node");
    b.getInstallStep().dependOn(&install.step);

    const tests = b.addTest(.{
        .root_source_file = b.path("src/tests.zig"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
        .sanitize_thread = tsan,
    });
    addNative(b, tests, query, target);
    b.step("test", "Run the tests of the Zig side").dependOn(&b.addRunArtifact(tests).step);
}

fn addAddon(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
) *std.Build.Step.Compile {
    const modules = "../node_modules/";
    const napi_cpp = b.option([]const u8, "napi-cpp", "Folder of napi.h") orelse
        modules ++ "node-addon-api";
    const node_api = b.option([]const u8, "node-api", "Folder of node_api.h") orelse
        modules ++ "node-api-headers/include";

    const addon = b.addSharedLibrary(.{
        .name = "prism",
        .root_source_file = b.path("src/abi.zig"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
        .pic = true,
        .strip = b.option(bool, "strip", "Drop debug information (default true)") orelse true,
    });
    addon.linker_allow_shlib_undefined = true; // napi_* come from the node that loads it
    addon.setVersionScript(b.path("prism.map"));
    addon.addIncludePath(b.path("addon"));
    addon.addSystemIncludePath(.{ .cwd_relative = napi_cpp });
    addon.addSystemIncludePath(.{ .cwd_relative = node_api });
    addon.addCSourceFile(.{ .file = b.path("addon/addon.cc"), .flags = &shim_flags });
    addon.linkLibCpp();
    return addon;
}

/// The parts that the addon and the tests share: the guard in C and the kernels of every level.
fn addNative(
    b: *std.Build,
    compile: *std.Build.Step.Compile,
    query: std.Target.Query,
    target: std.Build.ResolvedTarget,
) void {
    compile.addIncludePath(b.path("include"));
    compile.addCSourceFile(.{ .file = b.path("src/pool/guard.c"), .flags = &.{"-std=gnu11"} });
    addKernels(b, compile, "generic", target);
    if (target.result.cpu.arch != .x86_64) return;
    for (x86_levels) |level| {
        var level_query = query;
        level_query.cpu_model = .{ .explicit = level.model };
        addKernels(b, compile, level.name, b.resolveTargetQuery(level_query));
    }
}

fn addKernels(
    b: *std.Build,
    compile: *std.Build.Step.Compile,
    suffix: []const u8,
    target: std.Build.ResolvedTarget,
) void {
    const options = b.addOptions();
    options.addOption([]const u8, "suffix", suffix);
    const object = b.addObject(.{
        .name = b.fmt("kernels_{s}", .{suffix}),
        .root_source_file = b.path("src/kernels/object.zig"),
        .target = target,
        .optimize = .ReleaseFast,
        .link_libc = true,
        .pic = true,
        .strip = true,
    });
    object.root_module.addOptions("options", options);
    compile.addObject(object);
}
