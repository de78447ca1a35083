import {
  CredentialError,
  didDocumentNeeds,
  documentIdAt,
  type Evidence,
  type Need,
  type Part,
  partKey,
  readDidDocument,
} from '@symbolon/credential'
import {
  attributeRequest,
  attributesRequest,
  documentRequest,
  hasAttributes,
  isDidEbsi,
  issuerRequest,
  issuersRequest,
  needOf,
  type Page,
  type RegistryRequest,
  readAccreditation,
  readAttribute,
  readAttributes,
  readIssuers,
} from '@symbolon/ebsi'
import { refused } from '../errors.ts'
import { inTurns } from '../in_turns.ts'

/** What a registry answered. */
export interface RegistryAnswer {
  readonly status: number
  readonly mediaType: string
  readonly content: string
}

/** Asks one question; the answer has status 200, or 404 for what is not there, and everything else is a `RefusedError`. `now` gives seconds since 1970. */
export interface Crawling {
  ask(request: RegistryRequest): Promise<RegistryAnswer>
  now(): number
  /** Said from time to time: how many issuers were looked at. */
  progress?(done: number, all: number): void
}

/** An honest registry has less of it; a hostile one must not keep us for ever. */
const MOST_ISSUERS = 20_000
const MOST_ATTRIBUTES = 200
const MOST_BYTES = 200 * 1024 * 1024

/**
 * All that a registry has of those who chain to a root: their accreditations, also those that were taken back, their DID documents and those
 * of whoever accredited them, where an accreditation was signed with a key that is no longer there also that of then.
 *
 * Nothing is believed: whoever uses the records walks them. One answer that is missing ends it, so that no bundle holds half a registry.
 */
export async function crawl(registry: string, root: string, crawling: Crawling): Promise<readonly Part[]> {
  const parts = new Map<string, Part>()
  let bytes = 0
  const keep = (need: Need, { content, mediaType }: RegistryAnswer): Part => {
    const part = { kind: need.kind, id: need.id, content, mediaType, fetchedAt: crawling.now() }
    bytes += content.length
    if (bytes > MOST_BYTES) throw refused('registry_too_large', `the registry has more than ${MOST_BYTES} bytes of this root`)
    parts.set(partKey(need), part)
    return part
  }
  const issuers = await allNames(issuersRequest(registry), readIssuers, MOST_ISSUERS, crawling)
  const subjects = new Set<string>()
  let done = 0
  await inTurns(issuers, async (did) => {
    for (const attributeId of await attributesOf(registry, did, crawling)) {
      const reference = { did, attributeId }
      const answer = await crawling.ask(attributeRequest(registry, reference))
      if (answer.status !== 200) continue
      const attribute = readAttribute(answer.content, did)
      if (typeof attribute === 'string') throw refused('registry_answer_wrong', `its answer about an attribute of ${did} is none`)
      if (attribute.rootTao !== root) continue
      keep(needOf(reference), answer)
      subjects.add(did)
      subjects.add(attribute.tao)
    }
    done += 1
    crawling.progress?.(done, issuers.length)
  })
  const document = async (did: string, at?: string) => {
    // Whoever is in the registry chooses what its records name: nothing but a name of its own kind goes into an address.
    if (!isDidEbsi(did)) return
    const need: Need = { kind: 'did_document', id: at === undefined ? did : `${did}?versionTime=${at}` }
    if (parts.has(partKey(need))) return
    const answer = await crawling.ask(documentRequest(registry, did, at))
    if (answer.status !== 200) return
    if (isOfOther(answer.content, did)) throw refused('registry_answer_wrong', `the document that it gives for ${did} is that of another`)
    keep(need, answer)
  }
  await inTurns([...subjects], (did) => document(did))
  await inTurns(signers(parts), async ({ did, url, at }) => {
    await document(did)
    // Asked for again with what is known now: the document of then is wanted only when that of today does not have the key.
    const then = at !== undefined && didDocumentNeeds({ did, url, at }, parts).length > 0 ? documentIdAt(did, at) : undefined
    if (then !== undefined && parts.has(partKey({ kind: 'did_document', id: did }))) await document(did, then.slice(then.indexOf('=') + 1))
  })
  return [...parts.values()].sort((one, other) => (partKey(one) < partKey(other) ? -1 : 1))
}

/** A document that cannot be read is kept, and whoever needs it will say so. */
function isOfOther(content: string, did: string): boolean {
  try {
    readDidDocument(content, did)
    return false
  } catch (error) {
    if (error instanceof CredentialError) return error.code === 'did_document_of_other'
    throw error
  }
}

interface Signature {
  readonly did: string
  readonly url: string
  readonly at?: number
}

/** Whose keys signed the accreditations, and when. */
function signers(parts: Evidence): Signature[] {
  return [...parts.values()].flatMap(({ kind, id, content }) => {
    const attribute = kind === 'accreditation' ? readAttribute(content, id.split(' ', 1)[0] ?? '') : 'malformed'
    const body = typeof attribute === 'string' || attribute.body === '' ? 'malformed' : readAccreditation(attribute.body)
    if (typeof body === 'string') return []
    const { issuer, issuedAt, proof } = body.vc
    return typeof proof.header.kid === 'string'
      ? { did: issuer, url: proof.header.kid, ...(issuedAt !== undefined && { at: issuedAt }) }
      : []
  })
}

/** An issuer may leave the registry while it is read. */
async function attributesOf(registry: string, did: string, crawling: Crawling): Promise<readonly string[]> {
  const answer = await crawling.ask(issuerRequest(registry, did))
  if (answer.status === 404 || !hasAttributes(answer.content, did)) return []
  return allNames(attributesRequest(registry, did), readAttributes, MOST_ATTRIBUTES, crawling)
}

/** Every name of a list, page by page, until one repeats. */
async function allNames(
  first: RegistryRequest,
  read: (text: string, asked: string) => Page,
  most: number,
  { ask }: Crawling,
): Promise<readonly string[]> {
  const names = new Set<string>()
  const seen = new Set<string>()
  for (let url: string | null = first.url; url !== null && !seen.has(url); ) {
    seen.add(url)
    const answer = await ask({ ...first, url })
    if (answer.status !== 200) throw refused('registry_answer_wrong', 'it does not answer with its list')
    const page: Page = read(answer.content, url)
    const before = names.size
    for (const name of page.names) names.add(name)
    if (names.size > most) throw refused('registry_too_large', `one of its lists has more than ${most} lines`)
    // A list that goes on with nothing new would go on for ever.
    url = names.size === before ? null : page.next
  }
  return [...names]
}
