import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Creates a folder and those above it that are missing. Node's own recursive `mkdir` never returns
 * where a file system refuses a new folder by ENOENT, as /proc does.
 *
 * @param mode Of the folders that are created.
 */
export async function createFolder(path: string, mode = 0o777): Promise<void> {
  if (await exists(path)) return;
  const parent = dirname(path);
  if (parent !== path) await createFolder(parent, mode);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    // Somebody else was quicker.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !(await exists(path))) throw error;
  }
}

/** @throws What lies there is no folder, or cannot be looked at. */
async function exists(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  throw Object.assign(new Error(`EEXIST: ${path} is no folder`), { code: "EEXIST", path });
}
