import type { Store } from '@symbolon/service'
import { type Authorizations, openAuthorizations } from './authorizations.ts'
import { openRequests, type Requests } from './authorize/requests.ts'
import { type Deliveries, openDeliveries } from './deliveries.ts'
import { type Issuances, openIssuances } from './issuances.ts'
import { type Offers, openOffers } from './offers.ts'
import { purgeOnce } from './once.ts'
import type { Secrets } from './secrets.ts'
import type { StatusForms } from './status_forms/index.ts'
import { openStatusLists, type StatusLists } from './status_lists.ts'

/** All that an issuer remembers. */
export interface Records {
  readonly store: Store
  readonly lists: StatusLists
  readonly authorizations: Authorizations
  readonly offers: Offers
  readonly requests: Requests
  readonly deliveries: Deliveries
  readonly issuances: Issuances
  /** Forgets what has expired and wipes what is no longer needed. */
  purge(): Promise<void>
}

/** What the records go by; `url` is the issuer's, lives are seconds. */
export interface RecordSettings {
  readonly url: string
  readonly offerLife: number
  readonly statusListSize: number
  readonly statusTtl: number
  readonly evidenceLife: number
}

/** The records in a store; `forms` sign status lists, `now` gives seconds. */
export function openRecords(store: Store, secrets: Secrets, forms: StatusForms, settings: RecordSettings, now: () => number): Records {
  const lists = openStatusLists(store, forms, settings, now)
  const authorizations = openAuthorizations(store, secrets, now)
  const offers = openOffers(store, secrets, authorizations, settings, now)
  const requests = openRequests(store, secrets, now)
  return {
    ...{ store, lists, authorizations, offers, requests },
    deliveries: openDeliveries(store, lists, authorizations, secrets, now),
    issuances: openIssuances(store, lists, authorizations, secrets, now),
    purge: () =>
      store.transaction(async (tx) => {
        await authorizations.purge(tx)
        await offers.purge(tx)
        await requests.purge(tx)
        await purgeOnce(tx, now())
      }),
  }
}
