import type { Lookup } from '@symbolon/credential'
import { recordRequest, registryNamed } from '@symbolon/ebsi'
import type { Outside } from './outside.ts'

/**
 * Answers what the registries of EBSI know of an issuer, from the one in which a credential says it is accredited; only those that the wallet knows are asked.
 *
 * Asked when a credential is received, never when it is shown: a registry learns no more than that somebody got one.
 */
export const registryLookup =
  ({ registries = [], send, now }: Pick<Outside, 'registries' | 'send' | 'now'>): Lookup =>
  async (need, view) => {
    const registry = registryNamed(view, registries)
    const request = registry && recordRequest(registry.root, need)
    if (!request) return undefined
    const answer = await send({ method: 'GET', address: request.url, headers: { accept: request.accept } })
    return answer.status === 200 ? { ...need, content: answer.body, mediaType: answer.contentType ?? '', fetchedAt: now() } : undefined
  }
