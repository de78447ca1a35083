import type { Json } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MEMBER, type PeerIssuer, startPeerIssuer, VISITOR } from './openid4vc_issuer.ts'
import { type Asking, type PeerVerifier, startPeerVerifier } from './openid4vc_verifier.ts'
import { ourWallet } from './our_wallet.ts'

/** The core of our wallet against a stranger's verifier, made of `@openid4vc/openid4vp`, `dcql` and `@sd-jwt/sd-jwt-vc`, with a stranger's credentials. */
let issuer: PeerIssuer
let verifier: PeerVerifier
let wallet: Awaited<ReturnType<typeof ourWallet>>
beforeAll(async () => {
  issuer = await startPeerIssuer({ batchSize: 100 })
  verifier = await startPeerVerifier()
  wallet = await ourWallet([...issuer.trust, ...verifier.trust])
  await wallet.takeUp(await issuer.offer({ types: [MEMBER, VISITOR] }), { copies: 100 })
})
afterAll(() => Promise.all([issuer.close(), verifier.close()]))
beforeEach(() => {
  verifier.strict = false
  verifier.asked.length = 0
})

const one = (type: string, ...paths: Json[][]): Record<string, unknown> => ({
  ...{ id: type, format: 'dc+sd-jwt', meta: { vct_values: [`urn:peer:${type}:1`] } },
  ...(paths.length > 0 && { claims: paths.map((path) => ({ path })) }),
})
const NAME = { credentials: [one(MEMBER, ['given_name'])] }
const asking = (more: Partial<Asking> = {}) => verifier.ask({ query: NAME, ...more })
/** The claims that could have been hidden. */
const hideable = ({ given_name, address, groups }: Record<string, unknown> = {}) => ({ given_name, address, groups })

describe('what is asked is shown, and nothing else', () => {
  const ways = ['value', 'get', 'post'] as const
  const prefixes = ['x509_hash', 'x509_san_dns', 'decentralized_identifier'] as const
  it.each(prefixes.flatMap((prefix) => ways.map((by) => [prefix, by] as const)))(
    'OpenID4VP 5.9.3, 5.10: to %s, by %s',
    async (prefix, by) => {
      const { link, outcome } = await asking({ prefix, by })
      const opened = await wallet.open(link)
      expect(opened.asker).toMatchObject({ prefix, outcome: prefix === 'decentralized_identifier' ? 'unknown' : 'pass' })
      await wallet.show(link)
      const [shown, ...more] = outcome().shown?.[MEMBER] ?? []
      expect(more).toEqual([])
      expect(hideable(shown)).toEqual({ given_name: 'Zoë', groups: [] })
    },
  )

  it('OpenID4VP 5.9.3: to redirect_uri, whose request is not signed', async () => {
    const { link, outcome } = await asking({ prefix: 'redirect_uri', by: 'value' })
    expect((await wallet.open(link)).asker).toMatchObject({ prefix: 'redirect_uri', outcome: 'unknown' })
    await wallet.show(link)
    expect(Object.keys(outcome().shown ?? {})).toEqual([MEMBER])
  })
})

describe('an answer', () => {
  it.each<[string, NonNullable<Asking['contentEncryption']>, string | undefined]>([
    ['A128GCM', ['A128GCM'], 'A128GCM'],
    ['A256GCM', ['A256GCM'], 'A256GCM'],
    ['A256GCM where both may be', ['A128GCM', 'A256GCM'], 'A256GCM'],
    ['A128GCM beside what we do not speak', ['A256CBC-HS512', 'A128GCM'], 'A128GCM'],
    ['not at all, where it is not asked for', 'none', undefined],
  ])('OpenID4VP 8.2, 8.3, HAIP 5: is encrypted with %s', async (_name, contentEncryption, enc) => {
    const { link, outcome } = await asking({ contentEncryption })
    await wallet.show(link)
    const form = new URLSearchParams(verifier.asked.at(-1)?.body)
    const [header] = form.get('response')?.split('.') ?? []
    expect(header && JSON.parse(Buffer.from(header, 'base64url').toString()).enc).toBe(enc)
    expect([...form.keys()]).toEqual(enc === undefined ? ['state', 'vp_token'] : ['response'])
    expect(hideable(outcome().shown?.[MEMBER]?.[0])).toEqual({ given_name: 'Zoë', groups: [] })
  })

  it.each<[string, Json[][], object]>([
    ['no claims: nothing that can be hidden', [], { groups: [] }],
    ['an object whole', [['address']], { address: { locality: 'Namur', street: 'Rue 1' }, groups: [] }],
    ['a member of an object', [['address', 'locality']], { address: { locality: 'Namur' }, groups: [] }],
    ['every element of an array', [['groups', null]], { groups: ['a', 'b'] }],
    ['one element of an array', [['groups', 1]], { groups: ['b'] }],
  ])('OpenID4VP 6.4.1, 7: %s', async (_what, paths, shown) => {
    const { link, outcome } = await asking({ query: { credentials: [one(MEMBER, ...paths)] } })
    await wallet.show(link)
    expect(hideable(outcome().shown?.[MEMBER]?.[0])).toEqual(shown)
  })

  it('OpenID4VP 6.3, 6.4.1: the first set of claims that can be had', async () => {
    const claims = [
      { id: 'old', path: ['given_name'], values: ['Anna'] },
      { id: 'town', path: ['address', 'locality'] },
    ]
    const { link, outcome } = await asking({ query: { credentials: [{ ...one(MEMBER), claims, claim_sets: [['old'], ['town']] }] } })
    await wallet.show(link)
    expect(hideable(outcome().shown?.[MEMBER]?.[0])).toEqual({ address: { locality: 'Namur' }, groups: [] })
  })

  it('OpenID4VP 6.4.2: of sets of credentials all that can be met, and the preferred option of each', async () => {
    const query = {
      credentials: [one('unknown'), one(MEMBER), one(VISITOR)],
      credential_sets: [
        { options: [['unknown'], [VISITOR]] },
        { options: [[MEMBER]], required: false },
        { options: [['unknown']], required: false },
      ],
    }
    const { link, outcome } = await asking({ query })
    await wallet.show(link)
    expect(Object.keys(outcome().shown ?? {}).sort()).toEqual([MEMBER, VISITOR])
  })

  it('OpenID4VP 8.1: one presentation of a query that would take several, in an array all the same', async () => {
    const { link, outcome } = await asking({ query: { credentials: [{ ...one(MEMBER), multiple: true }] } })
    await wallet.show(link)
    expect(outcome().shown?.[MEMBER]).toHaveLength(1)
  })

  it('OpenID4VP 8.2: goes on where the verifier says', async () => {
    const { link } = await asking({ redirectUri: 'https://museum.example/back#response_code=1' })
    expect((await wallet.show(link)).redirectUri).toBe('https://museum.example/back#response_code=1')
  })

  it('OpenID4VP 5.11: what stands about the verifier in a format of others is passed over', async () => {
    const { link, outcome } = await asking({ change: { verifier_info: [{ format: 'of others', data: 'x' }] } })
    await wallet.show(link)
    expect(outcome().shown).toBeDefined()
  })
})

describe('that there will be no answer', () => {
  it.each(['none', ['A256GCM']] as const)(
    'OpenID4VP 8.5: declined, the verifier hears it at once (encryption: %s)',
    async (contentEncryption) => {
      const { link, outcome } = await asking({ contentEncryption })
      await (await wallet.open(link)).decline()
      expect(outcome()).toEqual({ error: 'access_denied', description: 'nothing is shown' })
    },
  )

  it('OpenID4VP 6.4.2: where a part is missing nothing is shown', async () => {
    const { link, outcome } = await asking({ query: { credentials: [one(MEMBER), one('unknown')] } })
    await expect(wallet.show(link)).rejects.toMatchObject({ code: 'nothing_to_show' })
    expect(outcome()).toEqual({})
  })

  it.each<[string, Partial<Asking>, string, string]>([
    ['8.4: transaction_data', { change: { transaction_data: ['e30'] } }, 'transaction_data_unknown', 'invalid_transaction_data'],
    ['8.5: formats of others only', { query: mdoc() }, 'request_formats_unknown', 'vp_formats_not_supported'],
    [
      'VP-05, 8.2: redirect_uri beside response_uri',
      { change: { redirect_uri: 'https://museum.example/' } },
      'request_malformed',
      'invalid_request',
    ],
    ['VP-08, 6.1: no meta', { query: { credentials: [{ id: 'a', format: 'dc+sd-jwt' }] } }, 'request_malformed', 'invalid_request'],
    ['8.3: encryption that we do not speak', { contentEncryption: ['A256CBC-HS512'] }, 'request_malformed', 'invalid_request'],
    ['5.10: with the nonce of another wallet', { by: 'post', walletNonce: 'of-another' }, 'request_of_another', 'invalid_request'],
    ['5.8: for another wallet', { change: { aud: 'https://another.example' } }, 'request_of_another', 'invalid_request'],
  ])('OpenID4VP %s: refused, and told', async (_what, more, code, error) => {
    const { link, outcome } = await asking(more)
    await expect(wallet.open(link)).rejects.toMatchObject({ code })
    expect(outcome()).toMatchObject({ error, description: expect.any(String) })
  })

  it('8.2: refused, our wallet says why, and knows that it was', async () => {
    const { link } = await asking()
    verifier.strict = true
    await expect(wallet.show(link)).rejects.toMatchObject({ code: 'refused_by_peer', refused: { status: 400, error: 'invalid_request' } })
    expect(wallet.store.state.disclosures.at(-1)).toMatchObject({ outcome: 'refused' })
  })
})

describe('what is changed on the way, we refuse, and tell nobody', () => {
  it.each<[string, Partial<Asking>, (link: string) => string, string]>([
    ['5.9.3: the signature', { sent: (jwt) => jwt.replace(/.{4}$/, 'AAAA') }, (link) => link, 'request_signature_wrong'],
    ['VP-01, 5: the typ', { sent: (jwt) => jwt.replace(/^[^.]+/, (head) => retyped(head)) }, (link) => link, 'request_malformed'],
    ['VP-02, 5.10.1: the client identifier in the link', {}, (link) => link.replace('x509_hash%3A', 'x509_hash%3AA'), 'client_id_wrong'],
  ])('OpenID4VP %s', async (_what, more, link, code) => {
    const made = await asking(more)
    await expect(wallet.open(link(made.link))).rejects.toMatchObject({ code })
    expect(verifier.asked.map(({ line }) => line.split('/')[1])).toEqual(['requests'])
    expect(made.outcome()).toEqual({})
  })
})

function mdoc() {
  return { credentials: [{ id: 'mdl', format: 'mso_mdoc', meta: { doctype_value: 'org.iso.18013.5.1.mDL' } }] }
}
const retyped = (head: string): string =>
  Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(head, 'base64url').toString()), typ: 'JWT' })).toString('base64url')
