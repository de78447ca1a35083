import type { CredentialJson } from './brick_language.ts'
import { type ClaimRule, pathKey } from './credential_type.ts'
import { type Fault, pointer } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'
import { expand, type Place, placeAt } from './places.ts'
import { checkSubject } from './type_names.ts'

const FILE = 'credential.json'

/** Claims that belong to the format, whatever the type (SD-JWT VC section 2.2.2). */
const RESERVED = ['iss', 'nbf', 'exp', 'iat', 'aud', 'sub', 'jti', 'cnf', 'vct', 'vct#integrity', 'aka_vcts', 'status']

/** The claim rules of credential.json with `*` expanded against the schema, and all that is wrong with them, with the totals and with the dates. */
export function readRules(json: CredentialJson, root: Place): { claims: ClaimRule[]; faults: Fault<TypeFaultCode>[] } {
  const faults: Fault<TypeFaultCode>[] = []
  const claims = new Map<string, ClaimRule>()
  for (const [index, { path, sd, group }] of json.claims.entries()) {
    const at = pointer('claims', index, 'path')
    const places = expand(root, path)
    if (places.length === 0) faults.push(typeFault('claim_path_not_in_schema', FILE, at, describe(path)))
    for (const expanded of places) {
      const place = placeAt(root, expanded)
      if (claims.has(pathKey(expanded))) faults.push(typeFault('claim_path_repeated', FILE, at, describe(expanded)))
      claims.set(pathKey(expanded), { path: expanded, mandatory: place?.mandatory ?? false, sd, ...(group !== undefined && { group }) })
    }
  }
  faults.push(...checkSubject(json, root))
  for (const name of root.members.keys()) {
    const taken = RESERVED.includes(name) || Object.hasOwn(json.envelope ?? {}, name)
    if (taken) faults.push(typeFault('claim_reserved', 'schema.json', pointer('properties', name), `"${name}"`))
  }
  for (const place of withoutRule(root, claims)) faults.push(typeFault('claim_without_rule', FILE, '/claims', describe(place.path)))
  return { claims: [...claims.values()], faults: [...faults, ...checkTotals(json, root, claims), ...checkDates(json, root)] }
}

/** A path as a person writes it. */
export const describe = (path: readonly (string | null)[]): string => path.map((step) => step ?? '[]').join('.')

/** The outermost places that no rule reaches: neither one of their own, nor one above, nor one for everything below. */
function withoutRule(place: Place, rules: ReadonlyMap<string, ClaimRule>): Place[] {
  const below = [...place.members.values(), ...(place.element ? [place.element] : [])]
  return below.flatMap((inner) => {
    if (rules.has(pathKey(inner.path))) return []
    const missing = withoutRule(inner, rules)
    const held = inner.members.size + (inner.element ? 1 : 0)
    return held === 0 || (missing.length === held && missing.every(({ path }) => path.length === inner.path.length + 1)) ? [inner] : missing
  })
}

function checkTotals(json: CredentialJson, root: Place, rules: ReadonlyMap<string, ClaimRule>): Fault<TypeFaultCode>[] {
  return (json.totals ?? []).flatMap(({ path, total }, index, totals) => {
    const place = placeAt(root, path)
    const hidden = [...(place?.members.values() ?? [])].filter((member) => rules.get(pathKey(member.path))?.sd === 'always').length
    if (hidden === 0) return [typeFault('total_path_not_an_object', FILE, pointer('totals', index, 'path'), describe(path))]
    const first = totals.findIndex((other) => pathKey(other.path) === pathKey(path))
    if (first < index) return [typeFault('total_path_repeated', FILE, pointer('totals', index, 'path'), describe(path))]
    return total < hidden
      ? [typeFault('total_too_small', FILE, pointer('totals', index, 'total'), `${hidden} claims can be hidden there`)]
      : []
  })
}

function checkDates(json: CredentialJson, root: Place): Fault<TypeFaultCode>[] {
  const ends = (json.lifetime.ends_by ?? []).map((path, index) => ({ path, at: pointer('lifetime', 'ends_by', index) }))
  const periods = Object.entries(json.periods ?? {}).flatMap(([layer, { from, until }]) => [
    ...(from ? [{ path: from, at: pointer('periods', layer, 'from') }] : []),
    ...(until ? [{ path: until, at: pointer('periods', layer, 'until') }] : []),
  ])
  return [...ends, ...periods]
    .filter(({ path }) => !placeAt(root, path)?.isDate)
    .map(({ path, at }) => typeFault('date_path_not_a_date', FILE, at, describe(path)))
}
