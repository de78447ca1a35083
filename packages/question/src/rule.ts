import type { View } from '@symbolon/credential'
import { isObject, type Json, type JsonObject, ownMember } from '@symbolon/sd-jwt'

/** What a rule says of what was shown: Kleene's three values. `unknown` is neither. */
export type Truth = 'true' | 'false' | 'unknown'

type Scalar = string | number | boolean

/** Where a claim is: the short name of its type, then a claims path. */
export type Place = readonly (string | number | null)[]

/** What a rule speaks of (specs/question.md): a word of its own, what was shown, today, or what the relying party fixed. */
export type Operand =
  | Scalar
  | readonly Scalar[]
  | { readonly value: Place }
  | { readonly members: Place }
  | { readonly either: readonly PlaceOperand[] }
  | { readonly given: string }
  | { readonly today: true }

/** What was shown at a place. */
export type PlaceOperand = { readonly value: Place } | { readonly members: Place }

/** A rule of the closed language (specs/question.md). */
export type Rule =
  | { readonly all: readonly Rule[] }
  | { readonly any: readonly Rule[] }
  | { readonly not: Rule }
  | { readonly equals: readonly [Operand, Operand] }
  | { readonly in: readonly [Operand, Operand] }
  | { readonly before: readonly [Operand, Operand] }
  | { readonly after: readonly [Operand, Operand] }

/** What a rule is evaluated on: verified views by the short name of their type, the local date, and what the relying party fixed. */
export interface Shown {
  readonly views: ReadonlyMap<string, readonly Pick<View, 'claims'>[]>
  /** `YYYY-MM-DD`. */
  readonly today: string
  readonly given: Readonly<Record<string, string>>
}

/** What an operand stands for; not complete: there may be more that was not shown. */
interface Known {
  readonly values: readonly Scalar[]
  readonly complete: boolean
}

/** Evaluates a rule on verified claims. What is absent, not shown or `unknown` is unknown, never false. */
export function evaluate(rule: Rule, shown: Shown): Truth {
  if ('all' in rule) return leastOf(rule.all, shown, 'false')
  if ('any' in rule) return leastOf(rule.any, shown, 'true')
  if ('not' in rule) return NEGATED[evaluate(rule.not, shown)]
  if ('equals' in rule) return compare(rule.equals, shown, (one, other) => one === other)
  if ('in' in rule) return compare(rule.in, shown, (one, other) => one === other)
  if ('before' in rule) return compare(rule.before, shown, (one, other) => one < other, isDay)
  return compare(rule.after, shown, (one, other) => one > other, isDay)
}

const NEGATED: Readonly<Record<Truth, Truth>> = { true: 'false', false: 'true', unknown: 'unknown' }

/** One that decides is enough; without it one that is unknown leaves it open. */
function leastOf(rules: readonly Rule[], shown: Shown, decides: 'true' | 'false'): Truth {
  let found: Truth = NEGATED[decides]
  for (const rule of rules) {
    const truth = evaluate(rule, shown)
    if (truth === decides) return decides
    if (truth === 'unknown') found = 'unknown'
  }
  return found
}

/** True when any pair fits; false only when everything there is was shown and none does. */
function compare(
  [first, second]: readonly [Operand, Operand],
  shown: Shown,
  fits: (one: Scalar, other: Scalar) => boolean,
  isFit: (value: Scalar) => boolean = () => true,
): Truth {
  const [one, other] = [known(first, shown), known(second, shown)]
  if (one.values.some((value) => isFit(value) && other.values.some((rest) => isFit(rest) && fits(value, rest)))) return 'true'
  return one.complete && other.complete && [...one.values, ...other.values].every(isFit) ? 'false' : 'unknown'
}

const isDay = (value: Scalar): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)

function known(operand: Operand, shown: Shown): Known {
  if (Array.isArray(operand)) return { values: operand, complete: true }
  if (typeof operand !== 'object') return { values: [operand as Scalar], complete: true }
  if ('today' in operand) return { values: [shown.today], complete: true }
  if ('given' in operand) {
    const value = Object.hasOwn(shown.given, operand.given) ? shown.given[operand.given] : undefined
    return value === undefined ? NOTHING : { values: [value], complete: true }
  }
  if ('members' in operand) return read(operand.members, shown, names)
  if ('either' in operand) return knownOfEither(operand.either, shown)
  return read((operand as { value: Place }).value, shown, scalars)
}

/** Several types can say the same: the first of them of which a credential was shown decides, and the others are as if they were not there. */
function knownOfEither(places: readonly PlaceOperand[], shown: Shown): Known {
  const decides = places.find((place) => shown.views.has(String(placeOf(place)[0])))
  return decides === undefined ? NOTHING : known(decides, shown)
}

const placeOf = (operand: PlaceOperand): Place => ('value' in operand ? operand.value : operand.members)

const NOTHING: Known = { values: [], complete: false }

/** What all views of the type say there: a claim that one of them shows is known, whether the others show it or not. */
function read([type, ...path]: Place, { views }: Shown, take: (value: Json) => Known): Known {
  const found = (views.get(String(type)) ?? []).map(({ claims }) => descend(claims, path, take))
  return { values: found.flatMap(({ values }) => values), complete: found.some(({ complete }) => complete) && !found.some(isPartly) }
}

/** A view that shows some of several elements leaves open what the others are. */
const isPartly = ({ values, complete }: Known): boolean => values.length > 0 && !complete

function descend(value: Json, [step, ...rest]: Place, take: (value: Json) => Known): Known {
  if (step === undefined) return take(value)
  if (step === null) {
    if (!Array.isArray(value)) return NOTHING
    const found = value.map((element) => descend(element, rest, take))
    return { values: found.flatMap(({ values }) => values), complete: found.every(({ complete }) => complete) }
  }
  const next =
    typeof step === 'number' ? (Array.isArray(value) ? value[step] : undefined) : isObject(value) ? ownMember(value, step) : undefined
  return next === undefined ? NOTHING : descend(next, rest, take)
}

/** A source that cannot say says `unknown`, and that is no value. */
const scalars = (value: Json): Known =>
  value === 'unknown' || value === null || typeof value === 'object' ? NOTHING : { values: [value], complete: true }

const names = (value: Json): Known => (isObject(value) ? { values: Object.keys(value as JsonObject), complete: true } : NOTHING)

/** Every operand of a rule, wherever it stands; in place of `either` those in it. */
export function operandsOf(rule: Rule): Operand[] {
  if ('all' in rule) return rule.all.flatMap(operandsOf)
  if ('any' in rule) return rule.any.flatMap(operandsOf)
  if ('not' in rule) return operandsOf(rule.not)
  const operands = Object.values(rule).flatMap((pair) => [...(pair as readonly Operand[])])
  return operands.flatMap((operand) => (typeof operand === 'object' && 'either' in operand ? [...operand.either] : [operand]))
}
