import { requireObject, requireOneOf, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { requireText, wholeText } from "../crystal/structure-file.js";
import {
  type EmbeddedAtomFormat,
  embeddedAtomFormats,
  type Funcfl,
  parseEmbeddedAtom,
  type Setfl,
} from "./embedded-atom-file.js";
import { type EmbeddedAtomFunctions, embeddedAtomTerm } from "./embedded-atom-term.js";
import { Potential } from "./potential.js";
import { resampled, type Spline, splineOf, valueAt } from "./spline.js";

/** A path, or the text of a file with its name for messages. */
export type PotentialSource = string | { readonly text: string; readonly name?: string };

export interface EmbeddedAtomOptions {
  /**
   * By LAMMPS' names: "eam" (funcfl), "eam/alloy" (setfl), "eam/fs" (Finnis-Sinclair); recognised by the
   * content unless given.
   */
  readonly format?: EmbeddedAtomFormat;
}

const expected = "a potential file such as Cu_mishin1.eam.alloy";

/** eV Å: of the products of effective charges, with the two constants as DYNAMO and LAMMPS round them. */
const chargeUnit = 27.2 * 0.529;

/**
 * Embedded atom potential from a file of LAMMPS or DYNAMO,
 *
 *   E = Σᵢ F(ρᵢ) + ½ Σᵢ Σⱼ φ(rᵢⱼ),   ρᵢ = Σⱼ f(rᵢⱼ),
 *
 * where f depends on the element of j ("eam", "eam/alloy") or of both ("eam/fs"). Energies agree with
 * those of LAMMPS to 1e-6 eV an atom: F is its cubic spline, f and φ are tables over r² made of its
 * splines. Densities behind the table continue F as a straight line, and results then warn of
 * "DENSITY_BEYOND_TABLE"; with "eam" LAMMPS lets it stand still for one step before, so that energies differ
 * by that step there.
 *
 * @param source One file, gzip or not; or several of "eam", each with one element: pairs of different
 *   elements get φ from the product of their effective charges.
 * @throws {ParseError} a file in another format, or damaged (rejects).
 * @throws {FileError} missing, unreadable or binary. @throws {InvalidConfiguration} several files that do
 *   not go together.
 * @see M. S. Daw & M. I. Baskes, Phys. Rev. B 29, 6443 (1984); M. W. Finnis & J. E. Sinclair, Phil. Mag. A
 *   50, 45 (1984).
 * @example
 * const copper = await embeddedAtom("Cu_mishin1.eam.alloy");
 * const { energy } = await copper.evaluate(crystal); // eV
 */
export async function embeddedAtom(
  source: PotentialSource | readonly PotentialSource[],
  options: EmbeddedAtomOptions = {},
): Promise<Potential> {
  const sources = Array.isArray(source) ? source : [source];
  const texts = await Promise.all(sources.map(textOf));
  return potentialOf(texts, options);
}

/**
 * As `embeddedAtom`, at once, from the text of a file or the texts of several.
 *
 * @throws {ParseError} a text in another format, or damaged.
 * @example const copper = embeddedAtomOf(await (await fetch(url)).text());
 */
export function embeddedAtomOf(
  text: string | readonly string[],
  options: EmbeddedAtomOptions = {},
): Potential {
  const texts = Array.isArray(text) ? text : [text];
  return potentialOf(
    texts.map((each) => requireSource({ text: each })),
    options,
  );
}

interface SourceText {
  readonly text: string;
  readonly name?: string;
}

async function textOf(source: PotentialSource): Promise<SourceText> {
  if (typeof source !== "string") return requireSource(source);
  const text = await wholeText(source, expected);
  requireText(text, source, expected);
  return { text, name: source };
}

function requireSource(source: SourceText): SourceText {
  requireObject("source", source, '"Cu_mishin1.eam.alloy" or { text }');
  if (typeof source.text === "string") return source;
  throw new InvalidConfiguration(
    `expected the text of a potential file, got ${show(source.text)}`,
    { source },
  );
}

function potentialOf(sources: readonly SourceText[], options: EmbeddedAtomOptions): Potential {
  requireObject("options", options, '{ format: "eam/alloy" }');
  requireKnownFields("the options of embeddedAtom", options, ["format"]);
  const { format } = options;
  if (format !== undefined) requireOneOf("format", format, embeddedAtomFormats);
  const files = sources.map(({ text, name }) => parseEmbeddedAtom(text, name, format));
  const [first] = files;
  if (files.length === 1 && first.format !== "eam") {
    return new Potential([embeddedAtomTerm(setflFunctions(first))]);
  }
  if (files.length > 0 && files.every((file) => file.format === "eam")) {
    return new Potential([embeddedAtomTerm(funcflFunctions(files))]);
  }
  throw new InvalidConfiguration(
    `expected one file, or one of the format "eam" for each element; got ${files.length} of ${show(files.map((file) => file.format))}`,
    { formats: files.map((file) => file.format) },
  );
}

function setflFunctions(file: Setfl): EmbeddedAtomFunctions {
  const { elements, grids } = file;
  const indexOf = (element: string) => elements.indexOf(element);
  return {
    name: "embedded atom",
    elements,
    cutoff: grids.cutoff,
    embedding: (element) => splineOf(grids.densityStep, file.embeddings[indexOf(element)]),
    density: (at, from) => {
      const values = file.densities[indexOf(from)][indexOf(at)];
      const spline = splineOf(grids.distanceStep, values);
      return (r) => valueAt(spline, r);
    },
    pair: (a, b) => {
      const [low, high] = [indexOf(a), indexOf(b)].sort((x, y) => x - y);
      return overDistance(splineOf(grids.distanceStep, file.pairs[high][low]));
    },
  };
}

function funcflFunctions(files: readonly Funcfl[]): EmbeddedAtomFunctions {
  const byElement = new Map<string, Funcfl>();
  for (const file of files) {
    if (byElement.has(file.element)) {
      throw new InvalidConfiguration(`two files are for ${file.element}`, {
        element: file.element,
      });
    }
    byElement.set(file.element, file);
  }
  const of = (element: string) => byElement.get(element) as Funcfl;
  const longest = (value: (grids: Funcfl["grids"]) => number) =>
    Math.max(...files.map(({ grids }) => value(grids)));
  // One grid for all, as LAMMPS makes it; the last node of the longest is left out.
  const densityStep = longest((grids) => grids.densityStep);
  const distanceStep = longest((grids) => grids.distanceStep);
  const densityCount = Math.floor(
    longest((grids) => (grids.densityCount - 1) * grids.densityStep) / densityStep + 0.5,
  );
  const distanceCount = Math.floor(
    longest((grids) => (grids.distanceCount - 1) * grids.distanceStep) / distanceStep + 0.5,
  );
  const overDistances = ({ grids }: Funcfl, values: Float64Array) =>
    resampled(grids.distanceStep, values, distanceStep, distanceCount);
  return {
    name: "embedded atom",
    elements: [...byElement.keys()],
    cutoff: longest((grids) => grids.cutoff),
    embedding: (element) => {
      const { grids, embedding } = of(element);
      const values = resampled(grids.densityStep, embedding, densityStep, densityCount);
      return splineOf(densityStep, values);
    },
    density: (_, from) => {
      const spline = splineOf(distanceStep, overDistances(of(from), of(from).density));
      return (r) => valueAt(spline, r);
    },
    pair: (a, b) => {
      const [first, second] = [of(a), of(b)].map((file) => overDistances(file, file.charge));
      const product = first.map((charge, k) => chargeUnit * charge * second[k]);
      return overDistance(splineOf(distanceStep, product));
    },
  };
}

/** φ(r) from the spline of r φ. */
function overDistance(spline: Spline): ReturnType<EmbeddedAtomFunctions["pair"]> {
  return (r) => {
    const { value, slope } = valueAt(spline, r);
    return { value: value / r, slope: (slope - value / r) / r };
  };
}
