import type { Path } from '@symbolon/credential'
import type { ClaimDescription, Display, NotificationEvent } from '@symbolon/openid4vc'
import type { JsonObject, SignatureAlgorithm } from '@symbolon/sd-jwt'

/** A private key; it never leaves the container. */
export interface PrivateKey {
  readonly algorithm: SignatureAlgorithm
  readonly jwk: JsonObject
}

/** A holder key. */
export interface HeldKey extends PrivateKey {
  readonly id: string
}

/** One credential as it was issued, whole: made to be shown once, because verifiers who compare notes can link what shows it twice. Times in seconds since 1970. */
export interface HeldCopy {
  readonly text: string
  /** Absent for a credential that is bound to no key. */
  readonly keyId?: string
  readonly received: number
  /** Absent when it has no end. */
  readonly expires?: number
  /** How often it was shown. */
  readonly shown: number
}

/** A credential that a person holds: a set of copies that say the same, with what the issuer says about showing them. */
export interface HeldCredential {
  readonly id: string
  /** The `vct`. */
  readonly type: string
  readonly issuer: string
  /** What it was asked for by; absent in a wallet of the first version. */
  readonly source?: CredentialSource
  /** What the issuer calls its deliveries, for telling it what became of them (OpenID4VCI 1.0 section 11). */
  readonly deliveries: readonly Delivery[]
  readonly copies: readonly HeldCopy[]
  readonly display: readonly Display[]
  readonly claims: readonly ClaimDescription[]
  /** What packs its presentations into small codes (specs/code.md), where the issuer gave it. */
  readonly codeDictionary?: string
}

/** Where more copies come from. */
export interface CredentialSource {
  readonly authorizationId: string
  readonly configurationId: string
  /** Given by the authorization server, and then to be used in place of the configuration (OpenID4VCI 1.0 section 6.2). */
  readonly identifier?: string
}

/** One answer of a credential endpoint that had a name; `expires` is when its last copy ends. */
export interface Delivery {
  readonly notificationId: string
  readonly expires?: number
}

/** What an authorization server lets this wallet have: first a code to redeem, then tokens. */
export interface Authorization {
  readonly id: string
  /** The credential issuer identifier. */
  readonly issuer: string
  /** The issuer identifier of the authorization server. */
  readonly server: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint?: string
  readonly notificationEndpoint?: string
  /** Absent for an anonymous wallet. */
  readonly clientId?: string
  /** What the tokens are bound to (RFC 9449); absent where the server does not speak DPoP. */
  readonly dpop?: PrivateKey
  /** The form of the first token request; gone as soon as it is answered. */
  readonly tokenRequest?: string
  readonly access?: AccessToken
  readonly refreshToken?: string
}

export interface AccessToken {
  /** `Bearer` or `DPoP`. */
  readonly scheme: string
  readonly token: string
  /** Absent when the server did not say. */
  readonly expires?: number
}

/** An issuance that is under way: written before the request whose answer may be lost, gone when its credential is held. */
export interface PendingIssuance {
  /** That of the credential it brings, or brings more copies of. */
  readonly id: string
  readonly source: CredentialSource
  readonly started: number
  /** How many copies to ask for. */
  readonly copies: number
  /** The keys that are asked for, and asked for again when the answer was lost: by them the issuer sees that it was. Empty before the first request. */
  readonly keys: readonly HeldKey[]
}

/** Something an issuer is still to be told (OpenID4VCI 1.0 section 11). */
export interface Notice {
  readonly authorizationId: string
  readonly notificationId: string
  readonly event: NotificationEvent
}

/** What became of a disclosure, as far as the wallet knows; `begun` is written before anything is sent, and stays when the wallet is killed then. */
export const DISCLOSURE_OUTCOMES = ['begun', 'delivered', 'handed_over', 'not_sent', 'refused', 'unanswered'] as const
export type DisclosureOutcome = (typeof DISCLOSURE_OUTCOMES)[number]

/** Who got to see what, and when: paths, never values. */
export interface Disclosure {
  readonly id: string
  /** Seconds since 1970. */
  readonly at: number
  /** The identifier that it was made for, as the key binding names it. */
  readonly audience: string
  /** What the wallet found out of whoever asked; absent where nobody did, as with `present ID`. */
  readonly asker?: DisclosureAsker
  /** What for, in the words of the asker's registration. */
  readonly purpose?: string
  /** The address of the published authorisation. */
  readonly authorisation?: string
  readonly shown: readonly ShownCredential[]
  readonly outcome: DisclosureOutcome
}

/** Who asked, as far as it was found out at that time. */
export interface DisclosureAsker {
  readonly name?: string
  readonly organisationId?: string
  /** The entry of the trust file that vouched; absent: nobody did. */
  readonly anchor?: string
}

/** What was shown of one credential. */
export interface ShownCredential {
  readonly credentialId: string
  readonly type: string
  /** The claims that could have stayed hidden. */
  readonly paths: readonly Path[]
  /** The claims that nobody can hide. */
  readonly always: readonly Path[]
  /** Whether the copy had been shown before, so that verifiers can link it. */
  readonly reused: boolean
}

/** Everything a wallet holds. */
export interface WalletState {
  readonly keys: readonly HeldKey[]
  readonly credentials: readonly HeldCredential[]
  readonly authorizations: readonly Authorization[]
  readonly pending: readonly PendingIssuance[]
  readonly notices: readonly Notice[]
  /** The history, oldest first. */
  readonly disclosures: readonly Disclosure[]
}

export const EMPTY_STATE: WalletState = { keys: [], credentials: [], authorizations: [], pending: [], notices: [], disclosures: [] }
