import { registerFormat } from "../crystal/formats.js";
import { cif } from "./cif/format.js";

registerFormat(cif);
