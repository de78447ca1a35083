import type { Route } from '@symbolon/service'
import { authorizing } from './authorize.ts'
import { consenting } from './consent.ts'
import { type Pushing, pushing } from './par.ts'
import { STYLE } from './style.ts'
import { steps } from './visit.ts'

export { PAGE_CODES } from './faults.ts'
export type { Pushing } from './par.ts'

/** The routes on which a wallet asks and a person answers; only the first is for wallets in other people's pages. */
export function authorizationRoutes(parts: Pushing): Route[] {
  const { base } = steps(parts)
  const { authorize, signedIn } = authorizing(parts)
  const { ask, decide } = consenting(parts)
  const style = { headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=300' }, text: STYLE }
  return [
    { method: 'POST', path: `${base}/par`, open: true, handle: pushing(parts) },
    { method: 'GET', path: `${base}/authorize`, handle: authorize },
    { method: 'GET', path: `${base}/authorize/signed-in`, handle: signedIn },
    { method: 'POST', path: `${base}/authorize/signed-in`, handle: signedIn },
    { method: 'GET', path: `${base}/authorize/consent/:id`, handle: ask },
    { method: 'POST', path: `${base}/authorize/consent/:id`, handle: decide },
    { method: 'GET', path: `${base}/authorize/style.css`, handle: async () => style },
  ]
}
