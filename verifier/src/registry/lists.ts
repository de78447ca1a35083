import {
  attributesRequest,
  hasAttributes,
  issuerRequest,
  issuersRequest,
  type Page,
  type RegistryRequest,
  readAttributes,
  readIssuers,
} from '@symbolon/ebsi'
import { refused } from '../errors.ts'
import type { Skipping } from './skipped.ts'

/** What a registry answered. */
export interface RegistryAnswer {
  readonly status: number
  readonly mediaType: string
  readonly content: string
}

/** Asks one question; the answer has status 200, or 404 for what is not there, and everything else is a `RefusedError`. `now` gives seconds since 1970. */
export interface Crawling {
  ask(request: RegistryRequest): Promise<RegistryAnswer>
  now(): number
  /** Said from time to time: how many issuers were looked at. */
  progress?(done: number, all: number): void
}

/** An honest registry has less of it; a hostile one must not keep us for ever. */
const MOST_ISSUERS = 20_000
/** Others can give an issuer attributes: whoever has more must not be in the way of everybody. */
const MOST_ATTRIBUTES = 200

/** An answer that is none. */
export const wrong = (what: string) => refused('registry_answer_wrong', what)

/**
 * All issuers of the registry, of whatever root. A name on the list that is none is somebody's fault, and noted.
 *
 * Throws `RefusedError`: `registry_too_large` for a list that does not end, which is the registry's own, and what `ask` throws.
 */
export async function issuersOf(registry: string, { note }: Skipping, crawling: Crawling): Promise<readonly string[]> {
  const { names, others, isWhole } = await allNames(issuersRequest(registry), readIssuers, MOST_ISSUERS, crawling)
  if (!isWhole) throw refused('registry_too_large', `the list of issuers has more than ${MOST_ISSUERS} lines`)
  for (const did of others) note({ did, code: 'registry_answer_wrong', why: 'it is no did:ebsi' })
  return names
}

/** The ids of an issuer's attributes, of whatever root; none when it has left the registry meanwhile. */
export async function attributesOf(registry: string, did: string, crawling: Crawling): Promise<Names> {
  const answer = await crawling.ask(issuerRequest(registry, did))
  if (answer.status === 404 || !hasAttributes(answer.content, did)) return { names: [], others: [], isWhole: true }
  return allNames(attributesRequest(registry, did), readAttributes, MOST_ATTRIBUTES, crawling)
}

/** What stands on a list, its first lines when there are too many. */
export interface Names {
  readonly names: readonly string[]
  readonly others: readonly string[]
  readonly isWhole: boolean
}

/** Every name of a list, page by page, until one repeats. */
async function allNames(
  first: RegistryRequest,
  read: (text: string, asked: string) => Page,
  most: number,
  { ask }: Crawling,
): Promise<Names> {
  const names = new Set<string>()
  const others = new Set<string>()
  const seen = new Set<string>()
  const count = () => names.size + others.size
  for (let url: string | null = first.url; url !== null && !seen.has(url) && count() <= most; ) {
    seen.add(url)
    const answer = await ask({ ...first, url })
    if (answer.status !== 200) throw wrong(`${first.url} does not answer with a list (HTTP status ${answer.status})`)
    const page: Page = read(answer.content, url)
    const before = count()
    for (const name of page.names) names.add(name)
    for (const name of page.others) others.add(name)
    // A list that goes on with nothing new would go on for ever.
    url = count() === before ? null : page.next
  }
  return { names: [...names].slice(0, most), others: [...others], isWhole: count() <= most }
}
