import type { Manifest } from '@symbolon/credential'

/** The manifest for programs; `here` tells whether the content came along. */
export function manifestData(manifest: Manifest, parts: ReadonlyMap<string, string>) {
  const { issuer, created, validUntil, nextUpdate, sources, entries } = manifest
  return {
    issuer,
    created,
    valid_until: validUntil,
    next_update: nextUpdate,
    ...(sources && { sources }),
    parts: entries.map(({ kind, id, mediaType, digest, size, types, fetchedAt }) => ({
      kind,
      id,
      media_type: mediaType,
      digest,
      size,
      ...(types && { types }),
      ...(fetchedAt !== undefined && { fetched_at: fetchedAt }),
      here: parts.has(digest),
    })),
  }
}
