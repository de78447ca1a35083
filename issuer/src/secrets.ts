import { createHmac, hash, type KeyObject, randomBytes, randomInt } from 'node:crypto'
import type { Jwk } from '@symbolon/sd-jwt'
import { deriveKey, seal, unseal } from '@symbolon/service'

/** All that the issuer's one secret is used for, each with a key of its own (HKDF, RFC 5869). */
export interface Secrets {
  /** The pseudonym under which a subject's issuances are found again: HMAC-SHA-256, base64url. */
  pseudonym(subject: string): string
  /** What is kept of a transaction code: of a million codes each is guessed at once, unless the key is missing. */
  txCode(offer: string, code: string): string
  /** HMAC-SHA-256 for nonces. */
  nonce(data: Uint8Array): Uint8Array
  /** The code or `issuer_state` of an offer that is fetched under this handle: neither needs to be kept in clear. */
  offerSecret(handle: string): string
  /** What is kept of a holder key until its credential is acknowledged; another authorization with the same key has another mark. */
  holderMark(authorization: string, key: Jwk): string
  /** What a browser must bring back to go on with a request, for one step: fits that browser alone, and nothing has to be kept (HMAC-SHA-256, base64url). */
  visit(step: string, request: string, browser: string): string
  /** Encrypts a subject (AES-256-GCM), bound to its offer or authorization. */
  seal(id: string, subject: string): string
  unseal(id: string, sealed: string): string
}

const MARK = 16

/** Derives the keys; `secret` is text with at least 256 random bits. */
export function openSecrets(secret: string): Secrets {
  const key = (purpose: string): KeyObject => deriveKey(secret, 'issuer', purpose)
  const [subjects, codes, nonces, seals] = [key('subject'), key('tx_code'), key('nonce'), key('seal')]
  const [offers, holders, visits] = [key('offer'), key('holder'), key('visit')]
  const mac = (with_: KeyObject, data: string | Uint8Array): Buffer => createHmac('sha256', with_).update(data).digest()
  return {
    pseudonym: (subject) => mac(subjects, subject).toString('base64url'),
    txCode: (offer, code) => mac(codes, `${offer}\n${code}`).toString('base64url'),
    nonce: (data) => mac(nonces, data),
    offerSecret: (handle) => mac(offers, handle).toString('base64url'),
    holderMark: (authorization, { crv, x, y }) => mac(holders, `${authorization} ${crv} ${x} ${y}`).subarray(0, MARK).toString('base64url'),
    visit: (step, request, browser) => mac(visits, `${step}\n${request}\n${browser}`).toString('base64url'),
    seal: (id, subject) => seal(seals, id, subject),
    unseal: (id, sealed) => unseal(seals, id, sealed),
  }
}

/** A random handle that nobody guesses, 256 bits in base64url: codes and access tokens. */
export const randomHandle = (): string => randomBytes(32).toString('base64url')

/** A random identifier, 128 bits in base64url: offers, issuances, lists. Never with a dash in front: on a command line that would be an option. */
export function randomId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? randomId() : id
}

/** Six random digits. */
export const randomTxCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')

/** What is kept of a random handle: whoever reads the database cannot use it. */
export const digestOf = (handle: string): string => hash('sha256', handle, 'base64url')
