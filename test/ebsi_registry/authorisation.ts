import { randomUUID } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { type Answer, oauthError, problem, type RegistryRequest, type Route } from './answer.ts'
import { signJwt } from './identity.ts'
import { verifyPresentation } from './presentation.ts'
import { formats, presentationDefinition, readScope, SCOPES, type Scope } from './scopes.ts'
import { AUTHORISATION, type State } from './state.ts'

const TOKEN_LIFE = 7200

/** Authorisation v4 (facts, 3). */
export function authorisation(state: State): Route[] {
  const issuer = `${state.origin}${AUTHORISATION}`
  return [
    {
      method: 'GET',
      path: `${AUTHORISATION}/.well-known/openid-configuration`,
      handle: () => ({
        json: {
          issuer,
          token_endpoint: `${issuer}/token`,
          presentation_definition_endpoint: `${issuer}/presentation-definitions`,
          jwks_uri: `${issuer}/jwks`,
          scopes_supported: ['openid', ...SCOPES.map(({ name }) => name)],
          grant_types_supported: ['vp_token'],
          response_types_supported: ['token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          vp_formats_supported: formats(['ES256']),
        },
      }),
    },
    {
      method: 'GET',
      path: `${AUTHORISATION}/jwks`,
      handle: () => ({ json: { keys: [{ ...state.tokenKey.publicJwk, kid: state.tokenKey.kid, alg: 'ES256', use: 'sig' }] } }),
    },
    {
      method: 'GET',
      path: `${AUTHORISATION}/presentation-definitions`,
      handle({ query }) {
        const scope = readScope(query.get('scope'))
        if (scope === null) throw problem(400, 'Bad Request', 'scope must be openid and one scope of this service')
        return { json: presentationDefinition(scope) }
      },
    },
    { method: 'POST', path: `${AUTHORISATION}/token`, handle: (request) => token(state, issuer, request) },
  ]
}

async function token(state: State, issuer: string, request: RegistryRequest): Promise<Answer> {
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/x-www-form-urlencoded') {
    throw oauthError('invalid_request', 'the body must be a form')
  }
  const form = new URLSearchParams(request.body)
  const field = (name: string): string => {
    const values = form.getAll(name)
    if (values.length !== 1 || values[0] === undefined) throw oauthError('invalid_request', `${name} is required, once`)
    return values[0]
  }
  if (field('grant_type') !== 'vp_token') throw oauthError('invalid_request', 'grant_type must be vp_token')
  const scope: Scope | null = readScope(field('scope'))
  if (scope === null) throw oauthError('invalid_request', 'scope must be openid and one scope of this service')
  const { holder, nonce } = await verifyPresentation(state, scope, field('vp_token'), field('presentation_submission'))
  const iat = state.now()
  const times = { iat, exp: iat + TOKEN_LIFE }
  const header = { kid: state.tokenKey.kid }
  const scp = `openid ${scope.name}`
  const access = { iss: issuer, aud: issuer, sub: holder, scp, jti: randomUUID(), ...times }
  const id = { iss: issuer, aud: holder, sub: holder, nonce, jti: randomUUID(), ...times }
  return {
    json: {
      access_token: signJwt(state.tokenKey, header, access),
      token_type: 'Bearer',
      expires_in: TOKEN_LIFE,
      scope: scp,
      id_token: signJwt(state.tokenKey, header, id),
    },
  }
}

/** Whom an access token speaks for, and its scope; throws 401 when it is none of this service, or has expired. */
export async function readAccessToken(state: State, authorization: string | undefined): Promise<{ subject: string; scope: Scope }> {
  const jwt = /^Bearer ([\w.-]+)$/.exec(authorization ?? '')?.[1]
  if (jwt === undefined) throw problem(401, 'Unauthorized', 'an access token is required')
  const issuer = `${state.origin}${AUTHORISATION}`
  try {
    const key = await importJWK({ ...state.tokenKey.publicJwk }, 'ES256')
    const currentDate = new Date(state.now() * 1000)
    const { payload } = await jwtVerify(jwt, key, { algorithms: ['ES256'], issuer, audience: issuer, currentDate, requiredClaims: ['exp'] })
    const scope = readScope(String(payload.scp))
    if (scope === null || payload.sub === undefined) throw new TypeError('no access token')
    return { subject: payload.sub, scope }
  } catch {
    throw problem(401, 'Unauthorized', 'the access token is not valid')
  }
}
