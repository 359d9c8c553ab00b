import { ResourceExhausted } from "../../base/errors.js";

/** The system's messages between processes have a length of 32 bits, and Node's copies take as much. */
const maxMessageBytes = 2 ** 31 - 2 ** 20;

/** @throws {ResourceExhausted} more than fits into one message between processes. */
export function checkMessageSize(
  name: string,
  what: "inputs" | "results",
  parts: readonly { readonly byteLength: number }[],
): void {
  const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (bytes <= maxMessageBytes) return;
  throw new ResourceExhausted(
    `${name} has ${what} of ${bytes} bytes, and at most ${maxMessageBytes} can be sent to or from a ` +
      'process; leave isolation: "process" out, or make the input smaller',
    { task: name, bytes, limit: maxMessageBytes },
  );
}
