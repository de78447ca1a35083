import { didDocumentNeeds, type Evidence, type Need, type View } from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import { parseAttributeReference } from '../identifiers/index.ts'
import { linkOf, needOf } from './link.ts'
import { issuanceCertificates, MOST_RECORDS } from './references.ts'
import type { Completed } from './settings.ts'

/** What must still be brought to walk from a credential to a root, as far as what is known leads; pure. */
export function chainNeeds({ issuer, vcdm }: View, known: Evidence, { registries, maxDepth }: Completed): Need[] {
  const needs: Need[] = []
  const visited = new Set<string>()
  const climb = (subject: string, terms: readonly JsonObject[], depth: number): void => {
    for (const text of issuanceCertificates(terms) ?? []) {
      const reference = parseAttributeReference(text, registries)
      if (reference === null || reference.did !== subject || depth >= maxDepth) continue
      const need = needOf(reference)
      // Nothing is verified yet: whoever made the credential up would have a registry asked as often as it likes.
      if (visited.has(need.id) || visited.size >= MOST_RECORDS) continue
      visited.add(need.id)
      const link = linkOf(reference, known)
      if (link === undefined) {
        needs.push(need)
        continue
      }
      const { attribute, accreditation } = link
      if (typeof attribute === 'string' || accreditation === undefined || typeof accreditation === 'string') continue
      const { vc } = accreditation
      const { kid } = vc.proof.header
      if (typeof kid === 'string')
        needs.push(...didDocumentNeeds({ did: vc.issuer, url: kid, ...(vc.issuedAt !== undefined && { at: vc.issuedAt }) }, known))
      if (attribute.role !== 'RootTAO') climb(vc.issuer, vc.vcdm.termsOfUse, depth + 1)
    }
  }
  if (issuer !== undefined && vcdm !== undefined) climb(issuer, vcdm.termsOfUse, 0)
  return needs
}
