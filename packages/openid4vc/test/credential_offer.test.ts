import { describe, expect, it } from 'vitest'
import { credentialOffer, offerLink, parseFetchedOffer, parseOfferLink } from '../src/index.ts'
import { expectPeerError, ISSUER, json, vector } from './fixture.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
const link = (offer: unknown) => `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
const offer = { credential_issuer: ISSUER, credential_configuration_ids: ['pda1'], grants: { [GRANT]: { 'pre-authorized_code': 'abc' } } }
const withGrant = (members: object) => link({ ...offer, grants: { [GRANT]: { 'pre-authorized_code': 'abc', ...members } } })

describe('OpenID4VCI 1.0 section 4: a credential offer', () => {
  it('comes back as it was made', () => {
    const txCode = { inputMode: 'numeric', length: 6, description: 'sent by letter' } as const
    const made = { issuer: ISSUER, configurationIds: ['ehic', 'pda1'], preAuthorized: { code: 'a b&c=%', txCode } }
    expect(parseOfferLink(offerLink(credentialOffer(made)))).toEqual({ offer: made })
    const plain = { issuer: 'http://127.0.0.1:4000', configurationIds: ['pda1'], preAuthorized: { code: 'abc' } }
    expect(parseOfferLink(offerLink(credentialOffer(plain)))).toEqual({ offer: plain })
  })

  it('VI-02: an empty tx_code still asks for a code', () => {
    expect(parseOfferLink(withGrant({ tx_code: {} }))).toMatchObject({ offer: { preAuthorized: { txCode: {} } } })
  })

  it('is read from the link of HAIP too, and with members it does not know', () => {
    const haip = link({ ...offer, new: true }).replace('openid-credential-offer', 'haip-vci')
    expect(parseOfferLink(haip)).toMatchObject({ offer: { issuer: ISSUER } })
  })

  it('may be only an address', () => {
    expect(parseOfferLink('openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Fo%2F1')).toEqual({
      address: 'https://issuer.example/o/1',
    })
    expect(parseFetchedOffer(json(offer)).configurationIds).toEqual(['pda1'])
  })

  for (const name of [
    'credential_offer_by_reference.json',
    'credential_offer_multiple_credentials.json',
    'credential_offer_pre-authz_code.json',
  ]) {
    it(`reads the published ${name}`, () => {
      const read = parseFetchedOffer({ contentType: 'application/json', body: vector(`openid4vci/${name}`) })
      expect(read.issuer).toBe('https://credential-issuer.example.com')
      expect(read.preAuthorized.txCode).toBeDefined()
    })
  }

  it('names the missing grant of the published offer with an authorization code', async () => {
    const body = vector('openid4vci/credential_offer_authz_code.txt')
    await expectPeerError(
      () => parseFetchedOffer({ contentType: 'application/json', body }),
      'offer_not_supported',
      /no pre-authorized code/,
    )
  })

  it('OP-04: names the older draft of the published offer', async () => {
    const body = vector('haip-outdated/credential_offer_sd_jwt_vc.json')
    await expectPeerError(
      () => parseFetchedOffer({ contentType: 'application/json', body }),
      'offer_malformed',
      /credentials is of a draft older/,
    )
  })

  const refused: [string, string, RegExp][] = [
    ['another scheme', link(offer).replace('openid-credential-offer', 'https'), /must begin with/],
    ['no link at all', 'hello', /must begin with/],
    ['neither value nor address', 'openid-credential-offer://?x=1', /exactly one/],
    ['value and address', `${link(offer)}&credential_offer_uri=https://a.example`, /exactly one/],
    ['the value twice', `${link(offer)}&credential_offer=%7B%7D`, /exactly one/],
    ['an address without https', 'openid-credential-offer://?credential_offer_uri=http://a.example/1', /https/],
    ['an address with a file', 'openid-credential-offer://?credential_offer_uri=file:///etc/passwd', /https/],
    ['an address with a user name', 'openid-credential-offer://?credential_offer_uri=https://a:b@c.example/1', /user name/],
    ['what is no JSON', 'openid-credential-offer://?credential_offer=%7B', /not JSON/],
    ['a member twice', 'openid-credential-offer://?credential_offer=%7B%22a%22:1,%22a%22:2%7D', /not JSON, or not strict/],
    ['a list', link([]), /must be an object/],
    ['no issuer', link({ ...offer, credential_issuer: undefined }), /credential_issuer is missing/],
    ['an issuer without https', link({ ...offer, credential_issuer: 'http://issuer.example' }), /credential_issuer must use https/],
    ['an issuer with a query', link({ ...offer, credential_issuer: `${ISSUER}?a=1` }), /query/],
    ['an issuer with a fragment', link({ ...offer, credential_issuer: `${ISSUER}#a` }), /fragment/],
    [
      'no configuration',
      link({ ...offer, credential_configuration_ids: [] }),
      /credential_configuration_ids must be an array that is not empty/,
    ],
    ['a configuration twice', link({ ...offer, credential_configuration_ids: ['a', 'a'] }), /twice/],
    ['a configuration that is no text', link({ ...offer, credential_configuration_ids: [5] }), /credential_configuration_ids\[0\]/],
    ['grants as a list', link({ ...offer, grants: [] }), /grants must be an object/],
    ['no code', withGrant({ 'pre-authorized_code': undefined }), /pre-authorized_code is missing/],
    ['an empty code', withGrant({ 'pre-authorized_code': '' }), /pre-authorized_code must be/],
    ['tx_code as text', withGrant({ tx_code: '1234' }), /tx_code must be an object/],
    ['an unknown input_mode', withGrant({ tx_code: { input_mode: 'voice' } }), /input_mode must be numeric or text/],
    ['a length of 0', withGrant({ tx_code: { length: 0 } }), /length/],
    ['a description of 301 characters', withGrant({ tx_code: { description: 'x'.repeat(301) } }), /description must have at most 300/],
    ['more than 64 KiB', `${link(offer)}&x=${'x'.repeat(70_000)}`, /at most/],
  ]
  for (const [about, text, words] of refused) {
    it(`refuses ${about}`, () => expectPeerError(() => parseOfferLink(text), 'offer_malformed', words))
  }

  it('needs the media type of JSON when it is fetched', async () => {
    await expectPeerError(() => parseFetchedOffer(json(offer, 'text/plain')), 'offer_malformed', /content type/)
    await expectPeerError(() => parseFetchedOffer(json(offer, 'application/jwt')), 'offer_malformed', /content type/)
  })

  it('has no grant when its grants come from the prototype', async () => {
    await expectPeerError(() => parseOfferLink(link({ ...offer, grants: { constructor: {} } })), 'offer_not_supported', /pre-authorized/)
  })
})
