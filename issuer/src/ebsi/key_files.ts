import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyStore, StoredKey } from '@symbolon/did-provider-ebsi'
import type { Jwk } from '@symbolon/sd-jwt'
import { SettingsError, writePrivately } from '@symbolon/service'

const ENDING = '.pem'
/** A thumbprint (RFC 7638, SHA-256): a file of another name is somebody else's. */
const NAME = /^[A-Za-z0-9_-]{43}\.pem$/

/** The file of a key in the folder of the identity; its name is a thumbprint, so that none leads elsewhere. */
export const keyFile = (folder: string, alias: string): string => join(folder, `${alias}${ENDING}`)

/** The key of a name, in PEM (PKCS #8, not encrypted). Throws `SettingsError` when its file is not there, is damaged, or has another key, or one of another curve. */
export function readKey(folder: string, alias: string, curve?: 'P-256' | 'secp256k1'): KeyObject {
  const path = keyFile(folder, alias)
  try {
    const key = createPrivateKey(readFileSync(path, 'utf8'))
    const { kty, crv, x, y } = key.export({ format: 'jwk' })
    // What is entered into a registry stays there: never a key that the identity does not name.
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
    if (thumbprint === alias && (curve === undefined || crv === curve)) return key
  } catch {
    // Said below: what OpenSSL says would not help, and may hold more than it should.
  }
  throw new SettingsError([`${path} is not the key of the identity on EBSI: bring it back from a copy`])
}

/** The issuer's key store as a place of a Veramo agent's keys: a PEM file each, of its owner alone. */
export function keyFiles(folder: string): KeyStore {
  const stored = (alias: string): StoredKey => ({ alias, jwk: readKey(folder, alias).export({ format: 'jwk' }) as unknown as Jwk })
  return {
    get: (alias) => (existsSync(keyFile(folder, alias)) ? stored(alias) : undefined),
    put({ alias, jwk }) {
      const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
      writePrivately(keyFile(folder, alias), key.export({ format: 'pem', type: 'pkcs8' }).toString())
    },
    delete(alias) {
      const isThere = existsSync(keyFile(folder, alias))
      rmSync(keyFile(folder, alias), { force: true })
      return isThere
    },
    list: () =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => NAME.test(name))
            .map((name) => stored(name.slice(0, -ENDING.length)))
        : [],
  }
}
