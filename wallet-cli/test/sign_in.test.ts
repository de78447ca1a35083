import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserOf } from './browser.ts'
import { type Person, person, realIssuer } from './fixture.ts'
import { type Line, openLine } from './line.ts'
import { signIn } from './sign_in_pages.ts'

interface Listed {
  credentials: { id: string; type: string; copies: number; unused: number; shown: number; refreshable: boolean }[]
}

let line: Line
let issuer: Awaited<ReturnType<typeof realIssuer>>
let citizen: Person
let other: string
let self: string
beforeAll(async () => {
  line = await openLine()
  issuer = await realIssuer(line)
  citizen = person({ SYMBOLON_TRUST: issuer.trustFile })
  await citizen.wallet(['init'])
  const [first = '', second = ''] = issuer.persons
  self = browserOf({ person: first, answer: 'yes' })
  other = browserOf({ person: second, answer: 'yes' })
})
afterAll(async () => {
  await issuer.close()
  line.close()
})
beforeEach(() => line.begin())

const ask = (type: string) => ['receive', '--issuer', issuer.url, '--type', type]
const list = async () => (await citizen.json<Listed>(['list'])).credentials

describe('signing in at the real issuer', { timeout: 240_000 }, () => {
  it('brings a credential without an offer, uses its copies up, refreshes it, and gives everything back', async () => {
    const received = await citizen.wallet([...ask('ehic'), '--browser', self])
    expect(received).toMatchObject({ code: 0, stderr: expect.stringContaining('5 copies were received') })
    expect(line.posts).toEqual(['/par', expect.stringMatching(/^\/authorize/), expect.stringMatching(/^\/authorize/), ...ISSUED])
    const [held] = await list()
    expect(held).toMatchObject({ type: 'urn:eudi:ehic:1', copies: 5, unused: 5, shown: 0, refreshable: true })
    const id = held?.id ?? ''
    expect(received.stdout).toBe(`${id}  Europese ziekteverzekeringskaart\n`)
    expect((await citizen.wallet(['list'])).stdout).toContain('5 copies, 5 unused  can be refreshed')

    const present = () => citizen.wallet(['present', id, '--aud', 'https://desk.example', '--nonce', 'n'])
    // Also at the same moment, each time another copy.
    const shown = await Promise.all(Array.from({ length: 5 }, present))
    for (const { stderr } of shown) expect(stderr).not.toContain('shown before')
    expect(new Set(shown.map(({ stdout }) => stdout.split('~')[0])).size).toBe(5)
    expect((await present()).stderr).toMatch(/Every copy was shown before.*refresh/)

    line.begin()
    const refreshed = await citizen.wallet(['refresh', id])
    expect(refreshed).toMatchObject({ code: 0, stdout: `${id}  Europese ziekteverzekeringskaart  5 new copies\n` })
    expect(line.posts).toEqual(ISSUED)
    expect(await list()).toMatchObject([{ id, copies: 5, unused: 5, shown: 0 }])
    expect((await present()).stderr).not.toContain('shown before')

    line.begin()
    expect(await citizen.json(['refresh', '--all', '--copies', '2'])).toMatchObject({ credentials: [{ id, copies: 2 }] })
    expect(await citizen.json(['remove', id, '--yes'])).toEqual({ removed: id })
    // What the refresh brought is accepted, then all three deliveries are deleted, the first asked again for the server's nonce.
    expect(line.posts.slice(ISSUED.length)).toEqual([...Array(4).fill('/notification'), '/revoke'])
    expect(await list()).toEqual([])
  })

  it('with an offer, which only its subject can take up', async () => {
    const { uri } = await issuer.offer('ehic', false, { grant: 'authorization_code' })
    expect(await citizen.json(['receive', '-', '--browser', other], 1, uri)).toMatchObject({ error: 'authorization_refused' })
    const again = await issuer.offer('ehic', false, { grant: 'authorization_code', by_reference: true })
    expect((await citizen.json<Listed>(['receive', '-', '--browser', self, '--copies', '1'], 0, again.uri)).credentials).toHaveLength(1)
  })

  it('may be refused by the person', async () => {
    const no = browserOf({ person: issuer.persons[0] ?? '', answer: 'no' })
    const refused = await citizen.json<{ error: string; message: string }>([...ask('ehic'), '--browser', no], 1)
    expect(refused).toMatchObject({ error: 'authorization_refused', message: expect.stringContaining('access_denied') })
  })

  it('goes by hand where there is no browser', async () => {
    const { child, ended } = citizen.start([...ask('be-social-statute'), '--manual'])
    let said = ''
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr?.on('data', (text: string) => {
        said += text
        const found = /^http\S+\/authorize\?\S+$/m.exec(said)
        if (found && said.includes('copy the whole of it here')) resolve(found[0])
      })
      child.on('close', () => reject(new Error(said)))
    })
    child.stdin?.end(`${await signIn(address, { person: issuer.persons[0] ?? '', answer: 'yes' })}\n`)
    const outcome = await ended
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('Sociaal statuut') })
    // Whoever reads along finds no code.
    expect(outcome.stderr).not.toMatch(/code=/)
  })

  it('that was cut off when the credentials came goes on', async () => {
    const before = (await list()).length
    const { child, ended } = citizen.start([...ask('pid'), '--browser', self])
    const position = ISSUED.indexOf('/credential') + 3
    line.begin(position, 'answer', () => child.kill('SIGKILL'))
    child.stdin?.end()
    expect(await ended).toMatchObject({ code: null })
    expect(line.posts[position]).toBe('/credential')
    line.begin()
    expect((await citizen.json<Listed>(['receive', '--resume'])).credentials).toHaveLength(1)
    expect(await list()).toHaveLength(before + 1)
  })

  it('is not needed where nobody offers the type', async () => {
    expect(await citizen.json(ask('passport'), 1)).toMatchObject({ error: 'configuration_not_offered' })
    expect(line.posts).toEqual([])
    expect(await citizen.json(['refresh', '00000000'], 1)).toMatchObject({ error: 'credential_not_held' })
  })
})

/** What follows a code or a refresh token that works; the first request is made again with the server's nonce. */
const ISSUED = ['/token', '/token', '/nonce', '/credential', '/notification']
