import { randomBytes, scrypt } from 'node:crypto'
import { base64url, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { WalletError } from '@symbolon/wallet'

/** How a key is made of the passphrase (RFC 7914): costs and the salt. */
export interface Kdf {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly salt: Uint8Array
}

const KEY = 32
/** What new wallets use: 128 MiB and about half a second. */
const COSTS = { N: 2 ** 17, r: 8, p: 1 }
/** A file that asks for less was weakened, one that asks for more would exhaust the machine: 512 MiB is the most. */
const BOUNDS = { N: [2 ** 17, 2 ** 19], r: [8, 8], p: [1, 4], salt: [16, 64] } as const

export const newKdf = (): Kdf => ({ ...COSTS, salt: randomBytes(32) })

/** As it stands in the header of the container. */
export const kdfMember = ({ N, r, p, salt }: Kdf): JsonObject => ({
  name: 'scrypt',
  N,
  r,
  p,
  salt: base64url.encode(salt),
})

/** Reads the header's member within bounds; throws WalletError `container_malformed`. */
export function parseKdf(value: Json | undefined): Kdf {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value.name !== 'scrypt')
    throw malformed('its key is not made by scrypt')
  const N = cost(value.N, 'N')
  if (Math.log2(N) % 1 !== 0) throw malformed('N is no power of two')
  const salt = bytes(value.salt)
  const [least, most] = BOUNDS.salt
  if (salt.length < least || salt.length > most) throw malformed('the salt is too short or too long')
  return { N, r: cost(value.r, 'r'), p: cost(value.p, 'p'), salt }
}

/** The key of the container, from the passphrase in Unicode's composed form, so that every keyboard makes the same one. */
export function deriveKey(passphrase: string, { N, r, p, salt }: Kdf): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 160 * N * r }
    scrypt(passphrase.normalize('NFC'), salt, KEY, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const malformed = (detail: string): WalletError => new WalletError('container_malformed', detail)

function cost(value: Json | undefined, name: 'N' | 'r' | 'p'): number {
  const [least, most] = BOUNDS[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    throw malformed(`scrypt's ${name} must be ${least === most ? least : `from ${least} to ${most}`}`)
  }
  return value
}

function bytes(value: Json | undefined): Uint8Array {
  try {
    return base64url.decode(typeof value === 'string' ? value : '')
  } catch {
    throw malformed('the salt is not base64url')
  }
}
