import type { CredentialType } from '@symbolon/credential'
import type { CredentialQuery, DcqlQuery } from '@symbolon/openid4vc'
import type { QuestionFaultCode } from './errors.ts'
import { type Operand, operandsOf, type Place, type Rule } from './rule.ts'

/** A fault, the JSON Pointer to it, and what it is. */
export type Found = readonly [code: QuestionFaultCode, path: string, what: string]

/** Whether a rule reads just what its query asks for, of types that are known, and can tell "not there" from "not shown" where it must. */
export function checkRule(
  { rule, given = {} }: { readonly rule: Rule; readonly given?: Readonly<Record<string, string>> },
  { query, codeQuery }: { readonly query: DcqlQuery; readonly codeQuery?: DcqlQuery | undefined },
  types: ReadonlyMap<string, CredentialType>,
): Found[] {
  const found: Found[] = []
  const asked = new Map<string, CredentialType>()
  const queries = [...query.credentials, ...(codeQuery?.credentials ?? [])]
  queries.forEach(({ types: vcts = [] }, index) => {
    const code = index - query.credentials.length
    const at = code < 0 ? `/dcql_query/credentials/${index}/meta` : `/code_query/credentials/${code}/meta`
    for (const vct of vcts) {
      const type = types.get(vct)
      if (type === undefined) found.push(['type_unknown', at, vct])
      else asked.set(type.name, type)
    }
  })
  const operands = operandsOf(rule)
  for (const operand of operands) found.push(...checkOperand(operand, asked, queries, given))
  for (const [name, pattern] of Object.entries(given)) {
    if (!operands.some((operand) => typeof operand === 'object' && 'given' in operand && operand.given === name))
      found.push(['given_unused', `/given/${name}`, name])
    if (!isPattern(pattern)) found.push(['member_malformed', `/given/${name}`, 'no regular expression'])
  }
  return found
}

function checkOperand(
  operand: Operand,
  asked: ReadonlyMap<string, CredentialType>,
  queries: readonly CredentialQuery[],
  given: object,
): Found[] {
  if (typeof operand !== 'object') return []
  if ('given' in operand) return Object.hasOwn(given, operand.given) ? [] : [['member_missing', '/given', `no "${operand.given}"`]]
  const place = 'value' in operand ? operand.value : 'members' in operand ? operand.members : undefined
  if (place === undefined) return []
  const [name, ...path] = place
  const what = place.map(String).join('.')
  const type = asked.get(String(name))
  if (type === undefined) return [['type_unknown', '/rule', `${String(name)} is not asked for`]]
  const rules = type.claims.filter((rule) => isBranch(rule.path, path))
  if (rules.length === 0) return [['place_not_in_type', '/rule', what]]
  const hidden = rules.some(({ sd }) => sd !== 'never')
  if ('members' in operand) {
    const mayHide = type.claims.some((rule) => rule.sd !== 'never' && rule.path.length <= path.length + 1 && isBranch(rule.path, path))
    return mayHide ? [['place_may_be_hidden', '/rule', what]] : []
  }
  const elements = path.indexOf(null)
  const mayHide =
    elements >= 0 &&
    type.claims.some(
      (rule) => rule.sd !== 'never' && rule.path.length === elements + 1 && rule.path[elements] === null && isBranch(rule.path, path),
    )
  if (mayHide) return [['place_may_be_hidden', '/rule', what]]
  return hidden && !isAsked(path, type, queries) ? [['value_not_asked', '/rule', what]] : []
}

/** Whether one path leads through the other, an index being one of the elements. */
const isBranch = (one: Place, other: Place): boolean =>
  one.every((step, at) => at >= other.length || step === other[at] || (step === null && typeof other[at] === 'number'))

/** Whether some query of that type asks for the claim, or for what it stands in. */
const isAsked = (path: Place, type: CredentialType, queries: readonly CredentialQuery[]): boolean =>
  queries.some(
    ({ types = [], claims }) =>
      types.includes(type.vct) && claims.some((claim) => claim.path.length <= path.length && isBranch(claim.path, path)),
  )

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
