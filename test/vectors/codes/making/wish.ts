import { AUDIENCE, NONCE } from '../../presentations/making/flow.ts'
import type { Finding, Vector } from '../vector.ts'
import { NOW, SHOWN } from './flow.ts'

/** A vector as it is asked for: what is like in the one it was made of is left out. */
export interface Wish extends Partial<Omit<Vector, 'fault' | 'expect' | 'description'>> {
  readonly description: string
  readonly expect: Finding
}

/** The vectors of one stage, by their fault. */
export type Wishes = { readonly [fault: string]: Wish }

const finding =
  (outcome: Finding['outcome']) =>
  (stage: string) =>
  (code: string): Finding => ({ stage, outcome, code })
export const fail = finding('fail')
export const unknown = finding('unknown')
export const pass = finding('pass')

/** What is found beside a signer of whom no key is there. */
export const noKey: NonNullable<Vector['also']> = [
  { ...unknown('signature')('signature_not_checked'), reason: 'without a key of the issuer there is nothing to check the signature with' },
]

export const asking = { audience: AUDIENCE, nonce: NONCE }
export const looking = { showAudience: SHOWN }

/** Vectors made of one other, with the same finding: the description of each, and its one change. */
export const group = (of: string, expect: Finding, rows: { readonly [fault: string]: readonly [string, Partial<Vector>] }): Wishes =>
  Object.fromEntries(Object.entries(rows).map(([fault, [description, change]]) => [fault, { of, description, expect, ...change }]))

/** Writes a vector down with all that it is judged by. */
export function grant(fault: string, wish: Wish, wishes: Wishes): Vector {
  const { description, spec = 'specs/code.md', of, expect, also, ...change } = wish
  const base = of === undefined ? undefined : wishes[of]
  if (of !== undefined && base === undefined) throw new Error(`${fault}: there is no ${of}`)
  const { description: _, spec: __, of: ___, expect: ____, also: _____, ...like } = base ?? { description, expect }
  const whole = change.challenge === undefined && like.challenge === undefined
  return {
    ...{ fault, description, spec },
    ...(of !== undefined && { of }),
    ...{ now: NOW, ...(whole && { bundle: 'bundle' }), trust: 'trust', ...(whole && { asked: asking, maxStatusAge: 86_400 }) },
    ...like,
    ...change,
    expect,
    ...(also && { also }),
  }
}
