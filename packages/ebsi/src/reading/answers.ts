import { isObject, type Json, type JsonObject, LIMITS, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import { EbsiError } from '../errors.ts'
import { isDidEbsi, parseAttributeId } from '../identifiers/index.ts'

/** One page of a list: the names on it, and where the next one is; null when this is the last. */
export interface Page {
  readonly names: readonly string[]
  /** Texts where a name should stand that are none: whoever they are of, nothing can be asked about them. */
  readonly others: readonly string[]
  readonly next: string | null
}

const MOST_ON_A_PAGE = 100
const LARGEST = 256 * 1024

/**
 * Reads a page of issuers: their DIDs. `asked` is the URL that was asked for. One name that is no DID of a legal entity does not spoil the list.
 *
 * Throws `EbsiError`: `registry_answer_malformed`, `registry_link_elsewhere`. The `href` of an item is never followed: where an issuer's
 * record is follows from its DID.
 */
export function readIssuers(text: string, asked: string): Page {
  const { names, next } = readPage(text, asked, ({ did }) => (isText(did) ? did : null))
  return { names: names.filter(isDidEbsi), others: names.filter((name) => !isDidEbsi(name)), next }
}

/** Reads a page of attributes: their ids, 64 hexadecimal digits. Throws as `readIssuers`. */
export const readAttributes = (text: string, asked: string): Page => ({
  ...readPage(text, asked, ({ id }) => (isText(id) ? parseAttributeId(id) : null)),
  others: [],
})

/**
 * Whether an issuer has attributes, by either shape of the answer: a link with `hasAttributes`, or the attributes themselves.
 *
 * Throws `EbsiError` (`registry_answer_malformed`), also when the answer is about another DID.
 */
export function hasAttributes(text: string, did: string): boolean {
  const { attributes, hasAttributes: has, ...answer } = parse(text)
  if (answer.did !== did) throw malformed('did')
  if (Array.isArray(attributes)) return attributes.length > 0
  if (typeof attributes !== 'string' || (has !== undefined && typeof has !== 'boolean')) throw malformed('attributes')
  return has !== false
}

function readPage(text: string, asked: string, name: (item: JsonObject) => string | null): Omit<Page, 'others'> {
  const { items, links } = parse(text)
  if (!Array.isArray(items) || items.length > MOST_ON_A_PAGE || !isObject(links)) throw malformed('items')
  const names = items.map((item) => {
    const found = isObject(item) ? name(item) : null
    if (found === null) throw malformed('items')
    return found
  })
  return { names, next: nextOf(links, asked) }
}

/** The last page points to itself. A link is followed only to another page of the same list. */
function nextOf({ next }: JsonObject, asked: string): string | null {
  if (next === undefined || next === null || next === '') return null
  if (typeof next !== 'string' || !URL.canParse(next)) throw malformed('links.next')
  const [here, there] = [new URL(asked), new URL(next)]
  if (
    there.origin !== here.origin ||
    there.pathname !== here.pathname ||
    there.username !== '' ||
    there.password !== '' ||
    there.hash !== ''
  )
    throw new EbsiError('registry_link_elsewhere')
  return there.href === here.href ? null : next
}

function parse(text: string): JsonObject {
  try {
    const value = parseJson(text, { ...LIMITS, size: LARGEST })
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof SdJwtError)) throw error
  }
  throw malformed('it is no JSON object')
}

const isText = (value: Json | undefined): value is string => typeof value === 'string'

const malformed = (at: string): EbsiError => new EbsiError('registry_answer_malformed', at)
