import type { Path } from '../model.ts'
import type { DisplayJson } from './brick_language.ts'
import { describe } from './claim_rules.ts'
import { type ClaimWords, type CredentialType, LANGUAGES, type Language, pathKey, type TypeDisplay } from './credential_type.ts'
import { type Fault, pointer } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'
import { allPlaces, expand, type Place, placeAt } from './places.ts'

/** The words of one language by claim; an entry for exactly one claim goes before one with `*`, word by word. */
export function readDisplay(json: DisplayJson, language: Language, root: Place): { display: TypeDisplay; faults: Fault<TypeFaultCode>[] } {
  const file = displayFile(language)
  const faults: Fault<TypeFaultCode>[] = []
  const claims = new Map<string, ClaimWords>()
  const stars = ({ path }: { path: readonly (string | null)[] }) => path.filter((step) => step === '*').length
  const entries = [...json.claims.entries()].sort(([, a], [, b]) => stars(b) - stars(a))
  const seen = new Set<string>()
  for (const [index, { path, ...words }] of entries) {
    const at = pointer('claims', index)
    if (seen.has(pathKey(path))) faults.push(typeFault('label_path_repeated', file, `${at}/path`, describe(path)))
    seen.add(pathKey(path))
    const places = expand(root, path)
    if (places.length === 0) faults.push(typeFault('label_path_not_in_schema', file, `${at}/path`, describe(path)))
    for (const expanded of places) {
      const known = placeAt(root, expanded)?.values ?? []
      const unknown = Object.keys(words.values ?? {}).filter((value) => !known.includes(value))
      for (const value of unknown)
        faults.push(typeFault('label_value_unknown', file, at + pointer('values', value), 'words for a value that cannot occur'))
      const general = words.description === undefined ? {} : { isGeneral: stars({ path }) > 0 }
      claims.set(pathKey(expanded), { label: '', ...claims.get(pathKey(expanded)), ...words, ...general })
    }
  }
  for (const { path } of allPlaces(root)) {
    // What stands in an array is spoken of by the name of the array.
    if (path.at(-1) !== null && !claims.get(pathKey(path))?.label) faults.push(typeFault('label_missing', file, '/claims', describe(path)))
  }
  return { display: { name: json.name, description: json.description, claims }, faults }
}

export const displayFile = (language: Language): string => `display/${language}.json`

/** What the envelope says beside the claims of a type (`envelope` in credential.json); a type may have words of its own for them. */
const ENVELOPE: Record<Language, ReadonlyMap<Path[number], string>> = {
  nl: new Map([
    ['binding', 'Gebonden aan'],
    ['attestation_legal_category', 'Juridische categorie'],
  ]),
  fr: new Map([
    ['binding', 'Lié à'],
    ['attestation_legal_category', 'Catégorie juridique'],
  ]),
  de: new Map([
    ['binding', 'Gebunden an'],
    ['attestation_legal_category', 'Rechtliche Kategorie'],
  ]),
  en: new Map([
    ['binding', 'Bound to'],
    ['attestation_legal_category', 'Legal category'],
  ]),
}

/** The label of a claim for people: its own, else that of what it stands in, else that of the envelope, else the type's name. An index in the path is any element. */
export function label(type: CredentialType, path: Path, language: Language): string {
  const { claims, name } = type.display[language]
  const general = path.map((step) => (typeof step === 'number' ? null : step))
  for (let length = general.length; length > 0; length--) {
    const words = claims.get(pathKey(general.slice(0, length)))
    if (words !== undefined) return words.label
  }
  return (path.length === 1 && path[0] !== undefined && ENVELOPE[language].get(path[0])) || name
}

/** The best of our languages for language tags in order of preference (RFC 4647 lookup, primary subtag only); English when none fits. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => language === tag.toLowerCase().split(/[-_]/)[0])
    if (found) return found
  }
  return 'en'
}
