import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ANCHORS, developmentAnchor, developmentAuthority, developmentFolder, PURPOSES } from '../src/development/authority.ts'
import { developmentRelyingParty } from '../src/development/relying_party.ts'
import { developmentTrust } from '../src/development/trust_file.ts'

const NOW = 1_790_000_000
const URL_OF_ISSUER = 'http://localhost:4000'
const home = () => mkdtempSync(join(tmpdir(), 'symbolon-home-'))
const signer = (path: string) => new X509Certificate(readFileSync(path))

test('one authority for each purpose, each with a signer of its own that no other authority issued', async () => {
  const place = home()
  const files = await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const root = signer(join(developmentFolder(place), 'root.pem'))
  for (const purpose of PURPOSES) {
    for (const other of PURPOSES) {
      const issued = signer(files[purpose]).checkIssued(developmentAnchor(place, other))
      expect(issued && signer(files[purpose]).verify(developmentAnchor(place, other).publicKey)).toBe(purpose === other)
    }
    expect(developmentAnchor(place, purpose).verify(root.publicKey)).toBe(true)
  }
})

test('certificates say what they are for (RFC 5280 section 4.2.1)', async () => {
  const place = home()
  const files = await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const leaf = signer(files.credential)
  expect(leaf.ca).toBe(false)
  expect(leaf.subjectAltName).toBe('URI:http://localhost:4000, DNS:localhost')
  expect(developmentAnchor(place, 'status').ca).toBe(true)
  expect(leaf.validToDate.getTime() / 1000 - NOW).toBeCloseTo(365 * 86_400 - 60, -1)
})

test('an address in numbers is named as one', async () => {
  const files = await developmentAuthority(home(), 'http://127.0.0.1:4000', NOW)
  expect(signer(files.credential).subjectAltName).toBe('URI:http://127.0.0.1:4000, IP Address:127.0.0.1')
})

test('files are of their owner alone', async () => {
  const place = home()
  await developmentAuthority(place, URL_OF_ISSUER, NOW)
  for (const entry of readdirSync(developmentFolder(place), { recursive: true, withFileTypes: true })) {
    expect(statSync(join(entry.parentPath, entry.name)).mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600)
  }
})

test('a second start finds the same; five at once make one', async () => {
  const place = home()
  const all = await Promise.all(Array.from({ length: 5 }, () => developmentAuthority(place, URL_OF_ISSUER, NOW)))
  const first = signer(all[0]?.bundle ?? '').fingerprint256
  const again = await developmentAuthority(place, URL_OF_ISSUER, NOW + 86_400)
  expect(signer(again.bundle).fingerprint256).toBe(first)
  expect(readdirSync(place)).toEqual(['development-authority'])
})

test('a signer that ends soon, or is for another address, is renewed under the same authority', async () => {
  const place = home()
  const one = signer((await developmentAuthority(place, URL_OF_ISSUER, NOW)).credential)
  const anchor = developmentAnchor(place, 'credential')
  const moved = signer((await developmentAuthority(place, 'http://localhost:5000', NOW)).credential)
  const later = signer((await developmentAuthority(place, 'http://localhost:5000', NOW + 350 * 86_400)).credential)
  expect(new Set([one, moved, later].map(({ fingerprint256 }) => fingerprint256)).size).toBe(3)
  for (const leaf of [one, moved, later]) expect(leaf.verify(anchor.publicKey)).toBe(true)
})

test('a damaged file of a signer is made again', async () => {
  const place = home()
  const path = (await developmentAuthority(place, URL_OF_ISSUER, NOW)).status
  writeFileSync(path, 'no certificate')
  const made = signer((await developmentAuthority(place, URL_OF_ISSUER, NOW)).status)
  expect(made.verify(developmentAnchor(place, 'status').publicKey)).toBe(true)
})

test('the trust file is written once; types are brought up to date, what somebody removed or added stays', async () => {
  const place = home()
  await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const path = join(place, 'trust.json')
  developmentTrust(path, place, ['a'])
  expect(JSON.parse(readFileSync(path, 'utf8')).map((entry: { for: string; types: string[] }) => [entry.for, entry.types])).toEqual(
    ANCHORS.map((purpose) => [purpose, ['a']]),
  )
  const foreign = { name: 'another', jwk: {}, for: 'credential', types: ['z'] }
  writeFileSync(path, JSON.stringify([foreign, ...JSON.parse(readFileSync(path, 'utf8')).slice(1)]))
  developmentTrust(path, place, ['a', 'b'])
  const entries = JSON.parse(readFileSync(path, 'utf8'))
  expect(entries[0]).toEqual(foreign)
  expect(entries.slice(1).map((entry: { for: string; types: string[] }) => [entry.for, entry.types])).toEqual(
    ANCHORS.slice(1).map((purpose) => [purpose, ['a', 'b']]),
  )
  expect(existsSync(path)).toBe(true)
})

test('bundles may speak of more types than certificates sign', async () => {
  const place = home()
  await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const path = join(place, 'trust.json')
  developmentTrust(path, place, ['a'], ['a', 'by a DID'])
  const types = JSON.parse(readFileSync(path, 'utf8')).map((entry: { for: string; types: string[] }) => [entry.for, entry.types])
  expect(types).toEqual(ANCHORS.map((purpose) => [purpose, purpose === 'bundle' ? ['a', 'by a DID'] : ['a']]))
})

test('a home of an earlier version gets the authority that it lacks, and keeps the others', async () => {
  const place = home()
  await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const before = developmentAnchor(place, 'access').raw
  rmSync(join(developmentFolder(place), 'registration'), { recursive: true })
  const path = join(place, 'trust.json')
  const older = PURPOSES.map((purpose) => ({
    ...{ name: `development authority for ${purpose}`, for: purpose, types: ['a'] },
    certificate: developmentAnchor(place, purpose).raw.toString('base64'),
  }))
  writeFileSync(path, JSON.stringify(older.slice(1)))
  utimesSync(path, NOW, NOW)
  await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const named = () => JSON.parse(readFileSync(path, 'utf8')).map((entry: { for: string }) => entry.for)
  for (const purpose of PURPOSES) utimesSync(join(developmentFolder(place), purpose, 'authority.pem'), NOW - 1, NOW - 1)
  developmentTrust(path, place, ['a'])
  expect(named()).toEqual([...PURPOSES.slice(1), 'registration'])
  // Taken out again, it stays out.
  writeFileSync(path, JSON.stringify(older))
  developmentTrust(path, place, ['a'])
  expect(named()).toEqual([...PURPOSES])
  const root = signer(join(developmentFolder(place), 'root.pem'))
  expect(developmentAnchor(place, 'registration').verify(root.publicKey)).toBe(true)
  expect(developmentAnchor(place, 'access').raw.equals(before)).toBe(true)
})

test('a relying party has an access certificate that names it, and a registrar; both are made anew for another address, or when they end soon', async () => {
  const place = home()
  const path = join(place, 'access.pem')
  const party = { name: 'The museum', organisation: 'NTRBE-0999999724', url: 'http://localhost:4001' }
  const { access, registrar } = await developmentRelyingParty(place, path, party, NOW)
  expect(signer(access).subject).toBe('O=The museum\norganizationIdentifier=NTRBE-0999999724')
  expect(signer(access).verify(developmentAnchor(place, 'access').publicKey)).toBe(true)
  expect(signer(registrar).verify(developmentAnchor(place, 'registration').publicKey)).toBe(true)
  expect(signer(access).verify(developmentAnchor(place, 'registration').publicKey)).toBe(false)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const first = readFileSync(path, 'utf8')
  await developmentRelyingParty(place, path, party, NOW)
  expect(readFileSync(path, 'utf8')).toBe(first)
  await developmentRelyingParty(place, path, { ...party, url: 'http://localhost:4009' }, NOW)
  expect(signer(path).subjectAltName).toBe('URI:http://localhost:4009, DNS:localhost')
  const moved = readFileSync(path, 'utf8')
  await developmentRelyingParty(place, path, { ...party, url: 'http://localhost:4009' }, NOW + 345 * 86_400)
  expect(readFileSync(path, 'utf8')).not.toBe(moved)
})

test('a trust file that is no JSON stays as it is, for its reader to refuse', async () => {
  const place = home()
  await developmentAuthority(place, URL_OF_ISSUER, NOW)
  const path = join(place, 'trust.json')
  writeFileSync(path, '[{')
  developmentTrust(path, place, ['a'])
  expect(readFileSync(path, 'utf8')).toBe('[{')
})
