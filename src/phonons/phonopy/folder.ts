import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { show } from "../../base/check.js";
import { FileError } from "../../base/errors.js";
import { requireText, wholeText } from "../../crystal/structure-file.js";
import { requireWritablePath, writeTexts } from "../../crystal/written-file.js";
import type { PhononParts } from "../phonon-parts.js";
import type { PhonopyFiles, PhonopyTexts } from "./imported.js";
import { sectionsOf } from "./sections.js";
import { type PhonopyFormat, phonopyText } from "./written.js";

const yamls = ["phonopy_params.yaml", "phonopy_disp.yaml", "phonopy.yaml"];
const packed = [".gz", ""];

/** The texts in a folder as phonopy would find them, or a YAML of any name with those beside it. */
export async function phonopyTexts(
  place: string,
): Promise<{ texts: PhonopyTexts; files: PhonopyFiles }> {
  if (typeof place !== "string" || place === "") {
    throw new FileError(
      `expected a folder of phonopy's files, the path of a phonopy.yaml, or { yaml: ... } of texts; got ${show(place)}`,
      { place },
    );
  }
  const names = await filesIn(place);
  const folder = names === undefined ? path.dirname(place) : place;
  const beside = names ?? (await filesIn(folder)) ?? [];
  const pick = (wanted: readonly string[]) =>
    wanted.flatMap((name) => packed.map((end) => name + end)).find((name) => beside.includes(name));
  const yaml = names === undefined ? path.basename(place) : pick(yamls);
  if (yaml === undefined) {
    throw new FileError(
      `"${place}" has no ${yamls.join(", ")}; phonopy -d and phonopy --save write them`,
      {
        place,
      },
    );
  }
  const files: Record<string, string> = { yaml: path.join(folder, yaml) };
  const texts = { yaml: await textOf(files.yaml) };
  const found: Record<string, string> = {};
  for (const [key, name] of wantedBeside(texts.yaml)) {
    const file = pick([name]);
    if (file === undefined) continue;
    files[key] = path.join(folder, file);
    found[key] = await textOf(files[key]);
    if (key === "forceConstants") break;
  }
  const born = pick(["BORN"]);
  if (born !== undefined && !hasSection(texts.yaml, /^born_effective_charge$/)) {
    files.born = path.join(folder, born);
    found.born = await textOf(files.born);
  }
  return { texts: { ...texts, ...found }, files };
}

/** As phonopy does: a YAML with forces or force constants needs no file beside it. */
function wantedBeside(yaml: string): [key: string, name: string][] {
  if (hasSection(yaml, /^force_constants$/) || /^[ \t]*(- )?forces?:/m.test(yaml)) return [];
  return [
    ["forceConstants", "FORCE_CONSTANTS"],
    ["forceSets", "FORCE_SETS"],
  ];
}

function hasSection(yaml: string, key: RegExp): boolean {
  return sectionsOf(yaml).some((section) => key.test(section.key));
}

/** Undefined for what is no folder. */
async function filesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return undefined;
    const why = code === "ENOENT" ? "there is no such folder or file" : (cause as Error).message;
    throw new FileError(`cannot read "${folder}": ${why}`, { path: folder }, { cause });
  }
}

async function textOf(file: string): Promise<string> {
  const text = await wholeText(file, "a file of phonopy");
  requireText(text, file, "a file of phonopy");
  return text;
}

/** @see Phonons.toPhonopy */
export async function writePhonopy(parts: PhononParts, folder: string): Promise<string[]> {
  requireWritablePath(folder);
  const files: [name: string, format: PhonopyFormat][] = [
    ["phonopy_params.yaml", "phonopy.yaml"],
    ["FORCE_CONSTANTS", "FORCE_CONSTANTS"],
  ];
  await madeFolder(folder);
  const written: string[] = [];
  for (const [name, format] of files) {
    const file = path.join(folder, name);
    await writeTexts(file, [phonopyText(parts, format, false)]);
    written.push(file);
  }
  return written;
}

async function madeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const taken = code === "EEXIST" || code === "ENOTDIR";
    const why = taken ? "there is a file of that name; name another folder" : message;
    throw new FileError(`cannot make the folder "${folder}": ${why}`, { path: folder }, { cause });
  }
}
