import { type JsonObject, type Jws, type Primitives, parseJws } from '@symbolon/sd-jwt'
import type { ProtocolError } from '../errors.ts'
import type { Once } from './once.ts'

/** What is wrong becomes the error of whoever asked for the JWT. */
export type Refuse = (description: string, cause?: unknown) => ProtocolError

const LONGEST = 8_192
const LONGEST_JTI = 256
/** How far ahead a peer's clock may go, in seconds (FAPI 2.0 section 5.3.2.1: no more than 60). */
export const MOST_AHEAD = 60

/** Three parts and nothing around them: two headers that were joined to one, `a.b.c, d.e.f`, are none (RFC 9449 section 4.3). */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Parses exactly one JWS in compact form; `what` names it. */
export function parseJwt(text: string, what: string, refused: Refuse): Jws {
  if (text.length > LONGEST) throw refused(`${what} must have at most ${LONGEST} characters`)
  if (!COMPACT.test(text)) throw refused(`${what} must be one JWS in compact form, once`)
  try {
    return parseJws(text)
  } catch (cause) {
    throw refused(`${what} is not a JWS in compact form`, cause)
  }
}

/** The `jti`: text that is not longer than it has to be (RFC 9449 section 11.1). */
export function readJti(payload: JsonObject, refused: Refuse): string {
  const jti = payload.jti
  if (jti === undefined) throw refused('jti is missing')
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI) throw refused(`jti must be text of 1 to ${LONGEST_JTI} characters`)
  return jti
}

/** A claim that is a time, in seconds since 1970, or undefined (RFC 7519 section 2, NumericDate). */
export function readTime(payload: JsonObject, name: string, refused: Refuse): number | undefined {
  const time = payload[name]
  if (time !== undefined && typeof time !== 'number') throw refused(`${name} must be a number`)
  return time
}

/** What a JWT says about when it may be used, where it says so (RFC 7519 sections 4.1.4 to 4.1.6). */
export function checkTimes(payload: JsonObject, now: number, refused: Refuse): void {
  const expires = readTime(payload, 'exp', refused)
  if (expires !== undefined && expires <= now) throw refused('exp is over')
  for (const name of ['iat', 'nbf']) {
    const time = readTime(payload, name, refused)
    if (time !== undefined && time > now + MOST_AHEAD)
      throw refused(`${name} is more than ${MOST_AHEAD} seconds ahead; set the clock right`)
  }
}

/** Names what may be accepted once: of fixed length whatever a stranger wrote, and apart from what has another purpose. */
export async function onceOf(purpose: string, said: readonly string[], expires: number, primitives: Primitives): Promise<Once> {
  // The text is hashed as bytes: a stranger's words need not be ASCII.
  const digest = await primitives.digest('sha-256', new TextEncoder().encode(JSON.stringify(said)))
  return { value: `${purpose}:${digest}`, expires: Math.ceil(expires) }
}
