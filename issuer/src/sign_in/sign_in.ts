import type { Language } from '@symbolon/credential'
import type { Html } from '../authorize/html.ts'
import type { OpenIdSettings } from './openid.ts'

/** Who signed in: the key of this person in the sources, and a name to greet them by when there is one. */
export interface Person {
  readonly subject: string
  readonly name?: string
}

/** One visit of one browser, on its way to us or back. */
export interface Visit {
  /** The address to come back to. */
  readonly returnTo: string
  /** To be brought back as it is: it finds the request again, and fits this browser alone. */
  readonly state: string
  /** Nobody else knows it; the same each time this browser comes with this request. */
  readonly secret: string
  readonly language: Language
}

/** Where the browser goes to sign in: elsewhere, or to a page of ours. */
export type Begun = { readonly address: string } | { readonly title: string; readonly content: Html }

/** A way to find out who sits in front of the browser. */
export interface SignInKind {
  readonly id: string
  /** Whether it may be used in production. */
  readonly production: boolean
  /** Whether it cannot be opened without an OpenID provider. */
  readonly needsProvider: boolean
  open(provider: OpenIdSettings | undefined): SignIn
}

/** That way, open and ready. */
export interface SignIn {
  /** How the browser comes back. */
  readonly method: 'GET' | 'POST'
  /** Throws SignInRefused. */
  begin(visit: Visit): Promise<Begun>
  /** Who it is, out of what the browser brought back. Throws SignInRefused. */
  complete(answer: URLSearchParams, visit: Visit): Promise<Person>
}

/** Nobody signed in; the wallet is told so by `error` (RFC 6749 section 4.1.2.1). No description holds what a provider or a person said. */
export class SignInRefused extends Error {
  readonly error: 'access_denied' | 'server_error' | 'temporarily_unavailable'
  readonly description: string
  constructor(error: SignInRefused['error'], description: string, cause?: unknown) {
    super(description, { cause })
    this.name = 'SignInRefused'
    this.error = error
    this.description = description
  }
}
