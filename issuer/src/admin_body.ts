import { type Json, type JsonObject, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import { type HttpRequest, type Refusal, refusal } from '@symbolon/service'

/** The body of a call of the institution: an object with these members and no others. Throws a refusal. */
export function readBody({ body }: HttpRequest, members: readonly string[]): JsonObject {
  let document: Json
  try {
    document = parseJson(body)
  } catch (error) {
    if (error instanceof SdJwtError) throw refusal('invalid_request', `the body is not JSON (${error.code})`)
    throw error
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalid('the body', 'must be an object')
  // A misspelt member would be a wish not granted: an offer without the transaction code somebody asked for.
  const unknown = Object.keys(document).find((name) => !members.includes(name))
  if (unknown !== undefined) throw invalid('the body', `may have ${members.join(', ')} and nothing else`)
  return document
}

/** A text of one line; throws a refusal. */
export function string(body: JsonObject, name: string, most: number): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '' || value.length > most || /\p{Cc}/u.test(value)) {
    throw invalid(name, `must be text of one line, 1 to ${most} characters`)
  }
  return value
}

/** Whether something is wanted; it is not where nothing is said. Throws a refusal. */
export function flag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false
  if (typeof value !== 'boolean') throw invalid(name, 'must be true or false')
  return value
}

/** The refusal of a body, by the member that is wrong. */
export const invalid = (member: string, what: string): Refusal => refusal('invalid_request', `${member} ${what}`)

/** Seconds since 1970 as the calls say times. */
export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()
