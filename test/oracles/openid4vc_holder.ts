import { createHash, randomBytes } from 'node:crypto'
import type { CallbackContext, JwtSignerJwk } from '@openid4vc/oauth2'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { DcqlQuery } from 'dcql'
import { callbacks, peerSigns } from './openid4vc_peer.ts'

/** A credential that a stranger's wallet holds, and its key. */
export interface Kept {
  readonly text: string
  readonly signer: JwtSignerJwk
}

type Resolved = Awaited<ReturnType<Openid4vpClient['resolveOpenId4vpAuthorizationRequest']>>
/** Presentations by the identifiers of their queries. */
export type Tokens = Record<string, string[]>

/** What a test has it do otherwise. */
export interface Habit {
  /** The nonce that it sends along; `@openid4vc/openid4vp` itself sends none. */
  readonly walletNonce?: string
  readonly contentEncryption?: 'A128GCM' | 'A256GCM'
  /** Changes the request object on its way. */
  readonly fetched?: (jwt: string) => string
  /** What it answers instead of the query. */
  readonly query?: (query: string) => string
  readonly binding?: { readonly aud?: string; readonly nonce?: string }
  /** Presentations instead of those that it would show. */
  readonly tokens?: (tokens: Tokens) => unknown
  readonly state?: string
  /** An error instead of presentations. */
  readonly error?: string
  readonly encryption?: 'none' | { readonly jwk: JwtSignerJwk['publicJwk'] } | { readonly signer: JwtSignerJwk }
}

/** A stranger's wallet that shows credentials: `@openid4vc/openid4vp` for the protocol, `dcql` for the query, `@sd-jwt/sd-jwt-vc` for what is shown. */
export function peerHolder(kept: readonly Kept[]) {
  /** Finds out who asks and what. */
  async function resolve(link: string, habit: Habit = {}): Promise<Resolved> {
    const { walletNonce } = habit
    const client = clientOf(habit)
    const { params } = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link })
    const wallet = walletNonce === undefined ? undefined : { wallet: { expectedNonce: walletNonce } }
    return client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params, ...wallet })
  }

  /** What answers the query, of each credential the claims that are asked for and no others. */
  async function present(
    { authorizationRequestPayload: request, dcql }: Resolved,
    { binding, query: change }: Habit = {},
  ): Promise<Tokens> {
    const asked = JSON.stringify(dcql?.query)
    const query = DcqlQuery.parse(JSON.parse(change?.(asked) ?? asked))
    DcqlQuery.validate(query)
    const cards = await Promise.all(
      kept.map(async ({ text, signer }) => {
        const claims = (await instanceOf(signer).getClaims(text)) as { vct?: string }
        return { credential_format: 'dc+sd-jwt', vct: String(claims.vct), claims, cryptographic_holder_binding: true }
      }),
    )
    const { credential_matches: matches, can_be_satisfied: can, credential_sets: sets } = DcqlQuery.query(query, cards as never)
    if (!can) return {}
    const wanted = sets?.flatMap(({ matching_options: options }) => options?.[0] ?? []) ?? query.credentials.map(({ id }) => id)
    const tokens: Tokens = {}
    for (const { id, multiple } of query.credentials.filter((one) => wanted.includes(one.id))) {
      const valid = (matches[id]?.valid_credentials ?? []).slice(0, multiple ? kept.length : 1)
      const payload = { iat: Math.floor(Date.now() / 1000), aud: String(request.client_id), nonce: request.nonce, ...binding }
      tokens[id] = await Promise.all(
        valid.map(({ input_credential_index: index, claims }) => {
          const { text, signer } = kept[index] as Kept
          return instanceOf(signer).present(text, frameOf(claims.valid_claim_sets[0].output) as never, { kb: { payload } })
        }),
      )
    }
    return tokens
  }

  /** Sends presentations, or that there are none; answers what the verifier said. */
  async function answer({ authorizationRequestPayload: request }: Resolved, tokens: Tokens, habit: Habit = {}) {
    const client = clientOf()
    const { state = request.state, encryption, contentEncryption = 'A256GCM' } = habit
    const payload = habit.error === undefined ? { vp_token: habit.tokens?.(tokens) ?? tokens } : { error: habit.error }
    const isEncrypted = request.response_mode === 'direct_post.jwt' && encryption !== 'none'
    const made = await client.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: {
        ...request,
        ...(state !== undefined && { state }),
        ...(!isEncrypted && { response_mode: 'direct_post' }),
      } as never,
      authorizationResponsePayload: payload as never,
      ...(isEncrypted && { jarm: jarmOf(encryption, contentEncryption) }),
    })
    const { response } = await client.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: request as never,
      ...made,
    } as never)
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }

  /** From the link to what the verifier says. */
  async function show(link: string, habit: Habit = {}) {
    const resolved = await resolve(link, habit)
    return answer(resolved, await present(resolved, habit), habit)
  }

  return { resolve, present, answer, show }
}

function jarmOf(encryption: Habit['encryption'], enc: string) {
  const serverMetadata = {
    ...{ authorization_encryption_alg_values_supported: ['ECDH-ES'], authorization_encryption_enc_values_supported: [enc] },
    authorization_signing_alg_values_supported: ['ES256'],
  }
  const nonce = randomBytes(16).toString('base64url')
  if (typeof encryption === 'object' && 'signer' in encryption)
    return {
      serverMetadata,
      encryption: { nonce },
      jwtSigner: { ...encryption.signer, kid: 'k' },
      authorizationServer: 'the wallet',
      audience: 'anybody',
    }
  return { serverMetadata, encryption: { nonce, ...(typeof encryption === 'object' && { jwk: encryption.jwk }) } }
}

const clientOf = (habit: Habit = {}) => new Openid4vpClient({ callbacks: { ...callbacks, fetch: fetching(habit) } })

/** The line to a verifier; the wallet's nonce is what `@openid4vc/openid4vp` leaves out of the form (section 5.10). */
const fetching =
  ({ walletNonce, fetched }: Habit): NonNullable<CallbackContext['fetch']> =>
  async (address, init) => {
    const isForm = init?.method?.toLowerCase() === 'post'
    const nonce = walletNonce !== undefined && isForm && { body: new URLSearchParams({ wallet_nonce: walletNonce }) }
    const response = await fetch(address as string, { ...init, ...nonce } as RequestInit)
    return (fetched === undefined ? response : new Response(fetched(await response.text()))) as never
  }

const instanceOf = (signer: JwtSignerJwk) =>
  new SDJwtVcInstance({
    hasher: (data: string | ArrayBuffer, algorithm: string) =>
      createHash(algorithm.replace('-', ''))
        .update(typeof data === 'string' ? data : new Uint8Array(data))
        .digest(),
    ...{ hashAlg: 'sha-256', kbSignAlg: 'ES256', kbSigner: (data: string) => peerSigns(signer, data) },
  })

/** `true` for every claim that is asked for. */
const frameOf = (claims: unknown): unknown =>
  typeof claims === 'object' && claims !== null
    ? Object.fromEntries(Object.entries(claims).map(([name, inner]) => [name, frameOf(inner)]))
    : true
