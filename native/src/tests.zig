//! Root of `zig build test`: names every file that holds tests.
test {
    _ = @import("eigen/hermitian_tests.zig");
    _ = @import("jobs/crystal_nn.zig");
    _ = @import("jobs/common_neighbors.zig");
    _ = @import("jobs/integration.zig");
    _ = @import("jobs/neighbor_list.zig");
    _ = @import("kernels/atoms.zig");
    _ = @import("kernels/dispatch.zig");
    _ = @import("kernels/linear.zig");
    _ = @import("kernels/nearest.zig");
    _ = @import("kernels/radix.zig");
    _ = @import("kernels/vector.zig");
    _ = @import("kernels/voronoi.zig");
    _ = @import("number.zig");
    _ = @import("plugin.zig");
    _ = @import("plugin/adapter.zig");
    _ = @import("pool/arena.zig");
    _ = @import("pool/deque.zig");
    _ = @import("pool/guard.zig");
    _ = @import("pool/injector.zig");
    _ = @import("pool/pages.zig");
    _ = @import("pool/quota.zig");
    _ = @import("pool/registry.zig");
    _ = @import("pool/spans.zig");
    _ = @import("pool/stress.zig");
    _ = @import("pool/stress_join.zig");
    _ = @import("pool/stress_queue.zig");
}
