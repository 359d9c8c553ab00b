/** The names under which settings are found: Hermann-Mauguin symbols as people write them. */

/** Groups whose double glide plane was named by one of its two glides before 1992, in the order of settings. */
const oldNames: Readonly<Record<number, readonly string[]>> = {
  39: ["Abm2", "Bma2", "B2cm", "C2mb", "Cm2a", "Ac2m"],
  41: ["Aba2", "Bba2", "B2cb", "C2cb", "Cc2a", "Ac2a"],
  64: ["Cmca", "Ccmb", "Abma", "Acam", "Bbcm", "Bmab"],
  67: ["Cmma", "Cmmb", "Abmm", "Acmm", "Bmcm", "Bmam"],
  68: [
    ...["Ccca", "Ccca", "Cccb", "Cccb", "Abaa", "Abaa"],
    ...["Acaa", "Acaa", "Bbcb", "Bbcb", "Bbab", "Bbab"],
  ],
};
/** Hall number of the first setting of those groups. */
const firstSetting: Readonly<Record<number, number>> = {
  39: 191,
  41: 203,
  64: 304,
  67: 316,
  68: 322,
};

/** A symbol without spaces, underscores, brackets and case, and the setting named behind it. */
export function parseSymbol(text: string): { key: string; setting: string } {
  // Acta Cryst. once set "R 3 c {rhombohedral axes}": the cell tells which axes are meant.
  const [symbol, code = ""] = splitSetting(text.replace(/\{.*$/s, "").trim());
  // The Protein Data Bank writes R groups on hexagonal axes as H.
  if (/^H ?-?3/i.test(symbol)) return { key: compact(symbol.replace(/^h/i, "R")), setting: "H" };
  return { key: compact(symbol), setting: code };
}

/** "F d -3 m :2", "R 3 H", "F d -3 m Z" (origin choice 2 in the ICSD, whose S is choice 1). */
function splitSetting(text: string): [string, string?] {
  const colon = text.indexOf(":");
  if (colon >= 0) return [text.slice(0, colon), settingCode(text.slice(colon + 1).trim())];
  const words = text.split(/\s+/);
  const last = words.at(-1) ?? "";
  if (words.length > 1 && /^(H|R|S|Z|HR)$/i.test(last)) {
    return [words.slice(0, -1).join(" "), settingCode(last)];
  }
  return [text];
}

function settingCode(text: string): string {
  const code = text.toUpperCase();
  if (code === "H" || code === "R") return code;
  return { S: "1", Z: "2", HR: "R" }[code] ?? text.toLowerCase();
}

function compact(symbol: string): string {
  return symbol.replace(/[\s_()~]/g, "").toLowerCase();
}

/** All keys that `parseSymbol` may give for a setting; the same key may name several settings. */
export function symbolKeys(setting: {
  readonly hallNumber: number;
  readonly number: number;
  readonly internationalSymbol: string;
  readonly internationalFull: string;
}): ReadonlySet<string> {
  const { hallNumber, number, internationalSymbol, internationalFull } = setting;
  const keys = new Set([internationalFull, withoutUnitAxes(internationalFull)]);
  // The short symbol of a monoclinic group is that of all its cells: "P 21/c" must not find "P 21/n".
  if (number < 3 || number > 15) keys.add(internationalSymbol);
  const oldName = oldNames[number]?.[hallNumber - firstSetting[number]];
  if (oldName !== undefined) keys.add(oldName);
  // Before 1983 the bar was left off: "F d 3 m", "P a 3".
  if (number >= 200) for (const key of [...keys]) keys.add(key.replace("-3", "3"));
  return new Set([...keys].map(compact));
}

/** "P 1 2_1/n 1" -> "P 2_1/n"; only monoclinic and trivial symbols have axes of order 1 on each side. */
function withoutUnitAxes(full: string): string {
  const [centring, ...axes] = full.split(" ");
  const kept = axes.filter((axis) => axis !== "1");
  return axes.length === 3 && kept.length === 1 ? [centring, ...kept].join(" ") : full;
}

/** Cells of International Tables A that are among no 530 settings: Hall symbols by compact name. */
const unlisted: Readonly<Record<string, string>> = {
  i1211: "I 2yb",
  c1211: "C 2yb",
  c112: "C 2",
  c1121: "C 2c",
  "f12/m1": "-F 2y",
  abam: "-A 2 2ab",
  c422: "C 4 2",
  c4221: "C 4a 2",
  f422: "F 4 2",
  "c-42m": "C -4 2",
  "c-42b": "C -4 2ya",
  "f4/mmm": "-F 4 2",
};

/** Hall symbol of a centred cell that the tables leave out, such as "C -1" of the feldspars. */
export function hallOfUnlistedCell(symbol: string): string | undefined {
  const key = compact(symbol.slice(0, 20));
  const triclinic = /^([abcfi])(-?)1$/.exec(key);
  return triclinic ? `${triclinic[2]}${triclinic[1].toUpperCase()} 1` : unlisted[key];
}
