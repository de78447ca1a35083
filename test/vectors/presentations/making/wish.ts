import type { Vector } from '../vector.ts'
import { AUDIENCE, type Change, NONCE, NOW, present } from './flow.ts'

/** A vector as it is asked for: what is like in the happy one is left out. */
export interface Wish extends Change {
  readonly description: string
  readonly spec: string
  readonly pitfall?: readonly string[]
  readonly expect: Vector['expect']
  readonly also?: Vector['also']
  readonly now?: number
  readonly bundle?: Vector['bundle']
  readonly trust?: string
  /** Null: the verifier did not say. */
  readonly audience?: string | null
  readonly nonce?: string | null
  readonly maxStatusAge?: number
}

/** The vectors of one stage, by their fault. */
export type Wishes = { readonly [fault: string]: Wish }

const fail = (check: string) => (code: string): Vector['expect'] => ({ check, outcome: 'fail', code })
const unknown = (check: string) => (code: string): Vector['expect'] => ({ check, outcome: 'unknown', code })
const pass = (check: string) => (code: string): Vector['expect'] => ({ check, outcome: 'pass', code })
export { fail, pass, unknown }

/** Runs the happy flow with the one step changed, and writes down what must come of it. */
export async function grant(fault: string, wish: Wish): Promise<Vector> {
  const { audience = AUDIENCE, nonce = NONCE } = wish
  return {
    fault,
    description: wish.description,
    ...(wish.pitfall && { pitfall: wish.pitfall }),
    spec: wish.spec,
    now: wish.now ?? NOW,
    presentation: await present(wish),
    bundle: wish.bundle ?? 'bundle',
    trust: wish.trust ?? 'trust',
    ...(audience !== null && { audience }),
    ...(nonce !== null && { nonce }),
    maxStatusAge: wish.maxStatusAge ?? 86_400,
    expect: wish.expect,
    ...(wish.also && { also: wish.also }),
  }
}
