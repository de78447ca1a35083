import type { Path, View } from '@symbolon/credential'
import { isObject, type Json, ownMember } from '@symbolon/sd-jwt'

/** A claim that a path leads to, and its own path: an index in the place of each null. */
export interface Selected {
  readonly path: readonly (string | number)[]
  readonly value: Json
}

/**
 * What a claims path pointer selects in a credential (OpenID4VP 1.0 section 7.1.1); empty when it selects nothing or cannot be processed.
 *
 * Own members only: `constructor` and `__proto__` are names like any other.
 */
export function selectClaims({ claims, envelope }: Pick<View, 'claims' | 'envelope'>, path: Path): Selected[] {
  const [name, ...rest] = path
  if (typeof name !== 'string') return []
  // A claim that is null is there.
  const value = ownMember(Object.hasOwn(claims, name) ? claims : envelope, name)
  let selected: Selected[] = value === undefined ? [] : [{ path: [name], value }]
  for (const step of rest) {
    const next: Selected[] = []
    for (const element of selected) {
      // One that is not of the kind the step wants makes the whole path wrong, not this element alone.
      if (typeof step === 'string' ? !isObject(element.value) : !Array.isArray(element.value)) return []
      next.push(...below(element, step))
    }
    selected = next
  }
  return selected
}

function below({ path, value }: Selected, step: string | number | null): Selected[] {
  if (step === null) return (value as Json[]).map((element, index) => ({ path: [...path, index], value: element }))
  const found = typeof step === 'number' ? (value as Json[])[step] : isObject(value) ? ownMember(value, step) : undefined
  return found === undefined ? [] : [{ path: [...path, step], value: found }]
}
