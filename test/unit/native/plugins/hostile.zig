//! Bugs that Zig notices.
const prism = @import("prism");
const Scope = prism.Scope;

pub const panic = prism.panic;

export const out_of_bounds = prism.kernel("z.bounds", "", readBeyond);
export const out_of_bounds_in_chunk = prism.kernel("z.chunkBounds", "", readBeyondInChunk);
export const overflow = prism.kernel("z.overflow", "", add);

fn readBeyond(scope: Scope) prism.Error!void {
    const values = try scope.input(f64, 0, "values");
    const index: usize = @intFromFloat(scope.params()[0]);
    const out = try scope.output(f64, 1);
    out[0] = values[index];
}

fn readBeyondInChunk(scope: Scope) prism.Error!void {
    const values = try scope.input(f64, 0, "values");
    try scope.forEach(values.len + 1, &values, readAt);
}

fn readAt(values: *const []const f64, scope: Scope, index: usize) prism.Error!void {
    const scratch = try scope.alloc(f64, 1);
    scratch[0] = values.*[index];
}

fn add(scope: Scope) prism.Error!void {
    var sum: i32 = 2147483647;
    sum += @intFromFloat(scope.params()[0]);
    const out = try scope.output(i32, 1);
    out[0] = sum;
}
