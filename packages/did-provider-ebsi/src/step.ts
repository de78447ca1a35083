import { EbsiError } from '@symbolon/ebsi'
import type { JsonObject } from '@symbolon/sd-jwt'
import { fetchDocument } from './documents.ts'
import { type Network, until } from './network.ts'

/**
 * Does what is not done, and looks whether it is: `look` answers null as long as it is not.
 *
 * So every step can be repeated. What failed on the way back may have arrived: then the step is done, whatever went wrong. Throws
 * `registry_not_updated`, and what the act throws.
 */
export async function step<T>(network: Network, look: () => Promise<T | null>, act: () => Promise<void>): Promise<T> {
  const found = await look()
  if (found !== null) return found
  try {
    await act()
  } catch (error) {
    const arrived = await look().catch(() => null)
    if (arrived === null) throw error
    return arrived
  }
  const written = await until(network, look)
  if (written === null) throw new EbsiError('registry_not_updated')
  return written
}

/** A look at the DID document: null until it is there and as wished. */
export function documentWhere(
  network: Network,
  did: string,
  isAsWished: (document: JsonObject) => boolean,
): () => Promise<JsonObject | null> {
  return async () => {
    const document = await fetchDocument(network, did)
    return document !== null && isAsWished(document) ? document : null
  }
}
