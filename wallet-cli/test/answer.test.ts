import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientMetadata, createRequestObject, directPost, REGISTRATION_FORMAT } from '@symbolon/openid4vc'
import { openSigner } from '@symbolon/service'
import { startVerifier, verifierSettings } from '@symbolon/verifier/service'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { atTerminal, here } from './at_terminal.ts'
import { newFolder, type Person, person, realIssuer, server } from './fixture.ts'

const STATUTE = 'urn:symbolon:be:social-statute:1'

let issuer: Awaited<ReturnType<typeof realIssuer>>
let museum: Awaited<ReturnType<typeof realVerifier>>
let stranger: Awaited<ReturnType<typeof realVerifier>>
/** For what spends nothing that others count. */
let someone: Person
beforeAll(async () => {
  issuer = await realIssuer()
  museum = await realVerifier(issuer.home)
  stranger = await realVerifier(newFolder())
  someone = await citizen(5)
})
afterAll(() => Promise.all([issuer.close(), museum.close(), stranger.close()]))

interface State {
  readonly state: string
  readonly answer?: string
  readonly reasons: readonly { readonly code: string }[]
}

/** The real verifier with its relying party of development, in this home. */
async function realVerifier(home: string) {
  const settings = verifierSettings({ SYMBOLON_HOME: home, VERIFIER_PORT: '0', VERIFIER_LOG_LEVEL: 'silent' })
  const running = await startVerifier(settings)
  const token = readFileSync(join(home, 'verifier', 'token'), 'utf8').trim()
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(running.url + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
    return (await answer.json()) as T
  }
  return {
    close: () => running.close(),
    ask: (question: string, more: object = {}) => call<{ id: string; uri: string }>('/requests', { question, ...more }),
    state: (id: string) => call<State>(`/requests/${id}`),
    complete: (id: string, code: string | null) => call<State>(`/requests/${id}/complete`, { response_code: code }),
  }
}

/** A server that keeps what it is sent. */
async function listener() {
  const bodies: string[] = []
  const http = await server((request, response) => {
    request.setEncoding('utf8').on('data', (text) => bodies.push(text))
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  return { ...http, bodies }
}

/** A request for one claim of a statute, by value, by the relying party of development with its own key and registration. */
async function signedRequest(url: string, path: string[]): Promise<string> {
  const folder = join(issuer.home, 'verifier', 'relying-parties', 'development')
  const { signer, x5c, certificate } = openSigner(
    { key: join(folder, 'access.pem'), chain: join(folder, 'access.pem') },
    () => Date.now() / 1000,
  )
  const clientId = `x509_hash:${createHash('sha256').update(certificate.raw).digest('base64url')}`
  const now = Math.floor(Date.now() / 1000)
  const unsigned = createRequestObject(
    {
      ...{ clientId, responseMode: directPost, responseUri: `${url}/`, nonce: 'nonce-nonce-nonce-1', state: 'state-1' },
      query: { credentials: [{ id: 'one', format: 'dc+sd-jwt', meta: { vct_values: [STATUTE] }, claims: [{ path }] }] },
      clientMetadata: clientMetadata({ formats: { 'dc+sd-jwt': {} } }),
      verifierInfo: [{ format: REGISTRATION_FORMAT, data: readFileSync(join(folder, 'registration.jwt'), 'utf8').trim() }],
      ...{ issuedAt: now, expires: now + 300 },
    },
    { algorithm: signer.algorithm, x5c },
  )
  return `openid4vp://?${new URLSearchParams({ client_id: clientId, request: unsigned.seal(await signer.sign(unsigned.input)) })}`
}

/** A person with a social statute, in so many copies. */
async function citizen(copies = 2, type = 'be-social-statute'): Promise<Person> {
  const someone = here(person({ SYMBOLON_TRUST: issuer.trustFile }))
  await someone.wallet(['init'])
  const { uri } = await issuer.offer(type)
  const received = await someone.wallet(['receive', '-', '--yes', '--copies', String(copies)], uri)
  if (received.code !== 0) throw new Error(received.stderr)
  return someone
}

const only = async (someone: Person): Promise<string> => {
  const { credentials } = await someone.json<{ credentials: { id: string }[] }>(['list'])
  return credentials[0]?.id ?? ''
}

describe('present REQUEST_URI', () => {
  it('shows who asks, what for, by which authorisation and claim by claim what becomes of it; --dry-run sends and spends nothing', async () => {
    const someone = await citizen()
    const { id, uri } = await museum.ask('museum-reduced-price')
    const { code, stdout, stderr } = await someone.wallet(['present', uri, '--dry-run'])
    expect([code, stdout]).toEqual([0, 'Nothing was sent.\n'])
    expect(stderr).toContain('Asked by Synthetic relying party, vouched for by development authority for access in your trust file.')
    expect(stderr).toMatch(/It says what for: Recht op .*\n/)
    expect(stderr).toContain('Registered for: Nagaan of een sociaal recht geldt')
    expect(stderr).toContain('It names a published authorisation: Synthetic deliberation museum-reduced-price, https://')
    expect(stderr).toMatch(/ {2}shown {4}statutes\.\w+: "yes" {3}\(/)
    expect(stderr).toMatch(/ {2}always {3}reference_date: /)
    expect(stderr).toMatch(/ {2}hidden {3}statutes: \w+, /)
    expect(stderr).toMatch(/ {2}hidden {3}birthdate\n/)
    expect(await museum.state(id)).toEqual({ state: 'waiting', reasons: [] })
    expect(await someone.json(['history'])).toEqual({ disclosures: [] })
    expect(await someone.json<{ unused: number }>(['show', await only(someone)])).toMatchObject({ unused: 2 })
  })

  it('answers, and the history tells; --json says the same as paths, never values', async () => {
    const someone = await citizen()
    const { id, uri } = await museum.ask('museum-reduced-price')
    const done = await someone.wallet(['present', uri, '--yes', '--json'])
    expect(done.code).toBe(0)
    expect(done.stdout).not.toContain('"yes"')
    expect(JSON.parse(done.stdout)).toMatchObject({
      sent: true,
      asker: { outcome: 'pass' },
      registration: { outcome: 'pass', name: 'Synthetic relying party' },
      authorisation: { reference: 'Synthetic deliberation museum-reduced-price' },
      beyond_registration: [],
      credentials: [{ type: STATUTE, unused_copies: 2 }],
    })
    expect(await museum.state(id)).toMatchObject({ state: 'answered', answer: 'yes' })
    const { disclosures } = await someone.json<{ disclosures: object[] }>(['history'])
    expect(disclosures).toMatchObject([
      { outcome: 'delivered', asker: { name: 'Synthetic relying party' }, credentials: [{ reused: false }] },
    ])
    expect(await someone.json<{ unused: number }>(['show', await only(someone)])).toMatchObject({ unused: 1 })
    const file = join(someone.home, 'history.json')
    await someone.wallet(['history', '--out', file])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ disclosures })
    const lines = (await someone.wallet(['history'])).stdout
    expect(lines).toMatch(/Synthetic relying party \(x509_hash:.*\) {2}was taken\n {2}what for {3}Recht op /)
    expect(lines).toMatch(/ {2}by {9}Synthetic deliberation museum-reduced-price https:/)
  })

  it('on the same device says where to go on, with the code that completes it', async () => {
    const { id, uri } = await museum.ask('parking-space', { device: 'same', redirect_uri: 'http://localhost:4002/return' })
    const done = await someone.json<{ redirect_uri: string }>(['present', uri, '--yes'])
    expect(await museum.state(id)).toEqual({ state: 'waiting', reasons: [] })
    const code = new URL(done.redirect_uri).searchParams.get('response_code')
    expect(await museum.complete(id, code)).toMatchObject({ state: 'answered', answer: 'no' })
  })

  it('copies_spent: none left is refused with what to do; the request can still be answered, with --reuse, which says what it costs', async () => {
    const someone = await citizen(1)
    await someone.wallet(['present', (await museum.ask('parking-space')).uri, '--yes'])
    const { id, uri } = await museum.ask('museum-reduced-price')
    const none = await someone.wallet(['present', uri, '--yes'])
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/copies_spent.*symbolon-wallet refresh/s) })
    expect(await museum.state(id)).toMatchObject({ state: 'waiting' })
    const again = await someone.wallet(['present', uri, '--yes', '--reuse'])
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('whoever saw it before can tell that it is you') })
    expect(await museum.state(id)).toMatchObject({ state: 'answered', answer: 'yes' })
  })

  it('nothing_to_show: the verifier hears it at once, when the person agrees; with nobody there nothing is said', async () => {
    const { id, uri } = await museum.ask('health-cover-abroad')
    expect(await someone.wallet(['present', uri])).toMatchObject({ code: 1, stderr: expect.stringContaining('type_not_asked') })
    expect(await museum.state(id)).toMatchObject({ state: 'waiting' })
    expect(await someone.json(['present', uri, '--yes'], 1)).toMatchObject({ error: 'nothing_to_show' })
    expect(await museum.state(id)).toMatchObject({ state: 'refused', reasons: [{ code: 'access_denied' }] })
  })

  it('not_a_terminal: without --yes nobody is there to agree: nothing is sent and the request waits', async () => {
    const { id, uri } = await museum.ask('museum-reduced-price')
    expect(await someone.json(['present', uri], 64)).toMatchObject({ error: 'not_a_terminal' })
    expect(await museum.state(id)).toMatchObject({ state: 'waiting' })
  })

  it('credential_not_asked: --credential names one that does not answer', async () => {
    const { id, uri } = await museum.ask('museum-reduced-price')
    expect(await someone.json(['present', uri, '--yes', '--credential', 'ffffffff'], 1)).toMatchObject({ error: 'credential_not_asked' })
    expect((await someone.wallet(['present', uri, '--yes', '--credential', await only(someone)])).code).toBe(0)
    expect(await museum.state(id)).toMatchObject({ state: 'answered' })
  })

  it('asker_not_trusted: whoever no entry of the trust file vouches for gets nothing, and hears so', async () => {
    const someone = await citizen()
    const { id, uri } = await stranger.ask('museum-reduced-price')
    for (const more of ['--dry-run', '--unverified', '--yes']) {
      expect(await stranger.state(id)).toMatchObject({ state: more === '--yes' ? 'refused' : 'waiting' })
      expect(await someone.json(['present', uri, more], 1)).toMatchObject({
        error: more === '--yes' ? 'refused_by_peer' : 'asker_not_trusted',
      })
    }
    expect(await stranger.state(id)).toMatchObject({ state: 'refused', reasons: [{ code: 'invalid_client' }] })
    expect(await someone.json(['history'])).toEqual({ disclosures: [] })
  })

  it('registration_wrong: a registration of which nobody knows the registrar is worse than none', async () => {
    const { uri } = await museum.ask('museum-reduced-price')
    const trust = join(newFolder(), 'trust.json')
    const entries = JSON.parse(readFileSync(issuer.trustFile, 'utf8')).filter(
      ({ for: purpose }: { for: string }) => purpose !== 'registration',
    )
    writeFileSync(trust, JSON.stringify(entries))
    expect(await someone.json(['present', uri, '--yes', '--trust', trust], 1)).toMatchObject({ error: 'registration_wrong' })
  })

  it('asker_unknown: an unsigned request is answered only when the person insists', async () => {
    const { url, bodies, close } = await listener()
    const query = {
      credentials: [
        {
          id: 'one',
          format: 'dc+sd-jwt',
          meta: { vct_values: [STATUTE] },
          claims: [{ path: ['statutes', 'companion'] }],
        },
      ],
    }
    const parameters = {
      ...{ client_id: `redirect_uri:${url}/`, response_type: 'vp_token', response_mode: 'direct_post' },
      ...{ response_uri: `${url}/`, nonce: 'nonce-nonce-nonce-1', state: 'state-1', dcql_query: JSON.stringify(query) },
    }
    const uri = `openid4vp://?${new URLSearchParams(parameters)}`
    try {
      expect(await someone.json(['present', uri, '--yes'], 1)).toMatchObject({ error: 'asker_unknown' })
      for (const [name, value] of Object.entries(someone.environment)) vi.stubEnv(name, value)
      const question = 'Nobody vouches for whoever asks'
      expect(await atTerminal(['present', uri], { [question]: 'no' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('nobody was told'),
      })
      expect(bodies).toEqual([])
      expect(
        await atTerminal(
          ['present', uri],
          [
            [question, 'y'],
            ['Show this?', 'no'],
          ],
        ),
      ).toMatchObject({ code: 1 })
      expect(bodies.splice(0).map((body) => new URLSearchParams(body).get('error'))).toEqual(['access_denied'])
      const done = await someone.wallet(['present', uri, '--yes', '--unverified'])
      expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('It names no published authorisation.') })
      expect(done.stderr).toContain('Nothing that counts says what it may ask (registration_missing).')
      expect(new URLSearchParams(bodies.join('')).get('vp_token')).toMatch(/^{"one":\["/)
    } finally {
      close()
      vi.unstubAllEnvs()
    }
  })

  it('asked_beyond_registration: more than the registration allows is shown only when a person at the terminal agrees', async () => {
    const { url, bodies, close } = await listener()
    const uri = await signedRequest(url, ['birthdate'])
    try {
      const refused = await someone.wallet(['present', uri, '--yes', '--json'])
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: 'asked_beyond_registration' })
      expect(refused.stderr).toContain('WARNING: it asks for more than it is registered for: birthdate.')
      expect(bodies).toEqual([])
      for (const [name, value] of Object.entries(someone.environment)) vi.stubEnv(name, value)
      expect(await atTerminal(['present', uri], { 'Show this?': 'no' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('nothing was shown, and whoever asks was told so'),
      })
      expect(Object.fromEntries(new URLSearchParams(bodies.join('')))).toMatchObject({ error: 'access_denied', state: 'state-1' })
      expect(await atTerminal(['present', uri], { 'Show this?': 'y' })).toMatchObject({ code: 0 })
      expect(new URLSearchParams(bodies.at(-1)).get('vp_token')).not.toBeNull()
    } finally {
      close()
      vi.unstubAllEnvs()
    }
  })

  it('a request says itself for whom and what', async () => {
    expect(await someone.json(['present', 'openid4vp://?x=1', '--aud', 'https://a.example'], 64)).toMatchObject({ error: 'usage' })
  })
})
