import { createHash } from 'node:crypto'
import type { Configuration } from 'openid-client'
import { type Person, type SignIn, type SignInKind, SignInRefused, type Visit } from './sign_in.ts'

/** An OpenID provider and who we are to it. */
export interface OpenIdSettings {
  /** Its issuer identifier; http only in development. */
  readonly issuer: string
  readonly clientId: string
  /** A secret that both know, or a private key (PKCS #8, PEM, P-256) whose public half it knows. */
  readonly proof: { readonly secret: string } | { readonly key: string }
  /** The claim that holds the key of a person in the sources (a national number). */
  readonly subjectClaim: string
  readonly scope: string
}

/** Loaded when somebody signs in for the first time. */
const library = () => import('openid-client')

const LONGEST = 100
/** Seconds for one request to the provider; a person waits. */
const PATIENCE = 10

/**
 * Sign-in at any OpenID provider: code flow with PKCE, state and nonce, the signature of the ID token checked (OpenID Connect Core section 3.1).
 *
 * Who it is says one claim, as it is written there, in the ID token or else at the userinfo endpoint. Without it nobody signs in: no other
 * claim, no name and no birth date stands in for a number.
 */
export const openIdSignIn: SignInKind = {
  id: 'openid',
  production: true,
  needsProvider: true,
  open(provider) {
    if (provider === undefined) throw new TypeError('this sign-in needs a provider')
    return openAt(provider)
  },
}

function openAt(settings: OpenIdSettings): SignIn {
  let known: Promise<Configuration> | undefined
  const provider = async (): Promise<Configuration> => {
    known ??= discover(settings)
    try {
      return await known
    } catch (cause) {
      known = undefined
      throw new SignInRefused('temporarily_unavailable', 'the sign-in cannot be reached; try again later', cause)
    }
  }
  return {
    method: 'GET',
    async begin(visit) {
      const config = await provider()
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await library()
      const address = buildAuthorizationUrl(config, {
        redirect_uri: visit.returnTo,
        scope: settings.scope,
        state: visit.state,
        nonce: derived(visit, 'nonce'),
        code_challenge: await calculatePKCECodeChallenge(derived(visit, 'verifier')),
        code_challenge_method: 'S256',
        ui_locales: visit.language,
      })
      return { address: address.href }
    },
    async complete(answer, visit) {
      if (answer.get('error') === 'access_denied') throw new SignInRefused('access_denied', 'the person did not sign in')
      const config = await provider()
      return personIn(await claimsOf(config, answer, visit, settings.subjectClaim), settings.subjectClaim)
    },
  }
}

async function discover({ issuer, clientId, proof }: OpenIdSettings): Promise<Configuration> {
  const { discovery, allowInsecureRequests, enableNonRepudiationChecks, ClientSecretPost, PrivateKeyJwt } = await library()
  const authentication = 'secret' in proof ? ClientSecretPost(proof.secret) : PrivateKeyJwt(await importKey(proof.key))
  const execute = [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])]
  return discovery(new URL(issuer), clientId, undefined, authentication, { timeout: PATIENCE, execute })
}

const importKey = (pem: string): Promise<CryptoKey> => {
  const pkcs8 = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}

/** What the provider says of the person: the ID token, and what only the userinfo endpoint tells. */
async function claimsOf(config: Configuration, answer: URLSearchParams, visit: Visit, wanted: string): Promise<Record<string, unknown>> {
  const { authorizationCodeGrant, fetchUserInfo } = await library()
  try {
    const tokens = await authorizationCodeGrant(config, new URL(`${visit.returnTo}?${answer}`), {
      expectedState: visit.state,
      expectedNonce: derived(visit, 'nonce'),
      pkceCodeVerifier: derived(visit, 'verifier'),
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) throw new TypeError('no ID token')
    if (Object.hasOwn(claims, wanted) || config.serverMetadata().userinfo_endpoint === undefined) return claims
    return { ...claims, ...(await fetchUserInfo(config, tokens.access_token, claims.sub)) }
  } catch (cause) {
    throw new SignInRefused('server_error', 'the answer of the sign-in cannot be used', cause)
  }
}

function personIn(claims: Record<string, unknown>, subjectClaim: string): Person {
  const subject = line(Object.hasOwn(claims, subjectClaim) ? claims[subjectClaim] : undefined)
  if (subject === undefined) throw new SignInRefused('access_denied', 'the sign-in does not say which person this is')
  const name = line(claims.name)
  return { subject, ...(name !== undefined && { name }) }
}

/** Text of one line, or nothing. */
const line = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST && !/\p{Cc}/u.test(value) ? value : undefined

/** A secret for one use, so that nothing has to be kept: each of 256 bits, and none tells another. */
const derived = ({ secret }: Visit, use: string): string => createHash('sha256').update(`${use}\n${secret}`).digest('base64url')
