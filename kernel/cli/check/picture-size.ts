/**
 * The size of a picture in words, such as "640 × 480": of PNG (W3C, section 11.2.1) and GIF from the
 * header, of SVG from its root; "of unknown size" for the rest.
 *
 * @param data Base64, or the source of an SVG.
 */
export function pictureSize(mime: string, data: string): string {
  const size = mime === "image/svg+xml" ? svgSize(data) : rasterSize(Buffer.from(data, "base64"));
  return size === undefined ? "of unknown size" : size.join(" × ");
}

type Size = readonly [number | string, number | string];

function rasterSize(bytes: Buffer): Size | undefined {
  if (bytes.length >= 24 && bytes.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n") {
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  }
  if (bytes.length >= 10 && /^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6))) {
    return [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  }
  return undefined;
}

function svgSize(data: string): Size | undefined {
  const source = data.includes("<") ? data : Buffer.from(data, "base64").toString("utf8");
  const root = /<svg\b[^>]*>/.exec(source)?.[0] ?? "";
  const attribute = (name: string): string | undefined =>
    new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(root)?.[1];
  const [width, height] = [attribute("width"), attribute("height")];
  if (width !== undefined && height !== undefined) return [width, height];
  const box = attribute("viewBox")
    ?.trim()
    .split(/[\s,]+/);
  return box?.length === 4 ? [box[2] as string, box[3] as string] : undefined;
}
