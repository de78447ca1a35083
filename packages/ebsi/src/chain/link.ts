import { type Evidence, memo, type Part } from '@symbolon/credential'
import { base64url, type Primitives, type PublicKey } from '@symbolon/sd-jwt'
import { type Accreditation, type NoAccreditation, readAccreditation } from '../records/accreditation.ts'
import { type Attribute, type NoAttribute, readAttribute } from '../records/attribute.ts'
import type { NamedAttribute } from './references.ts'

/** A part of evidence, read: the registry's row, and the accreditation in it. */
export interface Link {
  /** Whose record it was read as. */
  readonly did: string
  readonly part: Part
  readonly attribute: Attribute | NoAttribute
  readonly accreditation: Accreditation | NoAccreditation | undefined
  foundOut?: FoundOut
}

/** What was found out of a link; what could not be is not remembered, and is tried again. */
interface FoundOut {
  /** By what: none takes the word of others. */
  readonly primitives: Primitives
  /** The hash of its body, in hexadecimal. */
  hash?: string
  /** The key that was found to have signed it: it stays so for as long as both are the same objects. */
  signedWith?: PublicKey
}

/** Each part is read once, though every credential of an issuer asks for it; once more for another DID, of which it says another thing. */
const links = memo<Part, Link>()

/** What the evidence holds of an attribute; undefined: nothing. */
export function linkOf({ did, key }: NamedAttribute, evidence: Evidence): Link | undefined {
  const part = evidence.get(key)
  if (part === undefined) return undefined
  const known = links.get(part)
  if (known?.did === did) return known
  const attribute = readAttribute(part.content, did)
  const accreditation = typeof attribute === 'string' || attribute.body === '' ? undefined : readAccreditation(attribute.body)
  const link = { did, part, attribute, accreditation }
  links.set(part, link)
  return link
}

/** What these primitives found out of a link, to be read and added to; what others had found out is forgotten. */
export function foundOut(link: Link, primitives: Primitives): FoundOut {
  if (link.foundOut?.primitives !== primitives) link.foundOut = { primitives }
  return link.foundOut
}

/** The hash that the body of an attribute has, in hexadecimal. */
export async function bodyHash(link: Link, { body }: Attribute, primitives: Primitives): Promise<string> {
  const known = foundOut(link, primitives)
  known.hash ??= await hashOf(body, primitives)
  return known.hash
}

const hashOf = async (body: string, primitives: Primitives): Promise<string> =>
  base64url.decode(await primitives.digest('sha-256', body)).toHex()

/** Seconds since a part was fetched; null when nobody knows. A clock that is a little behind makes nothing old. */
export const ageOf = ({ fetchedAt }: Part, now: number): number | null => (fetchedAt === undefined ? null : Math.max(0, now - fetchedAt))
