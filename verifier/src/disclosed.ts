import {
  type CredentialType,
  calendarDay,
  type Language,
  label,
  type Path,
  pathKey,
  printable,
  type View,
  WORDS,
} from '@symbolon/credential'
import type { Json } from '@symbolon/sd-jwt'

/** Names of people are shown whole; what is longer than this is not a value somebody reads at a desk. */
const LONGEST_VALUE = 1000

/** What was shown, line by line, `label: value` in the language: first what the holder chose to show, then what is always there. */
export function disclosedLines(view: View, type: CredentialType | undefined, language: Language): string[] {
  const chosen = new Set(view.disclosable.map((path) => pathKey(path)))
  const isChosen = (path: Path) => path.some((_step, index) => chosen.has(pathKey(path.slice(0, index + 1))))
  const ordered = leaves(view.claims, []).sort((one, other) => position(one.path, type) - position(other.path, type))
  const sorted = [...ordered.filter(({ path }) => isChosen(path)), ...ordered.filter(({ path }) => !isChosen(path))]
  const { colon } = WORDS[language]
  return sorted.map(({ path, value }) => `${nameOf(path, type, language)}${colon}${spoken(path, value, type, language)}`)
}

/** Where the type speaks of a claim: disclosures come in an order that means nothing. */
function position(path: Path, type: CredentialType | undefined): number {
  const general = path.map((step) => (typeof step === 'number' ? null : step))
  const found = type?.claims.findIndex((rule) => rule.path.every((step, index) => step === general[index])) ?? -1
  return found < 0 ? Number.MAX_SAFE_INTEGER : found
}

interface Leaf {
  readonly path: Path
  readonly value: Json
}

/** Everything that is neither an object nor a list of objects, with its path. */
function leaves(value: Json, path: Path): Leaf[] {
  if (Array.isArray(value)) {
    const simple = value.every((element) => typeof element !== 'object' || element === null)
    return simple ? [{ path, value }] : value.flatMap((element, index) => leaves(element, [...path, index]))
  }
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
}

/** The labels from the outermost to the claim itself; a type we do not know has only paths. */
function nameOf(path: Path, type: CredentialType | undefined, language: Language): string {
  if (type === undefined) return printable(path.join('.'))
  const labels = path.map((_step, index) => label(type, path.slice(0, index + 1), language))
  return printable(labels.filter((text, index) => text !== labels[index - 1]).join(' › '))
}

function spoken(path: Path, value: Json, type: CredentialType | undefined, language: Language): string {
  if (Array.isArray(value)) return value.map((element) => spoken([...path, null], element, type, language)).join(', ')
  if (typeof value === 'boolean') return WORDS[language].values[value ? 'yes' : 'no']
  if (typeof value !== 'string') return String(value)
  const general = path.map((step) => (typeof step === 'number' ? null : step))
  const words = type?.display[language].claims.get(pathKey(general))?.values
  const word = words !== undefined && Object.hasOwn(words, value) ? words[value] : undefined
  return word ?? calendarDay(value, language) ?? printable(value, LONGEST_VALUE)
}
