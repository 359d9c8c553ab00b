//! Root of the kernel objects: `build.zig` compiles it once per level, each with its own suffix.
const options = @import("options");
const Kernels = @import("table.zig").Kernels;

const kernels: Kernels = .{};

comptime {
    @export(&kernels, .{ .name = "prism_kernels_" ++ options.suffix, .linkage = .strong });
}
