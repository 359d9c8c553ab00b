// Powder patterns with the mean Cu Kα wavelength from 0 to 90° on one thread: silicon, YAG of 160
// atoms and its 2×2×2 supercell. YAG: Y3Al5O12, Ia-3d, a = 12.01 Å.
import { Crystal, powderPattern, Runtime } from "prism-lab";
import { median } from "./measure.mjs";
import { fcc } from "./structures.mjs";

const yag = `data_YAG
_cell_length_a 12.01
_cell_length_b 12.01
_cell_length_c 12.01
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_IT_number 230
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Y1 Y 0.125 0 0.25
Al1 Al 0 0 0
Al2 Al 0.375 0 0.25
O1 O 0.9694 0.0512 0.15
`;

export async function* run() {
  const garnet = Crystal.fromText(yag);
  const one = new Runtime({ threadCount: 1 });
  const cases = {
    copper: fcc("Cu", 1, 3.615),
    yag: garnet,
    "yag-2x2x2": garnet.supercell([2, 2, 2]),
  };
  for (const [name, crystal] of Object.entries(cases)) {
    const { secondsMedian, runs, result } = await median(
      () => powderPattern(crystal, { wavelength: 1.54184, twoTheta: [0, 90], runtime: one }),
      5,
    );
    const values = { threads: 1, lines: result.lineCount };
    yield { case: `powder-${name}`, size: crystal.siteCount, secondsMedian, runs, values };
  }
  one.close();
}
