/** Attributes, or properties of a style, for which a renderer draws an element on a layer of its own. */
const layered = /[\s";](?:clip-path|opacity|mask|filter)\s*[=:]/;

const geometry =
  /\s(?:d|x|y|width|height|rx|ry|cx|cy|r|x1|y1|x2|y2|points|(?:xlink:)?href|preserveAspectRatio)="[^"]*"/g;

/** Drawn invisibly, near the picture's corner in the element's own coordinates. */
const anchor = '<rect width="1" height="1" fill-opacity="0" stroke="none"/>';

/**
 * The same drawing, safe for resvg: that ends the process at a translucent or clipped element far
 * outside the picture, such as a line of a pattern beyond the range of the axis. Each such element
 * gets something inside, for which one without children becomes a group of its own.
 */
export function withAnchoredLayers(svg: string): string {
  return svg.replace(
    /<(g|path|rect|circle|ellipse|line|polyline|polygon|image|use)\b([^>]*?)(\/?)>/g,
    (element, name: string, attributes: string, closes: string) => {
      if (!layered.test(attributes)) return element;
      if (name === "g") return closes ? element : `${element}${anchor}`;
      // What has an end tag of its own is left alone: a title or an animation inside a shape.
      if (!closes) return element;
      const shape = attributes.match(geometry)?.join("") ?? "";
      return `<g${attributes}>${anchor}<${name}${shape}/></g>`;
    },
  );
}
