//! Three-vectors of the jobs' geometry.

pub const Vector3 = [3]f64;

pub fn dot(a: Vector3, b: Vector3) f64 {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

pub fn cross(a: Vector3, b: Vector3) Vector3 {
    return .{
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    };
}

pub fn norm(a: Vector3) f64 {
    return @sqrt(dot(a, a));
}
