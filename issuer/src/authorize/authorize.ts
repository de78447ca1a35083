import { parseAuthorizationQuery, parseForm } from '@symbolon/openid4vc'
import { type HttpRequest, sameSecret } from '@symbolon/service'
import { type SignIn, SignInRefused, type Visit } from '../sign_in/index.ts'
import { PageFault } from './faults.ts'
import { page } from './pages.ts'
import { requestId, type Waiting } from './requests.ts'
import { type Authorizing, attestable, type Call, elsewhere, steps } from './visit.ts'

/**
 * The authorization endpoint, and what follows until somebody has signed in (RFC 6749 section 3.1, RFC 9126 section 4).
 *
 * Opening the page changes nothing, so it can be opened as often as one likes; what a browser needs to come back hangs on its cookie.
 */
export function authorizing(parts: Authorizing): Record<'authorize' | 'signedIn', Call> {
  const { url, requests, secrets, now } = parts
  const { cookie, frame, paged, refuse } = steps(parts)
  const consent = (id: string): string => `${url}/authorize/consent/${id}`

  return {
    authorize: paged(async (request) => {
      const { clientId, requestUri } = parseAuthorizationQuery(request.query)
      const known = cookie.read(request.headers.cookie, requestId(requestUri))
      const waiting = await requests.open(requestUri, clientId, known)
      if (waiting.person !== undefined) return elsewhere(consent(waiting.id))
      const made = known === undefined ? cookie.make(waiting.id, waiting.expiresAt - now()) : undefined
      const headers: Record<string, string> = made === undefined ? {} : { 'set-cookie': made.header }
      try {
        const begun = await signIn().begin(visitOf(request, waiting, made?.value ?? known ?? ''))
        if ('address' in begun) return elsewhere(begun.address, headers)
        const shown = page(frame(request, waiting), begun.title, begun.content, waiting.request.redirectUri)
        return { ...shown, headers: { ...shown.headers, ...headers } }
      } catch (reason) {
        return refuse(waiting, reason)
      }
    }),

    signedIn: paged(async (request) => {
      if (request.method !== signIn().method) throw new PageFault('link_malformed')
      const brought = request.method === 'POST' ? new URLSearchParams([...parseForm(request)]) : request.query
      const [id = '', token = ''] = (brought.get('state') ?? '').split('.')
      const browser = cookie.read(request.headers.cookie, id)
      if (browser === undefined || !sameSecret(token, secrets.visit('state', id, browser))) throw new PageFault('browser_not_known')
      const waiting = await requests.find(id, browser)
      try {
        const person = await signIn().complete(brought, visitOf(request, waiting, browser))
        const offerId = await offerFor(waiting, person.subject)
        if ((await attestable(parts, waiting, person.subject)).there.length === 0) {
          throw new SignInRefused('access_denied', 'the institution can attest none of this for the person who signed in')
        }
        // A new value for a browser in which somebody is signed in from now on: whoever saw the old one has nothing.
        const made = cookie.make(id, waiting.expiresAt - now())
        await requests.signedIn(id, made.value, person, offerId)
        return elsewhere(consent(id), { 'set-cookie': made.header })
      } catch (reason) {
        return refuse(waiting, reason)
      }
    }),
  }

  function signIn(): SignIn {
    // Without a sign-in no type lets a wallet push a request.
    if (parts.signIn === undefined) throw new PageFault('link_ended')
    return parts.signIn
  }

  function visitOf(request: HttpRequest, waiting: Waiting, browser: string): Visit {
    const { id } = waiting
    return {
      returnTo: `${url}/authorize/signed-in`,
      state: `${id}.${secrets.visit('state', id, browser)}`,
      secret: secrets.visit('secret', id, browser),
      language: frame(request, waiting).language,
    }
  }

  /** The offer that led here; it must be for whoever signed in. Undefined: none did. Throws SignInRefused. */
  async function offerFor({ request: { issuerState } }: Waiting, subject: string): Promise<string | undefined> {
    if (issuerState === undefined) return undefined
    const offer = await requests.offered(issuerState)
    if (offer === undefined) throw new SignInRefused('access_denied', 'the offer was withdrawn, used or has expired')
    if (offer.subject !== subject) throw new SignInRefused('access_denied', 'the offer is for somebody else than the person who signed in')
    return offer.id
  }
}
