import { type Lookup, printable, type View } from '@symbolon/credential'
import { type Registry, recordRequest, registryNamed } from '@symbolon/ebsi'
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

/** The registry in which a credential says that its issuer is accredited, if it is none of these: its origin, or what an `ebsi:` URI calls its network. */
export function foreignRegistry(view: View, registries: readonly Registry[]): string | undefined {
  if (registryNamed(view, registries) !== undefined) return undefined
  for (const { id } of view.vcdm?.termsOfUse ?? []) {
    const text = typeof id === 'string' ? id : ''
    const [network] = /^ebsi:[a-z0-9-]{1,50}(?=:)/.exec(text) ?? []
    if (network !== undefined) return network
    // A whole address may say whose credential it is.
    if (/^https?:/.test(text) && URL.canParse(text)) return printable(new URL(text).origin, 300)
  }
  return undefined
}
