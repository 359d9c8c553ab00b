import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Classic, classicServer, hasRun } from "./classic.js";
import { expectScene } from "./scene.js";
import { picture, Workplace } from "./workplace.js";

const CRYSTAL = 'const quartz = await prism.Crystal.fromFile("data/quartz.cif");\nquartz';
const PATTERN = 'await prism.powderPattern(quartz, { wavelength: "CuKa1", twoTheta: [10, 90] })';

describe("the classic Notebook", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(classicServer);
  });

  afterEach((context) => place.closePages(context));

  afterAll(() => place?.close());

  async function open(notebook: string): Promise<Classic> {
    await place.writeNotebook(notebook);
    return Classic.open(place, notebook);
  }

  it("completes by Tab, explains by Shift+Tab and runs a cell", async () => {
    const { page, ...classic } = await open("typing.ipynb");
    await classic.editor(0).click();
  });
});
