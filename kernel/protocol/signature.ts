import { createHmac, timingSafeEqual } from "node:crypto";

/** Signs and verifies the four JSON frames of a message with the key of the connection file. */
export interface Signer {
  /** Lower-case hexadecimal digest; empty without a key. */
  sign(parts: readonly (Uint8Array | string)[]): string;
  /** Takes the same time for every wrong signature of the right length. */
  verify(parts: readonly Uint8Array[], signature: Uint8Array): boolean;
}

/**
 * HMAC-SHA256 over the concatenated frames. An empty key turns authentication off, as the protocol
 * says: the one who wrote the connection file has decided that.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */
export function createSigner(key: string): Signer {
  if (key === "") return { sign: () => "", verify: () => true };
  const sign = (parts: readonly (Uint8Array | string)[]): string => {
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  };
  return {
    sign,
    verify: (parts, signature) => {
      const expected = Buffer.from(sign(parts), "latin1");
      return expected.length === signature.length && timingSafeEqual(expected, signature);
    },
  };
}

/** Remembers the signatures it has seen, so that a message recorded on the wire cannot be replayed. */
export interface ReplayGuard {
  /** True for a signature seen before; otherwise notes it. */
  isReplay(signature: string): boolean;
}

/** @param capacity Signatures kept; the oldest is forgotten first (about 100 bytes each). */
export function createReplayGuard(capacity: number): ReplayGuard {
  const seen = new Set<string>();
  return {
    isReplay: (signature) => {
      if (signature === "") return false;
      if (seen.has(signature)) return true;
      seen.add(signature);
      if (seen.size > capacity) seen.delete(seen.values().next().value as string);
      return false;
    },
  };
}
