import type { Path } from '@symbolon/credential'
import type { ClaimDescription, Display } from '@symbolon/openid4vc'
import { isObject, type Json, type JsonObject, parseJson, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'

/** A holder key; `jwk` is private and never leaves the container. */
export interface HeldKey {
  readonly id: string
  readonly algorithm: SignatureAlgorithm
  readonly jwk: JsonObject
}

/** A credential as it was issued, whole, with what the issuer says about showing it. Times in seconds since 1970. */
export interface HeldCredential {
  readonly id: string
  readonly text: string
  /** The `vct`. */
  readonly type: string
  readonly issuer: string
  /** Absent for a credential that is bound to no key. */
  readonly keyId?: string
  readonly received: number
  /** How often this copy was shown: verifiers who compare notes can link those times. */
  readonly shown: number
  readonly display: readonly Display[]
  readonly claims: readonly ClaimDescription[]
}

/** Everything a wallet holds. */
export interface WalletState {
  readonly keys: readonly HeldKey[]
  readonly credentials: readonly HeldCredential[]
}

export const EMPTY_STATE: WalletState = { keys: [], credentials: [] }

/** What is written; another version is refused rather than guessed at. */
const VERSION = 1

/** The credential of that identifier; throws WalletError `credential_not_held`. */
export function credentialOf(state: WalletState, id: string): HeldCredential {
  const held = state.credentials.find((credential) => credential.id === id)
  if (held === undefined) throw new WalletError('credential_not_held', 'this wallet has no credential of that identifier')
  return held
}

/** The key a credential is bound to, or undefined for one that is bound to none; throws WalletError `state_malformed` when it is gone. */
export function keyOf(state: WalletState, held: HeldCredential): HeldKey | undefined {
  if (held.keyId === undefined) return undefined
  const key = state.keys.find(({ id }) => id === held.keyId)
  if (key === undefined) throw new WalletError('state_malformed', 'the key of this credential is not there')
  return key
}

/** A new identifier: short enough to type, of no meaning. */
export function newId(state: WalletState, random: (bytes: number) => Uint8Array): string {
  const id = random(4).toHex()
  return state.credentials.some((held) => held.id === id) ? newId(state, random) : id
}

/** The state with one credential more, and its key. */
export const withCredential = (state: WalletState, held: HeldCredential, key: HeldKey | undefined): WalletState => ({
  keys: key === undefined ? state.keys : [...state.keys, key],
  credentials: [...state.credentials, held],
})

/** The state in which this credential was shown once more; throws WalletError `credential_not_held`. */
export function withShown(state: WalletState, id: string): WalletState {
  const shown = { ...credentialOf(state, id), shown: credentialOf(state, id).shown + 1 }
  return { ...state, credentials: state.credentials.map((held) => (held.id === id ? shown : held)) }
}

/** The state without this credential and without the key that only it used; throws WalletError `credential_not_held`. */
export function withoutCredential(state: WalletState, id: string): WalletState {
  const { keyId } = credentialOf(state, id)
  const credentials = state.credentials.filter((held) => held.id !== id)
  const stillUsed = credentials.some((held) => held.keyId === keyId)
  return { credentials, keys: stillUsed ? state.keys : state.keys.filter((key) => key.id !== keyId) }
}

/** The state as text, for the container. */
export const serializeState = (state: WalletState): string => JSON.stringify({ version: VERSION, ...state })

/** Reads the content of a container; throws WalletError `state_malformed` with the place. */
export function parseState(text: string): WalletState {
  const state = object(parse(text), 'the content')
  if (state.version !== VERSION) throw malformed('version')
  const keys = array(state.keys, 'keys').map((entry, index) => parseKey(object(entry, `keys[${index}]`), `keys[${index}]`))
  const credentials = array(state.credentials, 'credentials').map((entry, index) =>
    parseCredential(object(entry, `credentials[${index}]`), `credentials[${index}]`),
  )
  return { keys, credentials }
}

const malformed = (place: string, cause?: unknown): WalletError => new WalletError('state_malformed', place, cause)
const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']
/** Credentials are large: a batch with long chains must still fit. */
const LIMITS = { size: 64 * 1024 * 1024, depth: 64, disclosures: 1000 }

function parse(text: string): Json {
  try {
    return parseJson(text, LIMITS)
  } catch (cause) {
    throw malformed('the content', cause)
  }
}

function parseKey(entry: JsonObject, place: string): HeldKey {
  const algorithm = ALGORITHMS.find((known) => known === entry.algorithm)
  if (algorithm === undefined) throw malformed(`${place}.algorithm`)
  return { id: string(entry.id, `${place}.id`), algorithm, jwk: object(entry.jwk, `${place}.jwk`) }
}

function parseCredential(entry: JsonObject, place: string): HeldCredential {
  const read = (name: 'id' | 'text' | 'type' | 'issuer'): string => string(entry[name], `${place}.${name}`)
  return {
    id: read('id'),
    text: read('text'),
    type: read('type'),
    issuer: read('issuer'),
    ...(entry.keyId !== undefined && { keyId: string(entry.keyId, `${place}.keyId`) }),
    received: number(entry.received, `${place}.received`),
    shown: number(entry.shown, `${place}.shown`),
    display: parseDisplay(entry.display, `${place}.display`),
    claims: array(entry.claims, `${place}.claims`).map((claim, index) => parseClaim(claim, `${place}.claims[${index}]`)),
  }
}

function parseClaim(value: Json, place: string): ClaimDescription {
  const claim = object(value, place)
  return {
    path: array(claim.path, `${place}.path`) as Path,
    ...(claim.group !== undefined && { group: string(claim.group, `${place}.group`) }),
    display: parseDisplay(claim.display, `${place}.display`),
  }
}

function parseDisplay(value: Json | undefined, place: string): Display[] {
  return array(value, place).map((entry, index) => object(entry, `${place}[${index}]`) as Display)
}

function object(value: Json | undefined, place: string): JsonObject {
  if (!isObject(value)) throw malformed(place)
  return value
}

function array(value: Json | undefined, place: string): Json[] {
  if (!Array.isArray(value)) throw malformed(place)
  return value
}

function string(value: Json | undefined, place: string): string {
  if (typeof value !== 'string') throw malformed(place)
  return value
}

function number(value: Json | undefined, place: string): number {
  if (typeof value !== 'number') throw malformed(place)
  return value
}
