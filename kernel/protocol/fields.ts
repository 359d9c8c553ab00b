import { isJsonObject, type JsonObject } from "./json.js";

/**
 * Reads the fields of a content from outside. The first wrong one is kept as `problem` and reading
 * goes on with a stand-in, so a reader is a plain list of fields. `null` counts as absent: clients
 * write it for "not given".
 */
export class Fields {
  readonly #content: JsonObject;
  #problem: string | undefined;

  constructor(content: JsonObject) {
    this.#content = content;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Without a fallback the field is required. */
  string(name: string, fallback?: string): string {
    const value = this.#content[name] ?? fallback;
    return typeof value === "string" ? value : this.#refuse(name, "a string", "");
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#content[name] ?? fallback;
    return typeof value === "boolean" ? value : this.#refuse(name, "a boolean", fallback);
  }

  integer(name: string, fallback: number): number {
    const value = this.#content[name] ?? fallback;
    return typeof value === "number" && Number.isSafeInteger(value)
      ? value
      : this.#refuse(name, "an integer", fallback);
  }

  oneOf<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const value = this.#content[name];
    const choice = choices.find((candidate) => candidate === value);
    return choice ?? this.#refuse(name, `one of ${choices.join(", ")}`, choices[0]);
  }

  strings(name: string): Readonly<Record<string, string>> {
    const value = this.#content[name] ?? {};
    return isStringRecord(value) ? value : this.#refuse(name, "an object of strings", {});
  }

  #refuse<T>(name: string, expected: string, standIn: T): T {
    this.#problem ??= `${name}: expected ${expected}, got ${excerpt(this.#content[name])}`;
    return standIn;
  }
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string");
}

function excerpt(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
