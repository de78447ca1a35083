import { fork } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HeldCredential } from '@symbolon/wallet'
import { sealContainer, serializeState, withCredential } from '@symbolon/wallet'
import { beforeAll, describe, expect, it } from 'vitest'
import { deriveKey, kdfMember, newKdf, parseKdf } from '../src/kdf.ts'
import { createWallet, openWallet } from '../src/wallet_file.ts'
import { newFolder, PASSPHRASE } from './fixture.ts'

const files = (home = newFolder()) => ({ home, walletFile: join(home, 'wallet.jwe'), lockFile: join(home, 'wallet.lock') })
const open = (where: ReturnType<typeof files>, passphrase = 'secret') => openWallet(where, async () => passphrase)
const held = (id: string): HeldCredential => ({
  id,
  type: 'urn:x:1',
  issuer: 'https://issuer.example',
  deliveries: [],
  copies: [{ text: `credential ${id} `.repeat(500), received: 1, shown: 0 }],
  display: [],
  claims: [],
})

let shared: ReturnType<typeof files>
beforeAll(async () => {
  shared = files()
  await createWallet(shared, 'secret')
})

describe('the wallet file', () => {
  it('opens with its passphrase only', async () => {
    expect((await open(shared)).state.credentials).toEqual([])
    await expect(open(shared, 'Secret')).rejects.toMatchObject({ code: 'container_not_opened' })
  })

  it('opens however the passphrase is composed', async () => {
    const where = files()
    await createWallet(where, 'caf\u00e9')
    expect((await open(where, 'cafe\u0301')).state.keys).toEqual([])
  })

  it('is missed where it is not', async () => {
    await expect(open(files())).rejects.toMatchObject({ code: 'wallet_missing', exit: 78 })
  })

  it('is told apart from one that cannot be read, and from what is too large to be one', async () => {
    const loop = files()
    symlinkSync(loop.walletFile, loop.walletFile)
    await expect(open(loop)).rejects.toMatchObject({ code: 'wallet_unreadable', exit: 78 })
    const large = files()
    writeFileSync(large.walletFile, '')
    truncateSync(large.walletFile, 64 * 1024 * 1024 + 1)
    await expect(open(large)).rejects.toMatchObject({ code: 'container_too_large' })
  })

  it('is refused when it is something else, before the passphrase is asked for', async () => {
    const where = files()
    writeFileSync(where.walletFile, 'hello')
    const asked = openWallet(where, () => Promise.reject(new Error('asked')))
    await expect(asked).rejects.toMatchObject({ code: 'container_malformed' })
  })

  it('is refused when what it decrypts to is no state', async () => {
    const where = files()
    const kdf = newKdf()
    writeFileSync(where.walletFile, await sealContainer('{"version":9}', await deriveKey('secret', kdf), { kdf: kdfMember(kdf) }))
    await expect(open(where)).rejects.toMatchObject({ code: 'state_malformed' })
  })

  it('of the first version is read, and written back as one of the second', async () => {
    const where = files()
    copyFileSync(new URL('version_1.jwe', import.meta.url), where.walletFile)
    const wallet = await open(where, PASSPHRASE)
    const [ehic] = wallet.state.credentials
    expect(ehic).toMatchObject({ id: '9624f96d', type: 'urn:eudi:ehic:1', deliveries: [] })
    expect(ehic?.copies).toMatchObject([{ received: 1_795_571_810, expires: 1_798_758_000, shown: 1 }])
    expect(wallet.state.keys.map(({ id }) => id)).toEqual([ehic?.copies[0]?.keyId])
    await wallet.change((state) => ({ state, result: undefined }))
    expect((await open(where, PASSPHRASE)).state).toEqual(wallet.state)
  })

  it('keeps what two processes write at once', async () => {
    const where = files()
    await createWallet(where, 'secret')
    const [one, other] = await Promise.all([open(where), open(where)])
    for (let round = 0; round < 5; round++) {
      await one.change((state) => ({ state: withCredential(state, held(`a${round}`)), result: undefined }))
      await other.change((state) => ({ state: withCredential(state, held(`b${round}`)), result: undefined }))
    }
    expect((await open(where)).state.credentials).toHaveLength(10)
    expect(one.state.credentials).toHaveLength(9)
  })

  it('stays as it was when a change is refused', async () => {
    const before = readFileSync(shared.walletFile, 'utf8')
    const wallet = await open(shared)
    const refusing = wallet.change(() => {
      throw new Error('no')
    })
    await expect(refusing).rejects.toThrow('no')
    expect(readFileSync(shared.walletFile, 'utf8')).toBe(before)
    expect((await open(shared)).state).toEqual(wallet.state)
  })

  it('is one file beside its lock', () => {
    expect(readdirSync(shared.home).sort()).toEqual(['wallet.jwe', 'wallet.lock'])
  })
})

describe('the key of a wallet file', () => {
  const good = { name: 'scrypt', N: 2 ** 17, r: 8, p: 1, salt: 'A'.repeat(43) }

  it('is read as it was written', () => {
    const kdf = newKdf()
    expect(parseKdf(kdfMember(kdf))).toMatchObject({ N: 2 ** 17, r: 8, p: 1 })
    expect(Buffer.from(parseKdf(kdfMember(kdf)).salt)).toEqual(Buffer.from(kdf.salt))
    expect(newKdf().salt).not.toEqual(kdf.salt)
  })

  it.each([
    ['nothing', undefined],
    ['another function', { ...good, name: 'pbkdf2' }],
    ['too little work: N 2^16', { ...good, N: 2 ** 16 }],
    ['no work at all', { ...good, N: 2 }],
    ['a gigabyte: N 2^20', { ...good, N: 2 ** 20 }],
    ['more memory than there is', { ...good, N: 2 ** 40 }],
    ['an N that is no power of two', { ...good, N: 2 ** 17 + 2 }],
    ['a fraction', { ...good, N: 2 ** 17 + 0.5 }],
    ['text', { ...good, N: '131072' }],
    ['a large r', { ...good, r: 1024 }],
    ['a small r', { ...good, r: 1 }],
    ['a large p', { ...good, p: 1000 }],
    ['p of zero', { ...good, p: 0 }],
    ['a short salt', { ...good, salt: 'AAAA' }],
    ['a long salt', { ...good, salt: 'A'.repeat(200) }],
    ['a salt that is no base64url', { ...good, salt: 'é'.repeat(43) }],
    ['no salt', { ...good, salt: undefined as unknown as string }],
  ])('is refused with %s', (_about, member) => {
    expect(() => parseKdf(member)).toThrow(expect.objectContaining({ code: 'container_malformed' }))
  })
})

/** A process that adds one credential after another, and says when each is written. */
const WRITER = new URL('./writer.ts', import.meta.url)

describe('kill -9 while the wallet is written', () => {
  it('leaves the old state or the new one, 20 times out of 20, and the next writer cleans up', { timeout: 300_000 }, async () => {
    await Promise.all(Array.from({ length: 4 }, () => killRepeatedly(5)))
  })
})

async function killRepeatedly(times: number): Promise<void> {
  const where = files()
  await createWallet(where, 'secret')
  let before = 0
  for (let round = 0; round < times; round++) {
    const said = await killAfter(where.home, Math.random() * 60)
    const { state } = await open(where)
    const found = state.credentials.length
    // Every write that was reported is there; at most one that was not reported is there too.
    expect(found).toBeGreaterThanOrEqual(before + said)
    expect(found).toBeLessThanOrEqual(before + said + 1)
    expect(state.credentials).toEqual(Array.from({ length: found }, (_, index) => held(String(index))))
    before = found
  }
  const wallet = await open(where)
  await wallet.change((state) => ({ state: withCredential(state, held('last')), result: undefined }))
  expect(readdirSync(where.home).filter((name) => name.endsWith('.new'))).toEqual([])
  expect(serializeState((await open(where)).state)).toContain('last')
}

/** Starts a writer, lets it write a first time, kills it after so many milliseconds more, and says how many writes it reported. */
function killAfter(home: string, milliseconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = 0
    const child = fork(WRITER, [home], { stdio: 'inherit' })
    child.on('message', () => {
      said++
      if (said === 1) setTimeout(() => child.kill('SIGKILL'), milliseconds)
    })
    child.on('error', reject)
    child.on('exit', (_code, signal) => (signal === 'SIGKILL' ? resolve(said) : reject(new Error('the writer ended by itself'))))
  })
}
