import { memo } from '../memo.ts'
import type { Certificate } from './certificate.ts'

/**
 * With x5c the issuer is the subject of the leaf (SD-JWT VC section 2.5). An `iss` beside it is shown to people and
 * compared by programs, so the certificate must say it too: as a URI, or as the host of an https `iss`. Otherwise every
 * institution below one authority could sign in the name of every other.
 */
export function isNamed(issuer: string, leaf: Certificate): boolean {
  if (leaf.alternativeNames.some((name) => name.form === 'uri' && name.text === issuer)) return true
  const host = issuer.startsWith('https://') ? hostOf(issuer) : null
  return host !== null && leaf.alternativeNames.some((name) => name.form === 'dns' && name.text.toLowerCase() === host)
}

/**
 * Whether a certificate that names places names the host of one of these; one that names none is as good as its authority.
 *
 * For what an institution says of something that is not in its own name: below one authority, none may speak for another's.
 */
export function isAtHome(leaf: Certificate, addresses: readonly string[]): boolean {
  const named = placesOf(leaf)
  if (named.length === 0) return true
  const hosts = addresses.map(hostOf)
  return named.some((name) => name !== null && hosts.includes(name))
}

/** By certificate: an issuer has one, and shows it with every credential. */
const places = memo<Certificate, readonly (string | null)[]>()

function placesOf(leaf: Certificate): readonly (string | null)[] {
  const known = places.get(leaf)
  if (known !== undefined) return known
  const named = leaf.alternativeNames.flatMap((name) =>
    name.form === 'uri' ? hostOf(name.text) : name.form === 'dns' ? name.text.toLowerCase() : [],
  )
  places.set(leaf, named)
  return named
}

const hostOf = (address: string): string | null => (URL.canParse(address) ? new URL(address).hostname : null)
