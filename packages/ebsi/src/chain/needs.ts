import { didDocumentNeeds, type Evidence, type Need, type Vcdm, type View } from '@symbolon/credential'
import { linkOf } from './link.ts'
import { MOST_RECORDS, referencesIn } from './references.ts'
import type { Completed } from './settings.ts'

/** What must still be brought to walk from a credential to a root, as far as what is known leads; pure. */
export function chainNeeds({ issuer, vcdm }: View, known: Evidence, { registries, maxDepth }: Completed): Need[] {
  const needs: Need[] = []
  const visited = new Set<string>()
  const climb = (subject: string, vcdm: Vcdm, depth: number): void => {
    for (const { attribute: named } of referencesIn(vcdm, registries) ?? []) {
      if (named === null || named.did !== subject || depth >= maxDepth) continue
      // Nothing is verified yet: whoever made the credential up would have a registry asked as often as it likes.
      if (visited.has(named.key) || visited.size >= MOST_RECORDS) continue
      visited.add(named.key)
      const link = linkOf(named, known)
      if (link === undefined) {
        needs.push(named.need)
        continue
      }
      const { attribute, accreditation } = link
      if (typeof attribute === 'string' || accreditation === undefined || typeof accreditation === 'string') continue
      const { vc } = accreditation
      const { kid } = vc.proof.header
      if (typeof kid === 'string')
        needs.push(...didDocumentNeeds({ did: vc.issuer, url: kid, ...(vc.issuedAt !== undefined && { at: vc.issuedAt }) }, known))
      if (attribute.role !== 'RootTAO') climb(vc.issuer, vc.vcdm, depth + 1)
    }
  }
  if (issuer !== undefined && vcdm !== undefined) climb(issuer, vcdm, 0)
  return needs
}
