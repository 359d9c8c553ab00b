// Draws the pictures of the README: node scripts/readme-pictures.mjs
import { mkdir, writeFile } from "node:fs/promises";
import { Crystal, powderPattern, show } from "prism-lab";

const folder = new URL("../docs/images/", import.meta.url);
await mkdir(folder, { recursive: true });

const quartz = await Crystal.fromFile("notebooks/data/quartz.cif");
const pattern = await powderPattern(quartz, { wavelength: "CuKa1", twoTheta: [10, 90] });
const figures = {
  "quartz.png": show(quartz),
  "quartz-pattern.png": show(pattern, { profile: true }),
};
for (const [name, figure] of Object.entries(figures)) {
  await writeFile(new URL(name, folder), await figure.toPng({ scale: 2 }));
}
process.exit();
