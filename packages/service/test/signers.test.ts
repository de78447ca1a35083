import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { primitives } from '@symbolon/primitives/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { developmentAuthority, developmentFolder } from '../src/development/authority.ts'
import { openSigner } from '../src/signers/index.ts'

const NOW = 1_790_000_000
const YEAR = 365 * 86_400
const folder = mkdtempSync(join(tmpdir(), 'symbolon-signers-'))
const now = () => NOW
let files: Record<'credential' | 'status' | 'bundle' | 'access', string>

beforeAll(async () => {
  files = await developmentAuthority(folder, 'https://issuer.example', NOW)
})

function written(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const certificates = (path: string) =>
  readFileSync(path, 'utf8')
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g)
    ?.join('') ?? ''
const authority = () => join(developmentFolder(folder), 'credential', 'authority.pem')
const pem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }))

test('a key with its certificate signs, and what it signs the certificate verifies', async () => {
  const { signer, x5c, certificate } = openSigner({ key: files.credential, chain: files.credential }, now)
  const signature = await signer.sign('text')
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  const key = await primitives.importKey(new Uint8Array(spki), signer.algorithm)
  expect(await primitives.verify(signer.algorithm, key, 'text', signature)).toBe(true)
  expect(x5c).toEqual([certificate.raw.toString('base64')])
})

test('certificates above come along in order', () => {
  const chain = written('chain.pem', certificates(files.credential) + certificates(authority()))
  expect(openSigner({ key: files.credential, chain }, now).x5c).toHaveLength(2)
})

describe('what does not start (KX-02)', () => {
  const refuse = (place: { key?: string; chain?: string }, at: number, message: RegExp) => {
    expect(() => openSigner({ key: place.key ?? files.credential, chain: place.chain ?? files.credential }, () => at)).toThrow(message)
  }
  test('a certificate that has ended, or has not begun', () => {
    refuse({}, NOW + YEAR + 1, /ended on/)
    refuse({}, NOW - 3600, /valid only from/)
  })
  test('a key that is not that of the certificate', () => refuse({ chain: files.status }, NOW, /is not for the key/))
  test('an anchor in the chain (KX-01)', () => {
    const root = certificates(join(developmentFolder(folder), 'root.pem'))
    refuse({ chain: written('with-root.pem', certificates(files.credential) + certificates(authority()) + root) }, NOW, /self-signed/)
  })
  test('a chain in the wrong order, or of somebody else', () => {
    const other = certificates(join(developmentFolder(folder), 'status', 'authority.pem'))
    refuse({ chain: written('other.pem', certificates(files.credential) + other) }, NOW, /not issued by the next/)
  })
  test('an RSA key, a key on another curve, no key, no certificate, no file', () => {
    refuse({ key: written('rsa.pem', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)) }, NOW, /not on the curve/)
    refuse({ key: written('k1.pem', pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)) }, NOW, /not on the curve/)
    refuse({ key: written('none.pem', 'nothing') }, NOW, /cannot be read as a private key/)
    refuse({ chain: written('empty.pem', '') }, NOW, /holds no certificate/)
    refuse(
      { chain: written('bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') },
      NOW,
      /cannot be read as certificates/,
    )
    refuse({ key: join(folder, 'nowhere.pem') }, NOW, /nowhere\.pem: there is no such file/)
  })
})

test('a signer whose certificate ends while it runs stops signing', () => {
  let at = NOW
  const { signer } = openSigner({ key: files.credential, chain: files.credential }, () => at)
  expect(() => signer.sign('text')).not.toThrow()
  at = NOW + YEAR + 1
  expect(() => signer.sign('text')).toThrow(/ended on/)
})
