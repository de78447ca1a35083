import type { CredentialType } from '@symbolon/credential'
import {
  authorizationCode,
  authorizationResponse,
  bearer,
  type Caller,
  checkNonce,
  checkTxCodeGiven,
  checkVerifier,
  createNonce,
  DPOP_ALGORITHMS,
  dpop,
  type Form,
  identifyClient,
  type Message,
  NONCE_PURPOSES,
  ProtocolError,
  parseAuthorizationQuery,
  parseAuthorizationRequest,
  parseForm,
  parsePushedRequest,
  parseRevocation,
  parseTokenRequest,
  preAuthorizedCode,
  pushedResponse,
  refreshToken,
  requestUri,
  type ServerDescription,
  type TxCode,
  tokenResponse,
  verifyDpop,
} from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { HttpRequest } from '../src/index.ts'

/** The pre-authorized code of every offer. */
export const CODE = 'a-pre-authorized-code'
/** The transaction code of every offer that has one. */
export const TX_CODE = '1234'

/** Something a stand-in's authorization server agreed to. */
export interface Agreed {
  readonly types: readonly string[]
  readonly byDetails: boolean
  readonly clientId?: string
  /** What its codes and tokens are bound to. */
  jkt?: string
  readonly tokens: Map<string, number>
  refreshToken?: string
  readonly identifiers: Map<string, string>
}

/** What a stand-in's authorization server is told. */
export interface ServerSetting {
  readonly issuer: string
  readonly types: readonly CredentialType[]
  readonly description: ServerDescription
  readonly txCode?: TxCode
  readonly mac: (data: Uint8Array) => Uint8Array
  /** Seconds since 1970. */
  now(): number
}

const SCHEMES = { true: dpop, false: bearer }
const LIFE = 300

/** An authorization server that answers in memory, through the messages of openid4vc. */
export function standInServer({ issuer, types, description, txCode, mac, now }: ServerSetting) {
  const agreed: Agreed[] = []
  const pushed = new Map<string, ReturnType<typeof parseAuthorizationRequest>>()
  const codes = new Map<string, { agreed: Agreed; challenge?: string; redirectUri?: string }>()
  const usedJtis = new Set<string>()
  const random = () => primitives.random(16).toHex()
  const nonce = () => createNonce(NONCE_PURPOSES.dpop, now(), primitives.random, mac)
  const offering = {
    configuration: (id: string) => types.find(({ name }) => name === id),
    scope: (scope: string) => types.find(({ name }) => name === scope)?.name,
  }
  const offered: Agreed = { types: types.map(({ name }) => name), byDetails: false, tokens: new Map(), identifiers: new Map() }
  codes.set(CODE, { agreed: offered })
  agreed.push(offered)

  /** What a DPoP proof for a request has to be like. */
  const dpopRule = (request: HttpRequest) => ({
    ...{ method: request.method, address: request.address, now: now(), algorithms: DPOP_ALGORITHMS, primitives },
    checkNonce: (given: string) => checkNonce(given, { purpose: NONCE_PURPOSES.dpop, now: now(), maxAge: LIFE, mac }),
  })

  function useOnce(value: string): void {
    if (usedJtis.has(value)) throw new ProtocolError('invalid_dpop_proof', 'the proof was used before')
    usedJtis.add(value)
  }

  async function bound(request: HttpRequest): Promise<string | undefined> {
    if (!description.dpop || request.headers.dpop === undefined) return undefined
    const { jkt, once } = await verifyDpop(request.headers.dpop, dpopRule(request))
    useOnce(once.value)
    return jkt
  }

  const identify = (form: Form): Promise<Caller> =>
    identifyClient(form, { find: () => undefined, audience: issuer, now: now(), primitives })

  async function push(message: Message): Promise<JsonObject> {
    const form = parsePushedRequest(message)
    const uri = requestUri(random())
    pushed.set(uri, parseAuthorizationRequest(form, await identify(form), offering, issuer))
    return pushedResponse(uri, 60)
  }

  /** What a person who agrees (or not) brings back from the address that the wallet sent them to. */
  function signIn(address: string, agrees = true): string {
    const { clientId, requestUri: uri } = parseAuthorizationQuery(new URL(address).searchParams)
    const request = pushed.get(uri)
    if (request?.clientId !== clientId) throw new Error('this request was not pushed by this client')
    const { redirectUri, state, codeChallenge, dpopJkt, wanted } = request
    if (!agrees) return authorizationResponse(redirectUri, { error: 'access_denied' }, { state, issuer })
    const identifiers = new Map(wanted.byDetails ? wanted.configurationIds.map((type) => [random(), type]) : [])
    const agreement = { types: wanted.configurationIds, byDetails: wanted.byDetails, clientId, tokens: new Map(), identifiers }
    const one: Agreed = { ...agreement, ...(dpopJkt !== undefined && { jkt: dpopJkt }) }
    agreed.push(one)
    const code = random()
    codes.set(code, { agreed: one, challenge: codeChallenge, redirectUri })
    return authorizationResponse(redirectUri, { code }, { state, issuer })
  }

  async function token(request: HttpRequest, message: Message): Promise<JsonObject> {
    const jkt = await bound(request)
    const { grant, form } = parseTokenRequest(message)
    const caller = await identify(form)
    if (!description.grants.includes(grant)) throw new ProtocolError('unsupported_grant_type', 'not here')
    const one = grant === refreshToken ? byRefreshToken(form, jkt) : await byCode(form, grant === preAuthorizedCode)
    if (caller.clientId !== one.clientId) throw new ProtocolError('invalid_client', 'the code was given to another client')
    if (one.jkt !== undefined && one.jkt !== jkt) throw new ProtocolError('invalid_grant', 'the code is bound to another key')
    if (jkt !== undefined) one.jkt = jkt
    const accessToken = random()
    one.tokens.set(accessToken, now() + LIFE)
    if (jkt !== undefined && description.grants.includes(refreshToken)) one.refreshToken ??= random()
    const details = one.types.map((type) => ({
      configurationId: type,
      identifiers: [...one.identifiers].filter(([, known]) => known === type).map(([identifier]) => identifier),
    }))
    return tokenResponse({
      ...{ accessToken, scheme: SCHEMES[`${jkt !== undefined}`], lifetime: LIFE },
      ...(one.refreshToken !== undefined && { refreshToken: one.refreshToken }),
      ...(one.byDetails && { details }),
    })
  }

  function byRefreshToken(form: Form, jkt: string | undefined): Agreed {
    const given = refreshToken.parseRequest(form).refreshToken
    const one = agreed.find((known) => known.refreshToken === given)
    if (one === undefined || one.jkt !== jkt) throw new ProtocolError('invalid_grant', 'the refresh token is not known')
    return one
  }

  async function byCode(form: Form, isPreAuthorized: boolean): Promise<Agreed> {
    const request = isPreAuthorized ? preAuthorizedCode.parseRequest(form) : authorizationCode.parseRequest(form)
    if ('txCode' in request || isPreAuthorized) checkTxCodeGiven(request, txCode !== undefined)
    const known = codes.get(request.code)
    const wrong = new ProtocolError('invalid_grant', 'the code is not known')
    if (known === undefined || (txCode && isPreAuthorized && form.get('tx_code') !== TX_CODE)) throw wrong
    if ('codeVerifier' in request) {
      if (known.redirectUri !== request.redirectUri) throw wrong
      await checkVerifier(request.codeVerifier, known.challenge ?? '', primitives)
    }
    codes.delete(request.code)
    return known.agreed
  }

  async function revoke(message: Message): Promise<JsonObject> {
    const given = parseRevocation(parseForm(message)).token
    for (const one of agreed) if (one.refreshToken === given) end(one)
    return {}
  }

  function end(one: Agreed): void {
    delete one.refreshToken
    one.tokens.clear()
  }

  /** The agreement that an access token was given for; throws ProtocolError `invalid_token`. */
  function agreedWith(accessToken: string): Agreed {
    const one = agreed.find(({ tokens }) => (tokens.get(accessToken) ?? 0) > now())
    if (one === undefined) throw new ProtocolError('invalid_token', 'the token is not known')
    return one
  }

  return { agreed, agreedWith, dpopRule, end, nonce, push, revoke, signIn, token, useOnce }
}
