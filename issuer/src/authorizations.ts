import type { CredentialType } from '@symbolon/credential'
import { type Caller, ProtocolError, refreshToken as refreshGrant } from '@symbolon/openid4vc'
import { isObject, parseJson } from '@symbolon/sd-jwt'
import { numberOf, optionalText, type Row, type Statements, type Store, textOf } from '@symbolon/service'
import { digestOf, randomHandle, randomId, type Secrets } from './secrets.ts'

/** What is granted: about whom, which credentials, to which wallet. */
export interface Granting {
  /** That of the offer that led here, otherwise a new one; `subject` is sealed under it. */
  readonly id: string
  readonly subject: string
  /** What an offer is for stands first: its issuance then has the offer's id. */
  readonly types: readonly CredentialType[]
  /** Whether the wallet asked by `authorization_details`, so that each credential gets an identifier (OpenID4VCI 1.0 section 6.2). */
  readonly byDetails: boolean
  readonly wallet: Wallet
}

/** Who an authorization is for: a client by its name, if it has one, whether it was registered, and the key it proves with each request (thumbprint, RFC 9449). */
export interface Wallet {
  readonly clientId: string | undefined
  readonly isRegistered: boolean
  readonly jkt: string | undefined
}

/** The wallet that sends a request. */
export const walletAs = ({ clientId, registered }: Caller, jkt: string | undefined): Wallet => ({
  ...{ clientId, isRegistered: registered !== undefined, jkt },
})

/** One credential that may be fetched, as long and as often as the authorization allows; what is fetched is one issuance. */
export interface AuthorizedType {
  readonly type: string
  /** The issuance exists once a first copy was made. */
  readonly issuanceId: string
  /** What the wallet must call it by, if it was given one. */
  readonly identifier: string | undefined
}

/** The tokens of an authorization, told once. */
export interface Granted {
  readonly accessToken: string
  /** Of the access token, in seconds. */
  readonly lifetime: number
  readonly refreshToken: string | undefined
  /** Whether the access token belongs to a key. */
  readonly isBound: boolean
  readonly types: readonly AuthorizedType[]
}

/** What an access token stands for. */
export interface Access extends Wallet {
  readonly tokenHash: string
  readonly authorizationId: string
  readonly subject: string
  readonly types: readonly AuthorizedType[]
}

/** What somebody agreed to, and the tokens that hang on it. Methods with `tx` run in the caller's transaction. */
export interface Authorizations {
  /** Makes an authorization with its first tokens: a refresh token too, if a key is there to bind it to and every type allows it. */
  open(tx: Statements, granting: Granting): Promise<Granted>
  /**
   * A new access token, for the wallet that the refresh token belongs to; the one before ends. `scopes`: those the wallet names, if it does.
   *
   * Throws ProtocolError `invalid_grant`, `invalid_client` for a wallet that is registered no more, or `invalid_scope` for one that was not granted before (RFC 6749 section 6).
   */
  renew(tx: Statements, refreshToken: string, wallet: Wallet, scopes?: readonly string[]): Promise<Granted>
  /** Throws ProtocolError `invalid_token`. */
  accessOf(token: string): Promise<Access>
  /** Ends a token that a client gives back: with a refresh token all of it. Throws ProtocolError `invalid_grant` for one of another client. */
  revoke(tx: Statements, token: string, caller: Caller): Promise<void>
  /** Ends an authorization with all its tokens; one that is not there has ended. */
  end(tx: Statements, id: string): Promise<void>
  /** Ends only what can be renewed: the access token lives its minutes. */
  endRefresh(tx: Statements, id: string): Promise<void>
  /** Forgets what has ended by itself. */
  purge(tx: Statements): Promise<void>
}

/** Seconds; a bearer token must not live longer (OpenID4VCI 1.0 section 13.10), and no other needs to. */
const TOKEN_LIFE = 300
/** How long a wallet can renew its credentials without asking the person again, in seconds. */
export const REFRESH_LIFE = 180 * 86_400

/** Authorizations in the store; `now` gives seconds. */
export function openAuthorizations(store: Store, secrets: Secrets, now: () => number): Authorizations {
  return {
    async open(tx, { id, subject, types: granted, byDetails, wallet: { clientId, isRegistered, jkt } }) {
      const isRefreshable = jkt !== undefined && granted.every(({ grants }) => grants.includes(refreshGrant.id))
      const [accessToken, refreshToken] = [randomHandle(), isRefreshable ? randomHandle() : undefined]
      const types = granted.map(({ name }, at) => ({
        type: name,
        issuanceId: at === 0 ? id : randomId(),
        identifier: byDetails ? randomId() : undefined,
      }))
      await tx.run(
        `insert into authorizations (id, subject, client_id, jkt, types, access_hash, access_ends_at, accesses, refresh_hash, ends_at, is_registered)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)`,
        id,
        subject,
        clientId ?? null,
        jkt ?? null,
        writeTypes(types),
        digestOf(accessToken),
        now() + TOKEN_LIFE,
        refreshToken === undefined ? null : digestOf(refreshToken),
        now() + (isRefreshable ? REFRESH_LIFE : TOKEN_LIFE),
        isRegistered ? 1 : 0,
      )
      return { accessToken, lifetime: TOKEN_LIFE, refreshToken, isBound: jkt !== undefined, types }
    },

    async renew(tx, refreshToken, wallet, scopes = []) {
      const row = await tx.get(
        'select id, client_id, is_registered, jkt, types, ends_at from authorizations where refresh_hash = $1 and ends_at > $2',
        digestOf(refreshToken),
        now(),
      )
      if (row === undefined) throw invalidGrant('the refresh token is unknown, expired or ended')
      const { clientId, isRegistered, jkt } = walletOf(row)
      // By its name alone anybody could be it: whoever was registered had, perhaps, to prove it.
      if (clientId === wallet.clientId && isRegistered && !wallet.isRegistered) {
        throw new ProtocolError('invalid_client', 'this client is not registered here any more')
      }
      if (clientId !== wallet.clientId || jkt !== wallet.jkt) throw invalidGrant('the refresh token belongs to another client or key')
      const types = readTypes(row)
      if (scopes.some((scope) => !types.some(({ type }) => type === scope))) {
        throw new ProtocolError('invalid_scope', 'scope names something that was not granted')
      }
      const accessToken = randomHandle()
      // No access token outlives its authorization.
      const lifetime = Math.min(TOKEN_LIFE, numberOf(row, 'ends_at') - now())
      await tx.run(
        'update authorizations set access_hash = $2, access_ends_at = $3, accesses = accesses + 1 where id = $1',
        textOf(row, 'id'),
        digestOf(accessToken),
        now() + lifetime,
      )
      return { accessToken, lifetime, refreshToken: undefined, isBound: true, types }
    },

    async accessOf(token) {
      const tokenHash = digestOf(token)
      const row = await store.get(
        'select id, subject, client_id, is_registered, jkt, types from authorizations where access_hash = $1 and access_ends_at > $2',
        tokenHash,
        now(),
      )
      if (row === undefined) throw new ProtocolError('invalid_token', 'the access token is unknown, expired or withdrawn')
      const authorizationId = textOf(row, 'id')
      const subject = secrets.unseal(authorizationId, textOf(row, 'subject'))
      return { tokenHash, authorizationId, subject, types: readTypes(row), ...walletOf(row) }
    },

    async revoke(tx, token, { clientId }) {
      const hash = digestOf(token)
      const row = await tx.get(
        'select id, client_id, is_registered, jkt, refresh_hash from authorizations where access_hash = $1 or refresh_hash = $1',
        hash,
      )
      if (row === undefined) return
      if (walletOf(row).clientId !== clientId) throw invalidGrant('the token belongs to another client')
      const refreshHash = optionalText(row, 'refresh_hash')
      if (refreshHash === null || refreshHash === hash) return end(tx, textOf(row, 'id'))
      await tx.run('update authorizations set access_hash = null where id = $1', textOf(row, 'id'))
    },

    end,

    async endRefresh(tx, id) {
      await tx.run('update authorizations set refresh_hash = null, ends_at = access_ends_at where id = $1', id)
    },

    async purge(tx) {
      await tx.run('delete from authorizations where ends_at <= $1', now())
    },
  }

  async function end(tx: Statements, id: string): Promise<void> {
    await tx.run('delete from authorizations where id = $1', id)
  }
}

const invalidGrant = (description: string): ProtocolError => new ProtocolError('invalid_grant', description)

const walletOf = (row: Row): Wallet => ({
  clientId: optionalText(row, 'client_id') ?? undefined,
  isRegistered: row.is_registered === 1,
  jkt: optionalText(row, 'jkt') ?? undefined,
})

const writeTypes = (types: readonly AuthorizedType[]): string =>
  JSON.stringify(types.map(({ type, issuanceId, identifier }) => ({ type, issuance: issuanceId, identifier })))

/** The types of a row of `authorizations`. */
export function readTypes(row: Row): AuthorizedType[] {
  const types = parseJson(textOf(row, 'types'))
  return (Array.isArray(types) ? types : []).map((entry) => {
    const { type, issuance, identifier } = isObject(entry) ? entry : {}
    if (typeof type !== 'string' || typeof issuance !== 'string') throw new TypeError('an authorization has a type that says nothing')
    return { type, issuanceId: issuance, identifier: typeof identifier === 'string' ? identifier : undefined }
  })
}
