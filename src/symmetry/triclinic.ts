import type { MoyoCell, MoyoDataset } from "@spglib/moyo-wasm";
import { matrixFromParameters, parametersFromMatrix } from "../lattice/cell-parameters.js";
import { niggliTransformation } from "../lattice/niggli.js";
import { multiply } from "../math/mat3.js";
import { wrapUnit } from "./operation.js";
import type { FoundOperation } from "./operation-search.js";
import type { Arrangement } from "./translations.js";

/** What names a group: moyo's dataset without what depends on the sites. */
export type NamedGroup = Pick<
  MoyoDataset,
  | "number"
  | "hall_number"
  | "hm_symbol"
  | "operations"
  | "std_linear"
  | "std_origin_shift"
  | "prim_std_linear"
  | "prim_std_origin_shift"
  | "pearson_symbol"
  | "symprec"
> & { readonly std_cell: StandardLattice; readonly prim_std_cell: StandardLattice };

type StandardLattice = Pick<MoyoCell, "lattice">;

/** Relative, as of `Lattice.niggli`. */
const niggliTolerance = 1e-5;

/**
 * P1 or P-1 by the operations alone: the axes are those of the Niggli cell, the origin is a centre of
 * inversion. Undefined for all other groups.
 */
export function nameTriclinic(
  { lattice }: Arrangement,
  operations: readonly FoundOperation[],
  symprec: number,
): NamedGroup | undefined {
  const [, inversion] = operations;
  if (operations.length > 2) return undefined;
  if (inversion?.rotation.some((value, i) => value !== (i % 4 === 0 ? -1 : 0))) return undefined;
  const change = niggliTransformation(lattice.matrix, niggliTolerance);
  const matrix = matrixFromParameters(parametersFromMatrix(multiply(change, lattice.matrix)));
  const [u, v, w] = (inversion?.translation ?? [0, 0, 0]).map((value) => wrapUnit(value / 2));
  // Rows of the change are columns of P, which moyo gives column by column.
  const linear = Array.from(change) as MoyoDataset["std_linear"];
  const cell = { lattice: { basis: Array.from(matrix) as MoyoCell["lattice"]["basis"] } };
  const number = operations.length;
  return {
    number,
    hall_number: number,
    hm_symbol: number === 1 ? "P 1" : "P -1",
    operations: operations.map(({ rotation, translation }) => ({
      rotation: [...rotation] as MoyoDataset["operations"][number]["rotation"],
      translation: [...translation],
    })),
    std_linear: linear,
    std_origin_shift: [u, v, w],
    prim_std_linear: linear,
    prim_std_origin_shift: [u, v, w],
    std_cell: cell,
    prim_std_cell: cell,
    pearson_symbol: "aP",
    symprec,
  };
}
