import type { Part } from '@symbolon/credential'

/** The document of a DID, as the registry at this origin serves it now. */
export const documentPart = (origin: string, did: string): Promise<Part> =>
  partOf({ kind: 'did_document', id: did }, `${origin}/did-registry/v5/identifiers/${did}`, 'application/did+ld+json')

/** An attribute of an issuer, as the registry at this origin serves it now. */
export const recordPart = (origin: string, did: string, attributeId: string): Promise<Part> =>
  partOf(
    { kind: 'accreditation', id: `${did} ${attributeId}` },
    `${origin}/trusted-issuers-registry/v5/issuers/${did}/attributes/${attributeId}`,
    'application/json',
  )

async function partOf(need: Pick<Part, 'kind' | 'id'>, url: string, accept: string): Promise<Part> {
  const answer = await fetch(url, { headers: { accept } })
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}`)
  return { ...need, content: await answer.text(), mediaType: accept, fetchedAt: Math.floor(Date.now() / 1000) }
}
