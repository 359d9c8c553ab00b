import { homedir } from "node:os";

/** The one path that a magic is given: quotes around it and `~` for home are a shell's habits. */
export function pathOf(argument: string): string {
  const plain = argument.replace(/^(["'])(.*)\1$/, "$2");
  return plain.replace(/^~(?=\/|$)/, () => homedir());
}
