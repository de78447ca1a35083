import type { Path } from '../model.ts'
import { type CredentialType, pathKey } from './credential_type.ts'

const general = (path: Path): Path => path.map((step) => (typeof step === 'number' ? null : step))

/** The paths, and with each the claims beside it that are shown together with it or not at all; the person sees and decides about the group. */
export function withGroups(type: CredentialType, paths: readonly Path[]): Path[] {
  const whole = new Map<string, Path>()
  for (const path of paths) {
    whole.set(pathKey(path), path)
    const own = type.claims.find((rule) => pathKey(rule.path) === pathKey(general(path)))
    if (own?.group === undefined) continue
    const beside = pathKey(own.path.slice(0, -1))
    for (const rule of type.claims) {
      if (rule.group !== own.group || pathKey(rule.path.slice(0, -1)) !== beside) continue
      const member: Path = [...path.slice(0, -1), rule.path.at(-1) ?? null]
      whole.set(pathKey(member), member)
    }
  }
  return [...whole.values()]
}
