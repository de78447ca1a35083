import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { getStatus, inflateZlib, parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openWallet } from '../src/wallet_file.ts'
import { PASSPHRASE, type Person, person, realIssuer } from './fixture.ts'
import { type Line, openLine, type Place } from './line.ts'

let line: Line
let issuer: Awaited<ReturnType<typeof realIssuer>>
let empty: Person
let citizen: Person
beforeAll(async () => {
  line = await openLine()
  issuer = await realIssuer(line)
  empty = person()
  await empty.wallet(['init'])
})
afterAll(async () => {
  await issuer.close()
  line.close()
})
beforeEach(() => {
  line.begin()
  citizen = newcomer()
})

const walletOf = ({ home }: Person) => join(home, '.symbolon', 'wallet')

/** Somebody with an empty wallet; making one is slow on purpose. */
function newcomer(): Person {
  const somebody = person({ SYMBOLON_TRUST: issuer.trustFile })
  mkdirSync(walletOf(somebody), { recursive: true })
  copyFileSync(join(walletOf(empty), 'wallet.jwe'), join(walletOf(somebody), 'wallet.jwe'))
  return somebody
}

const TYPE = 'ehic'

/** What is in the wallet of this citizen. */
async function state() {
  const home = walletOf(citizen)
  const files = { home, walletFile: join(home, 'wallet.jwe'), lockFile: join(home, 'wallet.lock') }
  return (await openWallet(files, async () => PASSPHRASE)).state
}

/** How many entries of a status list are revoked, and what it says of these. */
async function statuses(texts: readonly string[]): Promise<{ revoked: number; of: (number | undefined)[] }> {
  const credentials = await Promise.all(texts.map((text) => parseCredential(text, primitives)))
  const references = credentials.map(({ view }) => view.status)
  const lists = new Set(references.map((reference) => reference?.uri ?? ''))
  expect(lists.size).toBe(1)
  const [uri = ''] = lists
  const token = await (await fetch(uri)).text()
  const { status_list: list } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const packed = inflateZlib(Buffer.from(list.lst, 'base64url'), 1_000_000)
  const entries = Array.from({ length: (packed.length * 8) / list.bits }, (_, index) => getStatus(packed, list.bits, index))
  return { revoked: entries.filter((status) => status === 1).length, of: references.map((reference) => entries[reference?.index ?? -1]) }
}

/** The messages of a whole issuance; the first is asked again for the server's nonce. */
const MESSAGES = ['/token', '/token', '/nonce', '/credential', '/notification']

it('an issuance is not interrupted by itself', async () => {
  const { uri } = await issuer.offer(TYPE)
  line.begin()
  expect(await citizen.wallet(['receive', '-'], uri)).toMatchObject({ code: 0 })
  expect(line.posts).toEqual(MESSAGES)
  const again = await citizen.json<{ credentials: unknown[] }>(['receive', '--resume'])
  expect(again.credentials).toEqual([])
})

describe.each<['cut' | 'killed', Place]>([
  ['cut', 'request'],
  ['cut', 'answer'],
  ['killed', 'request'],
  ['killed', 'answer'],
])('a wallet that is %s at the %s of', { timeout: 240_000 }, (how, place) => {
  it.each(MESSAGES.map((path, number) => [number, path] as const))(
    'message %i, %s: goes on to exactly one good set',
    async (number, path) => {
      const { uri } = await issuer.offer(TYPE)
      const { child, ended } = citizen.start(['receive', '-'])
      line.begin(number, place, () => how === 'killed' && child.kill('SIGKILL'))
      child.stdin?.end(uri)
      const first = await ended
      if (how === 'cut')
        expect(first).toMatchObject({
          code: path === '/notification' ? 0 : 1,
          stderr: expect.stringMatching(/peer_unreachable|cannot be reached|could not be told/),
        })
      expect(line.posts[number]).toBe(path)

      line.begin()
      const isLost = number === 1 && place === 'answer'
      const resumed = await citizen.json<{ error?: string }>(['receive', '--resume'], isLost ? 1 : 0)
      const { credentials, pending, notices, authorizations } = await state()
      expect([pending, notices]).toEqual([[], []])
      if (isLost) {
        // A code works once; whoever lost the token asks for another offer.
        expect(resumed).toMatchObject({ error: 'authorization_ended', hint: expect.stringContaining('new offer') })
        expect([credentials, authorizations]).toEqual([[], []])
        return
      }
      expect(credentials).toMatchObject([{ type: 'urn:eudi:ehic:1' }])
      const texts = credentials.flatMap(({ copies }) => copies.map(({ text }) => text))
      expect(texts).toHaveLength(5)
      expect((await statuses(texts)).of).toEqual([0, 0, 0, 0, 0])
    },
  )
})

describe('what was lost on the way', { timeout: 240_000 }, () => {
  it('is revoked by the issuer when it is asked for again', async () => {
    const before = await revokedNow()
    const { uri } = await issuer.offer(TYPE)
    line.begin(3, 'answer')
    expect(await citizen.wallet(['receive', '-'], uri)).toMatchObject({ code: 1, stderr: expect.stringContaining('receive --resume') })
    line.begin()
    expect(await citizen.wallet(['receive', '--resume'])).toMatchObject({ code: 0 })
    expect(await revokedNow()).toBe(before + 5)
  })

  it('is fetched once, also when two processes go on at the same time', async () => {
    const { uri } = await issuer.offer(TYPE)
    line.begin(3, 'answer')
    await citizen.wallet(['receive', '-'], uri)
    line.begin()
    const both = await Promise.all([citizen.wallet(['receive', '--resume']), citizen.wallet(['receive', '--resume'])])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(line.posts.filter((path) => path === '/credential')).toHaveLength(1)
    const { credentials } = await state()
    expect(credentials).toHaveLength(1)
    expect((await statuses(credentials.flatMap(({ copies }) => copies.map(({ text }) => text)))).of).toEqual([0, 0, 0, 0, 0])
  })

  it('is said by the next command', async () => {
    const { uri } = await issuer.offer(TYPE)
    line.begin(2, 'request')
    await citizen.wallet(['receive', '-'], uri)
    line.begin()
    expect((await citizen.wallet(['list'])).stderr).toContain('receive --resume')
    const other = await issuer.offer('be-social-statute')
    line.begin()
    const received = await citizen.wallet(['receive', '-'], other.uri)
    expect(received).toMatchObject({ code: 0, stderr: expect.stringContaining('receive --resume') })
    expect((await state()).credentials).toHaveLength(1)
    expect((await citizen.json<{ credentials: unknown[] }>(['receive', '--resume'])).credentials).toHaveLength(1)
    expect((await state()).credentials).toHaveLength(2)
  })

  it('can be given up', async () => {
    const { uri } = await issuer.offer(TYPE)
    line.begin(3, 'answer')
    await citizen.wallet(['receive', '-'], uri)
    line.begin()
    const id = /under way: ([0-9a-f]{8})/.exec((await citizen.wallet(['list'])).stderr)?.[1] ?? ''
    expect(await citizen.json(['remove', id, '--yes'])).toEqual({ removed: id })
    // Its refresh token is given back, with a key that nobody has any more.
    expect(line.posts).toEqual(['/revoke'])
    expect(await state()).toMatchObject({ keys: [], credentials: [], pending: [], authorizations: [] })
  })

  /** How many entries are revoked in the list of a new credential. */
  async function revokedNow(): Promise<number> {
    const other = newcomer()
    const { uri } = await issuer.offer(TYPE)
    const { credentials } = await other.json<{ credentials: { id: string }[] }>(['receive', '-', '--copies', '1'], 0, uri)
    const { stdout } = await other.wallet(['present', credentials[0]?.id ?? '', '--aud', 'a', '--nonce', 'n'])
    return (await statuses([stdout.trim()])).revoked
  }
})
