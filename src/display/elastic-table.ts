import type { ElasticTensor } from "../elastic/elastic-tensor.js";
import type { Averages } from "../elastic/moduli.js";
import type { MimeBundle } from "./mime.js";
import { Table } from "./table.js";

/** The constants in GPa as six rows. */
function constantsTable(tensor: ElasticTensor): Table {
  const rows = Array.from({ length: 6 }, (_, i) => ({
    C: `C${i + 1}j`,
    ...Object.fromEntries(
      Array.from({ length: 6 }, (__, j) => [String(j + 1), rounded(tensor.voigtGPa[6 * i + j], 2)]),
    ),
  }));
  const columns = ["C", "1", "2", "3", "4", "5", "6"];
  return new Table(rows, { title: "Elastic constants (GPa)", columns, digits: 2 });
}

/** Without the dust that would be shown as -0.00. */
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0;
}

function moduliTable(tensor: ElasticTensor): Table {
  const { bulkGPa, shearGPa, youngGPa, poissonRatio } = tensor.moduli;
  const row = (name: string, { voigt, reuss, hill }: Averages) => ({
    modulus: name,
    Voigt: voigt,
    Reuss: reuss,
    Hill: hill,
  });
  const rows = [
    row("bulk (GPa)", bulkGPa),
    row("shear (GPa)", shearGPa),
    row("Young's (GPa)", youngGPa),
    row("Poisson's ratio", poissonRatio),
  ];
  return new Table(rows, { title: "Averages over directions", digits: 3 });
}

/** Born's criteria, what fails first. */
function criteriaTable(tensor: ElasticTensor): Table {
  const { criteria, crystalSystem } = tensor.stability;
  const rows = criteria.map(({ name, value, holds }) => ({
    criterion: name,
    value: value.toPrecision(6),
    holds: holds ? "yes" : "no",
  }));
  return new Table(rows, { title: `Born's criteria, ${crystalSystem}` });
}

function tablesOf(tensor: ElasticTensor): Table[] {
  if (!tensor.bornStable) return [constantsTable(tensor), criteriaTable(tensor)];
  return [constantsTable(tensor), moduliTable(tensor)];
}

export function elasticText(tensor: ElasticTensor): string {
  const warnings = tensor.warnings.map(({ message }) => `warning: ${message}`);
  return [...tablesOf(tensor).map(String), ...warnings].join("\n\n");
}

/** For a crystal that has no surface to draw. */
export function elasticTables(tensor: ElasticTensor): MimeBundle {
  return {
    "text/html": tablesOf(tensor)
      .map((table) => table.toHtml())
      .join("<br>"),
    "text/plain": elasticText(tensor),
  };
}
