import { type Evidence, type Part, partKey } from '@symbolon/credential'
import { base64url, type Primitives, type PublicKey } from '@symbolon/sd-jwt'
import type { AttributeReference } from '../identifiers/index.ts'
import { type Accreditation, type NoAccreditation, readAccreditation } from '../records/accreditation.ts'
import { type Attribute, type NoAttribute, readAttribute } from '../records/attribute.ts'

/** A part of evidence, read: the registry's row, and the accreditation in it. */
export interface Link {
  readonly part: Part
  readonly attribute: Attribute | NoAttribute
  readonly accreditation: Accreditation | NoAccreditation | undefined
  /** The hash of its body, once somebody asked for it. */
  hash?: Promise<string>
  /** The key that was found to have signed it: it stays so for as long as both are the same objects. */
  signedWith?: PublicKey
}

/** The name under which an attribute is kept as evidence. */
export const needOf = ({ did, attributeId }: AttributeReference) => ({ kind: 'accreditation', id: `${did} ${attributeId}` }) as const

/** Each part is read once, and what was found out of it stays with it, though every credential of an issuer asks for it. */
const links = new WeakMap<Part, Link>()

/** What the evidence holds of an attribute; undefined: nothing. */
export function linkOf(reference: AttributeReference, evidence: Evidence): Link | undefined {
  const part = evidence.get(partKey(needOf(reference)))
  if (part === undefined) return undefined
  const known = links.get(part)
  if (known !== undefined) return known
  const attribute = readAttribute(part.content, reference.did)
  const accreditation = typeof attribute === 'string' || attribute.body === '' ? undefined : readAccreditation(attribute.body)
  const link = { part, attribute, accreditation }
  links.set(part, link)
  return link
}

/** The hash that the body of an attribute has, in hexadecimal. */
export function bodyHash(link: Link, { body }: Attribute, primitives: Primitives): Promise<string> {
  link.hash ??= hashOf(body, primitives)
  return link.hash
}

const encoder = new TextEncoder()
const hashOf = async (body: string, primitives: Primitives): Promise<string> =>
  base64url.decode(await primitives.digest('sha-256', encoder.encode(body))).toHex()

/** Seconds since a part was fetched; null when nobody knows. A clock that is a little behind makes nothing old. */
export const ageOf = ({ fetchedAt }: Part, now: number): number | null => (fetchedAt === undefined ? null : Math.max(0, now - fetchedAt))
