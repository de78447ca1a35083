import type { CredentialType } from '@symbolon/credential'
import { type AuthorizationResult, authorizationResponse, type ClientRule, ProtocolError } from '@symbolon/openid4vc'
import { type HttpAnswer, type HttpRequest, type Log, placeOf } from '@symbolon/service'
import { claimsOf } from '../claims.ts'
import type { IssuedType } from '../issue.ts'
import type { Secrets } from '../secrets.ts'
import { type SignIn, SignInRefused } from '../sign_in/index.ts'
import { type BrowserCookie, browserCookie } from './cookies.ts'
import { PageFault } from './faults.ts'
import { type Frame, faultPage } from './pages.ts'
import type { Requests, Waiting } from './requests.ts'
import { pageLanguage } from './words/index.ts'

/** What asking a person needs. */
export interface Authorizing {
  /** The issuer identifier. */
  readonly url: string
  readonly name: string
  readonly types: ReadonlyMap<string, IssuedType>
  readonly findClient: ClientRule['find']
  readonly requests: Requests
  /** Undefined: nobody can sign in, and no type lets anybody try. */
  readonly signIn: SignIn | undefined
  readonly secrets: Secrets
  readonly log: Log
  readonly now: () => number
}

export type Call = (request: HttpRequest) => Promise<HttpAnswer>

/** What every step of a visit has in common. */
export interface Steps {
  readonly base: string
  readonly cookie: BrowserCookie
  frame(request: HttpRequest, waiting?: Waiting): Frame
  /** A handler whose page faults are told as a page. */
  paged(handle: Call): Call
  /** Sends the browser back to the wallet; its cookie has done its work. */
  answer(waiting: Waiting, result: AuthorizationResult): HttpAnswer
  /** Ends a request that nobody can or will answer, and tells the wallet why: a fault of our own is `server_error` (RFC 6749 section 4.1.2.1). Throws page faults on. */
  refuse(waiting: Waiting, reason: unknown): Promise<HttpAnswer>
}

/** To another address, by a GET whatever the method was (RFC 9700 section 4.12: never 307). */
export const elsewhere = (location: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer => ({
  status: 303,
  headers: { location, 'referrer-policy': 'no-referrer', ...headers },
})

const OUR_FAULT = { error: 'server_error', description: 'something failed here; begin anew, later' } as const

/** The steps of an issuer's visits. */
export function steps({ url, name, requests, log }: Authorizing): Steps {
  const { pathname, protocol } = new URL(url)
  const base = pathname.replace(/\/$/, '')
  const cookie = browserCookie(protocol === 'https:', base)
  const frame: Steps['frame'] = ({ headers }, waiting) => ({
    language: pageLanguage(waiting?.request.locales ?? [], headers['accept-language']),
    issuer: name,
    base,
  })
  const answer: Steps['answer'] = ({ id, request }, result) =>
    elsewhere(authorizationResponse(request.redirectUri, result, { state: request.state, issuer: url }), { 'set-cookie': cookie.end(id) })
  return {
    base,
    cookie,
    frame,
    answer,

    paged: (handle) => async (request) => {
      try {
        return await handle(request)
      } catch (error) {
        if (error instanceof PageFault) return faultPage(frame(request), error.code)
        // What came with the browser is not as our own pages and the wallet send it.
        if (error instanceof ProtocolError) return faultPage(frame(request), 'link_malformed')
        throw error
      }
    },

    async refuse(waiting, reason) {
      if (reason instanceof PageFault || reason instanceof ProtocolError) throw reason
      const known = reason instanceof SignInRefused
      if (!known) log.error(placeOf(reason), 'a visit failed')
      else if (reason.cause !== undefined) log.warn({ ...placeOf(reason.cause), what: reason.description }, 'nobody could sign in')
      await requests.refuse(waiting.id)
      const { error, description } = known ? reason : OUR_FAULT
      return answer(waiting, { error, description })
    },
  }
}

/** The wanted types, and which of them the sources say something about for this person at this moment. */
export async function attestable(
  { types, now }: Authorizing,
  { request }: Waiting,
  subject: string,
): Promise<{ there: CredentialType[]; missing: CredentialType[] }> {
  const wanted = request.wanted.configurationIds.flatMap((id) => types.get(id) ?? [])
  const found = await Promise.all(
    wanted.map(async ({ type, source }) => ({ type, there: !('code' in (await claimsOf(type, source, subject, now()))) })),
  )
  const of = (wish: boolean) => found.filter(({ there }) => there === wish).map(({ type }) => type)
  return { there: of(true), missing: of(false) }
}
