import { type Path, printable, showAudience, UNKNOWN_ASKER } from '@symbolon/credential'
import { displayIn } from '@symbolon/openid4vc'
import type { Json } from '@symbolon/sd-jwt'
import { dottedPath, type HeldCredential } from '@symbolon/wallet'

/** The name of a credential in the reader's language, or its type when the issuer gave none. */
export const nameOf = (held: HeldCredential, languages: readonly string[]): string =>
  printable(displayIn(held.display, languages)?.name ?? held.type)

/** A time for people: the day and hour in UTC. */
export const timeOf = (seconds: number | undefined): string =>
  seconds === undefined ? 'no end' : `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A time for programs. */
export const isoTime = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString()

/** When the last copy of a credential ends; undefined when one has no end. */
export function lastEnd({ copies }: HeldCredential): number | undefined {
  const ends = copies.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY)
  const last = Math.max(...ends)
  return Number.isFinite(last) ? last : undefined
}

/** For the history: paper is for nobody. */
export const ON_PAPER = 'urn:symbolon:paper'

/** Whom something was shown to, as people say it: what codes are made for are no names. */
export function whom(audience: string): string {
  if (audience === ON_PAPER) return 'paper'
  if (audience === UNKNOWN_ASKER) return 'somebody unknown'
  const [, question] = /^urn:symbolon:show(?::(.*))?$/s.exec(audience) ?? []
  if (audience === showAudience(question)) return question === undefined ? 'whoever looks' : `whoever looks (${printable(question)})`
  return printable(audience)
}

/** A number of things: `1 copy`, `2 copies`. */
export const counted = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`

/** A claim as a person reads it: its path, its value, and the issuer's word for it. */
export function claimLine(held: HeldCredential, path: Path, value: Json, languages: readonly string[]): string {
  const words = labelOf(held, path, languages)
  const claim = `${printable(dottedPath(path))}: ${printable(JSON.stringify(value), 2000)}`
  return words === undefined ? claim : `${claim}   (${words})`
}

/** The issuer's word for a claim, or undefined. */
function labelOf(held: HeldCredential, path: Path, languages: readonly string[]): string | undefined {
  const description = held.claims.find(
    (claim) =>
      claim.path.length === path.length &&
      claim.path.every((part, index) => part === path[index] || (part === null && typeof path[index] === 'number')),
  )
  const name = displayIn(description?.display ?? [], languages)?.name
  return name === undefined ? undefined : printable(name)
}
