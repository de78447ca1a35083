import { type Awaitable, base64url, type JsonObject } from '@symbolon/sd-jwt'
import { PeerError, ProtocolError } from '../errors.ts'
import { type Message, reader } from '../message.ts'

/** A keyed hash (HMAC-SHA-256 or as strong) whose key never leaves the issuer; answers at least 16 bytes. */
export type Mac = (data: Uint8Array) => Awaitable<Uint8Array>

/** What a nonce is for; one for another purpose is none, though the key is the same. */
export interface NoncePurpose {
  /** What is sealed along with it, so that no other use of the key can ever make such a nonce. */
  readonly label: string
  readonly spec: string
}

/** The nonces an issuer gives: for key proofs (`c_nonce`), each good once, and for DPoP proofs, good until they expire. */
export const NONCE_PURPOSES = {
  credential: { label: 'openid4vci c_nonce\n', spec: 'OpenID4VCI 1.0 section 7.2' },
  dpop: { label: 'dpop nonce\n', spec: 'RFC 9449 section 8' },
} as const satisfies Record<string, NoncePurpose>

const TIME = 6
const RANDOM = 16
const SEAL = 16

/**
 * A fresh nonce: the time, 128 random bits, and a MAC over both and the purpose.
 *
 * Nothing needs to be kept to recognise it; that a `c_nonce` is used once only is for the issuer's store to remember until it has expired.
 */
export async function createNonce(purpose: NoncePurpose, now: number, random: (bytes: number) => Uint8Array, mac: Mac): Promise<string> {
  const body = new Uint8Array(TIME + RANDOM)
  new DataView(body.buffer).setUint16(0, Math.floor(now / 2 ** 32))
  new DataView(body.buffer).setUint32(2, Math.floor(now) % 2 ** 32)
  body.set(random(RANDOM), TIME)
  return base64url.encode(join(body, await seal(purpose, body, mac)))
}

/**
 * Checks that a nonce is ours and young enough, and tells until when its use has to be remembered (seconds since 1970).
 *
 * Throws ProtocolError `invalid_nonce` for every other nonce.
 */
export async function checkNonce(
  nonce: string,
  rule: { purpose: NoncePurpose; now: number; maxAge: number; mac: Mac },
): Promise<{ expires: number }> {
  const bytes = decode(nonce)
  if (bytes?.length !== TIME + RANDOM + SEAL) throw new ProtocolError('invalid_nonce', 'the nonce was not made by this issuer')
  const body = bytes.subarray(0, TIME + RANDOM)
  if (!same(await seal(rule.purpose, body, rule.mac), bytes.subarray(TIME + RANDOM))) {
    throw new ProtocolError('invalid_nonce', 'the nonce was not made by this issuer')
  }
  const view = new DataView(body.buffer, body.byteOffset)
  const expires = view.getUint16(0) * 2 ** 32 + view.getUint32(2) + rule.maxAge
  if (rule.now > expires) throw new ProtocolError('invalid_nonce', 'the nonce has expired; fetch a new one from the nonce endpoint')
  return { expires }
}

/** The answer of the nonce endpoint; it must be served with `Cache-Control: no-store`. */
export const nonceResponse = (nonce: string): JsonObject => ({ c_nonce: nonce })

/** Reads the answer of a nonce endpoint; throws PeerError `nonce_response_malformed`. */
export function parseNonceResponse(message: Message): string {
  const read = reader((place, what, cause) => new PeerError('nonce_response_malformed', `${place} ${what}`, cause))
  return read.string(read.object(read.json(message), 'the body').c_nonce, 'c_nonce')
}

async function seal({ label }: NoncePurpose, body: Uint8Array, mac: Mac): Promise<Uint8Array> {
  return (await mac(join(new TextEncoder().encode(label), body))).subarray(0, SEAL)
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}

function decode(nonce: string): Uint8Array | undefined {
  try {
    return base64url.decode(nonce)
  } catch {
    return undefined
  }
}

/** Takes the same time wherever two MACs differ. */
function same(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0)
  return difference === 0
}
