// The same cells in the languages of the kernels.

const twentyLines = {
  typescript: `interface Peak { hkl: [number, number, number]; twoTheta: number; intensity: number }
const peaks: Peak[] = [
  { hkl: [1, 0, 0], twoTheta: 20.86, intensity: 21 },
  { hkl: [1, 0, 1], twoTheta: 26.64, intensity: 100 },
  { hkl: [1, 1, 0], twoTheta: 36.54, intensity: 7 },
];
class Scan<T extends Peak> {
  constructor(readonly lines: readonly T[]) {}
  strongest(): T { return this.lines.reduce((a, b) => (a.intensity > b.intensity ? a : b)); }
  above(limit: number): T[] { return this.lines.filter((line) => line.intensity > limit); }
}
function spacing(twoTheta: number, wavelength = 1.5406): number {
  return wavelength / (2 * Math.sin((twoTheta * Math.PI) / 360));
}
const scan = new Scan(peaks);
const spacings = new Map(peaks.map((peak) => [peak.hkl.join(""), spacing(peak.twoTheta)]));
const labels = scan.above(10).map(({ hkl, intensity }) => \`\${hkl.join("")}: \${intensity}\`);
const total = peaks.reduce((sum, { intensity }) => sum + intensity, 0);
[...spacings.values()].map((d) => d.toFixed(3)).concat(labels, String(total));`,
  python: `from dataclasses import dataclass
import math
@dataclass
class Peak:
    hkl: tuple
    two_theta: float
    intensity: float
peaks = [Peak((1, 0, 0), 20.86, 21), Peak((1, 0, 1), 26.64, 100), Peak((1, 1, 0), 36.54, 7)]
class Scan:
    def __init__(self, lines): self.lines = lines
    def strongest(self): return max(self.lines, key=lambda line: line.intensity)
    def above(self, limit): return [line for line in self.lines if line.intensity > limit]
def spacing(two_theta, wavelength=1.5406):
    return wavelength / (2 * math.sin(math.radians(two_theta / 2)))
scan = Scan(peaks)
spacings = {peak.hkl: spacing(peak.two_theta) for peak in peaks}
labels = [f"{peak.hkl}: {peak.intensity}" for peak in scan.above(10)]
total = sum(peak.intensity for peak in peaks)
strongest = scan.strongest()
[f"{d:.3f}" for d in spacings.values()] + labels + [str(total)]`,
};

/** Sums over top-level variables and in a function; prints "ints: 20.5 8.1", milliseconds each. */
const loops = {
  typescript: (steps) => [
    `let sumOfInts = 0; let sumOfDoubles = 0.5; const steps = ${steps};
function ints() { let sum = 0; for (let i = 0; i < steps; i++) sum = (sum + i) & 1023; return sum; }
function doubles() { let sum = 0.5; for (let i = 0; i < steps; i++) sum += i * 0.5; return sum; }`,
    loop("ints", "for (let i = 0; i < steps; i++) sumOfInts = (sumOfInts + i) & 1023;"),
    loop("doubles", "for (let i = 0; i < steps; i++) sumOfDoubles += i * 0.5;"),
  ],
  python: (steps) => [
    `import time
sum_of_ints = 0; sum_of_doubles = 0.5; steps = ${steps}
def ints():
    total = 0
    for i in range(steps): total = (total + i) & 1023
def doubles():
    total = 0.5
    for i in range(steps): total += i * 0.5`,
    pythonLoop("ints", "sum_of_ints = (sum_of_ints + i) & 1023"),
    pythonLoop("doubles", "sum_of_doubles += i * 0.5"),
  ],
};

function loop(name, body) {
  return `const start_${name} = performance.now();
${body}
const between_${name} = performance.now();
${name}();
const inner_${name} = performance.now() - between_${name};
console.log(["${name}:", between_${name} - start_${name}, inner_${name}].join(" "));`;
}

function pythonLoop(name, body) {
  return `start = time.perf_counter()
for i in range(steps): ${body}
between = time.perf_counter()
${name}()
print("${name}:", 1e3 * (between - start), 1e3 * (time.perf_counter() - between))`;
}

/** Language -> cells. */
export const cells = {
  typescript: {
    twentyLines: twentyLines.typescript,
    busy: 'console.log("in the loop"); while (true) {}',
    busyAfterAwait: 'console.log("in the loop"); await null; while (true) {}',
    declare: "const wavelengths = [1.5406, 1.7903]; const title = 'quartz';",
    complete: "wavelengths.",
    chain: (index) => `const v${index} = ${index === 0 ? 1 : `v${index - 1} + 1`}; v${index}`,
    flood: (lines) => `for (let i = 0; i < ${lines}; i++) console.log("line", i);`,
    loops: loops.typescript,
  },
  python: {
    twentyLines: twentyLines.python,
    busy: 'print("in the loop", flush=True)\nwhile True: pass',
    busyAfterAwait:
      'import asyncio\nprint("in the loop", flush=True)\nawait asyncio.sleep(0)\nwhile True: pass',
    declare: "wavelengths = [1.5406, 1.7903]; title = 'quartz'",
    complete: "wavelengths.",
    chain: (index) => `v${index} = ${index === 0 ? 1 : `v${index - 1} + 1`}; v${index}`,
    flood: (lines) => `for i in range(${lines}): print("line", i)`,
    loops: loops.python,
  },
};
