import { type AuthorizationRequest, parseForm, refreshToken } from '@symbolon/openid4vc'
import { type HttpRequest, sameSecret } from '@symbolon/service'
import { REFRESH_LIFE } from '../authorizations.ts'
import { PageFault } from './faults.ts'
import { consentContent, page } from './pages.ts'
import type { Waiting } from './requests.ts'
import { type Authorizing, attestable, type Call, steps } from './visit.ts'

type SignedIn = Waiting & { readonly person: NonNullable<Waiting['person']> }

/** The question whether the wallet may have what it asks for, and the answer of the person who signed in. */
export function consenting(parts: Authorizing): Record<'ask' | 'decide', Call> {
  const { findClient, requests, secrets } = parts
  const { cookie, frame, paged, answer, refuse } = steps(parts)

  return {
    ask: paged(async (request) => {
      const { waiting, browser } = await visitor(request)
      const where = frame(request, waiting)
      const found = await attestable(parts, waiting, waiting.person.subject).catch((reason: unknown) => ({ reason }))
      if ('reason' in found) return refuse(waiting, found.reason)
      const { there, missing } = found
      const { clientId, redirectUri } = waiting.request
      const client = findClient(clientId)
      const shown = there.map(({ name }) => name).join(' ')
      const { title, content } = consentContent(where, {
        wallet: client?.name ?? clientId,
        host: client && (new URL(redirectUri).host || new URL(redirectUri).protocol),
        person: waiting.person.name,
        types: there.map((type) => type.display[where.language]),
        missing: missing.map((type) => type.display[where.language].name),
        renewalDays: there.some(({ grants }) => grants.includes(refreshToken.id)) ? Math.floor(REFRESH_LIFE / 86_400) : undefined,
        shown,
        form: formToken(waiting, browser, shown),
      })
      return page(where, title, content, redirectUri)
    }),

    decide: paged(async (request) => {
      const { waiting, browser } = await visitor(request)
      const form = parseForm(request)
      const shown = form.get('types') ?? ''
      const fits = sameSecret(form.get('form') ?? '', formToken(waiting, browser, shown))
      if (!fits || !isOurs(request)) throw new PageFault('browser_not_known')
      if (form.get('answer') === 'yes') {
        return answer(waiting, { code: await requests.grant(waiting.id, browser, narrowed(waiting.request, shown.split(' '))) })
      }
      await requests.refuse(waiting.id)
      return answer(waiting, { error: 'access_denied', description: 'the person said no' })
    }),
  }

  /** Throws PageFault unless this is the browser in which somebody signed in. */
  async function visitor({ headers, parameters: { id = '' } }: HttpRequest): Promise<{ waiting: SignedIn; browser: string }> {
    const browser = cookie.read(headers.cookie, id)
    if (browser === undefined) throw new PageFault('browser_not_known')
    const waiting = await requests.find(id, browser)
    const { person } = waiting
    if (person === undefined) throw new PageFault('browser_not_known')
    return { waiting: { ...waiting, person }, browser }
  }

  /** Fits one browser, one request, one sign-in and what the page showed, and the step after it happens once: a page of somebody who signed in before is worth nothing. */
  function formToken({ id, person }: SignedIn, browser: string, shown: string): string {
    return secrets.visit(`consent ${person.seal} ${shown}`, id, browser)
  }
}

/** Nobody agreed to what the page said the wallet will not get, also when the sources have it tomorrow. */
function narrowed(request: AuthorizationRequest, shown: readonly string[]): AuthorizationRequest {
  const configurationIds = request.wanted.configurationIds.filter((id) => shown.includes(id))
  return { ...request, wanted: { ...request.wanted, configurationIds } }
}

/** What a browser says about where a form came from (Fetch Metadata); one that says nothing is judged by its cookie and the token alone. */
const isOurs = ({ headers }: HttpRequest): boolean => (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin'
