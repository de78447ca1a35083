import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  developmentSecret,
  httpsOnly,
  mode,
  ownSecretOnly,
  publicUrl,
  readSettings,
  type Setting,
  secretFile,
  text,
  whole,
} from '../src/config.ts'
import { SettingsError } from '../src/errors.ts'
import { folderOnce, privateFolder, secretOnce, writePrivately } from '../src/files.ts'

const folder = mkdtempSync(join(tmpdir(), 'symbolon-config-'))
const TABLE = {
  mode,
  port: { name: 'X_PORT', help: 'the port', read: whole(0, 65_535), fallback: 4000 },
  url: { name: 'X_URL', help: 'the address', read: publicUrl, refuse: httpsOnly },
  secret: {
    name: 'X_SECRET_FILE',
    help: 'a secret',
    read: secretFile,
    fallback: undefined,
    production: 'required',
    refuse: ownSecretOnly,
  } as Setting<string | undefined>,
  name: { name: 'X_NAME', help: 'a name', read: text, fallback: 'x' },
} as const

function faults(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(TABLE, environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.faults
    throw error
  }
  return []
}

function written(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

test('what is given is read, what is absent or empty has its default', () => {
  const values = readSettings(TABLE, { X_URL: 'http://localhost:4000', X_PORT: '0', X_NAME: '' })
  expect(values).toEqual({ mode: 'development', port: 0, url: 'http://localhost:4000', secret: undefined, name: 'x' })
})

test('all faults at once, each with its setting and what it is for, none with its value', () => {
  const found = faults({ SYMBOLON_ENV: 'staging', X_PORT: '70000secret', X_URL: 'ftp://secret', X_SECRET_FILE: '/nowhere/secret' })
  expect(found.map((fault) => fault.split(':')[0])).toEqual(['SYMBOLON_ENV', 'X_PORT', 'X_URL', 'X_SECRET_FILE'])
  expect(found.join()).not.toMatch(/70000|ftp|nowhere/)
})

test('a setting without a default is required', () => {
  expect(faults({})).toEqual(['X_URL: is missing (the address)'])
})

describe('production', () => {
  const secret = written('own', `${'s'.repeat(43)}\n`)
  test('takes https and secrets of its own', () => {
    expect(faults({ SYMBOLON_ENV: 'production', X_URL: 'https://issuer.example', X_SECRET_FILE: secret })).toEqual([])
  })
  test.each([
    ['http', { X_URL: 'http://issuer.example', X_SECRET_FILE: secret }, 'X_URL: is not https'],
    ['no secret', { X_URL: 'https://issuer.example' }, 'X_SECRET_FILE: is missing; production has no default'],
    [
      'a secret made for development',
      { X_URL: 'https://x.example', X_SECRET_FILE: secretOnce(join(folder, 'dev')) },
      'X_SECRET_FILE: is a secret made for development',
    ],
  ])('refuses %s', (_what, environment, fault) => {
    expect(faults({ SYMBOLON_ENV: 'production', ...environment })).toEqual([expect.stringContaining(fault)])
  })
})

test.each([
  'issuer.example',
  'ftp://issuer.example',
  'https://issuer.example/',
  'https://issuer.example/a/',
  'https://issuer.example?a=1',
  'https://issuer.example?',
  'https://issuer.example#a',
  'https://user:password@issuer.example',
  'https://ISSUER.example',
  'https://issuer.example:443',
  'https://issuer.example/a/../b',
])('no public address: %s', (value) => {
  expect(() => publicUrl(value)).toThrow()
})

test.each(['https://issuer.example', 'https://issuer.example/a/b', 'http://localhost:4000', 'http://127.0.0.1:4000'])(
  'a public address: %s',
  (value) => {
    expect(publicUrl(value)).toBe(value)
  },
)

test.each(['', '-1', '1.5', '0x10', '1e3', ' 1', '65536'])('no whole number up to 65535: %j', (value) => {
  expect(() => whole(0, 65_535)(value)).toThrow()
})

test('a secret is the content of its file without the line end, and long enough', () => {
  expect(secretFile(written('a', `${'k'.repeat(32)}\r\n`))).toBe('k'.repeat(32))
  expect(() => secretFile(written('b', 'short\n'))).toThrow(/fewer than 32/)
})

test('a secret is made once, for its owner alone', () => {
  const path = join(folder, 'deep', 'secret')
  const first = readFileSync(secretOnce(path), 'utf8')
  expect(readFileSync(secretOnce(path), 'utf8')).toBe(first)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(first).toMatch(/^development-[A-Za-z0-9_-]{43}\n$/)
})

test('a place that cannot be written is a fault of the settings, and is named', async () => {
  const place = join(written('taken', 'a file where a folder has to be'), 'home')
  const refusal = expect.objectContaining({ name: 'SettingsError', message: expect.stringMatching(/taken.*cannot be written \(E[A-Z]+\)/) })
  expect(() => privateFolder(place)).toThrow(refusal)
  expect(() => writePrivately(join(place, 'trust.json'), '[]')).toThrow(refusal)
  expect(() => secretOnce(join(place, 'secret'))).toThrow(refusal)
  await expect(folderOnce(join(place, 'authority'), async () => {})).rejects.toThrow(refusal)
})

test('a secret for development is made once; what is there and cannot be one is a fault that names the file', () => {
  const path = join(folder, 'made')
  expect(developmentSecret(path)).toBe(developmentSecret(path))
  writeFileSync(path, '')
  expect(() => developmentSecret(path)).toThrow(
    expect.objectContaining({ name: 'SettingsError', message: expect.stringContaining(`${path} is a file with fewer than 32 characters`) }),
  )
})

test('what fails for another reason stays what it is', async () => {
  await expect(folderOnce(join(folder, 'half'), () => Promise.reject(new TypeError('made')))).rejects.toThrow(TypeError)
})
