import crypto, { type ScryptOptions } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Lets this process remember what scrypt answered in any process of the same test file: the same passphrase, salt and costs make the same key.
 *
 * The first time is the real thing, at its full cost; what is tested is what a wallet does once it has its key. A process has this only when a test
 * imports it, or starts the process with `node --import`: no program knows of it.
 */
const scrypt = crypto.scrypt
process.env.SYMBOLON_TEST_KEYS ??= mkdtempSync(join(tmpdir(), 'symbolon-test-keys-'))
const folder = process.env.SYMBOLON_TEST_KEYS

type Done = (error: Error | null, key: Buffer) => void

function remembering(passphrase: string, salt: Uint8Array, length: number, options: ScryptOptions, done: Done): void {
  const asked = JSON.stringify([passphrase, Buffer.from(salt).toString('hex'), length, options])
  const file = join(folder, crypto.hash('sha256', asked))
  const known = remembered(file)
  if (known !== undefined) {
    setImmediate(done, null, known)
    return
  }
  scrypt(passphrase, salt, length, options, (error, key) => {
    if (!error) remember(file, key)
    done(error, key)
  })
}

function remembered(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** Whole or not at all: a process may be killed at any moment. */
function remember(file: string, key: Buffer): void {
  writeFileSync(`${file}.${process.pid}`, key, { mode: 0o600 })
  renameSync(`${file}.${process.pid}`, file)
}

Object.assign(crypto, { scrypt: remembering })
syncBuiltinESMExports()

/** The environment of a command in a process of its own that shall remember as this process does. */
export const REMEMBERING = { NODE_OPTIONS: `--import=${import.meta.url}`, SYMBOLON_TEST_KEYS: folder }
