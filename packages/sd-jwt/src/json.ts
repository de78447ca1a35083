import { SdJwtError } from './errors.ts'
import type { Json, JsonObject } from './primitives.ts'

/** How much work a text may cause: its length in characters, how deep it nests, how many disclosures it brings. */
export interface Limits {
  readonly size: number
  readonly depth: number
  readonly disclosures: number
}

/** What is accepted unless the caller says otherwise: room for a portrait, and far more claims than any credential has. */
export const LIMITS: Limits = { size: 1_048_576, depth: 64, disclosures: 1_000 }

/**
 * Parses JSON strictly: no member twice in an object, no number outside the range of a double, bounded size and depth.
 *
 * Throws `too_large`, `too_deep`, `json_malformed`, `json_member_repeated` (RFC 8259; RFC 7515 section 4).
 */
export function parseJson(text: string, limits: Limits = LIMITS): Json {
  if (text.length > limits.size) throw new SdJwtError('too_large', `limit ${limits.size} characters`)
  const written = countWritten(text, limits.depth)
  const value = parsed(text)
  // Every member that was written has its colon. Of members with the same name, however they were escaped, only the last
  // one survives parsing: then fewer are left than were written.
  if (countKept(value) !== written) throw new SdJwtError('json_member_repeated')
  return value
}

/** The same for a text that must be an object. */
export function parseJsonObject(text: string, limits: Limits = LIMITS): JsonObject {
  const value = parseJson(text, limits)
  if (!isObject(value)) throw new SdJwtError('json_malformed', 'not an object')
  return value
}

/** Whether a value is a JSON object: not null, not an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object's own member, or undefined; names such as `constructor` are ordinary. */
export function ownMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Gives the object an own member, also one named `__proto__`. */
export function setMember(object: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}

/**
 * As the built-in parser has it, but for what that of V8 reads wrongly: it can take a name that is written with an escape for one with a backslash
 * that it has read in another text (nodejs/node#63785): a member would go missing, or stand there twice unseen.
 */
function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return text.includes('\\') && hasBackslash(value) ? fromLists(text) : value
  } catch {
    // The message of the built-in parser quotes the text; ours must not.
    throw new SdJwtError('json_malformed')
  }
}

/** Whether a member has a backslash in its name: a wrong name has one always, an honest one nearly never. */
function hasBackslash(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasBackslash)
  return Object.entries(value).some(([name, member]) => name.includes('\\') || hasBackslash(member))
}

const LIST: Readonly<Record<string, string>> = { '{': '[', ':': ',', '}': ']' }

/** Reads a text that is JSON without a name for the parser: each object as a list of its names and values in turn. */
function fromLists(text: string): Json {
  let lists = ''
  const areObjects: boolean[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') at = endOfString(text, at)
    else if (character === '{' || character === '[') areObjects.push(character === '{')
    const exchanged = LIST[character]
    if (exchanged === undefined) continue
    lists += text.slice(from, at) + exchanged
    from = at + 1
  }
  return withObjects(JSON.parse(lists + text.slice(from)), areObjects.values())
}

/** Lists come in the order in which they begin. */
function withObjects(value: Json, areObjects: Iterator<boolean>): Json {
  if (!Array.isArray(value)) return value
  if (areObjects.next().value !== true) return value.map((element) => withObjects(element, areObjects))
  const object: JsonObject = {}
  for (let at = 0; at < value.length; at += 2) setMember(object, String(value[at]), withObjects(value[at + 1] ?? null, areObjects))
  return object
}

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

/** Colons outside strings; bounds the depth before anything recurses. */
function countWritten(text: string, maximum: number): number {
  let colons = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === COLON) {
      colons++
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maximum) throw new SdJwtError('too_deep', `limit ${maximum}`)
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    }
  }
  return colons
}

/** Where the string that starts here ends: at the next quotation mark before which the backslashes pair up. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    if ((end - before) % 2 === 1) return end
  }
  return text.length
}

function countKept(value: Json): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new SdJwtError('json_malformed', 'number out of range')
    return 0
  }
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element !== 'string') count += countKept(element)
    return count
  }
  // Faster than asking for a list of the members; own ones alone, whatever others put into the prototype of all objects.
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue
    const member = value[name] as Json
    count += typeof member === 'string' ? 1 : 1 + countKept(member)
  }
  return count
}
