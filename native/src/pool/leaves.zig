//! A fork-join tree over empty work: what a join costs, for the benchmark.
const Worker = @import("pool.zig").Worker;
const join = @import("join.zig").join;

const Node = struct {
    leaves: usize,
    run_leaves: usize = 0,

    fn run(node: *Node, worker: *Worker) error{}!void {
        if (node.leaves <= 1) {
            node.run_leaves = node.leaves;
            return;
        }
        var first: Node = .{ .leaves = node.leaves / 2 };
        var second: Node = .{ .leaves = node.leaves - node.leaves / 2 };
        try join(error{}, worker, &first, run, &second, run);
        node.run_leaves = first.run_leaves + second.run_leaves;
    }
};

/// Splits `count` leaves by nested joins down to single ones; returns how many were run.
pub fn forkJoinLeaves(worker: *Worker, count: usize) usize {
    var root: Node = .{ .leaves = count };
    Node.run(&root, worker) catch unreachable; // the error set is empty
    return root.run_leaves;
}
