import { createRequire } from "node:module";
import { withAnchoredLayers } from "./layers.js";
import { ground } from "./look.js";
import { encodeIndexedPng } from "./png.js";

const { resolve } = createRequire(import.meta.url);

/**
 * SVG to PNG on a white ground, drawn off the main thread. Text is set in Open Sans, Plotly's own
 * default, read from the package that brings it: the fonts of the machine would make the same
 * notebook differ from one machine to the next, and a bare machine has none.
 *
 * @param scale Pixels of the PNG per unit of the SVG.
 * @param colors "indexed": at most 256 colours and a third of the bytes.
 */
export async function rasterize(
  svg: string,
  scale: number,
  colors: "full" | "indexed",
): Promise<Uint8Array> {
  // Loaded here: a program that draws nothing starts sooner without it.
  const { renderAsync } = await import("@resvg/resvg-js");
  const files = fontFiles();
  const image = await renderAsync(withAnchoredLayers(svg), {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: files,
      loadSystemFonts: files.length === 0,
      defaultFontFamily: "Open Sans",
      sansSerifFamily: "Open Sans",
    },
    background: ground,
    // Nearest pixel: the cells of a heatmap have edges.
    imageRendering: 1,
  });
  if (colors === "full") return image.asPng();
  const { width, height, pixels } = image;
  return encodeIndexedPng({ width, height, rgba: pixels });
}

/** Empty where an installation has left the package out; text then needs a font of the machine. */
function fontFiles(): string[] {
  const faces = ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"];
  try {
    return faces.map((face) =>
      resolve(`@expo-google-fonts/open-sans/${face}/OpenSans_${face}.ttf`),
    );
  } catch {
    return [];
  }
}
