import { GENERIC } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { NONCE } from '../../presentations/making/flow.ts'
import { asker, hashOf, NOW, type party, QUESTION } from './flow.ts'
import { number, type Packed, together } from './packing.ts'

type Party = ReturnType<typeof party>

/** One way to depart from the happy challenge. */
export interface ChallengeChange {
  readonly signer?: Party
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
  readonly signature?: (signature: Uint8Array) => Uint8Array
  readonly packed?: (packed: Packed) => Packed
}

export const desk = asker('access')
export const aud = `x509_hash:${await hashOf(desk.x5c[0] ?? '')}`
export const PAYLOAD: JsonObject = { aud, nonce: NONCE, question: QUESTION, exp: NOW + 55 }

/** As any program may write it: nothing taken out of the texts, and the generic dictionary. */
const written = (content: number, text: string, values: readonly number[], change?: ChallengeChange['packed']): string => {
  const packed = { prefix: 'SYC1:', content: number(content), dictionary: [0], text, values }
  return together(change?.(packed) ?? packed, GENERIC.text)
}
const bytes = (text: string): string => Buffer.from(text).toString('latin1')

/** A challenge that a desk signed, with one step changed. */
export async function signed(change: ChallengeChange = {}): Promise<string> {
  const { signer = desk, header = (same) => same, payload = (same) => same, signature = (same) => same } = change
  const head = header({ alg: 'ES256', typ: 'symbolon-challenge+jwt', x5c: [...signer.x5c] })
  return signedText(JSON.stringify(head), JSON.stringify(payload(PAYLOAD)), signer, signature, change.packed)
}

/** The same of texts, for what no JSON value can say. */
export async function signedText(
  head: string,
  payload: string,
  signer: Party = desk,
  signature: (signature: Uint8Array) => Uint8Array = (same) => same,
  packed?: ChallengeChange['packed'],
): Promise<string> {
  const input = [head, payload].map((text) => Buffer.from(text).toString('base64url')).join('.')
  const made = signature(await signer.sign(input))
  return written(1, `${bytes(head)}\x07${bytes(payload)}`, [...number(made.length), ...made], packed)
}

/** A signed challenge as a compact JWS, in no code. */
export async function signedJws(head: string, payload: string): Promise<string> {
  const input = [head, payload].map((text) => Buffer.from(text).toString('base64url')).join('.')
  return `${input}.${Buffer.from(await desk.sign(input)).toString('base64url')}`
}

export const UNSIGNED: JsonObject = { ...PAYLOAD, aud: 'urn:symbolon:unknown-asker' }

/** A challenge that nobody signed. */
export const unsigned = (payload: Json | string = UNSIGNED, packed?: ChallengeChange['packed']): string =>
  written(2, bytes(typeof payload === 'string' ? payload : JSON.stringify(payload)), [], packed)
