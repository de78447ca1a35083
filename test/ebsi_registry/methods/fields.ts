import { isDidEbsi } from '../base58.ts'
import { RELATIONSHIPS } from '../did_entries.ts'
import { type PublicJwk, secp256k1Jwk } from '../identity.ts'
import { ISSUER_TYPES } from '../issuer_entries.ts'

/** How one argument of a method is read, from the JSON of a builder call and from a decoded transaction alike. */
export interface Field<T> {
  /** The type in Solidity. */
  readonly abi: 'string' | 'bytes' | 'bytes32' | 'bool' | 'uint8' | 'uint256'
  /** What it must be, for the message. */
  readonly rule: string
  /** `undefined`: it is not what it must be. */
  parse(value: unknown): T | undefined
}

/** No text argument is longer, in characters. */
const LONGEST = 200_000
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST

/** The object in a JSON text; undefined when there is none. */
export function jsonObject(text: unknown): Record<string, unknown> | undefined {
  if (!isText(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The text behind `0x` and the hex of its UTF-8 bytes. */
export function hexText(value: unknown): string | undefined {
  if (!isText(value) || !/^0x([0-9a-fA-F]{2})*$/.test(value)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value.slice(2), 'hex'))
  } catch {
    return undefined
  }
}

export const toHex = (text: string): string => `0x${Buffer.from(text).toString('hex')}`

export const did: Field<string> = {
  abi: 'string',
  rule: 'must be a did:ebsi',
  parse: (value) => (isDidEbsi(value) ? value : undefined),
}

export const baseDocument: Field<string> = {
  abi: 'string',
  rule: 'must be the text of a JSON object with @context',
  parse: (value) => (Array.isArray(jsonObject(value)?.['@context']) ? (value as string) : undefined),
}

/** The fragment of a verification method. */
export const methodId: Field<string> = {
  abi: 'string',
  rule: 'must be a thumbprint',
  parse: (value) => (isText(value) && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined),
}

export const relationshipName: Field<string> = {
  abi: 'string',
  rule: `must be one of ${RELATIONSHIPS.join(', ')}`,
  parse: (value) => RELATIONSHIPS.find((name) => name === value),
}

export const bool: Field<boolean> = {
  abi: 'bool',
  rule: 'must be true or false',
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
}

/** Unix seconds, or a length in seconds. */
export const seconds: Field<number> = {
  abi: 'uint256',
  rule: 'must be a number of seconds',
  parse: (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined),
}

export const bytes: Field<string> = {
  abi: 'bytes',
  rule: 'must be 0x and hex',
  parse: (value) => (isText(value) && /^0x([0-9a-fA-F]{2})+$/.test(value) ? value.toLowerCase() : undefined),
}

export const bytes32: Field<string> = {
  abi: 'bytes32',
  rule: 'must be 0x and 64 hex digits',
  parse: (value) => (isText(value) && /^0x[0-9a-fA-F]{64}$/.test(value) ? value.toLowerCase() : undefined),
}

export const issuerType: Field<number> = {
  abi: 'uint8',
  rule: 'must be 1 (RootTAO), 2 (TAO), 3 (TI) or 4 (Revoked)',
  parse: (value) => (typeof value === 'number' && value >= 1 && value < ISSUER_TYPES.length && Number.isInteger(value) ? value : undefined),
}

/** `0x` and hex of the UTF-8 text of a VC-JWT. */
export const vcJwt: Field<string> = {
  abi: 'bytes',
  rule: 'must be 0x and the hex of a VC-JWT',
  parse: (value) => (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(hexText(value) ?? '') ? (value as string).toLowerCase() : undefined),
}

/** `0x` and hex of a JSON object. */
export const jsonHex: Field<string> = {
  abi: 'bytes',
  rule: 'must be 0x and the hex of a JSON object',
  parse: (value) => (jsonObject(hexText(value)) === undefined ? undefined : (value as string).toLowerCase()),
}

/** JSON text, or its hex. */
export const proxyData: Field<string> = {
  abi: 'string',
  rule: 'must be the text of a JSON object, or its hex',
  parse(value) {
    const text = hexText(value) ?? value
    return jsonObject(text) === undefined ? undefined : (text as string)
  },
}

/** The key in `publicKey`: a point of secp256k1, or the hex of a JWK of another curve; null when it is neither. */
export function readPublicKey(publicKey: string, isSecp256k1: boolean): PublicJwk | null {
  if (isSecp256k1) return secp256k1Jwk(publicKey)
  const { kty, crv, x, y, ...others } = jsonObject(hexText(publicKey)) ?? {}
  if (typeof kty !== 'string' || typeof crv !== 'string' || typeof x !== 'string' || crv === 'secp256k1' || 'd' in others) return null
  if (y !== undefined && typeof y !== 'string') return null
  return { kty, crv, x, ...(y === undefined ? {} : { y }) }
}
