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
import { attributeRequest, documentRequest, isDidEbsi, needOf, readAccreditation, readAttribute } from '@symbolon/ebsi'
import { refused } from '../errors.ts'
import { inTurns } from '../in_turns.ts'
import { attributesOf, type Crawling, issuersOf, type RegistryAnswer, wrong } from './lists.ts'
import { type Attempt, type Skipped, skipping } from './skipped.ts'

/** What was read, and who was left out. */
export interface Crawled {
  readonly parts: readonly Part[]
  readonly skipped: readonly Skipped[]
}

/** An honest registry has less of it; a hostile one must not keep us for ever. */
const MOST_BYTES = 200 * 1024 * 1024
/** Of one issuer: whoever has more must not be in the way of everybody. */
const MOST_BYTES_OF_ONE = 4 * 1024 * 1024

/**
 * All that a registry has of those who chain to a root: their accreditations, also those that were taken back, their DID documents and those
 * of whoever accredited them, where an accreditation was signed with a key that is no longer there also that of then.
 *
 * Nothing is believed: whoever uses the records walks them, and without a record says `unknown`. So what is wrong with one issuer's is left out
 * and told; what is wrong with those of the root, without which nobody is trusted, or with the registry itself, ends it.
 */
export async function crawl(registry: string, root: string, crawling: Crawling): Promise<Crawled> {
  const parts = new Map<string, Part>()
  const skipped = skipping()
  let bytes = 0
  const keep = (need: Need, { content, mediaType }: RegistryAnswer): void => {
    bytes += content.length
    if (bytes > MOST_BYTES) throw refused('registry_too_large', `the registry has more than ${MOST_BYTES} bytes of this root`)
    parts.set(partKey(need), { kind: need.kind, id: need.id, content, mediaType, fetchedAt: crawling.now() })
  }
  const subjects = new Set<string>()
  const records = async (did: string, attempt: Attempt): Promise<void> => {
    const { names, isWhole } = await attributesOf(registry, did, crawling)
    if (!isWhole) skipped.note({ did, code: 'registry_too_large', why: `only its first ${names.length} attributes were read` })
    let size = 0
    const record = async (attributeId: string): Promise<void> => {
      const reference = { did, attributeId }
      const answer = await crawling.ask(attributeRequest(registry, reference))
      if (answer.status !== 200) return
      const attribute = readAttribute(answer.content, did)
      if (typeof attribute === 'string') throw wrong(`the answer about an attribute of ${did} is none`)
      if (attribute.rootTao !== root) return
      size += answer.content.length
      if (size > MOST_BYTES_OF_ONE) throw wrong(`the records of ${did} have more than ${MOST_BYTES_OF_ONE} bytes`)
      keep(needOf(reference), answer)
      subjects.add(did)
      if (!isDidEbsi(attribute.tao)) throw wrong(`a record of ${did} names an accreditor that is no did:ebsi`)
      subjects.add(attribute.tao)
    }
    for (const attributeId of names) await attempt(did, () => record(attributeId))
  }
  const read = async (did: string, at?: string): Promise<void> => {
    const answer = await crawling.ask(documentRequest(registry, did, at))
    if (answer.status !== 200) return
    if (isOfOther(answer.content, did)) throw wrong(`the document that it gives for ${did} is that of another`)
    keep({ kind: 'did_document', id: at === undefined ? did : `${did}?versionTime=${at}` }, answer)
  }
  /** Each is asked for once, also by several who need it at the same time, and also when nothing comes of it. */
  const reading = new Map<string, Promise<void>>()
  const document = (did: string, at?: string): Promise<void> => {
    const key = `${did} ${at ?? ''}`
    const under = reading.get(key) ?? read(did, at)
    reading.set(key, under)
    return under
  }
  const signer = ({ of, did, url, at }: Signature, attempt: Attempt): Promise<void> =>
    attempt(isDidEbsi(did) ? did : of, async () => {
      // Whoever is in the registry chooses what its records name: nothing but a name of its own kind goes into an address.
      if (!isDidEbsi(did)) throw wrong(`a record of ${of} is signed by somebody who is no did:ebsi`)
      await document(did)
      // Asked for again with what is known now: the document of then is wanted only when that of today does not have the key.
      const then = at !== undefined && didDocumentNeeds({ did, url, at }, parts).length > 0 ? documentIdAt(did, at) : undefined
      if (then !== undefined && parts.has(partKey({ kind: 'did_document', id: did })))
        await document(did, then.slice(then.indexOf('=') + 1))
    })

  const issuers = await issuersOf(registry, skipped, crawling)
  await records(root, whole)
  if (subjects.size === 0) throw unknown(`${registry} has no record of ${root} as a root`)
  await document(root)
  if (!parts.has(partKey({ kind: 'did_document', id: root }))) throw unknown(`${registry} has no DID document of ${root}`)
  for (const signature of signers(parts)) await signer(signature, whole)

  const { attempt } = skipped
  let done = 0
  await inTurns(
    issuers.filter((did) => did !== root),
    async (did) => {
      await attempt(did, () => records(did, attempt))
      done += 1
      crawling.progress?.(done, issuers.length)
    },
  )
  await inTurns([...subjects], (did) => attempt(did, () => document(did)))
  await inTurns(signers(parts), (signature) => signer(signature, attempt))
  return { parts: [...parts.values()].sort((one, other) => (partKey(one) < partKey(other) ? -1 : 1)), skipped: skipped.all() }
}

/** Of the root nothing is left out. */
const whole: Attempt = (_did, action) => action()

const unknown = (what: string) => refused('registry_root_unknown', what)

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
  /** Whose accreditation was signed. */
  readonly of: string
  readonly did: string
  readonly url: string
  readonly at?: number
}

/** Whose keys signed the accreditations, and when. */
function signers(parts: Evidence): Signature[] {
  return [...parts.values()].flatMap(({ kind, id, content }) => {
    const [of = ''] = id.split(' ', 1)
    const attribute = kind === 'accreditation' ? readAttribute(content, of) : 'malformed'
    const body = typeof attribute === 'string' || attribute.body === '' ? 'malformed' : readAccreditation(attribute.body)
    if (typeof body === 'string') return []
    const { issuer, issuedAt, proof } = body.vc
    return typeof proof.header.kid === 'string'
      ? { of, did: issuer, url: proof.header.kid, ...(issuedAt !== undefined && { at: issuedAt }) }
      : []
  })
}
