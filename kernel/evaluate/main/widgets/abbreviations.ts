import { InvalidConfiguration } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Map, Math, Number } from "../../intrinsics.js";
import { outOfDomain, shortly, wrongType } from "./checks.js";
import { coreOf, isRecord } from "./widget-host.js";
import type { ValueWidget, Widgets } from "./widgets-api.js";

/** Steps that a slider over parts of a unit has, at least. */
const STEPS = 100;

/** The control that an abbreviation stands for. */
export function controlFor(widgets: Widgets, name: string, given: unknown): ValueWidget<unknown> {
  const where = `interact ${name}`;
  const core = coreOf(given);
  if (core !== undefined) {
    if ("onChange" in core.facade) return core.facade as ValueWidget<unknown>;
    throw wrongType(where, "a widget that has a value", core.kind.name);
  }
  if (typeof given === "boolean") return widgets.checkbox({ value: given, description: name });
  if (typeof given === "string") return widgets.text({ value: given, description: name });
  if (typeof given === "number") return aroundSlider(widgets, name, given);
  if (isRange(given)) return rangeSlider(widgets, name, given);
  if (Array.isArray(given) || given instanceof Map || isRecord(given)) {
    return widgets.dropdown({ options: given as readonly unknown[], description: name });
  }
  const expected =
    "a range [min, max], a number, a text, true or false, a list of options or a widget";
  throw wrongType(where, expected, given);
}

function isRange(given: unknown): given is readonly number[] {
  if (!Array.isArray(given) || (given.length !== 2 && given.length !== 3)) return false;
  return given.every((each) => typeof each === "number");
}

function aroundSlider(widgets: Widgets, name: string, value: number): ValueWidget<number> {
  if (!Number.isFinite(value)) throw outOfDomain(`interact ${name}`, "a finite number", value);
  const ends = value === 0 ? [0, 1] : [-value, 3 * value].sort((a, b) => a - b);
  return slider(widgets, name, { min: ends[0]!, max: ends[1]!, value });
}

function rangeSlider(
  widgets: Widgets,
  name: string,
  range: readonly number[],
): ValueWidget<number> {
  const [min, max, step] = range as [number, number, number | undefined];
  const where = `interact ${name}`;
  if (!(max > min)) {
    throw outOfDomain(where, "a range [min, max] or [min, max, step] with min below max", range);
  }
  if (step !== undefined && !(step > 0 && step <= max - min)) {
    const remedy = "for a choice of numbers give a widgets.dropdown({ options: [...] })";
    const message = `${where}: expected a step above 0 and within the range, got ${shortly(range)}; ${remedy}`;
    throw new InvalidConfiguration(message, { field: name, value: range });
  }
  const middle = min + (max - min) / 2;
  const grid = step ?? gridOf(min, max);
  const value = min + Math.floor((middle - min) / grid + 1e-9) * grid;
  return slider(widgets, name, { min, max, step: grid, value });
}

/** 1 where both ends are whole; else the largest of 1, 2, 5 times a power of ten with enough steps. */
function gridOf(min: number, max: number): number {
  if (Number.isInteger(min) && Number.isInteger(max)) return 1;
  const finest = (max - min) / STEPS;
  const power = 10 ** Math.floor(Math.log10(finest));
  const factor = [5, 2, 1].find((each) => each * power <= finest * (1 + 1e-9)) ?? 1;
  return factor * power;
}

function slider(
  widgets: Widgets,
  name: string,
  range: { min: number; max: number; value: number; step?: number },
): ValueWidget<number> {
  const { min, max, value, step = gridOf(min, max) } = range;
  const isWhole = [min, max, value, step].every((each) => Number.isInteger(each));
  const options = { min, max, step, value, description: name };
  return isWhole ? widgets.intSlider(options) : widgets.floatSlider(options);
}
