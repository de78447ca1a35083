import type { ProtocolError } from '../../errors.ts'
import { bearer } from './bearer.ts'
import { dpop } from './dpop.ts'

/** A way to present an access token: a scheme of the `Authorization` header, and a `token_type` (RFC 6749 section 7.1). */
export interface TokenScheme {
  /** As it is written; read in any case. */
  readonly id: string
  readonly spec: string
  /** Whether its tokens belong to a key. */
  readonly bound: boolean
  /** What its challenge says in any case. */
  readonly parameters: readonly string[]
}

/** Every scheme we speak. */
export const TOKEN_SCHEMES: readonly TokenScheme[] = [bearer, dpop]

export { bearer, dpop }

/** The scheme of that name, in any case (RFC 9110 section 11.1), or undefined. */
export const schemeNamed = (name: string): TokenScheme | undefined =>
  TOKEN_SCHEMES.find(({ id }) => id.toLowerCase() === name.toLowerCase())

type Told = Pick<ProtocolError, 'code' | 'description'>

/** The challenges that say only what can be done: for a request that brought no token at all (RFC 6750 section 3.1, RFC 9449 section 7.2). */
export const openChallenge = (): string => TOKEN_SCHEMES.map((scheme) => challenge(scheme)).join(', ')

/**
 * The challenges that say what is wrong (RFC 9449 section 7.2).
 *
 * Without a scheme, because nobody knows which one was meant, each says it; a token that was taken for one that belongs to nobody
 * may belong to a key, so the other scheme is named too.
 */
export function challengeWith(error: Told, scheme?: TokenScheme): string {
  const meant = scheme === undefined ? TOKEN_SCHEMES : [scheme]
  const others = scheme === undefined || scheme.bound ? [] : TOKEN_SCHEMES.filter((other) => other !== scheme)
  return [...meant.map((one) => challenge(one, error)), ...others.map((one) => challenge(one))].join(', ')
}

function challenge({ id, parameters }: TokenScheme, error?: Told): string {
  // The description has neither quotation mark nor backslash: ProtocolError sees to that.
  const said = error === undefined ? [] : [`error="${error.code}"`, `error_description="${error.description}"`]
  const all = [...said, ...parameters]
  return all.length === 0 ? id : `${id} ${all.join(', ')}`
}
