import { createHash } from "node:crypto";
import { clearResults, type Notebook } from "../notebook/document.js";
import { serializeNotebook } from "../notebook/serialize.js";
import { packageManifest } from "../package-root.js";

type Metadata = Readonly<Record<string, unknown>>;

/**
 * Identifies all that the outputs of a run follow from as far as a notebook tells: its cells, with
 * the parameters in them, its metadata, the kernel, and the version of Prism. Outputs of earlier
 * runs do not enter, so a notebook that is written over itself keeps its digest.
 *
 * @returns SHA-256 in hexadecimal.
 */
export function digestOf(
  notebook: Notebook,
  options: { readonly kernel: string; readonly allowErrors?: boolean },
): string {
  const { kernelspec: _k, language_info: _l, ...metadata } = withoutRecord(notebook.metadata);
  const bare: Notebook = { ...structuredClone(notebook), metadata };
  clearResults(bare);
  const { kernel, allowErrors = false } = options;
  return createHash("sha256")
    .update(JSON.stringify([packageManifest().version, kernel, allowErrors]))
    .update(serializeNotebook(bare))
    .digest("hex");
}

/** The digest that a complete run has left in the notebook it wrote. */
export function recordedDigest({ metadata }: Notebook): unknown {
  const prism = metadata.prism as { readonly run?: { readonly digest?: unknown } } | undefined;
  return prism?.run?.digest;
}

export function withRecord(metadata: Metadata, digest: string): Metadata {
  return { ...metadata, prism: { ...(metadata.prism as object | undefined), run: { digest } } };
}

export function withoutRecord(metadata: Metadata): Metadata {
  const { prism, ...others } = metadata;
  if (typeof prism !== "object" || prism === null) return metadata;
  const { run: _run, ...rest } = prism as Metadata;
  return Object.keys(rest).length === 0 ? others : { ...others, prism: rest };
}
