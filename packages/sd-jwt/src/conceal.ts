import { base64url } from './base64url.ts'
import { SdJwtError } from './errors.ts'
import type { Frame } from './frame.ts'
import { isObject, LIMITS, ownMember, setMember } from './json.ts'
import type { HashAlgorithm, Json, JsonObject, Primitives } from './primitives.ts'

/** What an issuer signs, and what it hands over beside it. */
export interface Concealed {
  /** The claims with digests in the place of what is concealed. New; parts that hide nothing are shared with the claims. */
  readonly payload: JsonObject
  /** In the order of the claims, what is inside a disclosure before it. */
  readonly disclosures: readonly string[]
}

// A salt has 16 random bytes. It takes up 18, because then all salts can be encoded in one go: each is the first 22 of its 24 characters. The
// two bytes over are the lot that decides where the digest stands among the others, and are zero when the salts are encoded.
const SALT = { bytes: 16, stride: 18, text: 22, textStride: 24 } as const
// What a disclosure begins with: `["` and the salt. Its 24 bytes are a whole number of groups, so it is encoded apart from what follows.
const HEAD = { text: 32 } as const

/** A place that waits for a digest. */
interface Slot {
  readonly order: number
  /** Undefined for a decoy. */
  readonly value: Json | undefined
  /** The value is the same in every copy: no digest is inside. */
  readonly fixed: boolean
  /** The name as JSON and a comma; nothing for an element of an array. */
  readonly name: string
  readonly embed: (digest: string, lot: number) => void
  /** The end of the disclosure, encoded, once it was written and is the same in every copy. */
  tail?: string
}

/** An `_sd` array, and how many of its digests are those of the copy at hand. */
interface List {
  readonly digests: string[]
  filled: number
}

/** The places at one depth, and the `_sd` arrays there. */
interface Level {
  readonly slots: Slot[]
  readonly lists: List[]
}

interface Plan {
  readonly levels: Level[]
  count: number
}

/**
 * Conceals what the frame names: nested, inside one another, in arrays, with decoys (RFC 9901 section 4.2). The caller adds the envelope
 * and, unless the hash is sha-256, `_sd_alg`.
 *
 * All salts (16 bytes each) come from one draw. Throws `claim_not_there` for a path without a claim, `frame_malformed` for more digests than
 * a total allows, `reserved_name` for a claim named `_sd`, `...` or `_sd_alg`, `json_malformed` for a number that JSON does not have, `too_deep`.
 */
export async function conceal(
  claims: JsonObject,
  frame: Frame,
  primitives: Pick<Primitives, 'digest' | 'random'>,
  hash: HashAlgorithm = 'sha-256',
): Promise<Concealed> {
  const [concealed] = await concealCopies(claims, frame, 1, primitives, (one) => one, hash)
  return concealed as Concealed
}

/**
 * Conceals the same claims so many times, each with salts of its own, and does only once what is the same for all copies. Throws as `conceal` does.
 *
 * `take` answers what is to be kept of each: the payload it is given is filled anew for the next copy.
 */
export async function concealCopies<T>(
  claims: JsonObject,
  frame: Frame,
  copies: number,
  primitives: Pick<Primitives, 'digest' | 'random'>,
  take: (one: Concealed, copy: number) => T,
  hash: HashAlgorithm = 'sha-256',
): Promise<T[]> {
  refuseUnfit(claims, LIMITS.depth)
  const plan: Plan = { levels: [], count: 0 }
  const payload = concealObject(claims, frame, plan, 0)
  // What is inside a disclosure must be finished before the disclosure is written: from the deepest level up, each level at once.
  plan.levels.reverse()
  const write = copies > 1 ? inTwoParts : inOnePart
  const made: T[] = []
  while (made.length < copies) {
    const { salts, lots } = draw(plan.count, primitives)
    const texts = write(plan, salts)
    const disclosures: string[] = []
    for (const { slots, lists } of plan.levels) {
      for (const list of lists) list.filled = 0
      const waiting: PromiseLike<void>[] = []
      for (const slot of slots) {
        const text = texts(slot)
        if (slot.value !== undefined) disclosures[slot.order] = text
        const digest = primitives.digest(hash, text)
        const lot = lots[slot.order] ?? 0
        if (typeof digest === 'string') slot.embed(digest, lot)
        else waiting.push(digest.then((known) => slot.embed(known, lot)))
      }
      if (waiting.length > 0) await Promise.all(waiting)
    }
    made.push(take({ payload, disclosures: disclosures.filter((text) => text !== undefined) }, made.length))
  }
  return made
}

/** What is hashed for a slot: its disclosure, or for a decoy its salt. */
type Texts = (slot: Slot) => string

const saltAt = (salts: string, { order }: Slot): string => salts.slice(SALT.textStride * order, SALT.textStride * order + SALT.text)

/** Disclosures that are written once. */
const inOnePart =
  (_plan: Plan, salts: string): Texts =>
  (slot) => {
    const salt = saltAt(salts, slot)
    return slot.value === undefined ? salt : base64url.encodeText(`["${salt}",${slot.name}${JSON.stringify(slot.value)}]`)
  }

/** Disclosures whose ends stay the same from copy to copy. */
function inTwoParts({ count }: Plan, salts: string): Texts {
  const heads = headsOf(salts, count)
  return (slot) => {
    if (slot.value === undefined) return saltAt(salts, slot)
    const tail = slot.tail ?? base64url.encodeText(`",${slot.name}${JSON.stringify(slot.value)}]`)
    if (slot.fixed) slot.tail = tail
    return heads.slice(HEAD.text * slot.order, HEAD.text * (slot.order + 1)) + tail
  }
}

/** The beginnings of all disclosures, encoded, one after another. */
function headsOf(salts: string, count: number): string {
  let heads = ''
  for (let at = 0; at < count; at++) heads += `["${salts.slice(SALT.textStride * at, SALT.textStride * at + SALT.text)}`
  return base64url.encodeText(heads)
}

/** So many salts, one after another as text, and as many lots of 16 bits; a decoy digest is taken over a salt as well (section 4.2.5). */
function draw(count: number, primitives: Pick<Primitives, 'random'>): { salts: string; lots: Uint16Array } {
  const random = primitives.random(SALT.stride * count)
  const lots = new Uint16Array(count)
  for (let slot = 0, at = SALT.bytes; slot < count; slot++, at += SALT.stride) {
    lots[slot] = ((random[at] ?? 0) << 8) | (random[at + 1] ?? 0)
    random[at] = 0
    random[at + 1] = 0
  }
  return { salts: base64url.encode(random), lots }
}

/** Adds a digest at a place drawn by lot, so that the order of the claims does not show (section 4.2.4.1): a shuffle, done while the list grows. */
function shuffleIn(list: List, digest: string, lot: number): void {
  const { digests, filled } = list
  const at = lot % (filled + 1)
  if (at < filled) digests[filled] = digests[at] as string
  digests[at] = digest
  list.filled = filled + 1
}

function concealValue(value: Json, frame: Frame, plan: Plan, level: number): Json {
  if (frame.leaf) return value
  if (Array.isArray(value)) return concealArray(value, frame, plan, level)
  if (isObject(value)) return concealObject(value, frame, plan, level)
  for (const member of frame.members.values()) absent(member)
  if (frame.every !== undefined) absent(frame.every)
  return value
}

function concealObject(object: JsonObject, frame: Frame, plan: Plan, depth: number): JsonObject {
  const level = levelAt(plan, depth)
  if (frame.every !== undefined) absent(frame.every)
  let hidden = 0
  for (const [name, member] of frame.members) {
    if (typeof name !== 'string' || ownMember(object, name) === undefined) absent(member)
    else if (member.concealed) hidden++
  }
  const payload: JsonObject = {}
  const list: List = { digests: [], filled: 0 }
  const embed = (digest: string, lot: number) => shuffleIn(list, digest, lot)
  if (hidden > 0 || frame.total > 0) {
    payload._sd = list.digests
    level.lists.push(list)
  }
  for (const name of Object.keys(object)) {
    const value = object[name]
    if (value === undefined) continue
    const member = frame.members.get(name)
    if (member === undefined) {
      setMember(payload, name, value)
      continue
    }
    const inner = concealValue(value, member, plan, depth + 1)
    if (member.concealed) level.slots.push({ order: plan.count++, name: member.quoted, value: inner, fixed: inner === value, embed })
    else setMember(payload, name, inner)
  }
  for (; hidden < frame.total; hidden++) level.slots.push({ order: plan.count++, name: '', value: undefined, fixed: true, embed })
  return payload
}

function concealArray(elements: readonly Json[], frame: Frame, plan: Plan, depth: number): Json[] {
  const level = levelAt(plan, depth)
  for (const [index, member] of frame.members) if (typeof index !== 'number' || index >= elements.length) absent(member)
  if (frame.total > 0 && elements.length > frame.total) throw new SdJwtError('frame_malformed', `total at ${frame.path}`)
  const payload: Json[] = []
  const embedAt = (index: number) => (digest: string) => {
    payload[index] = { '...': digest }
  }
  for (const [index, value] of elements.entries()) {
    const member = frame.members.get(index) ?? frame.every
    const inner = member === undefined ? value : concealValue(value, member, plan, depth + 1)
    payload.push(inner)
    if (member?.concealed) level.slots.push({ order: plan.count++, name: '', value: inner, fixed: inner === value, embed: embedAt(index) })
  }
  for (let index = elements.length; index < frame.total; index++) {
    payload.push(null)
    level.slots.push({ order: plan.count++, name: '', value: undefined, fixed: true, embed: embedAt(index) })
  }
  return payload
}

function absent(frame: Frame): void {
  if (frame.required) throw new SdJwtError('claim_not_there', frame.path)
}

function levelAt(plan: Plan, depth: number): Level {
  const found = plan.levels[depth]
  if (found !== undefined) return found
  const made: Level = { slots: [], lists: [] }
  plan.levels[depth] = made
  return made
}

/** A reserved name would be read as digests (RFC 9901 section 4.1, rule 7), and a number that JSON does not have would become null. */
function refuseUnfit(value: Json | undefined, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SdJwtError('json_malformed', 'number out of range')
  if (typeof value !== 'object' || value === null) return
  if (depth === 0) throw new SdJwtError('too_deep', `limit ${LIMITS.depth}`)
  if (Array.isArray(value)) {
    for (const element of value) refuseUnfit(element, depth - 1)
    return
  }
  for (const name of Object.keys(value)) {
    if (name === '_sd' || name === '...' || name === '_sd_alg') throw new SdJwtError('reserved_name')
    refuseUnfit(value[name], depth - 1)
  }
}
