import { requireFinite, requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ParseError } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { requireText, wholeText } from "../crystal/structure-file.js";

/** The text of a file, with its name for messages. */
export interface PotentialFileText {
  readonly text: string;
  readonly name?: string;
}

/** i, j and k: the centre, its partner, and the one beside it. */
export type Triplet = readonly [string, string, string];

/** Parameters by element, for all triplets of a potential. */
export interface Triplets<P> {
  readonly elements: readonly string[];
  of(i: string, j: string, k: string): P | undefined;
}

/** A format with a name of three elements and some numbers for each entry, as LAMMPS has them. */
export interface TripletFormat<P> {
  /** "Stillinger-Weber", and an example of a file. */
  readonly name: string;
  readonly file: string;
  /** Names of the numbers in the order of the file. */
  readonly columns: readonly string[];
  /** @throws {DomainError} a number beyond its range. */
  entry(values: Readonly<Record<string, number>>): P;
}

/** @throws {FileError} missing, unreadable, binary. @throws {ParseError} another format. */
export async function readTriplets<P>(
  path: string,
  format: TripletFormat<P>,
): Promise<Triplets<P>> {
  const expected = `a ${format.name} file such as ${format.file}`;
  const text = await wholeText(path, expected);
  requireText(text, path, expected);
  return parseTriplets({ text, name: path }, format);
}

/** @throws {ParseError} with the line and what was expected there. */
export function parseTriplets<P>(
  { text, name }: PotentialFileText,
  format: TripletFormat<P>,
): Triplets<P> {
  if (typeof text !== "string") {
    throw new InvalidConfiguration(`text must be that of a file, got ${show(text)}`, { text });
  }
  const table = new Table<P>();
  const reader = new EntryReader(text, name, format);
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    if (table.add(entry.triplet, entry.parameters)) continue;
    throw reader.error(`a second entry for ${entry.triplet.join(" ")}`, entry.line, 1);
  }
  if (table.elements.length === 0) {
    throw reader.error(`expected an entry of a ${format.name} file, got none`, 1, 1);
  }
  return table;
}

/** @throws {InvalidConfiguration} no list, misspelt fields, or a triplet that is given twice. */
export function givenTriplets<P>(
  entries: readonly ({ readonly elements: Triplet } & Readonly<Record<string, unknown>>)[],
  fields: readonly string[],
  format: TripletFormat<P>,
): Triplets<P> {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new InvalidConfiguration(`entries must be a list of parameters, got ${show(entries)}`, {
      entries,
    });
  }
  const table = new Table<P>();
  for (const [index, entry] of entries.entries()) {
    const what = `entries[${index}]`;
    requireObject(what, entry, '{ elements: ["Si", "Si", "Si"], ... }');
    requireKnownFields(`the fields of ${what}`, entry, ["elements", ...fields]);
    const { elements } = entry;
    if (!Array.isArray(elements) || elements.length !== 3 || !elements.every(isName)) {
      throw new InvalidConfiguration(
        `${what}.elements must be three names such as ["Si", "Si", "Si"], got ${show(elements)}`,
        { entry },
      );
    }
    const values: Record<string, number> = {};
    for (const field of fields) values[field] = requireFinite(`${what}.${field}`, entry[field]);
    if (table.add(elements as unknown as Triplet, format.entry(values))) continue;
    throw new InvalidConfiguration(`entries: ${elements.join(" ")} is given twice`, { entry });
  }
  return table;
}

/**
 * Parameters of all triplets of some elements, i slowest.
 *
 * @throws {DomainError} triplets that have none.
 */
export function allTriplets<P>(
  name: string,
  triplets: Triplets<P>,
  elements: readonly string[],
): (i: number, j: number, k: number) => P {
  const missing: string[] = [];
  const found: P[] = [];
  for (const i of elements) {
    for (const j of elements) {
      for (const k of elements) {
        const parameters = triplets.of(i, j, k);
        if (parameters === undefined) missing.push(`${i} ${j} ${k}`);
        else found.push(parameters);
      }
    }
  }
  if (missing.length > 0) {
    const more = missing.length > 4 ? ` and ${missing.length - 4} more` : "";
    throw new DomainError(
      `${name} has no parameters for ${missing.slice(0, 4).join(", ")}${more}; choose other elements, or give an entry for each triplet`,
      { missing, known: triplets.elements },
    );
  }
  const count = elements.length;
  return (i, j, k) => found[(i * count + j) * count + k];
}

/** @throws {DomainError} negative numbers among those named. */
export function requireNotNegative(
  values: Readonly<Record<string, number>>,
  names: readonly string[],
): void {
  for (const name of names) {
    if (values[name] >= 0) continue;
    throw new DomainError(`${name} must not be negative, got ${values[name]}`, { name });
  }
}

class Table<P> implements Triplets<P> {
  private readonly byTriplet = new Map<string, P>();
  private readonly names = new Set<string>();

  get elements(): readonly string[] {
    return [...this.names];
  }

  of(i: string, j: string, k: string): P | undefined {
    return this.byTriplet.get(`${i} ${j} ${k}`);
  }

  /** False if it is there already. */
  add(triplet: Triplet, parameters: P): boolean {
    const key = triplet.join(" ");
    if (this.byTriplet.has(key)) return false;
    this.byTriplet.set(key, parameters);
    for (const name of triplet) this.names.add(name);
    return true;
  }
}

interface Entry<P> {
  readonly triplet: Triplet;
  readonly parameters: P;
  readonly line: number;
}

interface Word {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Entries begin on a line of their own and go on until they are complete; # begins a comment. */
class EntryReader<P> {
  private at = 0;
  private line = 0;
  private readonly text: string;
  private readonly file: string | undefined;
  private readonly format: TripletFormat<P>;

  constructor(text: string, file: string | undefined, format: TripletFormat<P>) {
    this.text = text;
    this.file = file;
    this.format = format;
  }

  next(): Entry<P> | undefined {
    const { columns } = this.format;
    const wanted = 3 + columns.length;
    const words: Word[] = [];
    while (words.length < wanted) {
      const more = this.words();
      if (more === undefined) {
        if (words.length === 0) return undefined;
        throw this.error(
          `the file ends within the entry of line ${words[0].line}: expected three elements and ${columns.join(", ")}`,
          this.line,
          1,
        );
      }
      words.push(...more);
      for (const [index, word] of words.entries()) this.check(word, index);
    }
    const [i, j, k, ...numbers] = words;
    const values = Object.fromEntries(
      columns.map((column, index) => [column, Number(numbers[index].text)]),
    );
    try {
      const parameters = this.format.entry(values);
      return { triplet: [i.text, j.text, k.text], parameters, line: i.line };
    } catch (cause) {
      if (!(cause instanceof DomainError)) throw cause;
      throw this.error(`${i.text} ${j.text} ${k.text}: ${cause.message}`, i.line, i.column);
    }
  }

  private check({ text, line, column }: Word, index: number): void {
    const { columns, name } = this.format;
    const isNumber = Number.isFinite(Number(text));
    if (index < 3) {
      if (!isNumber) return;
      throw this.error(
        `expected an element at the begin of an entry, got ${show(text)}`,
        line,
        column,
      );
    }
    if (index >= 3 + columns.length) {
      throw this.error(
        `expected ${columns.length} numbers in an entry of a ${name} file (${columns.join(", ")}), got ${show(text)} behind them`,
        line,
        column,
      );
    }
    if (isNumber) return;
    throw this.error(`expected the number ${columns[index - 3]}, got ${show(text)}`, line, column);
  }

  /** Those of the next line that has any. */
  private words(): Word[] | undefined {
    while (this.at < this.text.length) {
      const end = this.text.indexOf("\n", this.at);
      const whole = this.text.slice(this.at, end < 0 ? undefined : end);
      this.at = end < 0 ? this.text.length : end + 1;
      this.line++;
      const [content, ...comment] = whole.split("#");
      if (this.line === 1) this.checkUnits(comment.join("#"));
      const words = [...content.replace("\ufeff", " ").matchAll(/\S+/g)];
      if (words.length === 0) continue;
      return words.map((word) => ({ text: word[0], line: this.line, column: word.index + 1 }));
    }
    return undefined;
  }

  private checkUnits(comment: string): void {
    const units = /UNITS:\s*(\w+)/.exec(comment)?.[1];
    if (units === undefined || units === "metal") return;
    throw this.error(`expected metal units (eV, Å), got ${show(units)}`, 1, 1);
  }

  error(message: string, line: number, column: number): ParseError {
    const file = this.file === undefined ? {} : { file: this.file };
    return new ParseError(message, { ...file, line, column });
  }
}

function isName(value: unknown): boolean {
  return typeof value === "string" && /^\S+$/.test(value);
}
