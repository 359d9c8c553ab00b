//! Random numbers that a seed and a stream repeat on every machine: xoshiro256**, filled by SplitMix64.
//! Blackman & Vigna, ACM Trans. Math. Softw. 47, 36 (2021).
const std = @import("std");

pub const Random = struct {
    state: [4]u64,

    pub fn create(seed: u64, stream: u64) Random {
        var word = seed *% 0xd1342543de82ef95 +% stream *% 0x9e3779b97f4a7c15 +% 1;
        word = mixed(word);
        var random: Random = undefined;
        for (&random.state) |*part| {
            word +%= 0x9e3779b97f4a7c15;
            part.* = mixed(word);
        }
        return random;
    }

    fn mixed(word: u64) u64 {
        var z = word;
        z = (z ^ (z >> 30)) *% 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) *% 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    fn next(random: *Random) u64 {
        const s = &random.state;
        const result = std.math.rotl(u64, s[1] *% 5, 7) *% 9;
        const shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = std.math.rotl(u64, s[3], 45);
        return result;
    }

    /// In [0, 1), 53 bits.
    pub fn uniform(random: *Random) f64 {
        return @as(f64, @floatFromInt(random.next() >> 11)) * 0x1p-53;
    }

    pub fn between(random: *Random, low: f64, high: f64) f64 {
        return low + (high - low) * random.uniform();
    }

    /// In [0, count).
    pub fn below(random: *Random, count: usize) usize {
        const scaled = random.uniform() * @as(f64, @floatFromInt(count));
        return @min(@as(usize, @intFromFloat(scaled)), count - 1);
    }

    /// Evenly in the ball of radius 1.
    pub fn inBall(random: *Random) [3]f64 {
        while (true) {
            var at: [3]f64 = undefined;
            for (&at) |*value| value.* = random.between(-1, 1);
            if (at[0] * at[0] + at[1] * at[1] + at[2] * at[2] <= 1) return at;
        }
    }

    /// Evenly on the sphere of radius 1.
    pub fn onSphere(random: *Random) [3]f64 {
        while (true) {
            const at = random.inBall();
            const square = at[0] * at[0] + at[1] * at[1] + at[2] * at[2];
            if (square < 1e-4) continue;
            const scale = 1 / @sqrt(square);
            return .{ at[0] * scale, at[1] * scale, at[2] * scale };
        }
    }
};

test "streams repeat, differ and fill the interval" {
    var first = Random.create(7, 0);
    var again = Random.create(7, 0);
    var other = Random.create(7, 1);
    var sum: f64 = 0;
    var same: usize = 0;
    for (0..10000) |_| {
        const value = first.uniform();
        try std.testing.expectEqual(value, again.uniform());
        if (value == other.uniform()) same += 1;
        sum += value;
    }
    try std.testing.expectEqual(0, same);
    try std.testing.expectApproxEqAbs(5000, sum, 150);
}
