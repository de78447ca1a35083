import type { HeldCredential } from '@symbolon/wallet'
import { afterEach, describe, expect, it } from 'vitest'
import { MEMBER, type PeerIssuer, type PeerWish, startPeerIssuer, VISITOR } from './openid4vc_issuer.ts'
import { ourWallet } from './our_wallet.ts'

/** The core of our wallet against a stranger's issuer, made of `@openid4vc/openid4vci`, `@openid4vc/oauth2` and `@sd-jwt/sd-jwt-vc`. */
const open: PeerIssuer[] = []
async function start(wish?: PeerWish): Promise<PeerIssuer> {
  const peer = await startPeerIssuer(wish)
  open.push(peer)
  return peer
}
afterEach(async () => {
  for (const peer of open.splice(0)) await peer.close()
})

const vct = (type: string): string => `urn:peer:${type}:1`
const copiesOf = ({ copies }: HeldCredential): number => copies.length
const posts = ({ asked }: PeerIssuer): string[] => asked.filter((line) => line.startsWith('POST')).map((line) => line.slice('POST '.length))

describe('by the pre-authorized code', () => {
  it('OpenID4VCI 12.2.2, RFC 8414 3: the metadata of an issuer with a path is found, and two credentials received with DPoP', async () => {
    const peer = await start()
    const wallet = await ourWallet(peer.trust)
    const held = await wallet.takeUp(await peer.offer({ types: [MEMBER, VISITOR] }))
    expect(held.map(({ type, issuer }) => [type, issuer])).toEqual([
      [vct(MEMBER), peer.url],
      [vct(VISITOR), peer.url],
    ])
    expect(peer.asked).toEqual(
      expect.arrayContaining([
        'GET /.well-known/openid-credential-issuer/tenant',
        'GET /.well-known/oauth-authorization-server/tenant',
        'POST /token',
        'POST /credential',
      ]),
    )
  })

  it('RFC 9449 8: told to use a nonce, it makes its proof again, and from then on has the newest', async () => {
    const peer = await start()
    await (await ourWallet(peer.trust)).takeUp(await peer.offer())
    expect(posts(peer).slice(0, 2)).toEqual(['/token', '/token'])
  })

  it('OpenID4VCI 8.2, 3.3.2: a batch has as many copies as the issuer allows, each of a key of its own; the issuer hears of it once', async () => {
    const peer = await start({ batchSize: 3 })
    const held = await (await ourWallet(peer.trust)).takeUp(await peer.offer(), { copies: 10 })
    expect(held.map(copiesOf)).toEqual([3])
    expect(new Set(held[0]?.copies.map(({ keyId }) => keyId)).size).toBe(3)
    expect(peer.notified).toEqual([{ notification_id: expect.any(String), event: 'credential_accepted' }])
  })

  it('OpenID4VCI 8.3: copies that come in the reverse order are matched by their keys', async () => {
    const peer = await start()
    peer.reverse = true
    const held = await (await ourWallet(peer.trust)).takeUp(await peer.offer())
    expect(held.map(copiesOf)).toEqual([5])
  })

  it('OpenID4VCI 6.1: a transaction code goes along; a wrong one is refused and named', async () => {
    const peer = await start()
    const wallet = await ourWallet(peer.trust)
    const offer = await peer.offer({ txCode: '1234' })
    await expect(wallet.takeUp(offer, { txCode: '4321' })).rejects.toMatchObject({
      code: 'refused_by_peer',
      refused: { status: 400, error: 'invalid_grant' },
    })
    await expect(wallet.takeUp(offer)).rejects.toMatchObject({ code: 'tx_code_missing' })
    expect(await wallet.takeUp(offer, { txCode: '1234' })).toHaveLength(1)
  })

  it('OpenID4VCI 11: of an issuer that nobody vouches for nothing is kept, and it hears that', async () => {
    const [peer, stranger] = [await start(), await start()]
    const wallet = await ourWallet(stranger.trust)
    await expect(wallet.takeUp(await peer.offer())).rejects.toMatchObject({ code: 'credential_refused' })
    expect(wallet.store.state.credentials).toEqual([])
    expect(peer.notified).toEqual([{ notification_id: expect.any(String), event: 'credential_failure' }])
  })

  it('an answer that never came: asked again, it ends with exactly one set', async () => {
    const peer = await start()
    const wallet = await ourWallet(peer.trust)
    peer.silent = true
    await expect(wallet.takeUp(await peer.offer())).rejects.toMatchObject({ code: 'refused_by_peer' })
    expect(wallet.store.state.credentials).toEqual([])
    peer.silent = false
    expect((await wallet.goOn()).map(copiesOf)).toEqual([5])
    expect(wallet.store.state.credentials).toHaveLength(1)
    expect(wallet.store.state.pending).toEqual([])
  })
})

describe.each<[string, PeerWish, string | undefined]>([
  ['by scope, for it does not read authorization_details', {}, undefined],
  ['by authorization_details, and then by the identifiers that come back', { details: true }, 'member of a citizen'],
])('by the authorization code, %s', (_about, wish, identifier) => {
  it('RFC 9126, RFC 7636, RFC 9449, RFC 9207: pushed, agreed, redeemed, received and renewed', async () => {
    const peer = await start(wish)
    const wallet = await ourWallet(peer.trust)
    const [held] = await wallet.takeUp(await peer.offerToSignIn())
    expect(posts(peer).slice(0, 2)).toEqual(['/par', '/token'])
    if (held === undefined) throw new Error('nothing is held')
    expect(copiesOf(held)).toBe(5)
    expect(held.source?.identifier).toBe(identifier)
    const refreshed = await wallet.refresh(held)
    expect(refreshed.id).toBe(held.id)
    expect(new Set(refreshed.copies.map(({ keyId }) => keyId)).isDisjointFrom(new Set(held.copies.map(({ keyId }) => keyId)))).toBe(true)
    expect(peer.notified.map((body) => (body as { event: string }).event)).toEqual(['credential_accepted', 'credential_accepted'])
  })

  it('RFC 8252 7.3: the same without an offer', async () => {
    const peer = await start(wish)
    const wallet = await ourWallet(peer.trust)
    const held = await wallet.takeUp({ issuer: peer.url, types: [MEMBER, VISITOR] })
    expect(held.map(({ type }) => type)).toEqual([vct(MEMBER), vct(VISITOR)])
  })
})

describe('where they err', () => {
  it('OpenID4VCI 4.1.1: they offer one credential twice; the offer is refused before anything is asked', async () => {
    const peer = await start()
    const offer = await peer.offer({ types: [MEMBER, MEMBER] })
    await expect((await ourWallet(peer.trust)).takeUp(offer)).rejects.toMatchObject({ code: 'offer_malformed' })
    expect(peer.asked).toEqual([])
  })

  it('OpenID4VCI 12.2.4: they announce batches of one; the member is named, nothing is posted', async () => {
    const peer = await start({ batchSize: 1 })
    const taking = (await ourWallet(peer.trust)).takeUp(await peer.offer())
    await expect(taking).rejects.toMatchObject({ code: 'issuer_metadata_malformed', detail: expect.stringMatching(/batch_size/) })
    expect(posts(peer)).toEqual([])
  })
})
