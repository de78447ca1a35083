import { describe, expect, it } from 'vitest'
import { type CredentialOffer, credentialOffer, offerLink, offerLinkByReference, parseFetchedOffer, parseOfferLink } from '../src/index.ts'
import { expectPeerError, ISSUER, json, vector, vectorNames } from './fixture.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
const link = (offer: unknown) => `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
const offer = { credential_issuer: ISSUER, credential_configuration_ids: ['pda1'], grants: { [GRANT]: { 'pre-authorized_code': 'abc' } } }
const withOther = (members: object) =>
  link({ ...offer, grants: { [GRANT]: { 'pre-authorized_code': 'abc' }, authorization_code: members } })
const withGrant = (members: object) => link({ ...offer, grants: { [GRANT]: { 'pre-authorized_code': 'abc', ...members } } })

describe('OpenID4VCI 1.0 section 4: a credential offer', () => {
  it('comes back as it was made', () => {
    const txCode = { inputMode: 'numeric', length: 6, description: 'sent by letter' } as const
    const authorizationServer = 'https://as.example'
    const offers: CredentialOffer[] = [
      { issuer: ISSUER, configurationIds: ['ehic', 'pda1'], grants: { preAuthorized: { code: 'a b&c=%', txCode } } },
      { issuer: 'http://127.0.0.1:4000', configurationIds: ['pda1'], grants: { preAuthorized: { code: 'abc', authorizationServer } } },
      { issuer: ISSUER, configurationIds: ['pda1'], grants: { authorizationCode: {} } },
      { issuer: ISSUER, configurationIds: ['pda1'], grants: { authorizationCode: { issuerState: 'a/b+c=', authorizationServer } } },
      { issuer: ISSUER, configurationIds: ['pda1'], grants: { preAuthorized: { code: 'abc', txCode: {} }, authorizationCode: {} } },
      { issuer: ISSUER, configurationIds: ['pda1'], grants: {} },
    ]
    for (const made of offers) {
      expect(parseOfferLink(offerLink(credentialOffer(made)))).toEqual({ offer: made })
      expect(parseFetchedOffer(json(credentialOffer(made)))).toEqual(made)
    }
  })

  it('has the members that the standard names, and no others', () => {
    const grants = { preAuthorized: { code: 'abc', txCode: {} }, authorizationCode: { issuerState: 'xyz' } }
    expect(credentialOffer({ issuer: ISSUER, configurationIds: ['pda1'], grants })).toEqual({
      credential_issuer: ISSUER,
      credential_configuration_ids: ['pda1'],
      grants: { [GRANT]: { 'pre-authorized_code': 'abc', tx_code: {} }, authorization_code: { issuer_state: 'xyz' } },
    })
    expect(credentialOffer({ issuer: ISSUER, configurationIds: ['pda1'], grants: {} })).not.toHaveProperty('grants')
  })

  it('4.1.1: without grants leaves it to the metadata of the authorization server', () => {
    for (const grants of [undefined, {}]) expect(parseOfferLink(link({ ...offer, grants }))).toMatchObject({ offer: { grants: {} } })
  })

  it('VI-02: an empty tx_code still asks for a code', () => {
    expect(parseOfferLink(withGrant({ tx_code: {} }))).toMatchObject({ offer: { grants: { preAuthorized: { txCode: {} } } } })
  })

  it('is read from the link of HAIP too, and with members it does not know', () => {
    const haip = link({ ...offer, new: true }).replace('openid-credential-offer', 'haip-vci')
    expect(parseOfferLink(haip)).toMatchObject({ offer: { issuer: ISSUER } })
  })

  it('VI-16: passes over grants and members of grants that it does not know', () => {
    const grants = { 'urn:example:other': 'anything', [GRANT]: { 'pre-authorized_code': 'abc', interval: 5, user_pin_required: true } }
    expect(parseOfferLink(link({ ...offer, grants }))).toMatchObject({ offer: { grants: { preAuthorized: { code: 'abc' } } } })
  })

  it('4.1.3: may be only an address', () => {
    expect(parseOfferLink('openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Fo%2F1')).toEqual({
      address: 'https://issuer.example/o/1',
    })
    for (const address of ['https://issuer.example/offers/a-b_c?x=1&y=ü%20', 'http://127.0.0.1:4000/offers/1']) {
      expect(parseOfferLink(offerLinkByReference(address))).toEqual({ address })
    }
    expect(parseFetchedOffer(json(offer)).configurationIds).toEqual(['pda1'])
  })

  it('reads the published links', () => {
    // OpenID4VCI 1.0 sections 4.1.2 and 4.1.3, without the line breaks that are for display only.
    const value =
      '%7B%22credential_issuer%22:%22https://credential-issuer.example.com%22,%22credential_configuration_ids%22:%5B%22org.iso.18013.5.1.mDL%22%5D,%22grants%22:%7B%22urn:ietf:params:oauth:grant-type:pre-authorized_code%22:%7B%22pre-authorized_code%22:%22oaKazRN8I0IbtZ0C7JuMn5%22,%22tx_code%22:%7B%22input_mode%22:%22text%22,%22description%22:%22Please%20enter%20the%20serial%20number%20of%20your%20physical%20drivers%20license%22%7D%7D%7D%7D'
    expect(parseOfferLink(`openid-credential-offer://?credential_offer=${value}`)).toMatchObject({
      offer: { configurationIds: ['org.iso.18013.5.1.mDL'], grants: { preAuthorized: { txCode: { inputMode: 'text' } } } },
    })
    const address = 'https%3A%2F%2Fserver%2Eexample%2Ecom%2Fcredential-offer%2FGkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM'
    expect(parseOfferLink(`openid-credential-offer://?credential_offer_uri=${address}`)).toEqual({
      address: 'https://server.example.com/credential-offer/GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM',
    })
  })

  for (const name of [
    'credential_offer_by_reference.json',
    'credential_offer_multiple_credentials.json',
    'credential_offer_pre-authz_code.json',
  ]) {
    it(`reads the published ${name}`, () => {
      const read = parseFetchedOffer({ contentType: 'application/json', body: vector(`openid4vci/${name}`) })
      expect(read.issuer).toBe('https://credential-issuer.example.com')
      expect(read.grants.preAuthorized?.txCode).toBeDefined()
    })
  }

  it('reads the published credential_offer_authz_code.txt', () => {
    const body = vector('openid4vci/credential_offer_authz_code.txt')
    expect(parseFetchedOffer({ contentType: 'application/json', body }).grants).toEqual({
      authorizationCode: { issuerState: 'eyJhbGciOiJSU0Et...FYUaBy' },
    })
  })

  it('has a test for every published offer', () => {
    expect(vectorNames('openid4vci').filter((name) => name.startsWith('credential_offer_'))).toHaveLength(4)
  })

  it('4.1.1: says when it has only grants that nobody here knows', async () => {
    const grants = { 'urn:example:other': {} }
    await expectPeerError(() => parseOfferLink(link({ ...offer, grants })), 'offer_not_supported', /neither a pre-authorized code nor/)
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
    [
      'a grant that is null',
      link({ ...offer, grants: { authorization_code: null } }),
      /grants\[\?authorization_code\?\] must be an object/,
    ],
    ['a grant that is text', link({ ...offer, grants: { authorization_code: 'x' } }), /grants\[\?authorization_code\?\] must be an object/],
    ['one broken grant of two', withOther({ issuer_state: 5 }), /issuer_state must be a string/],
    ['an empty issuer_state', withOther({ issuer_state: '' }), /issuer_state must be a string that is not empty/],
    ['an authorization_server that is no text', withOther({ authorization_server: ['https://a.example'] }), /authorization_server must be/],
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
    await expectPeerError(() => parseOfferLink(link({ ...offer, grants: { constructor: {} } })), 'offer_not_supported', /neither/)
  })
})
