import type { Pattern } from "../pattern/pattern.js";

/** N. G. de Bruijn's letters for the corners of Penrose's rhombi, and how many rhombi meet there. */
const penroseCorners: Readonly<Record<string, string>> = {
  D: "D, deuce: 3 tiles",
  J: "J, jack: 5 tiles",
  Q: "Q, queen: 3 tiles",
  K: "K, king: 4 tiles",
  S3: "S3, star: 7 tiles",
  S4: "S4, star: 6 tiles",
  S5: "S5, star: 5 tiles",
  S: "S, star: 5 tiles",
};

type Labels = Readonly<Record<string, Readonly<Record<string, string>>>>;

const pointLabels: Labels = {
  penrose: penroseCorners,
  fibonacci: { L: "L, before a long step", S: "S, before a short step" },
  icosahedral: { even: "even sum of indices", odd: "odd sum of indices" },
};

const tileLabels: Labels = {
  penrose: { thin: "thin rhombus", thick: "thick rhombus" },
  fibonacci: { L: "L, long step", S: "S, short step" },
  icosahedral: { prolate: "prolate rhombohedron", oblate: "oblate rhombohedron" },
};

const sublatticed: ReadonlySet<string> = new Set(["honeycomb", "kagome"]);

export function tileLabel({ config }: Pattern, name: string): string {
  return tileLabels[config?.patternType ?? ""]?.[name] ?? name;
}

/** What the kind of a point means, for a legend; names that say it themselves stay as they are. */
export function kindLabel({ config }: Pattern, name: string): string {
  const type = config?.patternType ?? "";
  const known = pointLabels[type]?.[name];
  if (known !== undefined) return known;
  if (sublatticed.has(type) && /^[A-Z]$/.test(name)) return `sublattice ${name}`;
  if (type === "twistedBilayer") return name.replace(/^(bottom|top) ([A-Z])$/, "$1, sublattice $2");
  const countsTiles = ["multigrid", "ammannBeenker", "hat"].includes(type);
  return countsTiles && /^\d+$/.test(name) ? `${name} tiles meet` : name;
}
