import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { trustLocalAuthority } from '../src/connections.ts'
import { certificate } from './certificate.ts'

const bare = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
const trusted = (pem: string): boolean => getCACertificates('default').map(bare).includes(bare(pem))

test('the local authority of a home is trusted where SYMBOLON_TLS=dev and the home say so, and nowhere else', async () => {
  const { pem } = await certificate('local authority', true)
  const home = mkdtempSync(join(tmpdir(), 'symbolon-home-'))
  const folder = join(home, 'development-authority', 'tls')
  const named = { SYMBOLON_HOME: home, SYMBOLON_TLS: 'dev' }
  expect(trustLocalAuthority(named)).toBe(false)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'authority.crt'), pem)
  for (const settings of [
    {},
    { SYMBOLON_HOME: home },
    { SYMBOLON_TLS: 'dev' },
    { ...named, SYMBOLON_TLS: 'yes' },
    { ...named, SYMBOLON_ENV: 'production' },
    { ...named, SYMBOLON_ENV: 'staging' },
  ]) {
    expect([settings, trustLocalAuthority(settings), trusted(pem)]).toEqual([settings, false, false])
  }
  const before = getCACertificates('default')
  expect(trustLocalAuthority(named)).toBe(true)
  expect(trusted(pem)).toBe(true)
  expect(before.filter((known) => !trusted(known))).toEqual([])
})
