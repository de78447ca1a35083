import { base64url } from './base64url.ts'
import { SdJwtError } from './errors.ts'
import type { Frame } from './frame.ts'
import { isObject, LIMITS, ownMember, setMember } from './json.ts'
import type { Awaitable, HashAlgorithm, Json, JsonObject, Primitives } from './primitives.ts'
import { together } from './together.ts'

/** What an issuer signs, and what it hands over beside it. */
export interface Concealed {
  /** The claims with digests in the place of what is concealed. New; parts that hide nothing are shared with the claims. */
  readonly payload: JsonObject
  /** In the order of the claims, what is inside a disclosure before it. */
  readonly disclosures: readonly string[]
}

// A salt has 16 random bytes. It takes up 18, two of them zero, because then all salts can be encoded in one go: each is the first 22 of its
// 24 characters.
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
  readonly embed: (digest: string) => void
}

/** The places at one depth, and the `_sd` arrays there. */
interface Level {
  readonly slots: Slot[]
  readonly lists: Json[][]
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
  refuseUnfit(claims, LIMITS.depth)
  return concealOnce(claims, frame, undefined, primitives, hash)
}

/** Conceals the same claims so many times, each with salts of its own, and writes only once what is the same in all copies. Throws as `conceal` does. */
export async function concealCopies(
  claims: JsonObject,
  frame: Frame,
  copies: number,
  primitives: Pick<Primitives, 'digest' | 'random'>,
  hash: HashAlgorithm = 'sha-256',
): Promise<Concealed[]> {
  refuseUnfit(claims, LIMITS.depth)
  const tails: string[] | undefined = copies > 1 ? [] : undefined
  const made: Concealed[] = []
  while (made.length < copies) made.push(await concealOnce(claims, frame, tails, primitives, hash))
  return made
}

/** One copy; `tails`, when there are several, are the ends of the disclosures that are the same in all, by order, as far as they were written before. */
async function concealOnce(
  claims: JsonObject,
  frame: Frame,
  tails: string[] | undefined,
  primitives: Pick<Primitives, 'digest' | 'random'>,
  hash: HashAlgorithm,
): Promise<Concealed> {
  const plan: Plan = { levels: [], count: 0 }
  const payload = concealObject(claims, frame, plan, 0)
  const salts = draw(plan.count, primitives)
  const heads = tails === undefined ? '' : headsOf(salts, plan.count)
  const texts: string[] = []
  // What is inside a disclosure must be finished before the disclosure is written: from the deepest level up, each level at once.
  for (const { slots, lists } of plan.levels.reverse()) {
    const answers: Awaitable<string>[] = []
    for (const { order, name, value, fixed } of slots) {
      const salt = salts.slice(SALT.textStride * order, SALT.textStride * order + SALT.text)
      if (value !== undefined) {
        if (tails === undefined) texts[order] = base64url.encodeText(`["${salt}",${name}${JSON.stringify(value)}]`)
        else {
          const tail = tails[order] ?? base64url.encodeText(`",${name}${JSON.stringify(value)}]`)
          if (fixed) tails[order] = tail
          texts[order] = heads.slice(HEAD.text * order, HEAD.text * (order + 1)) + tail
        }
      }
      answers.push(primitives.digest(hash, texts[order] ?? salt))
    }
    const digests = await together(answers)
    slots.forEach(({ embed }, at) => {
      embed(digests[at] as string)
    })
    // Sorted, so that the order of the claims does not show (section 4.2.4.1).
    for (const list of lists) list.sort()
  }
  return { payload, disclosures: texts.filter((text) => text !== undefined) }
}

/** The beginnings of all disclosures, encoded, one after another. */
function headsOf(salts: string, count: number): string {
  let heads = ''
  for (let at = 0; at < count; at++) heads += `["${salts.slice(SALT.textStride * at, SALT.textStride * at + SALT.text)}`
  return base64url.encodeText(heads)
}

/** So many salts, one after another as text; a decoy digest is taken over one as well (section 4.2.5). */
function draw(count: number, primitives: Pick<Primitives, 'random'>): string {
  const random = primitives.random(SALT.stride * count)
  for (let at = 0; at < random.length; at += SALT.stride) for (let n = SALT.bytes; n < SALT.stride; n++) random[at + n] = 0
  return base64url.encode(random)
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
  const list: Json[] = []
  const embed = (digest: string) => void list.push(digest)
  if (hidden > 0 || frame.total > 0) {
    payload._sd = list
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
