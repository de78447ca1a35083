import { createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyStore, StoredKey } from '@symbolon/did-provider-ebsi'
import type { Jwk } from '@symbolon/sd-jwt'
import { writePrivately } from '@symbolon/service'

const ENDING = '.pem'

/** The file of a key in the folder of the identity; its name is a thumbprint, so that none leads elsewhere. */
export const keyFile = (folder: string, alias: string): string => join(folder, `${alias}${ENDING}`)

/** A key in PEM (PKCS #8, not encrypted). Throws what OpenSSL throws. */
export const readKey = (folder: string, alias: string): KeyObject => createPrivateKey(readFileSync(keyFile(folder, alias), 'utf8'))

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
            .filter((name) => name.endsWith(ENDING))
            .map((name) => stored(name.slice(0, -ENDING.length)))
        : [],
  }
}
