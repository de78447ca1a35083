import { isObject, type Json, type JsonObject, parseJson } from '@symbolon/sd-jwt'

/** The body of a request or an answer as text, and the media type it came with. */
export interface Message {
  readonly contentType: string | undefined
  readonly body: string
}

/** The media type without its parameters, in small letters (RFC 9110 section 8.3.1). */
export const mediaType = (message: Message): string => message.contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** Our documents are small; more than this is a fault or an attack. */
const LARGEST_JSON = 1_048_576

/**
 * Reads JSON members strictly and names the place of a fault; what a fault becomes is the caller's word.
 *
 * Places are written as in JavaScript, `grants.tx_code`; values are never repeated.
 */
export function reader(fault: (place: string, what: string, cause?: unknown) => Error) {
  const refuse = (place: string, what: string): never => {
    throw fault(place, what)
  }

  const object = (value: Json | undefined, place: string): JsonObject => {
    if (isObject(value)) return value
    throw fault(place, value === undefined ? 'is missing' : 'must be an object')
  }

  const string = (value: Json | undefined, place: string): string => {
    if (typeof value === 'string' && value !== '') return value
    throw fault(place, value === undefined ? 'is missing' : 'must be a string that is not empty')
  }

  const array = (value: Json | undefined, place: string): Json[] => {
    if (Array.isArray(value) && value.length > 0) return value
    throw fault(place, value === undefined ? 'is missing' : 'must be an array that is not empty')
  }

  const strings = (value: Json | undefined, place: string): string[] => {
    const list = array(value, place).map((entry, index) => string(entry, `${place}[${index}]`))
    if (new Set(list).size !== list.length) refuse(place, 'names something twice')
    return list
  }

  const whole = (value: Json | undefined, place: string, least: number): number => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
    throw fault(place, value === undefined ? 'is missing' : `must be a whole number, ${least} or more`)
  }

  const boolean = (value: Json | undefined, place: string): boolean => {
    if (typeof value === 'boolean') return value
    throw fault(place, value === undefined ? 'is missing' : 'must be true or false')
  }

  const address = (value: Json | undefined, place: string): string => {
    const text = string(value, place)
    const what = addressFault(text)
    return what === undefined ? text : refuse(place, what)
  }

  /** An address that a peer names: a peer on https must not lead to what listens on this very machine. */
  const addressOf =
    (peer: string) =>
    (value: Json | undefined, place: string): string => {
      const text = address(value, place)
      return new URL(text).protocol === 'https:' || !isSecure(peer) ? text : refuse(place, 'must use https, as who names it does')
    }

  /** Absent stays absent; what is there must be right. */
  const optional = <T>(value: Json | undefined, read: (value: Json, place: string) => T, place: string): T | undefined =>
    value === undefined ? undefined : read(value, place)

  const json = (message: Message): Json => {
    if (mediaType(message) !== 'application/json') refuse('the content type', 'must be application/json')
    return jsonText(message.body)
  }

  const jsonText = (text: string): Json => {
    if (text.length > LARGEST_JSON) refuse('the body', `must have at most ${LARGEST_JSON} characters`)
    try {
      return parseJson(text)
    } catch (cause) {
      throw fault('the body', 'is not JSON, or not strict JSON (a member twice, nested too deep)', cause)
    }
  }

  return { refuse, object, string, array, strings, whole, boolean, address, addressOf, optional, json, jsonText }
}

/** What is wrong with an address we would talk to, or undefined: https, or http on this very machine (development); no user name, no fragment. */
export function addressFault(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'must be an address (URL)'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return 'must use https'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name'
  if (text.includes('#')) return 'must not have a fragment'
  return undefined
}

const isSecure = (address: string): boolean => URL.parse(address)?.protocol === 'https:'

/** Whether this host name can only mean the machine itself (RFC 6761 section 6.3, RFC 6890). */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
