/** Does not break, and is narrower than a space: SI's separator of groups of three digits. */
const thinSpace = "\u202f";
const noBreakSpace = "\u00a0";

/** "12 345", its groups apart by thin spaces. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, thinSpace);
}

/** "512 B", "1.5 MiB", "62 GiB": three digits at most, powers of 1024. */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  // 1023.5 would be rounded to "1024 KiB".
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? trimmed(value, 1) : countText(value)}${noBreakSpace}${units[unit]}`;
}

/** "0.35 ms", "12 ms", "3.2 s", "4 min 05 s" */
export function durationText(ms: number): string {
  if (ms < 0.0995) return `${trimmed(ms * 1000, ms < 0.00995 ? 1 : 0)}${noBreakSpace}µs`;
  if (ms < 9.95) return `${trimmed(ms, ms < 0.995 ? 2 : 1)}${noBreakSpace}ms`;
  if (ms < 999.5) return `${ms.toFixed(0)}${noBreakSpace}ms`;
  if (ms < 59_950) return `${trimmed(ms / 1000, ms < 9950 ? 2 : 1)}${noBreakSpace}s`;
  const seconds = Math.round(ms / 1000);
  const rest = String(seconds % 60).padStart(2, "0");
  return `${Math.floor(seconds / 60)}${noBreakSpace}min${noBreakSpace}${rest}${noBreakSpace}s`;
}

/** "1 task", "2 tasks" */
export function counted(count: number, noun: string): string {
  return `${countText(count)}${noBreakSpace}${noun}${count === 1 ? "" : "s"}`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
