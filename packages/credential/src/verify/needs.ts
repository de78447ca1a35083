import type { Awaitable } from '@symbolon/sd-jwt'
import { type Credential, type Evidence, type Need, type Part, partKey, type View } from '../model.ts'
import { statusNeeds } from '../status/index.ts'
import { signerNeeds, type TrustMechanism } from '../trust/index.ts'

/** What verification still has to know about this credential; pure. */
export const needs = (credential: Credential, known: Evidence, mechanisms: readonly TrustMechanism[] = []): Need[] =>
  wantedFor(credential, known, mechanisms).filter((need) => !known.has(partKey(need)))

/** Known or not. */
function wantedFor({ view, proof }: Credential, known: Evidence, mechanisms: readonly TrustMechanism[]): Need[] {
  const wanted: Need[] = [...signerNeeds(proof, view, known, mechanisms), ...statusNeeds(view, known)]
  if (view.typeIntegrity !== undefined) wanted.push({ kind: 'type_metadata', id: view.type })
  return wanted
}

/** Whoever answers needs: offline a bundle, online a cache. Undefined: it has no answer. */
export type Lookup = (need: Need, view: View) => Awaitable<Part | undefined>

/** An answer can bring one more need (a list's signer, an accreditation's accreditor); more rounds than this nobody honest asks for. */
const ROUNDS = 16

/** Asks for what is needed, in bounded rounds; the only step of verification that may wait for something outside. */
export async function gather(credential: Credential, lookup: Lookup, mechanisms: readonly TrustMechanism[] = []): Promise<Evidence> {
  const evidence = new Map<string, Part>()
  const asked = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    const before = asked.size
    for (const need of wantedFor(credential, evidence, mechanisms)) {
      const key = partKey(need)
      if (asked.has(key)) continue
      asked.add(key)
      const part = await lookup(need, credential.view)
      if (part !== undefined) evidence.set(key, part)
    }
    if (asked.size === before) break
  }
  return evidence
}
