import type { Name } from '@peculiar/asn1-x509'

/** A subject or issuer: one comparable string per relative name, and a line for people. */
export interface DistinguishedName {
  readonly parts: readonly string[]
  readonly text: string
  /** The `organizationIdentifier` (ETSI EN 319 412-1 section 5.1.4), where it has one. */
  readonly organisation?: string
}

/** Short names of the attributes people know (RFC 4519, RFC 5280 appendix A); others are shown by number. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.97', 'organizationIdentifier'],
])

/** The e-mail address in a subject, which name constraints treat as an alternative name (RFC 5280 section 4.2.1.10). */
export const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

const ORGANISATION = '2.5.4.97'
const LONGEST_TEXT = 300

/** Makes a name comparable: case, width and runs of spaces do not tell two names apart (RFC 5280 section 7.1). */
export function distinguishedName(name: Name): DistinguishedName {
  const parts: string[] = []
  const shown: string[] = []
  let organisation: string | undefined
  for (const relative of name) {
    const attributes = [...relative].map(({ type, value }) => {
      const text = value.toString()
      if (type === ORGANISATION) organisation = text
      shown.push(`${SHORT.get(type) ?? type}=${text}`)
      return JSON.stringify(value.anyValue === undefined ? [type, fold(text)] : [type, text, 'DER'])
    })
    parts.push(attributes.sort().join('+'))
  }
  return { parts, text: printable(shown.join(', ')), ...(organisation !== undefined && { organisation }) }
}

/** Whether both are the same name. */
export const sameName = (one: DistinguishedName, other: DistinguishedName): boolean =>
  one.parts.length === other.parts.length && isBelow(one, other)

/** Whether the name is in the subtree of the base: begins with all of its parts. */
export const isBelow = (name: DistinguishedName, base: DistinguishedName): boolean =>
  base.parts.every((part, index) => name.parts[index] === part)

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')

/** A name comes from a stranger and is shown on a terminal: nothing in it may steer that terminal. */
const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD').slice(0, LONGEST_TEXT)
