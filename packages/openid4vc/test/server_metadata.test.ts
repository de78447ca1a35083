import { describe, expect, it } from 'vitest'
import {
  CLIENT_AUTHENTICATIONS,
  GRANTS,
  none,
  parseServerMetadata,
  preAuthorizedCode,
  type ServerDescription,
  serverMetadata,
} from '../src/index.ts'
import { expectPeerError, ISSUER, json, vector } from './fixture.ts'

const small: ServerDescription = {
  grants: [preAuthorizedCode],
  scopes: [],
  authentication: [none],
  dpop: false,
  revocation: false,
  anonymous: true,
  languages: [],
}

const whole: ServerDescription = {
  grants: GRANTS,
  scopes: ['pda1', 'ehic'],
  authentication: CLIENT_AUTHENTICATIONS,
  dpop: true,
  revocation: true,
  anonymous: false,
  languages: ['nl', 'fr', 'de', 'en'],
}

describe('RFC 8414: the metadata of the authorization server', () => {
  it('announces all that is there, each in the words of its standard', () => {
    const algorithms = ['ES256', 'ES384', 'ES512']
    expect(serverMetadata(`${ISSUER}/tenant`, whole)).toEqual({
      issuer: `${ISSUER}/tenant`,
      // RFC 8414 section 2, RFC 6749
      authorization_endpoint: `${ISSUER}/tenant/authorize`,
      token_endpoint: `${ISSUER}/tenant/token`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['urn:ietf:params:oauth:grant-type:pre-authorized_code', 'authorization_code', 'refresh_token'],
      scopes_supported: ['pda1', 'ehic'],
      ui_locales_supported: ['nl', 'fr', 'de', 'en'],
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: algorithms,
      // RFC 7009
      revocation_endpoint: `${ISSUER}/tenant/revoke`,
      revocation_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      revocation_endpoint_auth_signing_alg_values_supported: algorithms,
      // RFC 9126 section 5, RFC 7636, RFC 9207 section 3, RFC 9396 section 10, RFC 9449 section 5.1
      pushed_authorization_request_endpoint: `${ISSUER}/tenant/par`,
      require_pushed_authorization_requests: true,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      authorization_details_types_supported: ['openid_credential'],
      dpop_signing_alg_values_supported: algorithms,
      // OpenID4VCI 1.0 section 12.3
      'pre-authorized_grant_anonymous_access_supported': false,
    })
  })

  it('says to a wallet what it may use', () => {
    expect(parseServerMetadata(json(serverMetadata(ISSUER, whole)), ISSUER)).toEqual({
      issuer: ISSUER,
      tokenEndpoint: `${ISSUER}/token`,
      authorizationEndpoint: `${ISSUER}/authorize`,
      pushedEndpoint: `${ISSUER}/par`,
      revocationEndpoint: `${ISSUER}/revoke`,
      requiresPushed: true,
      dpopAlgorithms: ['ES256', 'ES384', 'ES512'],
      authenticationMethods: ['none', 'private_key_jwt'],
      issInResponse: true,
      grants: GRANTS.map(({ id }) => id),
      challengeMethods: ['S256'],
      speaksDetails: true,
      anonymous: false,
    })
  })

  it('2: means what is usual where it says nothing', () => {
    expect(parseServerMetadata(json({ issuer: ISSUER, token_endpoint: `${ISSUER}/token` }), ISSUER)).toEqual({
      issuer: ISSUER,
      tokenEndpoint: `${ISSUER}/token`,
      requiresPushed: false,
      dpopAlgorithms: [],
      authenticationMethods: ['client_secret_basic'],
      issInResponse: false,
      grants: ['authorization_code', 'implicit'],
      challengeMethods: [],
      speaksDetails: false,
      anonymous: false,
    })
  })

  it('is what a wallet reads, and announces nothing that is not there', () => {
    expect(parseServerMetadata(json(serverMetadata(ISSUER, small)), ISSUER)).toEqual({
      issuer: ISSUER,
      tokenEndpoint: `${ISSUER}/token`,
      requiresPushed: false,
      dpopAlgorithms: [],
      authenticationMethods: ['none'],
      issInResponse: false,
      grants: [preAuthorizedCode.id],
      challengeMethods: [],
      speaksDetails: false,
      anonymous: true,
    })
    expect(serverMetadata(ISSUER, small)).toEqual({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      grant_types_supported: ['urn:ietf:params:oauth:grant-type:pre-authorized_code'],
      token_endpoint_auth_methods_supported: ['none'],
      'pre-authorized_grant_anonymous_access_supported': true,
    })
  })

  it('reads the published full example', () => {
    const message = {
      contentType: 'application/json',
      body: vector('oidf-suite-data/valid-oauth-authorization-server-metadata-mock-full.json'),
    }
    expect(parseServerMetadata(message, 'https://auth.example.com').tokenEndpoint).toBe('https://auth.example.com/token')
  })

  it('says what the published others lack for redeeming a code', async () => {
    const message = (name: string) => ({ contentType: 'application/json', body: vector(`oidf-suite-data/${name}`) })
    const bare = message('valid-oauth-authorization-server-metadata-mock.json')
    await expectPeerError(
      () => parseServerMetadata(bare, 'https://auth.example.com'),
      'server_metadata_malformed',
      /token_endpoint is missing/,
    )
    const broken = message('invalid-oauth-authorization-server-metadata-multiple-errors.json')
    await expectPeerError(
      () => parseServerMetadata(broken, 'https://auth.example.com'),
      'server_metadata_malformed',
      /issuer must be a string/,
    )
  })

  it.each([
    ['another server', { issuer: 'https://evil.example' }, 'server_metadata_of_another', /not the server/],
    [
      'a token endpoint without https',
      { token_endpoint: 'http://issuer.example/token' },
      'server_metadata_malformed',
      /token_endpoint must use https/,
    ],
    [
      'a token endpoint on this machine',
      { token_endpoint: 'http://localhost:8080/token' },
      'server_metadata_malformed',
      /token_endpoint must use https, as/,
    ],
    [
      'an authorization endpoint without https',
      { authorization_endpoint: 'http://issuer.example/a' },
      'server_metadata_malformed',
      /authorization_endpoint must use https/,
    ],
    [
      'an authorization endpoint that is a script',
      { authorization_endpoint: 'javascript:alert(1)' },
      'server_metadata_malformed',
      /authorization_endpoint must use https/,
    ],
    [
      'a PAR endpoint on this machine',
      { pushed_authorization_request_endpoint: 'http://127.0.0.1/p' },
      'server_metadata_malformed',
      /pushed_authorization_request_endpoint must use https, as/,
    ],
    [
      'a revocation endpoint with a fragment',
      { revocation_endpoint: `${ISSUER}/r#` },
      'server_metadata_malformed',
      /revocation_endpoint must not have a fragment/,
    ],
    ['DPoP algorithms as text', { dpop_signing_alg_values_supported: 'ES256' }, 'server_metadata_malformed', /dpop_signing_alg_values/],
    ['a demand that is text', { require_pushed_authorization_requests: 'no' }, 'server_metadata_malformed', /true or false/],
    ['grants as text', { grant_types_supported: 'x' }, 'server_metadata_malformed', /grant_types_supported/],
    ['a switch that is text', { 'pre-authorized_grant_anonymous_access_supported': 'yes' }, 'server_metadata_malformed', /true or false/],
  ])('refuses %s', async (_about, members, code, words) => {
    await expectPeerError(() => parseServerMetadata(json({ ...serverMetadata(ISSUER, small), ...members }), ISSUER), code, words)
  })
})
