import { documentIdAt, type Evidence, type Part, partKey } from '@symbolon/credential'

/** The document by which a key of a DID is judged: that of the moment of signing, else that of today. */
export function documentPart(did: string, at: number | undefined, evidence: Evidence): Part | undefined {
  const need = (id: string) => evidence.get(partKey({ kind: 'did_document', id }))
  return (at === undefined ? undefined : need(documentIdAt(did, at))) ?? need(did)
}

/** Seconds since a part was fetched; null when nobody knows. A clock that is a little behind makes nothing old. */
export const ageOf = ({ fetchedAt }: Part, now: number): number | null => (fetchedAt === undefined ? null : Math.max(0, now - fetchedAt))
