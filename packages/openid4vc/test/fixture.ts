import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type CredentialType, parseType } from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import { base64url, type Json, type JsonObject, type Jwk, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { expect } from 'vitest'
import { checkNonce, createNonce, type Message, NONCE_PURPOSES, PeerError, type ProofRule, ProtocolError } from '../src/index.ts'

export const ISSUER = 'https://issuer.example'
export const NOW = 1_800_000_000

const bricks = new URL('../../../specs/credentials/', import.meta.url)

/** A brick of the repository. */
export function brick(name: string): CredentialType {
  const folder = new URL(`${name}/`, bricks)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(json|svg)$/.test(file))
  const files = Object.fromEntries(names.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]))
  const { type, faults } = parseType({ name, files })
  if (type === undefined) throw new Error(`the brick ${name} has faults: ${JSON.stringify(faults)}`)
  return type
}

export const json = (value: Json, contentType = 'application/json'): Message => ({ contentType, body: JSON.stringify(value) })
export const form = (members: Record<string, string>): Message => ({
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(members).toString(),
})

/** A published vector as text; what stands after the HTTP head of a `.txt` one. */
export function vector(path: string): string {
  const text = readFileSync(new URL(`../../../test/vectors/${path}`, import.meta.url), 'utf8')
  return path.endsWith('.txt') ? text.slice(text.indexOf('{')) : text
}

export const vectorNames = (folder: string): string[] => readdirSync(new URL(`../../../test/vectors/${folder}/`, import.meta.url))

const macKey = Buffer.alloc(32, 7)
export const mac = (data: Uint8Array): Uint8Array => createHmac('sha256', macKey).update(data).digest()
export const nonce = (at = NOW): Promise<string> => createNonce(NONCE_PURPOSES.credential, at, primitives.random, mac)

export interface HolderKey {
  readonly privateKey: KeyObject
  readonly jwk: Jwk
}

export function holderKey(namedCurve = 'P-256'): HolderKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) as Jwk }
}

export const rule: ProofRule = {
  audience: ISSUER,
  algorithms: ['ES256'],
  now: NOW,
  maxAge: 300,
  maxAhead: 60,
  checkNonce: (value) => checkNonce(value, { purpose: NONCE_PURPOSES.credential, now: NOW, maxAge: 300, mac }),
  primitives,
}

/** What may be told of a key, in the order in which it is. */
export const publicMembers = ({ jwk: { kty, crv = '', x = '', y = '' } }: HolderKey) => ({ kty, crv, x, y })

/** Members to change in something that is right; undefined takes one out. */
export type Change = Record<string, Json | undefined>

/** A right proof with some members of header and payload changed. */
export async function proof(
  key: HolderKey,
  change: { header?: Change; payload?: Change } = {},
  algorithm: SignatureAlgorithm = 'ES256',
): Promise<string> {
  const header = { alg: algorithm, typ: 'openid4vci-proof+jwt', jwk: publicMembers(key), ...change.header }
  const payload = { aud: ISSUER, iat: NOW, nonce: await nonce(), ...change.payload }
  return signed(key, header, payload, algorithm)
}

/** A JWS of one's own making; the members that are undefined are left out. */
export async function signed(key: HolderKey, header: Change, payload: Change, algorithm: SignatureAlgorithm = 'ES256'): Promise<string> {
  const unsigned = unsignedJws(present(header), present(payload))
  return unsigned.seal(await signer(key.privateKey, algorithm).sign(unsigned.input))
}

const present = (members: Change): JsonObject =>
  Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined))

/** That it is refused with this code, and that the description says what about. */
export async function expectProtocolError(action: () => unknown, code: string, words: RegExp | string): Promise<ProtocolError> {
  const error = await failure(action)
  if (!(error instanceof ProtocolError)) throw error ?? new Error('nothing was refused')
  expect(error.code).toBe(code)
  expect(error.description).toMatch(words)
  expect(error.description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  return error
}

/** That what a peer sent is refused with this code, the place named. */
export async function expectPeerError(action: () => unknown, code: string, words: RegExp | string): Promise<void> {
  const error = await failure(action)
  if (!(error instanceof PeerError)) throw error ?? new Error('nothing was refused')
  expect(error.code).toBe(code)
  expect(error.detail).toMatch(words)
}

async function failure(action: () => unknown): Promise<unknown> {
  try {
    await action()
    return undefined
  } catch (error) {
    return error
  }
}

/** A JWS cut open: to change a byte of its signature. */
export const withOtherSignature = (jws: string): string => {
  const [header, payload, signature = ''] = jws.split('.')
  const bytes = base64url.decode(signature)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return `${header}.${payload}.${base64url.encode(bytes)}`
}
